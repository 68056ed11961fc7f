"""What CartRover answers, as far as it is read. Numbers come as numbers and as text."""

from msgspec import Struct

Number = str | int | float | None


class ItemRow(Struct):
    item: str
    quantity: Number = None


class ShipmentRow(Struct):
    carrier: str | None = None
    method: str | None = None
    tracking_no: str | None = None
    tracking_url: str | None = None
    date: str | None = None
    items: list[ItemRow] = []


class OrderRow(Struct):
    cust_ref: str
    cust_po_no: str | None = None
    order_status: str | None = None
    grand_total: Number = None
    custom_field_5: str | None = None
    updated_date_time: str | None = None
    cancel_date: str | None = None
    items: list[ItemRow] = []
    shipments: list[ShipmentRow] = []


class WarehouseRow(Struct):
    qty_available: Number = None


class StockRow(Struct):
    """`warehouses` by their id; an empty list where there are none."""

    sku: str
    qty_available: Number = None
    warehouses: dict[str, WarehouseRow] | list[str] = {}


class ShipMethodRow(Struct):
    code: str
    carrier: str | None = None
    description: str | None = None


class ParcelRow(Struct):
    """One parcel with the order it belongs to, as it is stored."""

    order: OrderRow
    shipment: ShipmentRow


def whole(value: Number) -> int | None:
    """None where it is no whole number."""
    try:
        number = float(value if value is not None else "")
    except ValueError:
        return None
    return int(number) if number == int(number) else None
