import base64
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.connectors.ebay.world import World
from tranter.connectors.ebay.simulator.notifications import Destination, Subscription
from tranter.sdk.http import NoAnswer, Reply
from tranter.sdk.verbs import HookAnswer, HookRequest
from tranter.testing.faultmark import fault

TOKEN = "t" * 40
URL = "https://hub.example/hooks/ebay/shop"
TOPICS = (
    "ORDER_CONFIRMATION",
    "ORDER_CANCELLATION_ACTIVITY",
    "AUTHORIZATION_REVOCATION",
    "MARKETPLACE_ACCOUNT_DELETION",
)
Signed = tuple[dict[str, str], bytes]


def listening() -> World:
    """A world whose notifications go to URL."""
    world = World(settings={"notification_token": TOKEN})
    notifier = world.vendor._notifier
    notifier.destinations["d"] = Destination("d", "hub", "ENABLED", URL, TOKEN)
    for topic in TOPICS:
        notifier.subscriptions[topic] = Subscription(topic, topic, "ENABLED", "d", "", "1.0")
    return world


def sent(world: World) -> Signed:
    _, headers, body = world.vendor.outbox[-1]
    return {name.lower(): value for name, value in headers.items()}, body


def post(world: World, signed: Signed) -> HookAnswer:
    headers, body = signed
    return world.ebay.receive_hook(HookRequest(method="POST", url=URL, query=(), headers=headers, body=body))


def test_the_challenge_is_answered_for_the_address_as_it_was_registered() -> None:
    world = World(settings={"notification_token": TOKEN})
    hook = HookRequest(method="GET", url=URL, query=(("challenge_code", "abc"),), headers={}, body=b"")
    answer = world.ebay.receive_hook(hook)
    assert (answer.status, answer.content_type) == (200, "application/json")
    expected = hashlib.sha256(f"abc{TOKEN}{URL}".encode()).hexdigest()
    assert json.loads(answer.body) == {"challengeResponse": expected}


def test_without_a_token_there_is_nothing_to_answer() -> None:
    hook = HookRequest(method="GET", url=URL, query=(("challenge_code", "abc"),), headers={}, body=b"")
    assert World().ebay.receive_hook(hook).status == 404


def test_a_token_among_the_credentials_counts() -> None:
    world = World()
    world.pocket.save({"notification_token": TOKEN}, 1)
    hook = HookRequest(method="GET", url=URL, query=(("challenge_code", "abc"),), headers={}, body=b"")
    assert world.ebay.receive_hook(hook).status == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_other_requests_are_refused(method: str) -> None:
    hook = HookRequest(method=method, url=URL, query=(), headers={}, body=b"")
    assert World().ebay.receive_hook(hook).status == 405


@fault("API-14")
def test_a_new_order_only_rings_for_the_poll() -> None:
    world = listening()
    world.vendor.buy_one("LAMP-S")
    first, second = post(world, sent(world)), post(world, sent(world))
    assert (first.status, first.ring) == (200, ("orders",))
    assert first.event_id == second.event_id != ""
    assert (first.erase_buyer, first.signed_out) == ((), "")


def test_a_cancellation_rings_for_the_poll() -> None:
    world = listening()
    order = world.vendor.buy_one("LAMP-S")
    world.vendor.request_cancel(order.order_id)
    assert post(world, sent(world)).ring == ("orders",)


@fault("AUTH-02")
def test_a_withdrawn_consent_signs_out_its_own_account_only() -> None:
    world = listening()
    world.vendor.revoke("PASSWORD_CHANGE")
    answer = post(world, sent(world))
    assert "PASSWORD_CHANGE" in answer.signed_out
    world.vendor._notifier.publish("AUTHORIZATION_REVOCATION", {"userId": "somebody-else"})
    other = post(world, sent(world))
    assert (other.status, other.signed_out) == (200, "")


def test_a_deleted_account_names_the_buyer_to_erase() -> None:
    world = listening()
    world.vendor.delete_account("ada_tern", "u123")
    answer = post(world, sent(world))
    assert (answer.status, answer.erase_buyer) == (200, ("ada_tern", "u123"))


def test_an_unknown_topic_is_taken_and_does_nothing() -> None:
    world = listening()
    known = world.vendor._notifier.subscriptions["ORDER_CONFIRMATION"]
    world.vendor._notifier.subscriptions["LISTING"] = replace(known, topic="LISTING")
    world.vendor._notifier.publish("LISTING", {})
    answer = post(world, sent(world))
    assert (answer.status, answer.ring) == (200, ())


# forgeries


def forged_header(**changes: object) -> str:
    values = {"alg": "ecdsa", "kid": "9936261a-7d7b-4621-a0f1-96ccb428af49", "signature": "AAAA", "digest": "SHA1"}
    return base64.b64encode(json.dumps({**values, **changes}).encode()).decode()


@fault("SEC-06")
@pytest.mark.parametrize(
    "header",
    [
        "",
        "not base64!",
        base64.b64encode(b"not json").decode(),
        base64.b64encode(b"{}").decode(),
        forged_header(signature="?"),
        forged_header(kid="../../sell/fulfillment/v1/order"),
        forged_header(kid="http://evil.example/key"),
        forged_header(kid=""),
        forged_header(),
    ],
)
def test_a_forged_notification_is_refused_and_does_nothing(header: str) -> None:
    world = listening()
    body = json.dumps({"metadata": {"topic": "ORDER_CONFIRMATION"}}).encode()
    answer = post(world, ({"x-ebay-signature": header}, body))
    assert (answer.status, answer.ring) == (412, ())
    assert not any("evil" in path or "order" in path for path in world.tap.paths())


def test_a_body_that_was_changed_by_one_byte_is_refused() -> None:
    world = listening()
    world.vendor.buy_one("LAMP-S")
    headers, body = sent(world)
    assert post(world, (headers, body)).status == 200
    assert post(world, (headers, body + b" ")).status == 412
    assert post(world, (headers, body.replace(b"LAMP", b"lamp") if b"LAMP" in body else body[:-1])).status == 412


def test_forgeries_do_not_cost_a_call_each() -> None:
    world = listening()
    header = forged_header()
    for _ in range(5):
        assert post(world, ({"x-ebay-signature": header}, b"{}")).status == 412
    assert sum("public_key" in path for path in world.tap.paths()) == 1


def test_the_public_key_is_kept_for_an_hour() -> None:
    world = listening()
    world.vendor.buy_one("LAMP-S")
    signed = sent(world)
    for _ in range(3):
        assert post(world, signed).status == 200
    assert sum("public_key" in path for path in world.tap.paths()) == 1
    world.pass_time(3700)
    assert post(world, signed).status == 200
    assert sum("public_key" in path for path in world.tap.paths()) == 2


def test_ebay_sends_again_what_could_not_be_verified_for_now() -> None:
    world = listening()
    world.vendor.buy_one("LAMP-S")
    signed = sent(world)
    for trouble in (NoAnswer("reset"), Reply(503, (), b"")):
        world.tap.passing, world.tap.answers = 0, [trouble]
        assert post(world, signed).status == 500
    assert post(world, signed).status == 200


def test_a_key_is_asked_for_with_the_applications_own_token() -> None:
    world = listening()
    world.vendor.buy_one("LAMP-S")
    post(world, sent(world))
    token_request = next(request for request in world.tap.requests if "oauth2/token" in request.url)
    assert b"client_credentials" in token_request.body


def test_ebays_own_recorded_notification_is_genuine_and_its_changed_ones_are_not(shared: Path) -> None:
    path = shared / "contracts" / "ebay" / "vectors" / "event_notification_sdk_test.json"
    vectors = json.loads(path.read_text())
    valid = vectors["VALID"]
    statuses = {}
    for name, vector in vectors.items():
        if not isinstance(vector, dict) or "signature" not in vector or "message" not in vector:
            continue
        world = World()
        world.ebay.verify()
        token = Reply(200, (), b'{"access_token": "app", "expires_in": 7200}')
        key = Reply(200, (), json.dumps(vector.get("response", valid["response"])).encode())
        world.tap.passing, world.tap.answers = 0, [token, key]
        body = json.dumps(vector["message"], separators=(",", ":"), ensure_ascii=False).encode()
        answer = post(world, ({"x-ebay-signature": vector["signature"]}, body))
        statuses[name] = answer.status
    assert statuses == {"VALID": 200, "INVALID": 412, "SIGNATURE_MISMATCH": 412, "ERROR": 500}
