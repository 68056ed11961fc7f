"""What would be read of a file, for a person to look at. Pure."""

from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct

from tranter.connectors.csv import mapping
from tranter.connectors.csv.cells import Reading
from tranter.connectors.csv.records import Record, encoded, split
from tranter.connectors.csv.sheet import read_sheet
from tranter.connectors.csv.words import Kind
from tranter.model import Order, Unreadable
from tranter.sdk.files import FilePreview, ReadRow

SHOWN = 10
LATEST = datetime.max.replace(tzinfo=UTC)


class Sample(Struct, frozen=True, kw_only=True):
    """A file at hand; `at` stands for the time of its writing."""

    name: str
    body: bytes
    at: datetime


def preview(kind: Kind, sample: Sample, reading: Reading) -> FilePreview:
    try:
        headings = read_sheet(sample.body, reading.layout).headings
        records = split(kind, sample.body, Record(file=sample.name, written_at=sample.at), reading)
    except Unreadable as error:
        row = ReadRow(lines=(), trouble=_told(error))
        return FilePreview(kind=kind.value, columns={}, unused=(), rows=(row,), good=0, bad=1)
    rows = [_row(kind, record, reading) for record in records.values()]
    good, bad = [row for row in rows if not row.trouble], [row for row in rows if row.trouble]
    columns = reading.headings(kind, headings)
    return FilePreview(
        kind=kind.value,
        columns=columns,
        unused=tuple(name for name in headings if name and name not in columns.values()),
        rows=tuple(good[:SHOWN] + bad),
        good=len(good),
        bad=len(bad),
    )


def _row(kind: Kind, record: Record, reading: Reading) -> ReadRow:
    lines = tuple(row.line for row in record.rows)
    try:
        return ReadRow(lines=lines, values=SHOW[kind](encoded(record), reading))
    except Unreadable as error:
        return ReadRow(lines=lines, trouble=_told(error))


def _told(error: Unreadable) -> str:
    return f"{error.cause}; {error.remedy}" if error.remedy else error.cause


def _order(payload: bytes, reading: Reading) -> dict[str, str]:
    order = mapping.order(payload, reading)
    return {
        "order": order.number,
        "state": order.state.value,
        "ordered": f"{order.ordered_at:%Y-%m-%d %H:%M} UTC",
        "to": _to(order),
        "lines": ", ".join(f"{line.quantity} × {line.sku}" for line in order.lines),
        "total": f"{order.total.text()} {order.currency}",
    }


def _to(order: Order) -> str:
    place = order.ship_to
    if place is None:
        return ""
    parts = (place.name, *place.lines, f"{place.postal_code} {place.city}".strip(), place.country)
    return ", ".join(part for part in parts if part)


def _shipment(payload: bytes, reading: Reading) -> dict[str, str]:
    parcel = mapping.shipment(payload, reading)
    return {
        "order": parcel.remote_order_id,
        "state": parcel.state.value,
        "carrier": parcel.carrier,
        "tracking": parcel.tracking_number,
        "shipped": f"{parcel.shipped_at:%Y-%m-%d %H:%M} UTC",
        "lines": ", ".join(f"{line.quantity} × {line.sku}" for line in parcel.lines),
    }


def _stock(payload: bytes, reading: Reading) -> dict[str, str]:
    levels = mapping.stock_levels(payload, reading, LATEST)
    counts = (f"{level.available} in {level.location}" if level.location else f"{level.available}" for level in levels)
    return {"SKU": levels[0].sku, "available": ", ".join(counts)}


def _product(payload: bytes, reading: Reading) -> dict[str, str]:
    found = mapping.product(payload, reading)
    return {"SKU": found.sku, "name": found.name, "barcode": found.barcode, "active": "yes" if found.active else "no"}


def _listing(payload: bytes, reading: Reading) -> dict[str, str]:
    found = mapping.listings(payload, reading)
    return {"SKU": found[0].sku, "listings": ", ".join(one.listing_id for one in found), "title": found[0].title}


SHOW: dict[Kind, Callable[[bytes, Reading], dict[str, str]]] = {
    Kind.ORDERS: _order,
    Kind.SHIPMENTS: _shipment,
    Kind.STOCK: _stock,
    Kind.PRODUCTS: _product,
    Kind.LISTINGS: _listing,
}
