"""A seller's program, as small as can be: it calls the simulator and reads what comes back."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element, fromstring

from tranter.connectors.ebay.simulator import EbayVendor, Order
from tranter.testing.simulator import SimRequest

SCOPE = "https://api.ebay.com/oauth/api_scope"


class StoppedClock:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error_ids(self) -> list[int]:
        return [error["errorId"] for error in self.json["errors"]]


class Seller:
    def __init__(self, vendor: EbayVendor, clock: StoppedClock) -> None:
        self.vendor, self.clock = vendor, clock
        self.token = self.refresh()

    def basic(self) -> str:
        known = self.vendor.credentials()
        pair = f"{known['client_id']}:{known['client_secret']}"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    def form(self, path: str, fields: Mapping[str, str], authorization: str | None = None) -> Answer:
        headers = {"authorization": self.basic() if authorization is None else authorization}
        return self.send("POST", path, urlencode(fields).encode(), headers)

    def tokens(self, **fields: str) -> Answer:
        return self.form("/identity/v1/oauth2/token", fields)

    def refresh(self, **more: str) -> str:
        answer = self.tokens(
            grant_type="refresh_token", refresh_token=self.vendor.credentials()["refresh_token"], **more
        )
        return str(answer.json["access_token"])

    def application_token(self) -> str:
        return str(self.tokens(grant_type="client_credentials", scope=SCOPE).json["access_token"])

    def send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        url = f"{self.vendor.base_url}{path}"
        host = self.vendor.base_url.partition("//")[2]
        reply = self.vendor.handle(SimRequest.from_url(method, url, {"host": host, **headers}, body))
        return Answer(reply.status, reply.body, dict(reply.headers))

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """A REST call; pass `accept_language=""` and the like to leave a header out."""
        given = {"authorization": f"Bearer {self.token}", "accept-language": "en-US"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        raw = b"" if body is None else json.dumps(body).encode()
        return self.send(method, path, raw, {name: value for name, value in given.items() if value})

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: object, **headers: str) -> Answer:
        return self.call("POST", path, body, **headers)

    def orders(self, filter: str = "", **query: str) -> Answer:  # noqa: A002 - eBay's word
        asked = {**({"filter": filter} if filter else {}), **query}
        return self.get(f"/sell/fulfillment/v1/order?{urlencode(asked)}")

    def ship(self, order: Order, **body: object) -> Answer:
        whole = [{"lineItemId": line.line_item_id, "quantity": line.quantity} for line in order.lines]
        return self.post(
            f"/sell/fulfillment/v1/order/{order.order_id}/shipping_fulfillment", {"lineItems": whole, **body}
        )

    def parcels(self, order: Order) -> Any:
        return self.get(f"/sell/fulfillment/v1/order/{order.order_id}/shipping_fulfillment").json

    def bulk(self, *rows: dict[str, object]) -> Answer:
        return self.post("/sell/inventory/v1/bulk_update_price_quantity", {"requests": list(rows)})

    def trading(self, name: str, inner: str = "", **headers: str) -> Element:
        given = {"x-ebay-api-call-name": name, "x-ebay-api-iaf-token": self.token}
        given |= {key.replace("_", "-"): value for key, value in headers.items()}
        text = f'<{name}Request xmlns="urn:ebay:apis:eBLBaseComponents">{inner}</{name}Request>'
        answer = self.send("POST", "/ws/api.dll", text.encode(), given)
        assert answer.status == 200
        root = fromstring(answer.body)
        for element in root.iter():
            element.tag = element.tag.rpartition("}")[2]
        return root

    def offers(self, sku: str) -> list[Any]:
        return list(self.get(f"/sell/inventory/v1/offer?sku={quote(sku, safe='')}").json["offers"])


def codes(answer: Element) -> list[str]:
    return [each.text or "" for each in answer.findall("Errors/ErrorCode")]
