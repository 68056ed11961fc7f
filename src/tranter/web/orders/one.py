"""What the page of one order shows."""

from django.utils.translation import gettext as _
from msgspec import Struct

from tranter.engine import catalogue, changing
from tranter.engine.left_out import lines_left_out
from tranter.ledger import combining, connections, notes, order_page, returns
from tranter.ledger.actors import names
from tranter.ledger.book import Book
from tranter.ledger.combining import Mate
from tranter.ledger.notes import Note
from tranter.ledger.order_page import Sheet
from tranter.ledger.story import story
from tranter.model import Money
from tranter.routing.suggest import Suggestion
from tranter.sdk.verbs import LinksOrders
from tranter.web.desk import Desk
from tranter.web.orders.address import address_lines
from tranter.web.orders.badges import refund_badge, return_badge
from tranter.web.orders.changes import Changed, changed
from tranter.web.orders.next_step import Action, Next, actions, next_step
from tranter.web.orders.timeline import Entry, Names, Technical, technical, timeline
from tranter.web.orders.words import kind_label, site_label
from tranter.web.pills import ORDER_PILLS, Pill
from tranter.web.rights import Right


class Wrong(Struct, frozen=True, kw_only=True):
    label: str
    cause: str


class UnknownSku(Struct, frozen=True, kw_only=True):
    code: str
    suggestions: tuple[Suggestion, ...]


class Sum(Struct, frozen=True, kw_only=True):
    label: str
    amount: Money
    is_total: bool = False


class OrderPage(Struct, frozen=True, kw_only=True):
    sheet: Sheet
    pill: Pill
    site: str
    wrong: tuple[Wrong, ...]
    changes: tuple[Changed, ...]
    together: tuple[Mate, ...]
    might: tuple[Mate, ...]
    next: Next
    main: Action | None
    others: tuple[Action, ...]
    unknown: tuple[UnknownSku, ...]
    refund: str
    came_back: str
    left_out: frozenset[str]
    address: tuple[str, ...]
    cart_address: tuple[str, ...]
    sums: tuple[Sum, ...]
    entries: tuple[Entry, ...]
    technical: tuple[Technical, ...]
    notes: tuple[Note, ...]
    cart: str
    cart_url: str
    warehouse: str
    warehouse_url: str

    @property
    def asking(self) -> tuple[Action, ...]:
        """What is asked before it is done."""
        main = (self.main,) if self.main is not None else ()
        return tuple(action for action in (*main, *self.others) if action.danger)


def order_page_of(desk: Desk, pk: int) -> OrderPage:
    book = desk.book
    sheet, told, record = order_page.sheet(book, pk), story(book, pk), order_page.record(book, pk)
    names = names_of(desk, book, sheet, [event.actor for event in record.events])
    main, others = actions(sheet, told, names)
    return OrderPage(
        sheet=sheet,
        pill=ORDER_PILLS[sheet.pill],
        site=site_label(sheet.marketplace),
        wrong=_wrong(sheet),
        changes=changed(changing.of_orders(book, [pk]).get(pk, ())),
        together=tuple(combining.members(book, pk)),
        might=tuple(combining.alike(book, pk)) if desk.may(Right.WORK) else (),
        next=next_step(sheet, told, names, desk.now),
        main=main if desk.may(Right.WORK) else None,
        others=tuple(others) if desk.may(Right.WORK) else (),
        unknown=_unknown(desk, book, sheet) if desk.may(Right.WORK) else (),
        refund=refund_badge(sheet.order.refunded, sheet.total) or "",
        came_back="".join(return_badge(mark) for mark in returns.marks([book], [pk]).values()),
        left_out=lines_left_out(book, pk, sheet.connection),
        address=address_lines(sheet.order.ship_to),
        cart_address=address_lines(sheet.cart_address),
        sums=_sums(sheet),
        entries=tuple(timeline(record, sheet.parcels, names)),
        technical=tuple(technical(record)),
        notes=tuple(notes.of_order(book, pk)),
        cart=names.cart,
        cart_url=_cart_url(desk, sheet),
        warehouse=names.warehouse,
        warehouse_url=sheet.warehouse_url if sheet.warehouse_url.startswith("https://") else "",
    )


def names_of(desk: Desk, book: Book, sheet: Sheet, actors: list[str]) -> Names:
    labels = {info.name: desk.house.hub.plug(info).manifest.label for info in connections.all_of(book)}
    return Names(
        cart=labels.get(sheet.connection, sheet.connection),
        warehouse=labels.get(sheet.warehouse, sheet.warehouse) or _("the warehouse"),
        of=labels,
        people=names(actors),
    )


def _cart_url(desk: Desk, sheet: Sheet) -> str:
    connector = desk.house.hub.plug(connections.by_id(sheet.connection_id)).connector
    return connector.order_url(sheet.order.remote_id, sheet.marketplace) if isinstance(connector, LinksOrders) else ""


def _wrong(sheet: Sheet) -> tuple[Wrong, ...]:
    found = {trouble.cause: Wrong(label=kind_label(trouble.kind), cause=trouble.cause) for trouble in sheet.troubles}
    if sheet.held not in ("", "operator") and sheet.reason and sheet.reason not in found:
        found = {sheet.reason: Wrong(label=kind_label(sheet.held), cause=sheet.reason), **found}
    return tuple(one for one in found.values() if one.cause != "held by an operator")


def _unknown(desk: Desk, book: Book, sheet: Sheet) -> tuple[UnknownSku, ...]:
    """To be mapped in place, for every order that has it."""
    codes = dict.fromkeys(trouble.value for trouble in sheet.troubles if trouble.kind == "unknown_sku")
    hub = desk.house.hub
    return tuple(
        UnknownSku(code=code, suggestions=catalogue.suggest_for(hub, book, code)[:4]) for code in codes if code
    )


def _sums(sheet: Sheet) -> tuple[Sum, ...]:
    order = sheet.order
    parts = (
        Sum(label=_("Goods"), amount=order.subtotal),
        Sum(label=_("Shipping"), amount=order.shipping),
        Sum(label=_("Discount"), amount=-order.discount),
        Sum(label=_("Tax"), amount=order.tax),
        Sum(label=_("Tax that the site keeps"), amount=order.collected_tax),
    )
    shown = tuple(part for part in parts if part.amount.minor or part is parts[0])
    whole = (*shown, Sum(label=_("Total"), amount=order.total, is_total=True))
    if order.refunded is None or not order.refunded.minor:
        return whole
    return (*whole, Sum(label=_("Refunded to the buyer"), amount=-order.refunded))
