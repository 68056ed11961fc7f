"""CartRover's rows → our nouns. Pure."""

from datetime import UTC, datetime
from typing import NoReturn, TypeVar

import msgspec

from tranter.connectors.cartrover.rows import ItemRow, OrderRow, ParcelRow, StockRow, WarehouseRow, whole
from tranter.connectors.cartrover.words import CANCELED, SHIPPED
from tranter.model import (
    Cancellation,
    CancellationState,
    Product,
    Shipment,
    ShipmentLine,
    ShipmentState,
    StockLevel,
    Unreadable,
)

Shape = TypeVar("Shape")


def shipment(payload: bytes) -> Shipment:
    row = _decoded(payload, ParcelRow)
    order, parcel = row.order, row.shipment
    if order.order_status not in SHIPPED:
        _fail(order, f"has the status {order.order_status!r} with a parcel")
    at = _moment(order, parcel.date or order.updated_date_time)
    return Shipment(
        remote_id=parcel_key(row),
        remote_order_id=order.cust_ref,
        state=ShipmentState.SHIPPED,
        carrier=parcel.carrier or parcel.method or "",
        service=parcel.method or "",
        tracking_number=parcel.tracking_no or "",
        tracking_url=parcel.tracking_url or "",
        shipped_at=at,
        modified_at=max(at, _moment(order, order.updated_date_time)) if order.updated_date_time else at,
        lines=tuple(_line(order, item) for item in _items(row)),
    )


def parcel_key(row: ParcelRow) -> str:
    return f"{row.order.cust_ref}/{row.shipment.tracking_no or row.shipment.date or ''}"


def cancellation(payload: bytes) -> Cancellation:
    order = _decoded(payload, OrderRow)
    if order.order_status != CANCELED:
        _fail(order, f"stands in the list of canceled orders as {order.order_status!r}")
    at = _moment(order, order.cancel_date or order.updated_date_time)
    return Cancellation(remote_order_id=order.cust_ref, state=CancellationState.CANCELED, modified_at=at)


def product(payload: bytes) -> Product:
    sku = _decoded(payload, StockRow).sku
    return Product(remote_id=sku, sku=sku)


def stock_levels(payload: bytes, read_at: datetime) -> tuple[StockLevel, ...]:
    row = _decoded(payload, StockRow)
    places = row.warehouses if isinstance(row.warehouses, dict) else {}
    counted = places or {"": WarehouseRow(qty_available=row.qty_available)}
    return tuple(
        StockLevel(
            product_id=row.sku,
            sku=row.sku,
            location=place,
            available=whole(found.qty_available),
            read_at=read_at,
        )
        for place, found in counted.items()
    )


def _items(row: ParcelRow) -> list[ItemRow]:
    """A lone parcel that names no items has all of the order."""
    if row.shipment.items:
        return row.shipment.items
    if len(row.order.shipments) > 1 or row.order.order_status == "partial":
        _fail(row.order, "has several parcels, one of which doesn't say what is in it")
    return row.order.items


def _line(order: OrderRow, item: ItemRow) -> ShipmentLine:
    quantity = whole(item.quantity)
    if quantity is None:
        _fail(order, "has a parcel with a quantity that is no whole number")
    return ShipmentLine(quantity=quantity, sku=item.item)


def _moment(order: OrderRow, text: str | None) -> datetime:
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        _fail(order, f"has no readable time ({text!r})")
    return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _decoded(payload: bytes, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(payload, type=shape)
    except msgspec.DecodeError as error:
        raise Unreadable(f"CartRover's record can't be read: {error}", "look at it in CartRover") from error


def _fail(order: OrderRow, what: str) -> NoReturn:
    raise Unreadable(f"CartRover's order {order.cust_ref} {what}", "look at it in CartRover")
