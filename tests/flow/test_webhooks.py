"""A webhook only wakes the poll."""

import base64
import hashlib
import hmac
import json

from tests.flow.stage import Scene
from tranter.engine.inbox import receive
from tranter.sdk.verbs import HookRequest
from tranter.testing.faultmark import fault


def _gecko_hook(scene: Scene, event: str, delivery: str, secret: str = "") -> int:
    key = secret or scene.gecko.options.client_secret
    body = json.dumps({"object_id": 7, "event": event, "timestamp": 1772438400}).encode()
    signature = base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256)).decode()
    headers = {"x-gecko-delivery": delivery, "x-gecko-signature": signature}
    hook = HookRequest(method="POST", url="https://hub.example.com/hooks/1", query=(), headers=headers, body=body)
    return receive(scene.hub, scene.warehouse, hook).status


@fault("API-11")
def test_a_webhook_and_the_poll_at_once_tell_a_parcel_once(scene: Scene) -> None:
    order = scene.ebay.buy_one("KETL")
    scene.pass_time(minutes=10)
    scene.gecko.ship(scene.at_warehouse(order)[0].id)
    for delivery in ("d-1", "d-1", "d-2"):
        assert _gecko_hook(scene, "fulfillment.fulfilled", delivery) == 200
        scene.settle()
    scene.pass_time(minutes=10)

    assert len(scene.ebay.fulfillments(order.order_id)) == 1
    assert scene.status(order) == "confirmed"


def test_a_webhook_is_answered_by_a_poll_at_once(scene: Scene) -> None:
    order = scene.ebay.buy_one("KETL")
    scene.pass_time(minutes=10)
    scene.gecko.ship(scene.at_warehouse(order)[0].id)
    scene.clock.advance(3)
    assert _gecko_hook(scene, "fulfillment.fulfilled", "d-9") == 200
    scene.settle()

    assert scene.status(order) == "confirmed"


def test_a_forged_webhook_wakes_nobody(scene: Scene) -> None:
    due_at = scene.flow("shipments").due_at

    assert _gecko_hook(scene, "fulfillment.fulfilled", "d-3", secret="somebody else's") >= 400
    assert scene.flow("shipments").due_at == due_at


@fault("API-13")
def test_a_webhook_that_nobody_heard_costs_minutes_and_no_order(scene: Scene) -> None:
    """Every message is lost; the poll is the truth."""
    order = scene.ebay.buy_one("KETL")
    scene.pass_time(minutes=6)
    scene.gecko.ship(scene.at_warehouse(order)[0].id)
    scene.pass_time(minutes=6)

    assert scene.status(order) == "confirmed"
