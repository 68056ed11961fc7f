"""What comes in at the door, and what the people behind it do."""

import base64
import json
from typing import Any

from tranter.connectors.cartrover.simulator.bucket import Bucket
from tranter.connectors.cartrover.simulator.orders import Orders
from tranter.connectors.cartrover.simulator.refusal import Refused
from tranter.testing.simulator import SimClock, SimReply, SimRequest, json_reply

API_USER, API_KEY = "4711AbCdEf12", "k1E2y3K4e5Y6k7e"
SHIP_METHODS = (("USPS", "01", "USPS First Class Parcel"), ("UPS", "28", "UPS Next Day Air"), ("", "DB", "DHL Parcel"))


class CartRoverVendor:
    name = "cartrover"
    base_url = "http://sim.cartrover"

    def __init__(self, clock: SimClock, skus: tuple[str, ...], stock: int) -> None:
        self.clock = clock
        self.orders = Orders(clock)
        self.stock = dict.fromkeys(skus, stock)
        self._bucket = Bucket(clock)
        self._processes = 0

    # the door

    def handle(self, request: SimRequest) -> SimReply:
        self._processes += 1
        headers = [("X-CartRover-Process-ID", str(self._processes))]
        is_new_order = (request.method, request.path.rstrip("/")) == ("POST", "/v1/cart/orders/cartrover")
        if not is_new_order:
            if not self._bucket.take():
                return self.refusal(429)
            headers.append(("X-CartRover-Api-Minute-Hits-Remaining", str(self._bucket.left)))
        try:
            self._check_key(request)
            answer = self._answer(request.method, request.path.strip("/").split("/")[1:], request)
        except Refused as refused:
            answer = refused.body
        return json_reply(200, answer, tuple(headers))

    def is_token_request(self, request: SimRequest) -> bool:
        return False

    def is_write(self, request: SimRequest) -> bool:
        return request.method == "POST" or "/wms_cancel/" in request.path

    def refusal(self, status: int) -> SimReply:
        """Most refusals come with 200."""
        if status == 429:
            message = "Over API Limit. Please slow down requests."
            return json_reply(200, {"success_code": False, "error_code": "RateLimit", "message": message})
        if status == 401:
            return json_reply(200, Refused("Invalid", "Invalid api_user or api_key").body)
        return json_reply(status, {"success_code": False, "error_code": "Failure", "message": "Server trouble"})

    def credentials(self) -> dict[str, str]:
        return {"api_key": API_KEY}

    # its people

    def ship(self, cust_ref: str, tracking: str, carrier: str = "UPS") -> None:
        """All that is still open leaves in one parcel."""
        self.orders.ship(cust_ref, tracking, carrier)

    def _check_key(self, request: SimRequest) -> None:
        pair = base64.b64encode(f"{API_USER}:{API_KEY}".encode()).decode()
        by_url = (request.param("api_user"), request.param("api_key")) == (API_USER, API_KEY)
        if request.headers.get("authorization") != f"Basic {pair}" and not by_url:
            raise Refused("Invalid", "Invalid api_user or api_key")

    def _answer(self, method: str, parts: list[str], request: SimRequest) -> dict[str, Any]:
        match method, parts:
            case "POST", ["cart", "orders", "cartrover"]:
                return self._created(json.loads(request.body))
            case "POST", ["cart", "orders", "cancel", "cartrover"] | ["cart", "orders", "cancel"]:
                return _good(self.orders.cancel(json.loads(request.body)["cust_ref"], ("new",)))
            case "GET", ["cart", "orders", "wms_cancel", cust_ref]:
                return _good(self.orders.cancel(cust_ref, ("new", "at_wms", "error")))
            case "GET", ["cart" | "merchant", "orders", "list", status]:
                return _good(self.orders.listed(status, request.param("from_date") or "", _window(request, 20)))
            case "GET", ["cart" | "merchant", "orders", "status", cust_ref]:
                return _good(self.orders.status(cust_ref))
            case "GET", ["cart" | "merchant", "orders", cust_ref]:
                return _good(self.orders.view(cust_ref))
            case "GET", ["merchant", "inventory"]:
                rows = [self._stock_row(sku, count) for sku, count in self.stock.items()]
                return _good(rows[_window(request, 20)])
            case "GET", ["wms", "shipmethod", "list"]:
                return _good([{"carrier": a, "code": b, "description": c} for a, b, c in SHIP_METHODS])
        raise Refused("Invalid", "Unknown endpoint")

    def _created(self, body: Any) -> dict[str, Any]:
        orders = body if isinstance(body, list) else [body]
        cust_refs = [self.orders.create(order) for order in orders]
        return {"success_code": True, "cust_ref": cust_refs[0], "order_number": cust_refs[0]}

    def _stock_row(self, sku: str, count: int) -> dict[str, Any]:
        at = self.orders.stamp()
        counts = {"qty_available": count, "qty_on_hand": count, "wms_datetime": at}
        return {"sku": sku, **counts, "aliases": [], "warehouses": {"2352": {"warehouse": "EAST", **counts}}}


def _window(request: SimRequest, default: int) -> slice:
    limit = min(int(request.param("limit") or default), 100)
    start = (int(request.param("page") or 1) - 1) * limit
    return slice(start, start + limit)


def _good(response: Any) -> dict[str, Any]:
    return {"success_code": True, "response": response}
