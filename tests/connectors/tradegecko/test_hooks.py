import base64
import hashlib
import hmac
import json

import pytest

from tests.connectors.tradegecko.rig import rig
from tranter.connectors.tradegecko.connector import TradeGecko
from tranter.sdk.verbs import HookAnswer, HookRequest

SECRET = "simulated-secret"


def hook(event: str, secret: str = SECRET, **changes: str) -> HookRequest:
    body = json.dumps({"object_id": 7, "event": event, "timestamp": 1546272000}).encode()
    signature = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    headers = {"x-gecko-delivery": "d-1", "x-gecko-signature": signature, **changes}
    return HookRequest(method="POST", url="https://hub.example.com/h", query=(), headers=headers, body=body)


def received(event: str, **changes: str) -> HookAnswer:
    return rig().connector.receive_hook(hook(event, **changes))


@pytest.mark.parametrize(
    ("event", "flow"),
    [
        ("fulfillment.fulfilled", "shipments"),
        ("fulfillments.create", "shipments"),
        ("order.fulfilled", "shipments"),
        ("orders.fulfilled", "shipments"),
        ("order.create", "cancellations"),
        ("variant.stock_level_update", "stock"),
        ("variants.stock_level_update", "stock"),
        ("stock_adjustments.create", "stock"),
        ("purchase_order.received", "stock"),
        ("variant.create", "products"),
        ("products.destroy", "products"),
    ],
)
def test_an_event_wakes_its_flow_in_the_singular_and_in_the_plural(event: str, flow: str) -> None:
    answer = received(event)
    assert (answer.status, answer.event_id) == (200, "d-1")
    assert flow in answer.ring


def test_an_event_that_concerns_nobody_is_taken_and_wakes_nothing() -> None:
    answer = received("image.create")
    assert (answer.status, answer.ring) == (200, ())


@pytest.mark.parametrize("signature", ["", "AAAA", "not base64 \u00e9", "simulated-secret"])
def test_a_forged_hook_is_refused_and_wakes_nothing(signature: str) -> None:
    answer = received("fulfillments.create", **{"x-gecko-signature": signature})
    assert (answer.status, answer.ring, answer.event_id) == (401, (), "")


def test_a_hook_signed_with_another_secret_is_refused() -> None:
    assert rig().connector.receive_hook(hook("fulfillments.create", secret="other")).status == 401


def test_without_the_applications_secret_no_hook_is_believed() -> None:
    world = rig()
    world.memory.values.pop("client_secret")
    assert world.connector.receive_hook(hook("fulfillments.create", secret="")).status == 401


def test_the_simulators_own_hooks_are_taken() -> None:
    """The signature that the vendor makes, over the body that it sends."""
    received: list[int] = []
    holder: list[TradeGecko] = []

    def deliver(method: str, url: str, headers: object, body: bytes) -> tuple[int, bytes]:
        assert isinstance(headers, dict)
        low = {name.lower(): value for name, value in headers.items()}
        answer = holder[0].receive_hook(HookRequest(method=method, url=url, query=(), headers=low, body=body))
        received.append(answer.status)
        return answer.status, answer.body

    world = rig(deliver=deliver)
    holder.append(world.connector)
    world.connector._client.post(
        "/webhooks", "webhook", {"event": "order.create", "address": "https://hub.example.com/h"}, ""
    )
    world.connector.push_fulfillment(world.fulfillment())
    world.vendor.advance()
    assert received == [200]


def test_a_hook_that_is_no_json_is_refused() -> None:
    body = b"<html>"
    signature = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
    request = HookRequest(
        method="POST", url="https://hub.example.com/h", query=(), headers={"x-gecko-signature": signature}, body=body
    )
    assert rig().connector.receive_hook(request).status == 400
