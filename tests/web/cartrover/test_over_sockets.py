"""A client written from the catalogue alone, over a real socket, with the habits of those that are in use."""

import base64
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.stage import Stage, staged
from tests.ledger.conftest import empty
from tests.web.cartrover.client import EVERYBODY, an_order
from tranter.engine import api_keys
from tranter.engine.api_keys import WantedKey
from tranter.ledger.api_keys import Level, MadeKey
from tranter.ledger.book import ensure_book
from tranter.ledger.team import Hand
from tranter.web.cartrover.endpoints import ENDPOINTS

__all__ = ["empty"]

HABITS = "Accept: */*\r\nUser-Agent: CartRover PhpClient/v1\r\nContent-type: application/json\r\n"


class Wire:
    """Writes the bytes itself. What it answers to `call` is (status, headers, body)."""

    def __init__(self, stage: Stage, made: MadeKey) -> None:
        self._address = (stage.address.host, stage.address.port)
        self._login = base64.b64encode(f"{made.key.api_user}:{made.secret}".encode()).decode()

    def call(self, method: str, path: str, body: bytes = b"", extra: str = "") -> tuple[int, dict[str, str], Any]:
        if "chunked" in extra:
            body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:50], body[50:], b""))
        length = f"Content-Length: {len(body)}\r\n" if body and "chunked" not in extra else ""
        head = (
            f"{method} /v1/{path} HTTP/1.1\r\nHost: api.cartrover.com\r\nAuthorization: Basic {self._login}\r\n"
            f"{HABITS}{length}{extra}Connection: close\r\n\r\n"
        )
        with socket.create_connection(self._address, timeout=30) as wire, wire.makefile("rb") as reading:
            wire.sendall(head.encode())
            if "Expect" in extra:
                assert reading.readline().startswith(b"HTTP/1.1 100")
                assert reading.readline() == b"\r\n"
            wire.sendall(body)
            status = int(reading.readline().split()[1])
            lines = iter(reading.readline, b"\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (one.decode().partition(":") for one in lines)}
            return status, headers, json.loads(reading.read())

    def get(self, path: str) -> Any:
        return self.call("GET", path)[2]

    def post(self, path: str, body: object, extra: str = "") -> Any:
        return self.call("POST", path, json.dumps(body).replace("/", "\\/").encode(), extra)[2]


def key(stage: Stage, level: Level, name: str) -> MadeKey:
    now = stage.hub.ports.clock.now()
    ensure_book(stage.hub.vault, "default", now)
    hand = Hand(vault=stage.hub.vault, actor="operator", now=now)
    merchant = None if level is Level.WAREHOUSE else "default"
    return api_keys.make(stage.hub, hand, EVERYBODY, WantedKey(level=level, name=name, merchant=merchant))


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("wire") / "home", empty, base_url="") as made:
        yield made


@pytest.fixture(scope="module")
def wire(stage: Stage) -> Wire:
    return Wire(stage, key(stage, Level.CART, "till"))


def test_every_endpoint_answers_over_the_wire(stage: Stage, wire: Wire) -> None:
    assert wire.post("cart/orders/cartrover?", [an_order("W-1")])["success_code"] is True
    house = Wire(stage, key(stage, Level.WAREHOUSE, "house"))
    for one in ENDPOINTS:
        path = one.path.format(cust_ref="W-1", status="any", sku="LAMP", order_source="till")
        body = b'[{"cust_ref": "W-1", "cart_code": "x", "wms_code": null}]' if one.method == "POST" else b""
        caller = house if one.level is Level.WAREHOUSE else wire
        status, headers, said = caller.call(one.method, f"{path}?", body)
        assert status == 200, one.path
        assert headers["x-cartrover-process-id"], one.path
        assert headers["content-type"] == "application/json"
        assert "set-cookie" not in headers
        assert said["success_code"] is True or said["message"], one.path


def test_a_long_body_waits_for_the_word_to_go_on(wire: Wire) -> None:
    order = an_order("W-LONG", extra_fields={"long": "x" * 1_500_000})

    said = wire.post("cart/orders/cartrover?", [order], "Expect: 100-continue\r\n")

    assert said == {"success_code": True, "cust_ref": "W-LONG", "order_number": "W-LONG"}


def test_a_body_may_come_in_chunks(wire: Wire) -> None:
    body = json.dumps(an_order("W-CHUNK")).encode()

    said = wire.call("POST", "cart/orders/cartrover", body, "Transfer-Encoding: chunked\r\n")[2]

    assert said["success_code"] is True


def test_no_orders_by_get_are_an_order_that_is_not_there(wire: Wire) -> None:
    said = wire.get("cart/orders/cartrover?")

    assert (said["error_code"], said["message"]) == ("Invalid", "Order not found: cartrover")


@pytest.mark.parametrize("sku", ["A/B C", "A%2FB%20C", "A B/C?x=1", "Ä/Ü"])
def test_a_sku_comes_through_however_little_of_it_is_escaped(wire: Wire, sku: str) -> None:
    said = wire.get(f"merchant/product/{sku}")

    assert said["error_code"] == "Invalid"
    assert said["message"].startswith("Product not found: ")


def test_a_blank_in_the_first_line_is_only_forgiven_where_skus_are(stage: Stage) -> None:
    with socket.create_connection((stage.address.host, stage.address.port), timeout=30) as wire:
        wire.sendall(b"GET /sign-in here HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert wire.makefile("rb").readline().split()[1] == b"400"
