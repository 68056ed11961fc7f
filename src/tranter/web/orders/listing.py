"""What the list of orders shows."""

from collections.abc import Callable, Sequence

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct

from tranter.ledger import order_list, saved_views
from tranter.ledger.order_filter import Tab
from tranter.ledger.order_list import Choices, Item, OrderInList
from tranter.ledger.order_pill import OrderPill
from tranter.ledger.saved_views import View
from tranter.web.desk import Desk
from tranter.web.orders.badges import badges
from tranter.web.orders.query import address, kept, read_query
from tranter.web.orders.words import kind_label, site_label
from tranter.web.pills import ORDER_PILLS, Pill

LINES = 2


class TabLink(Struct, frozen=True, kw_only=True):
    label: str
    url: str
    is_current: bool
    count: int | None
    tone: str = ""


class Choice(Struct, frozen=True, kw_only=True):
    value: str
    label: str | Promise
    is_chosen: bool


class Select(Struct, frozen=True, kw_only=True):
    """`any` is said where nothing is chosen."""

    name: str
    label: str
    any: str
    choices: tuple[Choice, ...]


class Chip(Struct, frozen=True, kw_only=True):
    """Something that narrows the list, and the address without it."""

    label: str
    url: str


class Row(Struct, frozen=True, kw_only=True):
    order: OrderInList
    pill: Pill
    site: str
    items: str
    late: bool
    badges: tuple[str, ...] = ()


class OrdersPage(Struct, frozen=True, kw_only=True):
    tabs: tuple[TabLink, ...]
    tab: str
    selects: tuple[Select, ...]
    has_tests: bool
    chips: tuple[Chip, ...]
    rows: tuple[Row, ...]
    columns: tuple[Choice, ...]
    hidden: frozenset[str]
    given: dict[str, str]
    query: str
    newer: str
    older: str
    clear: str
    today: str
    due_today: str
    views: tuple[View, ...]
    shows_merchant: bool
    text: str
    none_at_all: bool


def orders_page(desk: Desk, given: QueryDict, base: str) -> OrdersPage:
    wanted, parts = read_query(given, desk.zone), kept(given)
    hidden = saved_views.hidden_columns(desk.user.id, "orders")
    counts = desk.house.hub.tally.counts(desk.books, desk.now)
    found, known = order_list.page(desk.books, wanted, given.get("at", "")), order_list.choices(desk.books)
    today = desk.local(desk.now).date().isoformat()
    tab_only = {"tab": parts["tab"]} if "tab" in parts else {}
    return OrdersPage(
        tabs=_tabs(counts, wanted.tab, parts, base),
        tab=wanted.tab.value,
        selects=_selects(known, parts),
        has_tests=known.tests or "tests" in parts,
        chips=_chips(parts, base),
        rows=rows_of(desk, found.orders),
        columns=_columns(hidden),
        hidden=hidden,
        given=parts,
        query=address("", parts).lstrip("?"),
        newer=address(base, parts, at=found.newer) if found.newer else "",
        older=address(base, parts, at=found.older) if found.older else "",
        clear=address(base, tab_only),
        today=today,
        due_today=address(base, parts, ship_by="" if parts.get("ship_by") == today else today),
        views=tuple(saved_views.of_user(desk.user.id, _merchant_id(desk), "orders")),
        shows_merchant=desk.merchant is None,
        text=_shown(len(found.orders), parts, counts.get(wanted.tab)),
        none_at_all=not counts[Tab.ALL],
    )


def _merchant_id(desk: Desk) -> int | None:
    return desk.merchants[0].id if desk.merchant is not None else None


def _shown(rows: int, parts: dict[str, str], count: int | None) -> str:
    if count is not None and not set(parts) - {"tab"}:
        return _("%(rows)s of %(count)s") % {"rows": rows, "count": f"{count:,}"}
    return ngettext("%(rows)s order", "%(rows)s orders", rows) % {"rows": rows}


def _tabs(counts: dict[Tab, int], current: Tab, parts: dict[str, str], base: str) -> tuple[TabLink, ...]:
    labels = {
        Tab.OPEN: _("Open"),
        Tab.PROBLEMS: _("Problems"),
        Tab.SHIPPED: _("Shipped"),
        Tab.SKIPPED: _("Skipped"),
        Tab.ALL: _("All"),
    }
    rest = {name: value for name, value in parts.items() if name not in ("tab", "pill")}
    return tuple(
        TabLink(
            label=label,
            url=address(base, rest, tab="" if tab is Tab.OPEN else tab.value),
            is_current=tab is current,
            count=counts[tab],
            tone="bad" if tab is Tab.PROBLEMS and counts[tab] else "",
        )
        for tab, label in labels.items()
    )


COLUMNS = ("buyer", "items", "total", "ship_by", "status", "age")
"""Those that can be left out. The order itself always stands there."""


def _columns(hidden: frozenset[str]) -> tuple[Choice, ...]:
    labels = {
        "buyer": _("Buyer"),
        "items": _("Items"),
        "total": _("Total"),
        "ship_by": _("Ship by"),
        "status": _("Status"),
        "age": _("Age"),
    }
    return tuple(Choice(value=name, label=labels[name], is_chosen=name not in hidden) for name in COLUMNS)


def _selects(known: Choices, parts: dict[str, str]) -> tuple[Select, ...]:
    pills = [(one.value, ORDER_PILLS[one].label) for one in OrderPill]
    asked: list[tuple[str, str, str, list[tuple[str, str | Promise]]]] = [
        ("pill", _("Status"), _("Any status"), [*pills]),
        ("connection", _("Connection"), _("Any connection"), [(one, one) for one in known.connections]),
        ("marketplace", _("Site"), _("Any site"), [(one, site_label(one)) for one in known.marketplaces]),
        ("ship_method", _("Ship method"), _("Any ship method"), [(one, one) for one in known.ship_methods]),
        ("held", _("What is wrong"), _("Anything wrong or not"), [(one, kind_label(one)) for one in known.held]),
    ]
    return tuple(
        Select(
            name=name,
            label=label,
            any=nothing,
            choices=tuple(
                Choice(value=value, label=text, is_chosen=parts.get(name) == value) for value, text in choices
            ),
        )
        for name, label, nothing, choices in asked
        if len(choices) > 1 or parts.get(name)
    )


def _chips(parts: dict[str, str], base: str) -> tuple[Chip, ...]:
    words: dict[str, Callable[[str], str]] = {
        "pill": lambda value: str(ORDER_PILLS[OrderPill(value)].label),
        "marketplace": site_label,
        "held": kind_label,
        "since": lambda value: _("From %(day)s") % {"day": value},
        "until": lambda value: _("Until %(day)s") % {"day": value},
        "ship_by": lambda value: _("Ship by %(day)s") % {"day": value},
        "tests": lambda value: _("Test orders"),
        "sku": lambda value: _("SKU %(sku)s") % {"sku": value},
    }
    found = []
    for name, value in parts.items():
        if name == "tab" or (name == "pill" and value not in {one.value for one in OrderPill}):
            continue
        label = words[name](value) if name in words else value
        found.append(Chip(label=label, url=address(base, parts, **{name: ""})))
    return tuple(found)


def rows_of(desk: Desk, orders: Sequence[OrderInList]) -> tuple[Row, ...]:
    known = badges(desk, orders)
    return tuple(_row(desk, one, known[one.id]) for one in orders)


def _row(desk: Desk, order: OrderInList, shown: tuple[str, ...]) -> Row:
    waits = order.pill not in (OrderPill.SHIPPED, OrderPill.CONFIRMED, OrderPill.CANCELLED, OrderPill.SKIPPED)
    return Row(
        order=order,
        pill=ORDER_PILLS[order.pill],
        site=site_label(order.marketplace) or order.connection,
        items=items_text(order.items),
        late=waits and order.ship_by is not None and order.ship_by < desk.now,
        badges=shown,
    )


def items_text(items: tuple[Item, ...]) -> str:
    """ "2 × Blue mug, 1 × Walnut tray +3" """
    shown = ", ".join(f"{item.quantity} × {item.title or item.sku or '?'}" for item in items[:LINES])
    more = len(items) - LINES
    return f"{shown} +{more}" if more > 0 else shown
