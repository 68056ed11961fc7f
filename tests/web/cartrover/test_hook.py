"""Orders told to an address, as CartRover tells them."""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.web.cartrover.client import Client
from tranter.engine import webhooks as engine
from tranter.engine.hub import Hub
from tranter.engine.webhooks import Told
from tranter.ledger import webhooks
from tranter.ledger.models import WebhookMessage
from tranter.ledger.webhooks import CARTROVER, Wanted, WebhookProblem
from tranter.sdk.http import Reply, Request
from tranter.web.cartrover.hook import orders_told

URL = "https://wms.example/orders"


class Receiver:
    """Keeps what is signed with its secret over the raw body."""

    def __init__(self) -> None:
        self.secret, self.answer = "", 200
        self.taken: list[Any] = []
        self.headers: dict[str, str] = {}

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        self.headers = dict(request.headers)
        mark = hmac.new(self.secret.encode(), request.body, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(self.headers["x-tranter-signature"], mark)
        if self.answer == 200:
            self.taken += json.loads(request.body)["orders"]
        return Reply(self.answer, (), b"")


def listening(till: Client, *events: str) -> tuple[Receiver, Any]:
    """With a way to send what is due."""
    scene, receiver = till.web.scene, Receiver()
    hub = Hub(scene.vault, replace(scene.hub.ports, transport=receiver))
    wanted = Wanted(url=URL, events=events, style=CARTROVER)
    _, receiver.secret = engine.add(scene.book, wanted, "operator", scene.clock.now())
    return receiver, lambda: engine.send_due(hub, Told("https://hub.example", {CARTROVER: orders_told}))


def test_a_new_order_is_told_as_the_api_tells_it(till: Client) -> None:
    receiver, send = listening(till)
    till.hand_in("A-1", extra_fields={"desk": "4"})

    send()

    [told] = receiver.taken
    shown = "?include_order_extras=Y&include_line_extras=Y&include_aliases=Y"
    assert told == till.get(f"cart/orders/A-1{shown}")
    assert (told["delivered_to_wms_date"], told["shipments"]) == (None, [])
    assert (len(receiver.secret), receiver.secret.isalnum()) == (15, True)


def test_what_happens_to_it_is_told_with_its_parcels_where_that_was_asked_for(till: Client) -> None:
    receiver, send = listening(till, "order.shipped")
    till.hand_in("A-1")
    till.web.scene.pass_time(minutes=1)
    till.web.scene.gecko.ship(till.web.scene.gecko.orders()[0].id)
    till.web.scene.pass_time(minutes=10)

    send()

    [told] = receiver.taken
    assert told["shipments"][0]["tracking_no"]


def test_what_is_not_taken_is_sent_again_as_the_order_stands_then(till: Client) -> None:
    receiver, send = listening(till)
    receiver.answer = 500
    till.hand_in("A-1")
    send()
    assert receiver.taken == []

    till.post("cart/orders/cancel", {"cust_ref": "A-1"})
    receiver.answer = 200
    till.web.scene.clock.jump(till.web.scene.clock.now() + timedelta(minutes=5))
    send()
    assert [one["sending_canceled"] for one in receiver.taken] == ["Y"]


def test_no_buyer_lies_in_what_waits(till: Client) -> None:
    listening(till)
    till.hand_in("A-1", ship_last_name="Byron-Lovelace")

    assert WebhookMessage.objects.count() > 0
    assert "Lovelace" not in str(WebhookMessage.objects.values())


def test_a_new_secret_leaves_the_old_one_a_day(till: Client) -> None:
    receiver, send = listening(till)
    scene = till.web.scene
    [hook] = webhooks.listed(scene.book)
    old = receiver.secret
    _, receiver.secret = webhooks.renew_secret(scene.book, hook.id, "operator", scene.clock.now())
    till.hand_in("A-1")

    send()

    assert receiver.taken
    assert len(receiver.headers["x-tranter-signature-old"]) == 64
    assert old != receiver.secret


def test_only_orders_are_told_so(till: Client) -> None:
    for wanted in (Wanted(url=URL, events=("stock.pushed",), style=CARTROVER), Wanted(url=URL, style="smoke")):
        with pytest.raises(WebhookProblem):
            engine.add(till.web.scene.book, wanted, "operator", till.web.scene.clock.now())
