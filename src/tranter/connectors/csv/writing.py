"""Our nouns → the files that go out. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tranter.connectors.csv.cells import Reading
from tranter.connectors.csv.sheet import write_sheet
from tranter.connectors.csv.words import FIELDS, Kind
from tranter.model import Address, Fulfillment, Money, Shipment, StockTarget


def delivery(fulfillment: Fulfillment, number: str, reading: Reading) -> bytes:
    """A row for each line; what belongs to the whole order stands in each. `number` is what the warehouse calls it."""
    amounts = {
        "shipping": fulfillment.shipping,
        "discount": fulfillment.discount,
        "tax": fulfillment.tax,
        "total": fulfillment.total,
    }
    head = {
        "order_number": number,
        "reference": fulfillment.reference,
        "ordered_at": _moment(fulfillment.ordered_at),
        "ship_by": _moment(fulfillment.ship_by) if fulfillment.ship_by else "",
        "ship_method": fulfillment.ship_method,
        "marketplace": fulfillment.marketplace,
        "note": fulfillment.note,
        **_address(fulfillment.ship_to),
        "currency": fulfillment.currency,
        **{field: _amount(money, reading) for field, money in amounts.items()},
        "tax_references": "; ".join(f"{one.name} {one.value}" for one in fulfillment.tax_references),
    }
    rows = [
        {
            "line": str(position),
            "sku": line.sku,
            "quantity": str(line.quantity),
            "title": line.title,
            "line_total": _amount(line.amount, reading),
        }
        for position, line in enumerate(fulfillment.lines, 1)
    ]
    return _file(Kind.DELIVERIES, [head | row for row in rows], reading)


def parcel(shipment: Shipment, reading: Reading) -> bytes:
    head = {
        "order_id": shipment.remote_order_id,
        "status": shipment.state.value,
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "tracking_url": shipment.tracking_url,
        "service": shipment.service,
        "shipped_at": _moment(shipment.shipped_at),
        "replaces": shipment.replaces or "",
    }
    rows = [{"line_id": one.line_id, "sku": one.sku, "quantity": str(one.quantity)} for one in shipment.lines]
    return _file(Kind.TRACKING, [head | row for row in rows], reading)


def levels(targets: Iterable[StockTarget], reading: Reading) -> bytes:
    rows = [{"sku": one.sku, "listing_id": one.listing_id, "quantity": str(one.quantity)} for one in targets]
    return _file(Kind.LEVELS, rows, reading)


def _file(kind: Kind, rows: Sequence[dict[str, str]], reading: Reading) -> bytes:
    """Every column of its kind, under the headings that the settings choose."""
    names = {field: reading.heading(kind, field) for field in FIELDS[kind]}
    renamed = [{names[field]: cell for field, cell in row.items()} for row in rows]
    return write_sheet(tuple(names.values()), renamed, reading.layout)


def _address(place: Address) -> dict[str, str]:
    """What doesn't fit into three lines follows in the third."""
    first, second, *rest = (*place.lines, "", "")
    return {
        "name": place.name,
        "company": place.company,
        "address_reference": place.reference,
        "address1": first,
        "address2": second,
        "address3": ", ".join(line for line in rest if line),
        "city": place.city,
        "region": place.region,
        "postal_code": place.postal_code,
        "country": place.country,
        "phone": place.phone,
        "email": place.email,
    }


def _amount(money: Money, reading: Reading) -> str:
    return money.text().replace(".", reading.decimal)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
