"""Paths under `/__sim__/`, which no vendor has: for tests and demos that sit in another process."""

import json
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tranter.connectors.tradegecko.simulator.replies import PHRASES, RefusedError
from tranter.testing.simulator import SimReply, SimRequest

if TYPE_CHECKING:
    from tranter.connectors.tradegecko.simulator.vendor import TradeGeckoVendor

PREFIX = "/__sim__/"
DEEDS = frozenset(
    """
    ship pack send relabel void_shipment set_order_status adjust_stock receive_stock add_sku change
    sign_in credentials revoke expire_access_tokens available orders shipments duplicate_orders
    delivery_calls skus locations rows next_event_at
    """.split()
)


def respond(vendor: "TradeGeckoVendor", request: SimRequest) -> SimReply:
    match request.path.removeprefix(PREFIX).strip("/"), request.method:
        case "history", "GET":
            return _json(200, {"history": vendor.history, "heard": list(vendor.heard)})
        case "state", "GET":
            return _json(200, _state(vendor))
        case "control", "POST":
            return _do(vendor, request)
        case _:
            return _json(404, {"error": PHRASES[404]})


def _state(vendor: "TradeGeckoVendor") -> dict[str, Any]:
    calls = {f"{method} {resource}": count for (method, resource), count in vendor.calls.items()}
    return {
        "orders": vendor.orders(),
        "shipments": vendor.shipments(),
        "duplicate_orders": vendor.duplicate_orders(),
        "available": {sku: vendor.available(sku) for sku in dict.fromkeys(vendor.skus())},
        "calls": calls,
        "delivery_calls": vendor.delivery_calls(),
        "webhooks_sent": len(vendor.outbox),
        "next_event_at": vendor.next_event_at(),
    }


def _do(vendor: "TradeGeckoVendor", request: SimRequest) -> SimReply:
    """Body: `{"name": "ship", "args": {"order_id": 1}}`."""
    try:
        order = request.json()
        name, arguments = order["name"], order.get("args") or {}
    except (ValueError, TypeError, KeyError):
        return _json(400, {"error": "the body needs a name and args"})
    if name not in DEEDS:
        return _json(404, {"error": f"no such deed: {name}", "deeds": sorted(DEEDS)})
    try:
        return _json(200, {"result": getattr(vendor, name)(**arguments)})
    except (TypeError, ValueError, LookupError, RefusedError) as problem:
        return _json(400, {"error": str(problem)})


def _json(status: int, value: object) -> SimReply:
    body = json.dumps(value, default=_plain, ensure_ascii=False).encode("utf-8", "replace")
    return SimReply(status, body, (("Content-Type", "application/json"),))


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be shown")
