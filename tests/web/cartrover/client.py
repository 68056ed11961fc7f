"""A client of the CartRover API, without a socket; and orders to hand in."""

import base64
import json
from typing import Any

from django.http import HttpResponse

from tests.web.house import Web
from tranter.engine import api_keys
from tranter.engine.api_keys import WantedKey
from tranter.engine.team import Inviter
from tranter.ledger.api_keys import USUAL, Level, MadeKey, Scope
from tranter.ledger.team import Hand

EVERYBODY = Inviter(id=None, name="", reach=None)
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def made_key(web: Web, level: str, name: str = "till", **wanted: Any) -> MadeKey:
    hand = Hand(vault=web.scene.vault, actor="operator", now=web.scene.clock.now())
    merchant = None if level == "warehouse" else wanted.pop("merchant", "default")
    scopes: frozenset[Scope] = wanted.pop("scopes", USUAL)
    new = WantedKey(level=Level(level), name=name, merchant=merchant, scopes=scopes, **wanted)
    return api_keys.make(web.scene.hub, hand, EVERYBODY, new)


class Client:
    """`said` is the last answer's body, `answer` the answer."""

    def __init__(self, web: Web, made: MadeKey) -> None:
        self.web, self.user, self.key = web, made.key.api_user, made.secret
        self.answer: HttpResponse = HttpResponse()
        self.said: dict[str, Any] = {}

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, b"", headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask("POST", path, raw, headers)

    def form(self, path: str, body: str) -> Any:
        return self.ask("POST", path, body.encode(), {"Content-Type": FORM})

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
        """What it answers: `response` where there is one."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = self.web.ask(method, f"/v1/{path}", body, {"Authorization": self.basic, **named})
        self.said = json.loads(self.answer.content)
        return self.said.get("response", self.said)

    @property
    def basic(self) -> str:
        return "Basic " + base64.b64encode(f"{self.user}:{self.key}".encode()).decode()

    def header(self, name: str) -> str:
        return str(self.answer.headers.get(name, ""))

    @property
    def refusal(self) -> tuple[str, str]:
        assert self.answer.status_code == 200
        assert self.said["success_code"] is False
        return self.said["error_code"], self.said["message"]

    def hand_in(self, reference: str, **fields: Any) -> Any:
        return self.post("cart/orders/cartrover", an_order(reference, **fields))

    def status(self, reference: str) -> str:
        return str(self.get(f"cart/orders/status/{reference}")["order_status"])


def client(web: Web, level: str = "cart", name: str = "till", **wanted: Any) -> Client:
    return Client(web, made_key(web, level, name, **wanted))


def an_order(reference: str, **fields: Any) -> dict[str, Any]:
    return {
        "cust_ref": reference,
        "ship_first_name": "Ada",
        "ship_last_name": "Byron",
        "ship_address_1": "1 Harbour Street",
        "ship_city": "Portland",
        "ship_state": "OR",
        "ship_zip": "97201",
        "ship_country": "USA",
        "ship_is_billing": True,
        "items": [{"item": "LAMP", "quantity": 2, "price": "12.50"}],
        **fields,
    }
