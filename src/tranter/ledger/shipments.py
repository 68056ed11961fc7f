"""Shipments: recorded from the warehouse, passed on to the cart once each."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import transaction

from tranter.ledger import exceptions, intents, journal, schedule, status
from tranter.ledger.book import Book
from tranter.ledger.decisions import intent_key
from tranter.ledger.intents import Outcome, Result
from tranter.ledger.models import FulfillmentRow, Intent, OrderRow, ShipmentRow
from tranter.model import Shipment, ShipmentLine, ShipmentState

VERB = "push_shipment"


class SentOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A delivered fulfillment as allocation needs it: lines as (line id, SKU, remote line id, units)."""

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


def known_orders(book: Book, connection_id: int, shipments: Sequence[Shipment]) -> dict[str, SentOrder]:
    """By the warehouse's order id. `shipped` counts other parcels than those at hand."""
    wanted = {shipment.remote_order_id for shipment in shipments}
    mine = {shipment.remote_id for shipment in shipments}
    rows = (
        FulfillmentRow.objects.filter(merchant_id=book.merchant_id, connection_id=connection_id, remote_id__in=wanted)
        .exclude(state="canceled")
        .select_related("order")
        .prefetch_related("lines")
    )
    return {row.remote_id: _sent_order(row, mine) for row in rows}


def _sent_order(row: FulfillmentRow, mine: set[str]) -> SentOrder:
    shipped: dict[str, int] = {}
    others = ShipmentRow.objects.filter(fulfillment=row).exclude(state="void").exclude(remote_id__in=mine)
    for lines in others.values_list("lines", flat=True):
        for line_id, units in lines:
            shipped[line_id] = shipped.get(line_id, 0) + units
    return SentOrder(
        fulfillment_id=row.pk,
        order_id=row.order_id,
        number=row.order.number,
        cart_connection_id=row.order.connection_id,
        lines=tuple((line.line_id, line.sku, line.remote_line_id, line.quantity) for line in row.lines.all()),
        shipped=shipped,
    )


def record(book: Book, connection_id: int, allocated: Sequence[Allocated], now: datetime) -> tuple[int, set[int]]:
    """Writes parcels and the intents to tell the carts. How many are new, and the carts to wake."""
    new = 0
    carts: set[int] = set()
    with transaction.atomic():
        touched = []
        for item in allocated:
            fulfillment = FulfillmentRow.objects.select_related("order").get(pk=item.fulfillment_id)
            before = ShipmentRow.objects.filter(connection_id=connection_id, remote_id=item.shipment.remote_id).first()
            if before is not None and before.modified_at > item.shipment.modified_at:
                continue
            row = _write(book, fulfillment, item.shipment, before)
            touched.append(row.order_id)
            if before is None or (before.state == "packed" and row.state == "shipped"):
                new += row.state == "shipped"
                entries = [journal.Entry(what=f"parcel_{row.state}", subject=fulfillment.order.number)]
                journal.append(book, entries, now)
            if row.state == "shipped" and item.push and _ask_cart(book, row, before, now):
                carts.add(fulfillment.order.connection_id)
            if row.state == "void" and before is not None and before.confirmed_at is not None:
                _voided_after_telling(book, row, fulfillment.order, now)
        status.refresh(book, touched, now)
    return new, carts


def _write(book: Book, fulfillment: FulfillmentRow, shipment: Shipment, before: ShipmentRow | None) -> ShipmentRow:
    row = ShipmentRow() if before is None else ShipmentRow.objects.get(pk=before.pk)
    row.merchant_id, row.connection_id = book.merchant_id, fulfillment.connection_id
    row.order_id, row.fulfillment = fulfillment.order_id, fulfillment
    row.remote_id, row.state = shipment.remote_id, shipment.state.value
    row.carrier, row.service = shipment.carrier[:100], shipment.service[:100]
    row.tracking_number, row.tracking_url = shipment.tracking_number[:200], shipment.tracking_url[:500]
    row.shipped_at, row.modified_at = shipment.shipped_at, shipment.modified_at
    row.lines = [[line.line_id, line.quantity] for line in shipment.lines]
    row.save()
    return row


def _ask_cart(book: Book, row: ShipmentRow, before: ShipmentRow | None, now: datetime) -> bool:
    """One intent per parcel; one more when a number that the cart was told is corrected."""
    number = 1
    detail = {}
    if row.confirmed_at is not None:
        if not row.tracking_number or row.tracking_number == row.confirmed_tracking:
            return False
        number = 1 + Intent.objects.filter(shipment=row, verb=VERB).count()
        detail = {"replaces": row.confirmed_tracking}
        if Intent.objects.filter(shipment=row, verb=VERB).exclude(state__in=("done", "canceled")).exists():
            return False
    cart = row.order.connection_id
    key = intent_key(VERB, cart, f"{row.order.remote_id}/{row.connection_id}.{row.remote_id}", number)
    _, created = Intent.objects.get_or_create(
        key=key,
        defaults={
            "merchant_id": book.merchant_id,
            "connection_id": cart,
            "verb": VERB,
            "due_at": now,
            "order_id": row.order_id,
            "shipment": row,
            "detail": detail,
            "created_at": now,
        },
    )
    return created


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
    rows = ShipmentRow.objects.filter(merchant_id=book.merchant_id, pk__in=shipment_ids).select_related("order")
    return {row.pk: _document(row) for row in rows}


def _document(row: ShipmentRow) -> Shipment:
    return Shipment(
        remote_id=row.remote_id,
        remote_order_id=row.order.remote_id,
        state=ShipmentState(row.state),
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        tracking_url=row.tracking_url,
        service=row.service,
        shipped_at=row.shipped_at,
        modified_at=row.modified_at,
        lines=tuple(ShipmentLine(line_id=line_id, quantity=units) for line_id, units in row.lines),
    )


def warehouse_name(book: Book, shipment_id: int) -> str:
    row = ShipmentRow.objects.select_related("connection").get(merchant_id=book.merchant_id, pk=shipment_id)
    return row.connection.name


def settle(book: Book, held: schedule.Lease, results: Sequence[Result], told: dict[int, str], now: datetime) -> int:
    """One batch of tracking. `told` is the tracking number sent, by shipment id. How many the cart has now."""
    with transaction.atomic():
        rows = intents.settle(book, held, results, now)
        done = [result for result in results if result.outcome is Outcome.DONE]
        for result in done:
            intent = rows[result.intent_id]
            ShipmentRow.objects.filter(pk=intent.shipment_id or 0).update(
                confirmed_at=now,
                cart_remote_id=result.remote_id[:200],
                confirmed_tracking=told.get(intent.shipment_id or 0, ""),
            )
        touched = [row.order_id or 0 for row in rows.values()]
        _raise_refused(book, rows, results, now)
        numbers = OrderRow.objects.filter(pk__in=[rows[result.intent_id].order_id or 0 for result in done])
        entries = [
            journal.Entry(what="tracking_confirmed", subject=number)
            for number in numbers.values_list("number", flat=True)
        ]
        journal.append(book, entries, now)
        exceptions.resolve(
            book,
            now,
            order_ids=[rows[result.intent_id].order_id or 0 for result in done],
            kinds=TRACKING_KINDS,
        )
        status.refresh(book, touched, now)
    return len(done)


TRACKING_KINDS = ("carrier", "tracking_refused", "shipped_at_cart", "not_delivered_for_a_day")


def _raise_refused(book: Book, rows: dict[int, Intent], results: Sequence[Result], now: datetime) -> None:
    for result in results:
        intent = rows[result.intent_id]
        if result.outcome is not Outcome.REJECTED or intent.state != "rejected":
            continue
        order = OrderRow.objects.get(pk=intent.order_id or 0)
        trouble = exceptions.Trouble(
            kind=result.kind or "tracking_refused",
            subject=order.number,
            value=result.value,
            cause=result.reason,
            remedy=result.remedy or f"correct it, then: tranter retry {order.number}",
            order_id=order.pk,
            connection_id=intent.connection_id,
        )
        exceptions.raise_exceptions(book, [trouble], now)
