"""Parcels as a list: those that were recorded last first."""

from datetime import datetime

import msgspec

from tranter.ledger.book import Book
from tranter.ledger.models import ShipmentRow


class ShipmentQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Empty: not narrowed by it. `connection` is the cart's."""

    state: str = ""
    tracking: str = ""
    connection: str = ""
    since: datetime | None = None
    confirmed: bool | None = None


class Units(msgspec.Struct, frozen=True):
    line_id: str
    quantity: int


class ShipmentLine(msgspec.Struct, frozen=True, kw_only=True):
    """`confirmed_at` is when the cart took the tracking number."""

    id: int
    order_id: int
    number: str
    cart: str
    warehouse: str
    state: str
    carrier: str
    service: str
    tracking_number: str
    tracking_url: str
    shipped_at: datetime
    confirmed_at: datetime | None
    lines: tuple[Units, ...]


def page(book: Book, wanted: ShipmentQuery, before: int | None, limit: int) -> list[ShipmentLine]:
    rows = ShipmentRow.objects.filter(merchant_id=book.merchant_id)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.tracking:
        rows = rows.filter(tracking_number=wanted.tracking)
    if wanted.connection:
        rows = rows.filter(order__connection__name=wanted.connection)
    if wanted.since is not None:
        rows = rows.filter(shipped_at__gte=wanted.since)
    if wanted.confirmed is not None:
        rows = rows.filter(confirmed_at__isnull=not wanted.confirmed)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = rows.select_related("order__connection", "connection").defer("order__sealed", "order__corrections")
    return [_line(row) for row in found.order_by("-pk")[:limit]]


def one(book: Book, shipment_id: int) -> ShipmentLine | None:
    rows = ShipmentRow.objects.select_related("order__connection", "connection")
    row = rows.filter(merchant_id=book.merchant_id, pk=shipment_id).first()
    return _line(row) if row is not None else None


def _line(row: ShipmentRow) -> ShipmentLine:
    return ShipmentLine(
        id=row.pk,
        order_id=row.order_id,
        number=row.order.number,
        cart=row.order.connection.name,
        warehouse=row.connection.name,
        state=row.state,
        carrier=row.carrier,
        service=row.service,
        tracking_number=row.tracking_number,
        tracking_url=row.tracking_url,
        shipped_at=row.shipped_at,
        confirmed_at=row.confirmed_at,
        lines=tuple(Units(line_id, units) for line_id, units in row.lines),
    )
