"""A back door for tests in other processes, under /__sim__/: nothing of it is eBay's."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tranter.connectors.ebay.simulator.orders import Order
from tranter.connectors.ebay.simulator.purchases import Purchase, Want
from tranter.connectors.ebay.simulator.seeds import Mix, plan_orders
from tranter.connectors.ebay.simulator.times import stamp
from tranter.testing.simulator import SimReply, SimRequest, json_reply

if TYPE_CHECKING:
    from tranter.connectors.ebay.simulator.vendor import EbayVendor

PREFIX = "/__sim__/"
Json = dict[str, Any]
CONTROLS = frozenset(
    {
        "add_line",
        "advance",
        "cancel",
        "credentials",
        "distort",
        "edit_line",
        "expire_access_tokens",
        "pay",
        "refund_all",
        "refund_line",
        "refund_part",
        "reject_cancel",
        "request_cancel",
        "revoke",
        "send_notifications",
        "set_quantity",
        "ship_by_hand",
        "sign_in",
        "touch",
    }
)


def respond(vendor: "EbayVendor", request: SimRequest) -> SimReply:
    name = request.path.removeprefix(PREFIX)
    try:
        if name == "history":
            return json_reply(200, {"events": [event.as_json() for event in vendor.history]})
        if name == "state":
            return json_reply(200, state(vendor))
        if name == "buy" and request.method == "POST":
            return json_reply(200, {"orders": _buy(vendor, _asked(request))})
        if name == "control" and request.method == "POST":
            return json_reply(200, {"result": _control(vendor, _asked(request))})
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        return json_reply(400, {"error": str(error)})
    return json_reply(404, {"error": f"no {name} here"})


def _asked(request: SimRequest) -> Json:
    body = request.json()
    if not isinstance(body, dict):
        raise TypeError("an object is wanted")
    return body


def state(vendor: "EbayVendor") -> Json:
    shown = vendor.shown()
    return {
        "now": stamp(vendor.clock.now()),
        "orders": [_order(order) for order in vendor.orders()],
        "listings": [
            {"listing_id": listing_id, "sku": sku, "shown": quantity} for (listing_id, sku), quantity in shown.items()
        ],
        "duplicate_fulfillments": [list(each) for each in vendor.duplicate_fulfillments()],
        "stock_changes": len(vendor.stock_changes),
        "calls": dict(vendor.calls),
    }


def _order(order: Order) -> Json:
    return {
        "order_id": order.order_id,
        "former_id": order.former_id,
        "created_at": stamp(order.created_at),
        "payment": order.payment.value,
        "cancel_state": order.cancel_state.value,
        "progress": order.progress.value,
        "program": order.program.value,
        "planted": order.planted or None,
        "all_units_shipped": order.all_units_shipped,
        "lines": [
            {
                "line_item_id": line.line_item_id,
                "listing_id": line.listing_id,
                "sku": line.sku,
                "quantity": line.quantity,
                "shipped": order.shipped(line.line_item_id),
            }
            for line in order.lines
        ],
        "parcels": [
            {"tracking": parcel.tracking, "carrier": parcel.carrier, "lines": dict(parcel.lines)}
            for parcel in order.parcels
        ],
    }


def _buy(vendor: "EbayVendor", asked: Json) -> list[str]:
    """Either `{"count", "seed"}` for a plan bought at once, or `{"lines": [{"sku", "quantity"}], …}`."""
    if "count" in asked:
        skus = tuple(vendor.options.skus)
        plan = plan_orders(int(asked.get("seed", 0)), int(asked["count"]), skus, Mix(asked.get("mix", "demo")))
        return [vendor.buy(planned.purchase).order_id for planned in plan]
    wants = tuple(
        Want(
            sku=str(line["sku"]),
            quantity=int(line.get("quantity", 1)),
            listing_id=str(line.get("listing_id", "")),
            unit_price=Decimal(str(line["unit_price"])) if "unit_price" in line else None,
        )
        for line in asked["lines"]
    )
    purchase = Purchase(wants, note=str(asked.get("note", "")), paid=bool(asked.get("paid", True)))
    return [vendor.buy(purchase).order_id]


def _control(vendor: "EbayVendor", asked: Json) -> object:
    name = asked.get("name")
    if name not in CONTROLS:
        raise LookupError(f"no control {name}")
    arguments = asked.get("args", {})
    if not isinstance(arguments, dict):
        raise TypeError("args is an object")
    action: Callable[..., object] = getattr(vendor, str(name))
    result = action(**arguments)
    return result if isinstance(result, dict | int | str) else None
