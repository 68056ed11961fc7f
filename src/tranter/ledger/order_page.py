"""All that a person sees of one order."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from tranter.ledger import deliveries, returns, status
from tranter.ledger.book import Book
from tranter.ledger.corrections import corrections_of
from tranter.ledger.models import (
    Attempt,
    FulfillmentRow,
    Intent,
    JournalEntry,
    OrderRow,
    ShipmentRow,
    TradeException,
)
from tranter.ledger.order_pill import OrderPill, pills
from tranter.ledger.orders import open_corrected, open_order
from tranter.ledger.returns import ReturnView
from tranter.model import Address, Money, Order

MOST_EVENTS = 400


class SheetLine(msgspec.Struct, frozen=True, kw_only=True):
    """`cart_sku` is what the cart says; another `sku` is a person's correction. `shipped` counts units."""

    line_id: str
    sku: str
    cart_sku: str
    title: str
    quantity: int
    amount: Money
    shipped: int
    listing_id: str


class SheetParcel(msgspec.Struct, frozen=True, kw_only=True):
    state: str
    carrier: str
    tracking_number: str
    tracking_url: str
    shipped_at: datetime
    confirmed_at: datetime | None
    lines: tuple[tuple[str, int], ...]


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    kind: str
    value: str
    cause: str
    opened_at: datetime


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """`cust_ref` is the number by which warehouses call it. `order` is as it is sent; `cart_address` what the cart says
    where a person corrected it.
    """

    id: int
    merchant: str
    merchant_name: str
    number: str
    cust_ref: str
    connection_id: int
    connection: str
    marketplace: str
    pill: OrderPill
    status: str
    cart_state: str
    reason: str
    held: str
    wish: str
    order: Order
    cart_address: Address | None
    lines: tuple[SheetLine, ...]
    parcels: tuple[SheetParcel, ...]
    returns: tuple[ReturnView, ...]
    troubles: tuple[Trouble, ...]
    warehouse: str
    warehouse_number: str
    warehouse_url: str
    warehouse_state: str
    seen_at: datetime
    is_test: bool
    erased: bool
    buyers_others: int
    tags: tuple[str, ...]
    ruled: tuple[tuple[str, str], ...]
    waits_until: datetime | None

    @property
    def total(self) -> Money:
        return self.order.total


def sheet(book: Book, order_id: int) -> Sheet:
    """Raises `ObjectDoesNotExist` for another merchant's; `exists` asks first."""
    row = OrderRow.objects.select_related("connection", "merchant").get(merchant_id=book.merchant_id, pk=order_id)
    order, told = open_corrected(book, row), open_order(book, row)
    made = corrections_of(book, row)
    parcels = ShipmentRow.objects.filter(merchant_id=book.merchant_id, order=row).order_by("shipped_at", "pk")
    there = FulfillmentRow.objects.filter(order=row).exclude(state="canceled").select_related("connection")
    last = there.order_by("-number").first()
    others = OrderRow.objects.filter(merchant_id=book.merchant_id, buyer_hash=row.buyer_hash).exclude(pk=row.pk)
    return Sheet(
        id=row.pk,
        merchant=row.merchant.slug,
        merchant_name=row.merchant.name,
        number=row.number,
        cust_ref=row.cust_ref or row.number,
        connection_id=row.connection_id,
        connection=row.connection.name,
        marketplace=row.marketplace,
        pill=pills([row])[row.pk],
        status=row.status,
        cart_state=row.cart_state,
        reason=row.reason,
        held=row.held_kind,
        wish=row.wish,
        order=order,
        cart_address=told.ship_to if made.ship_to is not None else None,
        lines=_lines(order, told, row.pk),
        parcels=tuple(_parcel(parcel) for parcel in parcels),
        returns=returns.of_order(book, row.pk),
        troubles=_troubles(book, row),
        warehouse=last.connection.name if last is not None else "",
        warehouse_number=(last.remote_number or last.remote_id) if last is not None else "",
        warehouse_url=last.url if last is not None else "",
        warehouse_state=last.state if last is not None else "",
        seen_at=row.seen_at,
        is_test=row.is_test,
        erased=row.erased_at is not None,
        tags=tuple(row.tags),
        ruled=tuple((rule, did) for rule, did in row.ruled),
        waits_until=row.waits_until,
        buyers_others=len(others.values_list("pk")[:100]) if row.buyer_hash else 0,
    )


def exists(book: Book, order_id: int) -> bool:
    return OrderRow.objects.filter(merchant_id=book.merchant_id, pk=order_id).exists()


def _lines(order: Order, told: Order, order_id: int) -> tuple[SheetLine, ...]:
    cart_skus = {line.line_id: line.sku for line in told.lines}
    shipped: dict[str, int] = {}
    parts = status.parts_of([order_id])
    for _, completed in status.told_by([order_id], parts):
        for line_id, units in completed.items():
            shipped[line_id] = shipped.get(line_id, 0) + units
    return tuple(
        SheetLine(
            line_id=line.line_id,
            sku=line.sku,
            cart_sku=cart_skus.get(line.line_id, line.sku),
            title=line.title,
            quantity=line.quantity,
            amount=line.amount,
            shipped=shipped.get(line.line_id, 0),
            listing_id=line.listing_id,
        )
        for line in order.lines
    )


def _parcel(row: ShipmentRow) -> SheetParcel:
    return SheetParcel(
        state=row.state,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        tracking_url=row.tracking_url,
        shipped_at=row.shipped_at,
        confirmed_at=row.confirmed_at,
        lines=tuple((line_id, units) for line_id, units in row.lines),
    )


def _troubles(book: Book, row: OrderRow) -> tuple[Trouble, ...]:
    rows = TradeException.objects.filter(merchant_id=book.merchant_id, order=row, state="open").order_by("opened_at")
    return tuple(
        Trouble(id=one.pk, kind=one.kind, value=one.value, cause=one.cause, opened_at=one.opened_at) for one in rows
    )


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the journal, of the order itself or of one of its pushes."""

    at: datetime
    word: str
    actor: str
    detail: Mapping[str, str | int | bool | None]


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """One time a push was sent or looked up. `calls` carry neither secrets nor buyers' data."""

    at: datetime
    verb: str
    looked: bool
    outcome: str
    note: str
    connection: str
    calls: tuple[Mapping[str, str | int | float], ...]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    events: tuple[Event, ...]
    tries: tuple[Try, ...]


def record(book: Book, order_id: int) -> Record:
    """What happened to it, the oldest first."""
    row = OrderRow.objects.get(merchant_id=book.merchant_id, pk=order_id)
    intents = {intent.pk: intent for intent in deliveries.intents_of(book, [order_id]).select_related("connection")}
    subjects = [row.number, *(intent.key for intent in intents.values())]
    lines = JournalEntry.objects.filter(merchant_id=book.merchant_id, subject__in=subjects)
    attempts = Attempt.objects.filter(intent_id__in=list(intents)).order_by("-at", "-pk")[:MOST_EVENTS]
    return Record(
        events=tuple(
            Event(at=line.at, word=line.what, actor=line.actor, detail=line.detail)
            for line in reversed(lines.order_by("-number")[:MOST_EVENTS])
        ),
        tries=tuple(_try(attempt, intents[attempt.intent_id]) for attempt in reversed(attempts)),
    )


def _try(attempt: Attempt, intent: Intent) -> Try:
    return Try(
        at=attempt.at,
        verb=intent.verb,
        looked=attempt.what == "look",
        outcome=attempt.outcome,
        note=attempt.note,
        connection=intent.connection.name,
        calls=tuple(dict(call) for call in attempt.calls),
    )
