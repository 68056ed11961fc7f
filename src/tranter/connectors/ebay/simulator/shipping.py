"""createShippingFulfillment: what a seller may report as sent, and what eBay refuses."""

from datetime import datetime, timedelta
from typing import Any

from tranter.connectors.ebay.simulator.errors import RefusedError
from tranter.connectors.ebay.simulator.fulfillment import PATH, visible_order
from tranter.connectors.ebay.simulator.options import Repeat
from tranter.connectors.ebay.simulator.orders import Order, Parcel, Program
from tranter.connectors.ebay.simulator.shop import Shop, body_of
from tranter.connectors.ebay.simulator.times import parse
from tranter.testing.simulator import SimReply, SimRequest, json_reply

CLOCK_TOLERANCE = timedelta(minutes=5)


def create_shipping_fulfillment(shop: Shop, request: SimRequest, order_id: str) -> SimReply:
    if shop.options.suspended:
        raise RefusedError(32400)
    order = visible_order(shop, order_id)
    body = body_of(request, 32600)
    lines = _lines(order, body.get("lineItems"))
    carrier, tracking = _tracking(body)
    shipped_at = _shipped_at(shop, order, body.get("shippedDate"))
    if shop.options.international_lines_apart and len(lines) > 1 and _goes_abroad(order):
        raise RefusedError(34300)
    repeated = _is_repeat(order, lines, tracking)
    if repeated and shop.options.repeat_fulfillment is Repeat.CONFLICT:
        raise RefusedError(34500, status=409)
    if not repeated:
        _refuse_too_many(order, lines)
    if tracking and len(order.parcels) >= shop.options.max_tracking_numbers:
        raise RefusedError(34100)
    parcel = Parcel(_fulfillment_id(shop, tracking), lines, carrier, tracking, shipped_at, shop.now)
    shop.world.add_parcel(order, parcel)
    location = f"{shop.origin(request)}{PATH}/{order_id}/shipping_fulfillment/{parcel.fulfillment_id}"
    return json_reply(201, {}, (("Location", location),))


def _lines(order: Order, raw: object) -> tuple[tuple[str, int], ...]:
    if not isinstance(raw, list) or not raw:
        raise RefusedError(32600)
    lines = [_line(order, each) for each in raw]
    if len({line for line, _ in lines}) != len(lines):
        raise RefusedError(32210)
    return tuple(lines)


def _line(order: Order, raw: Any) -> tuple[str, int]:
    if not isinstance(raw, dict):
        raise RefusedError(32600)
    line_item_id = raw.get("lineItemId")
    line = order.line(str(line_item_id))
    if line is None:
        raise RefusedError(32200, name="lineItemId", value=str(line_item_id))
    quantity = raw.get("quantity", 1)
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
        raise RefusedError(32600, name="quantity", value=str(quantity))
    return line.line_item_id, quantity


def _tracking(body: dict[str, object]) -> tuple[str, str]:
    """Carrier and tracking number come together or not at all; letters and digits only."""
    carrier, tracking = body.get("shippingCarrierCode") or "", body.get("trackingNumber") or ""
    if not isinstance(carrier, str) or not isinstance(tracking, str) or bool(carrier) != bool(tracking):
        raise RefusedError(32300)
    if tracking and not (tracking.isascii() and tracking.isalnum()):
        raise RefusedError(32300, name="trackingNumber", value=tracking)
    return carrier, tracking


def _shipped_at(shop: Shop, order: Order, raw: object) -> datetime:
    if raw is None:
        return shop.now
    try:
        at = parse(str(raw))
    except ValueError:
        raise RefusedError(32500, name="shippedDate", value=str(raw)) from None
    if at > shop.now + CLOCK_TOLERANCE or at < order.created_at:
        raise RefusedError(32500, name="shippedDate", value=str(raw))
    return at


def _goes_abroad(order: Order) -> bool:
    return order.program is Program.INTERNATIONAL_SHIPPING


def _is_repeat(order: Order, lines: tuple[tuple[str, int], ...], tracking: str) -> bool:
    """The same parcel once more: eBay takes it as another one, which is the danger of a blind retry."""
    return any(parcel.tracking == tracking and sorted(parcel.lines) == sorted(lines) for parcel in order.parcels)


def _refuse_too_many(order: Order, lines: tuple[tuple[str, int], ...]) -> None:
    for line_item_id, quantity in lines:
        line = order.line(line_item_id)
        if line is not None and order.shipped(line_item_id) + quantity > line.quantity:
            raise RefusedError(32600, name="quantity", value=str(quantity))


def _fulfillment_id(shop: Shop, tracking: str) -> str:
    return tracking or str(shop.random.randrange(900, 10_000_000))
