"""All that is recorded of an order, opened: whoever is handed it may read who the buyer is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from django.db.models import prefetch_related_objects

from tranter.ledger import status
from tranter.ledger.book import Book
from tranter.ledger.corrections import NONE, corrected, corrections_of
from tranter.ledger.handed_in import CONNECTOR
from tranter.ledger.many import many
from tranter.ledger.models import FulfillmentRow, OrderRow, RawRecord, ShipmentRow, TradeException
from tranter.ledger.orders import open_order
from tranter.ledger.raw_records import raw_place
from tranter.model import Order

SENT = ("sent", "canceling")
SENDING_STOPPED = ("skipped", "canceled")


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """`lines` are (line id, units), as the cart knows them: a kit is in the parcel that completes it."""

    id: int
    warehouse: str
    carrier: str
    service: str
    tracking_number: str
    tracking_url: str
    shipped_at: datetime
    confirmed_at: datetime | None
    lines: tuple[tuple[str, int], ...]


class OrderCard(msgspec.Struct, frozen=True, kw_only=True):
    """`reference` is what clients call it. `given` is what was handed in, where it was; `order` has corrections in it.

    `status` may be `partial`, too: a part of it has left.
    """

    id: int
    reference: str
    connection: str
    is_handed_in: bool
    status: str
    held_kind: str
    reason: str
    created_at: datetime
    updated_at: datetime
    delivered_at: datetime | None
    canceled_at: datetime | None
    is_stopped: bool
    is_on_hold: bool
    is_corrected: bool
    warehouse_number: str
    order: Order
    given: Mapping[str, object]
    parcels: tuple[Parcel, ...]


class _Around(msgspec.Struct, frozen=True):
    """By order id."""

    sent: Mapping[int, FulfillmentRow]
    parcels: Mapping[int, list[tuple[ShipmentRow, Mapping[str, int]]]]
    troubles: Mapping[int, str]


def cards(book: Book, rows: Sequence[OrderRow]) -> list[OrderCard]:
    mine = [row for row in rows if row.merchant_id == book.merchant_id]
    around, given = _around(book, mine), _given(book, mine)
    return [_card(book, row, around, given.get(row.pk, {})) for row in mine]


def _around(book: Book, rows: Sequence[OrderRow]) -> _Around:
    ids = [row.pk for row in rows]
    of_these = {"merchant_id": book.merchant_id, "order_id__in": ids}
    sent = FulfillmentRow.objects.filter(**of_these, state__in=SENT).order_by("-number")
    left = status.told_by(ids, status.parts_of(ids))
    prefetch_related_objects([parcel for parcel, _ in left], "connection")
    parcels: defaultdict[int, list[tuple[ShipmentRow, Mapping[str, int]]]] = defaultdict(list)
    for parcel, units in sorted(left, key=lambda one: (one[0].shipped_at, one[0].pk)):
        parcels[parcel.order_id].append((parcel, units))
    troubles = TradeException.objects.filter(**of_these, state="open").order_by("-pk")
    return _Around(
        sent={row.order_id: row for row in sent},
        parcels=parcels,
        troubles={row.order_id: row.cause for row in troubles if row.order_id is not None},
    )


def _given(book: Book, rows: Sequence[OrderRow]) -> dict[int, Mapping[str, object]]:
    """What clients handed in, by order id; erased records hold nothing."""
    places = {(row.connection_id, row.remote_id): row.pk for row in rows if row.connection.connector == CONNECTOR}
    raws = RawRecord.objects.filter(
        merchant_id=book.merchant_id,
        kind="order",
        connection_id__in=many({connection_id for connection_id, _ in places}),
        key__in=many({key for _, key in places}),
    ).exclude(state="erased")
    found: dict[int, Mapping[str, object]] = {}
    for raw in raws:
        order_id = places.get((raw.connection_id, raw.key))
        if order_id is not None:
            body = book.vault.open(raw.sealed, raw_place(raw.connection_id, "order", raw.key))
            found[order_id] = msgspec.json.decode(body).get("order", {})
    return found


def _card(book: Book, row: OrderRow, around: _Around, given: Mapping[str, object]) -> OrderCard:
    made, told = corrections_of(book, row), open_order(book, row)
    parcels, sent = around.parcels.get(row.pk, []), around.sent.get(row.pk)
    times = [row.modified_at, row.created_at, row.final_at, sent.sent_at if sent is not None else None]
    times += [at for parcel, _ in parcels for at in (parcel.loaded_at, parcel.confirmed_at)]
    is_handed_in = row.connection.connector == CONNECTOR
    return OrderCard(
        id=row.pk,
        reference=row.remote_id if is_handed_in else row.cust_ref or row.number,
        connection=row.connection.name,
        is_handed_in=is_handed_in,
        status="partial" if row.status == "at_wms" and parcels else row.status,
        held_kind=row.held_kind,
        reason=around.troubles.get(row.pk, row.reason),
        created_at=row.created_at,
        updated_at=max(at for at in times if at is not None),
        delivered_at=sent.sent_at if sent is not None else None,
        canceled_at=row.final_at if row.status == "canceled" else None,
        is_stopped=row.status in SENDING_STOPPED or row.wish == "cancel",
        is_on_hold=bool(row.held_kind),
        is_corrected=made != NONE,
        warehouse_number=sent.remote_number if sent is not None else "",
        order=corrected(told, made),
        given=given,
        parcels=tuple(_parcel(*parcel) for parcel in parcels),
    )


def _parcel(row: ShipmentRow, units: Mapping[str, int]) -> Parcel:
    return Parcel(
        id=row.pk,
        warehouse=row.connection.name,
        carrier=row.carrier,
        service=row.service,
        tracking_number=row.tracking_number,
        tracking_url=row.tracking_url,
        shipped_at=row.shipped_at,
        confirmed_at=row.confirmed_at,
        lines=tuple((line_id, count) for line_id, count in units.items() if count),
    )
