"""TradeGecko's records → parcels, returns, stock levels, products and cancellations. Pure; raises `Unreadable`."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import msgspec

from tranter.connectors.tradegecko.rows import (
    FulfillmentLineRow,
    GoodsBackRow,
    Number,
    OrderRow,
    ParcelRow,
    PlaceRow,
    VariantRow,
    decimal,
    moment,
    text_of,
    whole,
)
from tranter.connectors.tradegecko.words import ORDER_DEAD, RETURN_STATES, SHIPMENT_STATES
from tranter.model import (
    Cancellation,
    CancellationState,
    Product,
    Return,
    ReturnLine,
    Shipment,
    ShipmentLine,
    ShipmentState,
    StockLevel,
    Unreadable,
)
from tranter.model.weight import grams_of

Row = TypeVar("Row")
State = TypeVar("State")


def shipment(payload: bytes, packed_is_shipped: bool = False) -> Shipment:
    parcel = _decoded(payload, ParcelRow)
    row = parcel.fulfillment
    state = _state(SHIPMENT_STATES, "fulfillment", row.status)
    if state is ShipmentState.PACKED and packed_is_shipped:
        state = ShipmentState.SHIPPED
    lines = tuple(line for item in parcel.fulfillment_line_items if (line := _shipped_line(item)) is not None)
    if state is ShipmentState.SHIPPED and not lines:
        raise Unreadable("The fulfillment was shipped without any line", "Look at it in TradeGecko.")
    return Shipment(
        remote_id=str(row.id),
        remote_order_id=str(row.order_id),
        state=state,
        carrier=(row.tracking_company or "").strip(),
        tracking_number=(row.tracking_number or "").strip(),
        tracking_url=(row.tracking_url or "").strip(),
        service=(row.service or "").strip(),
        shipped_at=_moment(row.shipped_at or row.updated_at, "shipped_at"),
        modified_at=_moment(row.updated_at, "updated_at"),
        lines=lines,
    )


def _shipped_line(row: FulfillmentLineRow) -> ShipmentLine | None:
    """None for a charge, which has no variant. Rows of before 2018 don't say which variant they are."""
    if row.variant_id is None and not row.variant_sku:
        return None
    units = _units(row.quantity)
    if units == 0:
        return None
    return ShipmentLine(
        quantity=units,
        sku=(row.variant_sku or "").strip(),
        remote_line_id=text_of(row.order_line_item_id),
    )


def _units(value: Number) -> int:
    units = _whole(value)
    if units is None or units < 0 or units != decimal(value):
        raise Unreadable(f"The quantity {value!r} of a line is no whole number", "Correct it in TradeGecko.")
    return units


def stock_levels(payload: bytes, read_at: datetime) -> tuple[StockLevel, ...]:
    """One per location; one without a location where TradeGecko names none. Below zero stays below zero."""
    row = _decoded(payload, VariantRow)
    product_id = text_of(row.variant_id if row.variant_id is not None else row.id)
    if not product_id:
        raise Unreadable("A stock level names no variant", "")
    common = StockLevel(
        product_id=product_id,
        sku=(row.sku or "").strip(),
        available=None,
        tracked=row.manage_stock is not False,
        at_most=_cap(row.max_online),
        read_at=read_at,
    )
    places = row.locations or []
    if not places:
        return (msgspec.structs.replace(common, available=_available_of_variant(row)),)
    return tuple(
        msgspec.structs.replace(common, location=str(place.location_id), available=_available_at(place))
        for place in places
    )


def _available_of_variant(row: VariantRow) -> int | None:
    known = _whole(row.available_stock)
    return known if known is not None else _rest(row.stock_on_hand, row.committed_stock)


def _available_at(place: PlaceRow) -> int | None:
    known = _whole(place.available)
    return known if known is not None else _rest(place.stock_on_hand, place.committed)


def _rest(on_hand: Number, committed: Number | msgspec.UnsetType) -> int | None:
    """On hand less committed. `committed` is null where nothing is; left out, nobody knows."""
    held = _whole(on_hand)
    if held is None or committed is msgspec.UNSET:
        return None
    return held - (_whole(committed) or 0)


def product(payload: bytes) -> Product:
    row = _decoded(payload, VariantRow)
    if row.id is None:
        raise Unreadable("A variant has no id", "")
    names = (row.product_name, row.name)
    return Product(
        remote_id=str(row.id),
        sku=(row.sku or "").strip(),
        name=" ".join(name.strip() for name in names if name and name.strip()),
        barcode=(row.upc or "").strip(),
        active=row.status in (None, "active") and row.product_status != "archived",
        tracked=row.manage_stock is not False,
        at_most=_cap(row.max_online),
        weight_grams=_weight(row),
    )


def _weight(row: VariantRow) -> Decimal | None:
    """TradeGecko writes "0" where nobody filled it in. What can't be read is not known; it stops no product."""
    try:
        amount = decimal(row.weight)
    except ValueError:
        return None
    return None if amount is None else grams_of(amount, row.weight_unit or "")


def _cap(value: Number) -> int | None:
    cap = _whole(value)
    return None if cap is None else max(cap, 0)


def cancellation(payload: bytes) -> Cancellation:
    row = _decoded(payload, OrderRow)
    if row.status not in ORDER_DEAD:
        raise Unreadable(f"The order is {row.status!r}, which is no cancellation", "")
    return Cancellation(
        remote_order_id=str(row.id),
        state=CancellationState.CANCELED,
        reason=f"{row.status} in TradeGecko",
        modified_at=_moment(row.updated_at or "", "updated_at"),
    )


def _state(states: Mapping[str, State], what: str, status: str) -> State:
    """Raises `Unreadable`."""
    if status not in states:
        raise Unreadable(
            f"TradeGecko calls the {what} {status!r}, a status that is not known here",
            f"Look at the {what} in TradeGecko, and tell what this status means.",
        )
    return states[status]


def goods_back(payload: bytes) -> Return:
    record = _decoded(payload, GoodsBackRow)
    row = record.fulfillment_return
    return Return(
        remote_id=str(row.id),
        remote_order_id=str(row.order_id),
        state=_state(RETURN_STATES, "return", row.status),
        carrier=(row.tracking_company or "").strip(),
        tracking_number=(row.tracking_number or "").strip(),
        modified_at=_moment(row.updated_at, "updated_at"),
        lines=tuple(
            ReturnLine(quantity=units, remote_line_id=text_of(line.order_line_item_id))
            for line in record.fulfillment_return_line_items
            if (units := _units(line.quantity))
        ),
    )


def _decoded(payload: bytes, kind: type[Row]) -> Row:
    try:
        return msgspec.json.decode(payload, type=kind)
    except msgspec.DecodeError as error:
        raise Unreadable(f"TradeGecko's record can't be read: {error}", "Look at it in TradeGecko.") from error


def _moment(value: str, name: str) -> datetime:
    try:
        return moment(value)
    except ValueError as error:
        raise Unreadable(f"{name} is {value!r}, which is no time", "Correct it in TradeGecko.") from error


def _whole(value: Number) -> int | None:
    try:
        return whole(value)
    except ValueError as error:
        raise Unreadable(f"{value!r} is no number", "Look at the record in TradeGecko.") from error
