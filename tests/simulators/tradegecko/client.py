"""A caller without any code of the product, and the orders it sends."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tranter.connectors.tradegecko.simulator import TradeGeckoVendor, simulator
from tranter.testing.simulator import SimReply, SimRequest

TOKEN = "privileged-token"


class StoppedClock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 9, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Answer:
    status: int
    json: Any
    headers: dict[str, str]

    @classmethod
    def of(cls, reply: SimReply) -> "Answer":
        headers = dict(reply.headers)
        is_json = "json" in headers.get("Content-Type", "") and reply.body
        return cls(reply.status, json.loads(reply.body) if is_json else reply.body, headers)


class Caller:
    def __init__(self, **options: Any) -> None:
        self.clock = StoppedClock()
        seed = options.pop("seed", 7)
        options = {"access_token": TOKEN, **options}
        self.vendor: TradeGeckoVendor = simulator(self.clock, seed=seed, **options)
        self.token = TOKEN

    def send(self, method: str, url: str, body: object = None, **headers: str) -> Answer:
        sent = {"authorization": f"Bearer {self.token}"}
        data = b""
        if isinstance(body, bytes):
            data = body
        elif body is not None:
            data = json.dumps(body).encode()
            sent["content-type"] = "application/json"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        request = SimRequest.from_url(method, f"http://sim.tradegecko{url}", sent, data)
        return Answer.of(self.vendor.handle(request))

    def get(self, path: str, **query: object) -> Answer:
        text = urlencode(dict(query.items()), doseq=True)
        return self.send("GET", f"{path}?{text}" if text else path)

    def rows(self, path: str, **query: object) -> list[dict[str, Any]]:
        answer = self.get(path, **query)
        assert answer.status == 200, answer
        plural = path.strip("/").partition("/")[0]
        rows: list[dict[str, Any]] = answer.json[plural]
        return rows

    def create(self, singular: str, values: dict[str, Any], path: str = "", **headers: str) -> Answer:
        plural = {"company": "companies", "address": "addresses", "currency": "currencies"}.get(singular)
        return self.send("POST", path or f"/{plural or singular + 's'}", {singular: values}, **headers)

    def order(self, **values: Any) -> dict[str, Any]:
        answer = self.create("order", whole_order(self, **values))
        assert answer.status == 201, answer
        order: dict[str, Any] = answer.json["order"]
        return order

    def show(self, path: str) -> dict[str, Any]:
        answer = self.get(path)
        assert answer.status == 200, answer
        return next(value for value in answer.json.values() if isinstance(value, dict))

    def variant_id(self, sku: str) -> int:
        return next(int(row["id"]) for row in self.vendor.rows("variants") if row["sku"] == sku)

    def act(self, order_id: int, action: str, body: object = None) -> Answer:
        return self.send("POST", f"/orders/{order_id}/actions/{action}", body or {})


COMPANY = {"name": "Bea Buyer", "company_type": "consumer", "email": "bea@example.com"}
ADDRESS = {"address1": "1 Long Lane", "city": "Springfield", "country": "US", "zip_code": "12345"}


def line(caller: Caller, sku: str = "", quantity: int = 1, **values: Any) -> dict[str, Any]:
    sku = sku or caller.vendor.skus()[0]
    return {"variant_id": caller.variant_id(sku), "quantity": quantity, "price": "10.00", **values}


def whole_order(caller: Caller, **values: Any) -> dict[str, Any]:
    return {
        "status": "active",
        "issued_at": "2026-03-02",
        "order_number": "E-1001",
        "reference_number": "11-00001-00001",
        "company": COMPANY,
        "shipping_address": ADDRESS,
        "order_line_items": [line(caller)],
        **values,
    }
