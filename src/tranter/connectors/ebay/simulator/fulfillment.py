"""The Fulfillment API: reading orders and the shipments that were reported for them."""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tranter.connectors.ebay.simulator.errors import RefusedError
from tranter.connectors.ebay.simulator.order_json import EMAIL_DAYS, View, order_json
from tranter.connectors.ebay.simulator.order_search import OLDEST, search
from tranter.connectors.ebay.simulator.orders import Order, Parcel
from tranter.connectors.ebay.simulator.shop import Shop, whole_number
from tranter.connectors.ebay.simulator.times import stamp
from tranter.testing.simulator import SimReply, SimRequest, json_reply

Json = dict[str, Any]
PATH = "/sell/fulfillment/v1/order"
DEFAULT_LIMIT, MAX_LIMIT, MAX_IDS = 50, 200, 50


def get_orders(shop: Shop, request: SimRequest) -> SimReply:
    breakdown = _breakdown(request)
    if ids := request.param("orderIds"):
        return _orders_by_id(shop, request, ids.split(","), breakdown)
    limit = whole_number(request, "limit", DEFAULT_LIMIT, 31100)
    offset = whole_number(request, "offset", 0, 31000)
    if not 1 <= limit <= MAX_LIMIT:
        raise RefusedError(31100, name="limit", value=str(limit))
    found = _found(shop, request)
    page = found[offset : offset + limit]
    body: Json = {
        "href": _page_url(shop, request, limit, offset),
        "total": len(found),
        "limit": limit,
        "offset": offset,
    }
    if offset + limit < len(found):
        body["next"] = _page_url(shop, request, limit, offset + limit)
    if offset:
        body["prev"] = _page_url(shop, request, limit, max(0, offset - limit))
    return _page(body, [rendered(shop, request, order, False, breakdown) for order in page])


def get_order(shop: Shop, request: SimRequest, order_id: str) -> SimReply:
    breakdown = _breakdown(request)
    order = visible_order(shop, order_id)
    return _json(rendered(shop, request, order, True, breakdown))


def get_shipping_fulfillments(shop: Shop, request: SimRequest, order_id: str) -> SimReply:
    parcels = visible_order(shop, order_id).parcels
    return json_reply(200, {"fulfillments": [parcel_json(each) for each in parcels], "total": len(parcels)})


def get_shipping_fulfillment(shop: Shop, request: SimRequest, order_id: str, fulfillment_id: str) -> SimReply:
    for parcel in visible_order(shop, order_id).parcels:
        if parcel.fulfillment_id == fulfillment_id:
            return json_reply(200, parcel_json(parcel))
    raise RefusedError(32110, name="fulfillmentId", value=fulfillment_id)


def visible_order(shop: Shop, order_id: str) -> Order:
    """An order that the REST API knows: paid, indexed, and not older than two years."""
    if not order_id.replace("-", "").replace("!", "").isalnum():
        raise RefusedError(32100, name="orderId", value=order_id)
    order = shop.book.get(order_id)
    if order is None or order.indexed_at(shop.now) is None or shop.now - order.created_at > OLDEST:
        raise RefusedError(2002)
    return order


def parcel_json(parcel: Parcel) -> Json:
    """Written as `trackingNumber`, read back as `shipmentTrackingNumber`."""
    body: Json = {"fulfillmentId": parcel.fulfillment_id}
    if parcel.tracking:
        body["shipmentTrackingNumber"] = parcel.tracking
        body["shippingCarrierCode"] = parcel.carrier
    body["shippedDate"] = stamp(parcel.shipped_at)
    body["lineItems"] = [{"lineItemId": line, "quantity": quantity} for line, quantity in parcel.lines]
    return body


def rendered(shop: Shop, request: SimRequest, order: Order, alone: bool, breakdown: bool) -> str:
    """The order as JSON text, remembered per version: polls see the same order again and again."""
    view = View(shop.origin(request), shop.options.username, shop.now, alone, breakdown)
    if shop.now - order.created_at > timedelta(days=EMAIL_DAYS):
        return _text(order_json(order, view))
    key = (order.order_id, view.origin, alone, breakdown)
    version, text = shop.rendered.get(key, (-1, ""))
    if version != order.version:
        text = _text(order_json(order, view))
        shop.rendered[key] = (order.version, text)
    return text


def _text(body: Json) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _json(text: str) -> SimReply:
    return SimReply(200, text.encode(), (("Content-Type", "application/json"),))


def _page(head: Json, orders: list[str]) -> SimReply:
    return _json(f'{_text(head)[:-1]},"orders":[{",".join(orders)}]}}')


def _breakdown(request: SimRequest) -> bool:
    groups = request.param("fieldGroups")
    if groups not in (None, "", "TAX_BREAKDOWN"):
        raise RefusedError(32800, name="fieldGroup", value=groups or "")
    return groups == "TAX_BREAKDOWN"


def _found(shop: Shop, request: SimRequest) -> list[Order]:
    """By creation date; by modification date when that is what was asked for."""
    now = shop.now
    wanted = search(request.param("filter") or "", now, shop.options.bare_fulfillment_status)
    by_change = wanted.modified is not None
    known = [
        (at if by_change else order.created_at, order.order_id, order)
        for order in shop.book
        if (at := order.indexed_at(now)) is not None and wanted.finds(order, at)
    ]
    return [order for _, _, order in sorted(known, key=_place)]


def _place(found: tuple[datetime, str, Order]) -> tuple[datetime, str]:
    return found[:2]


def _orders_by_id(shop: Shop, request: SimRequest, ids: list[str], breakdown: bool) -> SimReply:
    """Ids override every other parameter; unknown ones are simply absent."""
    if len(ids) > MAX_IDS:
        raise RefusedError(30900)
    found = [order for each in ids if (order := shop.book.get(each)) and order.indexed_at(shop.now)]
    head = {
        "href": f"{shop.origin(request)}{PATH}?{urlencode(request.query)}",
        "total": len(found),
        "limit": DEFAULT_LIMIT,
        "offset": 0,
    }
    return _page(head, [rendered(shop, request, order, False, breakdown) for order in found])


def _page_url(shop: Shop, request: SimRequest, limit: int, offset: int) -> str:
    kept = [(name, value) for name, value in request.query if name not in ("limit", "offset")]
    return f"{shop.origin(request)}{PATH}?{urlencode([*kept, ('limit', limit), ('offset', offset)])}"
