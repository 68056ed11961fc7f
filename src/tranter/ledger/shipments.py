"""Shipments: recorded from the warehouse, passed on to the cart once each."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from django.db.models import F
from msgspec.structs import replace

from tranter.ledger import deliveries, exceptions, intents, journal, schedule, status
from tranter.ledger.book import Book
from tranter.ledger.decisions import intent_key
from tranter.ledger.intents import Answered, Outcome, Result
from tranter.ledger.many import many
from tranter.ledger.models import FulfillmentRow, Intent, OrderRow, ShipmentRow
from tranter.ledger.writing import made_again, writing
from tranter.model import CartState, Shipment, ShipmentLine, ShipmentState, is_added

VERB = "push_shipment"


class SentOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery as allocation needs it: lines as (line id, SKU, remote line id, units).

    Where it carries several orders, the fulfillment and the order are the lead's, and the lines are of all.
    """

    fulfillment_id: int
    order_id: int
    number: str
    cart_connection_id: int
    lines: tuple[tuple[str, str, str, int], ...]
    shipped: dict[str, int]


class Allocated(msgspec.Struct, frozen=True, kw_only=True):
    fulfillment_id: int
    shipment: Shipment
    push: bool
    look_first: bool = False
    """The cart may know it from a time that this ledger has forgotten."""


def known_orders(book: Book, connection_id: int, shipments: Sequence[Shipment]) -> dict[str, SentOrder]:
    """By the warehouse's order id. `shipped` counts other parcels than those at hand."""
    wanted = {shipment.remote_order_id for shipment in shipments}
    mine = {shipment.remote_id for shipment in shipments}
    rows = (
        FulfillmentRow.objects.filter(
            merchant_id=book.merchant_id, connection_id=connection_id, remote_id__in=many(wanted)
        )
        .filter(within=None)
        .exclude(state="canceled")
    )
    leads = dict(rows.values_list("remote_id", "pk"))
    carried = deliveries.by_lead(book, leads.values())
    others = _other_parcels([row.pk for some in carried.values() for row in some], mine)
    return {remote_id: _sent_order(carried[pk], others) for remote_id, pk in leads.items()}


def _other_parcels(fulfillment_ids: Sequence[int], mine: set[str]) -> dict[int, list[tuple[str, int]]]:
    """By fulfillment: (line id, units) of its parcels that are not at hand."""
    found: dict[int, list[tuple[str, int]]] = {}
    rows = ShipmentRow.objects.filter(fulfillment_id__in=many(fulfillment_ids)).exclude(state="void")
    for fulfillment_id, lines in rows.exclude(remote_id__in=mine).values_list("fulfillment_id", "lines"):
        found.setdefault(fulfillment_id, []).extend(lines)
    return found


def _sent_order(carried: Sequence[FulfillmentRow], others: Mapping[int, Sequence[tuple[str, int]]]) -> SentOrder:
    shipped: dict[str, int] = {}
    for one in carried:
        for line_id, units in others.get(one.pk, ()):
            told = deliveries.told_id(one, line_id)
            shipped[told] = shipped.get(told, 0) + units
    lead = carried[0]
    return SentOrder(
        fulfillment_id=lead.pk,
        order_id=lead.order_id,
        number=lead.order.number,
        cart_connection_id=lead.order.connection_id,
        lines=tuple(
            (deliveries.told_id(one, line.line_id), line.sku, line.remote_line_id, line.quantity)
            for one in carried
            for line in one.lines.all()
        ),
        shipped=shipped,
    )


@made_again
def record(book: Book, connection_id: int, allocated: Sequence[Allocated], now: datetime) -> int:
    """Writes parcels and the intents to tell the carts. How many are new."""
    new = 0
    with writing(book):
        touched = []
        carried = deliveries.by_lead(book, [item.fulfillment_id for item in allocated])
        for item in allocated:
            for fulfillment, part in _parts(carried.get(item.fulfillment_id, ()), item.shipment):
                before = _before(fulfillment, part)
                if (before is None and not part.lines and item.shipment.lines) or _is_older(part, before):
                    continue
                new += _take(book, fulfillment, replace(item, shipment=part), before, now)
                touched.append(fulfillment.order_id)
        status.refresh(book, touched, now)
    return new


def _says_something(row: ShipmentRow) -> bool:
    """A parcel that holds only a part of a kit completes no line of the order: the one that does is told."""
    parts = status.parts_of([row.order_id])
    told = status.told_by([row.order_id], parts) if parts else []
    return all(parcel.pk != row.pk or units for parcel, units in told)


def _parts(carried: Sequence[FulfillmentRow], parcel: Shipment) -> Iterator[tuple[FulfillmentRow, Shipment]]:
    """What of the parcel is each order's: all of them are told its number."""
    if len(carried) == 1:
        yield carried[0], parcel
        return
    for row in carried:
        own = {deliveries.told_id(row, line.line_id): line.line_id for line in row.lines.all()}
        lines = [replace(line, line_id=own[line.line_id]) for line in parcel.lines if line.line_id in own]
        yield row, replace(parcel, lines=tuple(lines))


def _before(fulfillment: FulfillmentRow, parcel: Shipment) -> ShipmentRow | None:
    rows = ShipmentRow.objects.filter(connection_id=fulfillment.connection_id, remote_id=parcel.remote_id)
    return rows.filter(order_id=fulfillment.order_id).first()


def _is_older(parcel: Shipment, before: ShipmentRow | None) -> bool:
    return before is not None and before.modified_at > parcel.modified_at


def _take(book: Book, fulfillment: FulfillmentRow, item: Allocated, before: ShipmentRow | None, now: datetime) -> bool:
    """Whether a parcel that left is new."""
    row = _write(book, fulfillment, item.shipment, before, now)
    left = row.state == "shipped"
    fresh = before is None or (before.state == "packed" and left)
    if fresh:
        number = fulfillment.order.number
        journal.append(book, [journal.Entry(what=f"parcel_{row.state}", subject=number, order_id=row.order_id)], now)
    bought = any(not is_added(line_id) for line_id, _ in row.lines) or not row.lines
    tells = item.push and bought and not fulfillment.order.is_test  # no cart knows a test order
    if left and tells and _says_something(row) and _ask_cart(book, row, now, item.look_first):
        schedule.ring_for(fulfillment.order.connection_id, VERB, now)
    if row.state == "void" and before is not None:
        _taken_back(book, row, now)
    return fresh and left


def _write(
    book: Book, fulfillment: FulfillmentRow, shipment: Shipment, before: ShipmentRow | None, now: datetime
) -> ShipmentRow:
    row = ShipmentRow() if before is None else ShipmentRow.objects.get(pk=before.pk)
    row.merchant_id, row.connection_id = book.merchant_id, fulfillment.connection_id
    row.order_id, row.fulfillment = fulfillment.order_id, fulfillment
    row.remote_id, row.state = shipment.remote_id, shipment.state.value
    row.carrier, row.service = shipment.carrier[:100], shipment.service[:100]
    row.tracking_number, row.tracking_url = shipment.tracking_number[:200], shipment.tracking_url[:500]
    row.shipped_at, row.modified_at = shipment.shipped_at, shipment.modified_at
    row.lines = [[line.line_id, line.quantity] for line in shipment.lines]
    if row.state == "shipped" and row.loaded_at is None:
        row.loaded_at = now
    row.save()
    return row


def _ask_cart(book: Book, row: ShipmentRow, now: datetime, look_first: bool = False) -> bool:
    """One intent per parcel; one more when a number that the cart was told is corrected.

    What is told is written into the intent: while nobody knows whether the cart heard it, that is what is looked for.
    """
    asked = list(Intent.objects.select_for_update().filter(shipment=row, verb=VERB))
    label = {"tracking": row.tracking_number, "carrier": row.carrier}
    for intent in asked:
        if intent.state not in ENDED:
            return _relabel(intent, label, now)
    told = row.confirmed_at is not None
    if told and (not row.tracking_number or row.tracking_number == row.confirmed_tracking):
        return False
    cart = row.order.connection_id
    subject = f"{row.order.remote_id}/{row.connection_id}.{row.remote_id}"
    Intent.objects.create(
        merchant_id=book.merchant_id,
        connection_id=cart,
        verb=VERB,
        key=intent_key(VERB, cart, subject, len(asked) + 1),
        due_at=now,
        look_first=look_first or (not told and row.order.cart_state == CartState.SHIPPED.value),
        order_id=row.order_id,
        shipment=row,
        detail={**label, "replaces": row.confirmed_tracking} if told else label,
        created_at=now,
    )
    return True


ENDED = ("done", "canceled")


def _relabel(intent: Intent, label: dict[str, str], now: datetime) -> bool:
    """A parcel that the cart has not heard of goes under its newest label; a refused one goes once more with it."""
    changed = any(intent.detail.get(name) != value for name, value in label.items())
    if not changed or intent.doubtful or intent.state not in ("ready", "rejected"):
        return False
    if intent.state == "rejected":
        intent.state, intent.due_at, intent.ended_at = "ready", now, None
        intent.generation += 1
    intent.detail = {**intent.detail, **label}
    intent.save(update_fields=["state", "due_at", "ended_at", "generation", "detail"])
    return True


def _taken_back(book: Book, row: ShipmentRow, now: datetime) -> None:
    """What the cart was not told, it never will be. What it was, or may have been, a person must know."""
    rows = Intent.objects.filter(shipment=row, verb=VERB, state__in=("ready", "rejected"), doubtful=False)
    if rows.update(state="canceled", ended_at=now):
        exceptions.resolve(book, now, order_ids=[row.order_id], kinds=TRACKING_KINDS)
    if row.confirmed_at is not None:
        _voided_after_telling(book, row, row.order, now)


def _voided_after_telling(book: Book, row: ShipmentRow, order: OrderRow, now: datetime) -> None:
    trouble = exceptions.Trouble(
        kind="voided_after_telling",
        subject=order.number,
        value=row.tracking_number,
        cause="the warehouse took back a parcel whose tracking number the cart already has",
        remedy="when the new parcel leaves, its number is sent too; tell the buyer if it will be late",
        order_id=order.pk,
    )
    exceptions.raise_exceptions(book, [trouble], now)


def documents(book: Book, shipment_ids: Sequence[int]) -> dict[int, Shipment]:
    """As the cart shall hear it: the order by the cart's id, the carrier still in the warehouse's word."""
    mine = ShipmentRow.objects.filter(merchant_id=book.merchant_id, pk__in=many(shipment_ids))
    rows = mine.select_related("order").prefetch_related("order__orderlinerow_set")
    asked = Intent.objects.filter(shipment__in=rows, verb=VERB).exclude(state__in=ENDED)
    labels = dict(asked.values_list("shipment_id", "detail"))
    found = list(rows)
    parts = status.parts_of({row.order_id for row in found})
    completed = {row.pk: units for row, units in status.told_by(parts, parts)}
    return {row.pk: _document(row, labels.get(row.pk, {}), completed.get(row.pk, dict(row.lines))) for row in found}


def _document(row: ShipmentRow, label: Mapping[str, str], told: Mapping[str, int]) -> Shipment:
    """With the cart's own lines and SKUs."""
    skus = {line.line_id: line.sku for line in row.order.orderlinerow_set.all()}
    return Shipment(
        remote_id=row.remote_id,
        remote_order_id=row.order.remote_id,
        state=ShipmentState(row.state),
        carrier=label.get("carrier", row.carrier),
        tracking_number=label.get("tracking", row.tracking_number),
        tracking_url=row.tracking_url,
        service=row.service,
        shipped_at=row.shipped_at,
        modified_at=row.modified_at,
        lines=tuple(
            ShipmentLine(line_id=line_id, sku=skus.get(line_id, ""), quantity=units)
            for line_id, units in told.items()
            if not is_added(line_id)
        ),
    )


def warehouse_name(book: Book, shipment_id: int) -> str:
    row = ShipmentRow.objects.select_related("connection").get(merchant_id=book.merchant_id, pk=shipment_id)
    return row.connection.name


@made_again
def settle(book: Book, held: schedule.Lease, results: Sequence[Result], told: dict[int, str], now: datetime) -> int:
    """One batch of tracking. `told` is the tracking number sent, by shipment id. How many the cart has now."""
    with writing(book):
        rows = intents.settle(book, held, results, now)
        parcels = ShipmentRow.objects.select_related("order").in_bulk([row.shipment_id or 0 for row in rows.values()])
        done = [result for result in results if result.outcome is Outcome.DONE]
        for result in done:
            row = parcels[rows[result.intent_id].shipment_id or 0]
            _confirm(book, row, result.remote_id, told.get(row.pk, ""), now)
        for result in results:
            intent = rows[result.intent_id]
            if result.outcome is Outcome.REJECTED and intent.state == "rejected":
                _refuse(book, intent, parcels[intent.shipment_id or 0], result, now)
        orders = {parcels[rows[result.intent_id].shipment_id or 0].order for result in done}
        entries = [
            journal.Entry(what="tracking_confirmed", subject=order.number, order_id=order.pk) for order in orders
        ]
        journal.append(book, entries, now)
        _resolve_cured(book, {order.pk for order in orders}, now)
        status.refresh(book, [row.order_id for row in parcels.values()], now)
        _resolve_replaced(book, [order.pk for order in orders], now)
    return len(done)


def _confirm(book: Book, row: ShipmentRow, remote_id: str, tracking: str, now: datetime) -> None:
    """The parcel may have got another number, or have been taken back, since this one was sent."""
    row.confirmed_at, row.cart_remote_id, row.confirmed_tracking = now, remote_id[:200], tracking
    row.save(update_fields=["confirmed_at", "cart_remote_id", "confirmed_tracking"])
    if row.state == ShipmentState.VOID.value:
        _voided_after_telling(book, row, row.order, now)
    else:
        _ask_cart(book, row, now)


TRACKING_KINDS = (
    "carrier",
    "line",
    "not_delivered_for_a_day",
    "parcels",
    "program",
    "rejected",
    "shipped_already",
    "shipped_at_cart",
    "shipped_date",
    "tracking_refused",
    "unknown_order",
)
VOID_KINDS = ("void", "voided_after_telling")


def _resolve_cured(book: Book, order_ids: set[int], now: datetime) -> None:
    """An order with a parcel that is still refused keeps its exception."""
    waiting = Intent.objects.filter(order_id__in=many(order_ids), verb=VERB, state="rejected")
    cured = order_ids - set(waiting.values_list("order_id", flat=True))
    exceptions.resolve(book, now, order_ids=sorted(cured), kinds=TRACKING_KINDS)


def _resolve_replaced(book: Book, order_ids: list[int], now: datetime) -> None:
    """Everything has left in parcels that the cart knows: those that were taken back worry nobody any more."""
    whole = OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=many(order_ids), status="confirmed")
    exceptions.resolve(book, now, order_ids=whole.values_list("pk", flat=True), kinds=VOID_KINDS)


def _refuse(book: Book, intent: Answered, row: ShipmentRow, result: Result, now: datetime) -> None:
    if row.state == ShipmentState.VOID.value:
        Intent.objects.filter(pk=intent.id).update(state="canceled")
        return
    trouble = exceptions.Trouble(
        kind=result.kind or "tracking_refused",
        subject=row.order.number,
        value=result.value,
        cause=result.reason,
        remedy=result.remedy or f"correct it, then: tranter retry {row.order.number}",
        order_id=row.order_id,
        connection_id=intent.connection_id,
    )
    exceptions.raise_exceptions(book, [trouble], now)


def send_refused_again(book: Book, now: datetime) -> list[int]:
    """After a carrier was mapped: what the carts refused goes out once more. The carts to wake."""
    rows = Intent.objects.filter(merchant_id=book.merchant_id, verb=VERB, state="rejected")
    carts = list(rows.order_by().values_list("connection_id", flat=True).distinct())
    rows.update(state="ready", due_at=now, ended_at=None, look_first=F("doubtful"), generation=F("generation") + 1)
    return carts
