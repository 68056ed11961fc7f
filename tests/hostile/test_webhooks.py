"""Webhooks of somebody else's making, and true ones that come again: nothing happens that should not."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.flow.stage import Scene
from tests.web.house import BASE_URL, Web, served
from tests.web.test_hooks import SHOP, TOKEN, WAREHOUSE, gecko_signature, subscribe
from tranter.ledger import credentials
from tranter.ledger.connections import ConnectionState
from tranter.ledger.models import Flow, HookEvent, JournalEntry
from tranter.testing.faultmark import fault


@pytest.fixture
def hub(scene: Scene) -> Iterator[Web]:
    credentials.save(scene.vault, scene.cart.id, {"notification_token": TOKEN}, None, scene.clock.now())
    with served(scene, base_url=BASE_URL) as web:
        subscribe_at(scene, web)
        yield web


def subscribe_at(scene: Scene, web: Web) -> None:
    scene.ebay.options.deliver = lambda method, url, headers, body: (
        (answer := web.ask(method, url, body, dict(headers))).status_code,
        answer.content,
    )
    subscribe(scene)


def genuine(scene: Scene) -> tuple[dict[str, str], bytes]:
    scene.ebay.buy_one("LAMP")
    _, headers, body = scene.ebay.outbox[-1]
    return dict(headers), body


def standing(scene: Scene) -> object:
    """All that a webhook may move."""
    flows = list(Flow.objects.order_by("pk").values_list("name", "due_at", "rung"))
    return flows, HookEvent.objects.count(), JournalEntry.objects.count(), scene.cart.state


@fault("SEC-06")
def test_one_bit_of_the_body_or_the_signature_makes_it_a_forgery(scene: Scene, hub: Web) -> None:
    headers, body = genuine(scene)
    signed = json.loads(base64.b64decode(headers["X-EBAY-SIGNATURE"]))
    signature = base64.b64decode(signed["signature"])
    before, got = standing(scene), set()

    for place in range(0, len(body), 7):
        got.add(hub.ask("POST", SHOP, flipped(body, place), dict(headers)).status_code)
    for place in range(len(signature)):
        other = {**signed, "signature": base64.b64encode(flipped(signature, place)).decode()}
        got.add(hub.ask("POST", SHOP, body, {**headers, "X-EBAY-SIGNATURE": packed(other)}).status_code)

    assert got == {412}
    assert standing(scene) == before
    assert hub.ask("POST", SHOP, body, dict(headers)).status_code == 200


def flipped(value: bytes, place: int) -> bytes:
    return value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :]


def packed(signature: dict[str, object]) -> str:
    return base64.b64encode(json.dumps(signature).encode()).decode()


@fault("SEC-06")
@pytest.mark.parametrize(
    "change",
    [
        {"alg": "none"},
        {"alg": "none", "signature": ""},
        {"alg": "HS256", "signature": base64.b64encode(b"\0" * 32).decode()},
        {"signature": ""},
        {"signature": None},
        {"signature": []},
        {"kid": None},
        {"kid": "../../../oauth2/token"},
        {"kid": "x" * 10_000},
        {"digest": "MD5", "signature": "AAAA"},
        {"signature": "A" * 100_000},
    ],
)
def test_whoever_chooses_the_way_of_signing_gains_nothing(scene: Scene, hub: Web, change: dict[str, object]) -> None:
    headers, body = genuine(scene)
    signed = json.loads(base64.b64decode(headers["X-EBAY-SIGNATURE"]))
    before = standing(scene)
    forged = body.replace(b"ORDER_CONFIRMATION", b"MARKETPLACE_ACCOUNT_DELETION")

    answer = hub.ask("POST", SHOP, forged, {**headers, "X-EBAY-SIGNATURE": packed({**signed, **change})})

    assert answer.status_code in (412, 500)
    assert standing(scene) == before


@fault("SEC-06")
def test_the_warehouses_hook_is_refused_before_it_is_read(scene: Scene, hub: Web) -> None:
    body = json.dumps({"object_id": 1, "event": "fulfillments.create", "timestamp": 1}).encode()
    right = gecko_signature(scene, body)
    before = standing(scene)
    wrong = [right.lower(), right[:-4], right + right, f"sha256={right}", "", gecko_signature(scene, body + b" ")]

    for signature in wrong:
        headers = {"X-Gecko-Delivery": "d", "X-Gecko-Signature": signature}
        for sent in (body, b"{", b"\xff\xfe", b"[" * 100_000):
            assert hub.ask("POST", WAREHOUSE, sent, dict(headers)).status_code == 401

    assert standing(scene) == before


@fault("SEC-07")
@pytest.mark.parametrize("later", [timedelta(minutes=10), timedelta(days=10)])
def test_a_true_message_that_comes_again_does_nothing_again(scene: Scene, hub: Web, later: timedelta) -> None:
    headers, body = genuine(scene)
    assert hub.ask("POST", SHOP, body, dict(headers)).status_code == 200
    scene.settle()
    scene.clock.jump(scene.clock.now() + later)
    scene.settle()
    before = standing(scene)

    assert hub.ask("POST", SHOP, body, dict(headers)).status_code == 200

    assert standing(scene) == before


@fault("SEC-07")
def test_an_old_withdrawal_of_consent_does_not_sign_out_who_signed_in_since(scene: Scene, hub: Web) -> None:
    """Kept by somebody and sent again when the hub has long forgotten that it came."""
    scene.ebay.revoke()
    _, headers, body = scene.ebay.outbox[-1]
    hub.ask("POST", SHOP, body, dict(headers))
    assert scene.cart.state is ConnectionState.NEEDS_SIGN_IN
    scene.sign_in_again("shop")
    scene.poll_rarely()
    scene.clock.jump(scene.clock.now() + timedelta(days=40))
    HookEvent.objects.all().delete()

    hub.ask("POST", SHOP, body, dict(headers))

    assert scene.cart.state is ConnectionState.LIVE


@fault("SEC-07")
def test_a_hook_says_nothing_that_is_believed(scene: Scene, hub: Web) -> None:
    """It wakes the poll, and the poll sees what is true: the order is still there, and nothing was shipped."""
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)
    for number, event in enumerate(("order.destroyed", "fulfillment.fulfilled", "order.void")):
        body = json.dumps({"object_id": scene.at_warehouse(order)[0].id, "event": event, "timestamp": 1}).encode()
        headers = {"X-Gecko-Delivery": f"d{number}", "X-Gecko-Signature": gecko_signature(scene, body)}
        assert hub.ask("POST", WAREHOUSE, body, headers).status_code == 200
    scene.settle()

    assert scene.status(order) == "at_wms"
    assert scene.posts() == 1
