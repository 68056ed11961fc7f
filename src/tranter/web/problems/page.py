"""What the Problems page shows: causes at the left, one of them at the right."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct

from tranter.engine import catalogue, changing
from tranter.engine.remedies import DEEDS, Cure, cures
from tranter.ledger import connections, problems
from tranter.ledger.book import Book
from tranter.ledger.people import MerchantLine
from tranter.ledger.problems import Affected, Cause, Group
from tranter.model import Money
from tranter.routing.suggest import Suggestion
from tranter.sdk.verbs import PullsOrders
from tranter.web.desk import Desk
from tranter.web.links import link
from tranter.web.orders.changes import Changed, changed
from tranter.web.problems.deeds import Question, question
from tranter.web.problems.words import meant, titled, words_of

PAGE_SIZE = 25
STATES = ("open", "muted", "resolved")


class Asked(Struct, frozen=True, kw_only=True):
    """Of the address: which list, which cause of whose, from which of its orders on."""

    state: str = "open"
    cause: Cause | None = None
    merchant: str = ""
    after: int = 0

    @property
    def is_chosen(self) -> bool:
        return self.cause is not None


class Tab(Struct, frozen=True, kw_only=True):
    url: str
    label: str
    is_current: bool
    count: int | None
    tone: str = ""


class Row(Struct, frozen=True, kw_only=True):
    url: str
    title: str
    whose: str
    count: str
    money: tuple[Money, ...]
    ship_by: datetime | None
    since: datetime
    is_current: bool


class Deed(Struct, frozen=True, kw_only=True):
    """A button that asks first. `given` goes along with the yes."""

    what: str
    question: Question
    given: list[tuple[str, str]]
    is_main: bool


class Way(Struct, frozen=True, kw_only=True):
    """A page where it is cured."""

    label: str
    url: str
    is_main: bool


class Mapped(Struct, frozen=True, kw_only=True):
    """The form "this is that", filled with the likeliest. `cart`: whom it can be narrowed to."""

    button: str
    suggestions: tuple[Suggestion, ...]
    cart: str
    is_sku: bool


class Line(Struct, frozen=True, kw_only=True):
    url: str
    one: Affected
    changes: tuple[Changed, ...] = ()


class Detail(Struct, frozen=True, kw_only=True):
    group: Group
    title: str
    means: str
    to_do: str
    whose: str
    slug: str
    given: list[tuple[str, str]]
    mapped: Mapped | None
    confirms: bool
    ways: list[Way]
    deeds: list[Deed]
    settles: bool
    lines: list[Line]
    older: str
    begin: str


class Page(Struct, frozen=True, kw_only=True):
    state: str
    tabs: list[Tab]
    rows: list[Row]
    detail: Detail | None
    is_chosen: bool
    all_url: str


def page(desk: Desk, asked: Asked) -> Page:
    groups = problems.groups(desk.books, desk.now, asked.state)
    current = _current(groups, asked)
    return Page(
        state=asked.state,
        tabs=_tabs(desk, asked.state),
        rows=[_row(desk, group, asked.state, group is current) for group in groups],
        detail=_detail(desk, current, asked) if current is not None else None,
        is_chosen=asked.is_chosen,
        all_url=link(desk, "problems", {"state": _unless_open(asked.state)}),
    )


def _current(groups: list[Group], asked: Asked) -> Group | None:
    """The one that was asked for; else the first. None when what was asked for has been cured."""
    if asked.cause is None:
        return groups[0] if groups else None
    mine = [one for one in groups if one.cause == asked.cause and asked.merchant in ("", one.merchant)]
    return mine[0] if mine else None


def _unless_open(state: str) -> str:
    return "" if state == "open" else state


def _tabs(desk: Desk, state: str) -> list[Tab]:
    counted = problems.counts(desk.books)
    labels = {"open": _("Open"), "muted": _("Muted"), "resolved": _("Resolved")}
    return [
        Tab(
            url=link(desk, "problems", {"state": _unless_open(one)}),
            label=labels[one],
            is_current=one == state,
            count=counted.get(one),
            tone="bad" if one == "open" and counted["open"] else "",
        )
        for one in ("open", "resolved", "muted")
    ]


def address(desk: Desk, group: Group, state: str = "open", after: int = 0) -> str:
    """The page with this problem opened."""
    cause = group.cause
    of = group.merchant if desk.merchant is None else None
    asked = {"state": _unless_open(state), "kind": cause.kind, "connection": cause.connection_id, "of": of}
    value = {"value": cause.value} if cause.value is not None else {}
    return link(desk, "problems", {**asked, **value, "after": after or None})


def whose(desk: Desk, group: Group) -> str:
    """Where several merchants are in sight."""
    return (group.merchant_name or group.merchant) if desk.merchant is None else ""


def concerned(group: Group) -> str:
    if not group.orders:
        return ngettext("%(count)s case", "%(count)s cases", group.count) % {"count": f"{group.count:,}"}
    return ngettext("%(count)s order", "%(count)s orders", group.orders) % {"count": f"{group.orders:,}"}


def title_of(group: Group) -> str:
    title = titled(group.cause.kind, group.cause.value)
    alone = group.count == 1 and not group.orders and group.cause.value is None
    return f"{title}: {group.subject}" if alone else title


def _row(desk: Desk, group: Group, state: str, is_current: bool) -> Row:
    return Row(
        url=address(desk, group, state),
        title=title_of(group),
        whose=whose(desk, group),
        count=concerned(group),
        money=group.money,
        ship_by=group.ship_by,
        since=group.since,
        is_current=is_current,
    )


def book_of(desk: Desk, slug: str) -> tuple[Book, MerchantLine]:
    """Of a merchant in scope."""
    return next((book, line) for book, line in zip(desk.books, desk.merchants, strict=True) if line.slug == slug)


def _detail(desk: Desk, group: Group, asked: Asked) -> Detail:
    book, line = book_of(desk, group.merchant)
    found = problems.affected(book, group.cause, asked.state, asked.after, PAGE_SIZE + 1)
    lines = _lines(desk, book, line.slug, found[:PAGE_SIZE])
    is_open = asked.state == "open"
    ways = cures(group.cause.kind) if is_open else ()
    return Detail(
        group=group,
        title=title_of(group),
        means=meant(group.cause.kind, group.cause.value),
        to_do=str(words_of(group.cause.kind).to_do),
        whose=line.name or line.slug,
        slug=line.slug,
        given=given(group.cause),
        mapped=_mapped(desk, book, group, ways),
        confirms=Cure.CONFIRM_STOCK in ways,
        ways=_ways(desk, group, ways, lines),
        deeds=_deeds(group, line, ways),
        settles=Cure.SETTLE in ways,
        lines=lines,
        older=address(desk, group, asked.state, found[PAGE_SIZE - 1].id) if len(found) > PAGE_SIZE else "",
        begin=address(desk, group, asked.state) if asked.after else "",
    )


def _lines(desk: Desk, book: Book, slug: str, found: list[Affected]) -> list[Line]:
    orders = changing.of_orders(book, [one.order_id for one in found if one.order_id is not None])
    return [
        Line(url=_order_url(desk, slug, one.order_id), one=one, changes=changed(orders.get(one.order_id or 0, ())))
        for one in found
    ]


def given(cause: Cause) -> list[tuple[str, str]]:
    """What a form says of the cause it is about."""
    pairs: dict[str, object] = {"kind": cause.kind, "value": cause.value, "connection": cause.connection_id}
    return [(name, str(value)) for name, value in pairs.items() if value is not None]


def _mapped(desk: Desk, book: Book, group: Group, ways: tuple[Cure, ...]) -> Mapped | None:
    is_sku = Cure.MAP_SKU in ways
    if not (is_sku or Cure.MAP_CARRIER in ways) or not group.cause.value:
        return None
    hub = desk.house.hub
    info = next((one for one in connections.all_of(book) if one.id == group.cause.connection_id), None)
    cart = info.name if info is not None and is_sku and isinstance(hub.plug(info).connector, PullsOrders) else ""
    button = ngettext("Fix and release %(count)s", "Fix and release %(count)s", group.orders)
    return Mapped(
        button=button % {"count": f"{group.orders:,}"},
        suggestions=catalogue.suggest_for(hub, book, group.cause.value)[:4] if is_sku else (),
        cart=cart,
        is_sku=is_sku,
    )


def _deeds(group: Group, line: MerchantLine, ways: tuple[Cure, ...]) -> list[Deed]:
    found = [cure for cure in ways if cure in DEEDS] if group.orders else []
    return [
        Deed(
            what=cure.value,
            question=question(cure.value, group.orders, line.name or line.slug),
            given=[*given(group.cause), ("what", cure.value)],
            is_main=cure is ways[0],
        )
        for cure in found
    ]


def _order_url(desk: Desk, slug: str, order_id: int | None) -> str:
    return link(desk, "order", merchant=slug, pk=order_id) if order_id is not None else ""


def _ways(desk: Desk, group: Group, ways: tuple[Cure, ...], lines: list[Line]) -> list[Way]:
    """Where it is cured when that is another page."""
    alone = lines[0].one.order_id if len(lines) == 1 else None
    found = []
    for cure in ways:
        label, url = _way(desk, group, cure, alone)
        if url:
            found.append(Way(label=label, url=url, is_main=cure is ways[0]))
    return found


def _connection_url(desk: Desk, group: Group, page: str) -> str:
    return link(desk, page, merchant=group.merchant, connection=group.connection) if group.connection else ""


def _way(desk: Desk, group: Group, cure: Cure, alone: int | None) -> tuple[str, str]:
    match cure:
        case Cure.MAP_METHOD:
            return _("Map it"), _connection_url(desk, group, "connection_mapping")
        case Cure.SIGN_IN:
            return _("Sign in again"), _connection_url(desk, group, "connection_access")
        case Cure.SETTINGS:
            return _("Open the settings"), _connection_url(desk, group, "connection_settings")
        case Cure.WEBHOOK:
            return _("Open the webhooks"), link(desk, "webhooks", merchant=group.merchant)
        case Cure.CORRECT_ADDRESS if alone is not None:
            return _("Correct the address"), link(desk, "order-correct", merchant=group.merchant, pk=alone)
        case Cure.CORRECT_ITEM if alone is not None:
            return _("Correct the item"), link(desk, "order-correct", merchant=group.merchant, pk=alone)
        case Cure.LOOK if alone is not None:
            return _("Open the order"), _order_url(desk, group.merchant, alone)
        case _:
            return "", ""
