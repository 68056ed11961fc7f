import hashlib
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from bidkit.notifications import _decode_signature_header, _load_public_key, _verify, challenge_response

from tests.simulators.ebay.seller import Seller

BASE = "/commerce/notification/v1"
ENDPOINT = "https://hub.example/hooks/ebay"
TOKEN = "t" * 40


class Hub:
    """Somebody who listens: answers the challenge, and takes or refuses what comes."""

    def __init__(self) -> None:
        self.taken: list[dict] = []
        self.refuse = 0
        self.wrong = False

    def __call__(self, method, url, headers, body):
        if method == "GET":
            code = parse_qs(urlsplit(url).query)["challenge_code"][0]
            answer = challenge_response(code, "x" if self.wrong else TOKEN, ENDPOINT)
            return 200, json.dumps(answer).encode()
        if self.refuse:
            self.refuse -= 1
            return 500, b""
        self.taken.append(json.loads(body))
        return 204, b""


def destination(**changes: object) -> dict[str, object]:
    config = {"endpoint": ENDPOINT, "verificationToken": TOKEN}
    return {"name": "hub", "status": "ENABLED", "deliveryConfig": config, **changes}


def subscription(topic: str, destination_id: str, **changes: object) -> dict[str, object]:
    payload = {"format": "JSON", "schemaVersion": "1.0", "deliveryProtocol": "HTTPS"}
    return {
        "topicId": topic,
        "status": "ENABLED",
        "destinationId": destination_id,
        "payload": payload,
        **changes,
    }


def listening(seller: Seller) -> str:
    """A destination; returns its id."""
    assert seller.call("PUT", f"{BASE}/config", {"alertEmail": "ops@hub.example"}).status == 204
    answer = seller.post(f"{BASE}/destination", destination())
    assert answer.status == 201
    return answer.headers["Location"].rpartition("/")[2]


def subscribed(seller: Seller, topic: str) -> str:
    answer = seller.post(f"{BASE}/subscription", subscription(topic, listening(seller)))
    assert answer.status == 201
    return answer.headers["Location"].rpartition("/")[2]


def test_the_configuration_comes_before_the_destination(seller):
    assert seller.get(f"{BASE}/config").error_ids == [195026]
    assert seller.post(f"{BASE}/destination", destination()).error_ids == [195003]
    assert seller.call("PUT", f"{BASE}/config", {"alertEmail": "nobody"}).error_ids == [195025]
    listening(seller)
    assert seller.get(f"{BASE}/config").json == {"alertEmail": "ops@hub.example"}


@pytest.mark.parametrize(
    ("changes", "error_id"),
    [
        ({"name": "n" * 65}, 195016),
        ({"status": "ASLEEP"}, 195018),
        ({"deliveryConfig": {"endpoint": "http://hub.example", "verificationToken": TOKEN}}, 195017),
        ({"deliveryConfig": {"endpoint": "https://localhost/x", "verificationToken": TOKEN}}, 195017),
        ({"deliveryConfig": {"endpoint": ENDPOINT, "verificationToken": "short"}}, 195019),
        ({}, 195021),
    ],
)
def test_each_wrong_destination_has_its_own_error(seller, changes, error_id):
    listening(seller)
    assert seller.post(f"{BASE}/destination", destination(**changes)).error_ids == [error_id]


def test_a_destination_must_answer_the_challenge(open_shop):
    hub = Hub()
    seller = open_shop(deliver=hub)
    hub.wrong = True
    seller.call("PUT", f"{BASE}/config", {"alertEmail": "ops@hub.example"})
    assert seller.post(f"{BASE}/destination", destination()).error_ids == [195020]
    hub.wrong = False
    listening(seller)


def test_the_challenge_hashes_code_token_and_endpoint_in_this_order():
    digest = hashlib.sha256(f"c{TOKEN}{ENDPOINT}".encode()).hexdigest()
    assert challenge_response("c", TOKEN, ENDPOINT) == {"challengeResponse": digest}


def test_a_topic_wants_the_right_kind_of_token(seller):
    destination_id = listening(seller)
    deletion = subscription("MARKETPLACE_ACCOUNT_DELETION", destination_id)
    assert seller.post(f"{BASE}/subscription", deletion).error_ids == [195011]
    assert seller.post(f"{BASE}/subscription", subscription("ORDER_CONFIRMATION", destination_id)).status == 201
    again = seller.post(f"{BASE}/subscription", subscription("ORDER_CONFIRMATION", destination_id))
    assert again.error_ids == [195012]
    seller.token = seller.application_token()
    assert seller.post(f"{BASE}/subscription", deletion).status == 201


@pytest.mark.parametrize(
    ("changes", "error_id"),
    [
        ({"topicId": "WEATHER"}, 195027),
        ({"status": "ASLEEP"}, 195006),
        ({"destinationId": "none"}, 195007),
        ({"payload": {}}, 195010),
        ({"payload": {"format": "XML", "deliveryProtocol": "HTTPS"}}, 195009),
        ({"payload": {"format": "JSON", "deliveryProtocol": "HTTPS", "schemaVersion": "9"}}, 195008),
    ],
)
def test_each_wrong_subscription_has_its_own_error(seller, changes, error_id):
    body = subscription("ORDER_CONFIRMATION", listening(seller), **changes)
    assert seller.post(f"{BASE}/subscription", body).error_ids == [error_id]


def test_a_new_order_is_announced_with_a_signature_that_ebays_key_verifies(seller):
    subscribed(seller, "ORDER_CONFIRMATION")
    order = seller.vendor.buy_one("LAMP-S", 2)
    url, headers, body = seller.vendor.outbox[0]
    assert url == ENDPOINT
    message = json.loads(body)
    assert message["notification"]["data"]["order"]["orderId"] == order.order_id
    kid, signature = _decode_signature_header(headers["X-EBAY-SIGNATURE"])
    key = seller.get(f"{BASE}/public_key/{kid}").json
    assert "\n" not in key["key"]
    verifier = _load_public_key(key["key"], key["digest"])
    assert _verify(verifier, signature, body)
    assert not _verify(verifier, signature, body.replace(b"ORDER", b"0RDER"))
    assert seller.get(f"{BASE}/public_key/another").error_ids == [195001]


def test_a_refused_notification_is_tried_three_times_in_all(open_shop, clock):
    hub = Hub()
    seller = open_shop(deliver=hub)
    subscribed(seller, "ORDER_CONFIRMATION")
    hub.refuse = 2
    seller.vendor.buy_one("LAMP-S")
    assert seller.vendor.send_notifications() == 0
    clock.sleep(60)
    assert seller.vendor.send_notifications() == 0
    clock.sleep(300)
    assert seller.vendor.send_notifications() == 1
    assert hub.taken[0]["notification"]["publishAttemptCount"] == 3
    hub.refuse = 9
    seller.vendor.buy_one("LAMP-S")
    for _ in range(5):
        seller.vendor.send_notifications()
        clock.sleep(600)
    assert len(list(seller.vendor.shop.history.of_kind("notification_given_up"))) == 1


def test_a_cancellation_a_withdrawal_and_a_leaving_buyer_are_announced(seller):
    subscribed(seller, "ORDER_CANCELLATION_ACTIVITY")
    destination_id = next(iter(seller.vendor._notifier.destinations))
    seller.token = seller.application_token()
    for topic in ("AUTHORIZATION_REVOCATION", "MARKETPLACE_ACCOUNT_DELETION"):
        assert seller.post(f"{BASE}/subscription", subscription(topic, destination_id)).status == 201
    order = seller.vendor.buy_one("LAMP-S")
    seller.vendor.request_cancel(order.order_id)
    seller.vendor.revoke("PASSWORD_CHANGE")
    seller.vendor.delete_account(order.buyer.username, order.buyer.user_id)
    topics = [json.loads(body)["metadata"]["topic"] for _, _, body in seller.vendor.outbox]
    assert topics == [
        "ORDER_CANCELLATION_ACTIVITY",
        "AUTHORIZATION_REVOCATION",
        "MARKETPLACE_ACCOUNT_DELETION",
    ]
    left = json.loads(seller.vendor.outbox[-1][2])["notification"]["data"]
    assert sorted(left) == ["eiasToken", "userId", "username"]


def test_subscriptions_can_be_switched_off_tried_and_removed(seller):
    subscription_id = subscribed(seller, "ORDER_CONFIRMATION")
    path = f"{BASE}/subscription/{subscription_id}"
    assert seller.post(f"{path}/test", {}).status == 202
    assert len(seller.vendor.outbox) == 1
    assert seller.post(f"{path}/disable", {}).status == 204
    seller.vendor.buy_one("LAMP-S")
    assert len(seller.vendor.outbox) == 1
    assert seller.post(f"{path}/enable", {}).status == 204
    in_use = seller.get(path).json["destinationId"]
    assert seller.call("DELETE", f"{BASE}/destination/{in_use}").error_ids == [195024]
    asleep = destination(status="DISABLED")
    assert seller.call("PUT", f"{BASE}/destination/{in_use}", asleep).status == 204
    assert seller.post(f"{path}/enable", {}).error_ids == [195015]
    assert seller.call("DELETE", path).status == 204
    assert seller.get(path).error_ids == [195013]
    assert seller.call("DELETE", f"{BASE}/destination/{in_use}").status == 204
    assert seller.get(f"{BASE}/destination/{in_use}").error_ids == [195022]


def test_the_topics_can_be_read(seller):
    topics = [topic["topicId"] for topic in seller.get(f"{BASE}/topic?limit=10").json["topics"]]
    assert "ORDER_CONFIRMATION" in topics
    assert seller.get(f"{BASE}/topic/ORDER_CONFIRMATION").json["scope"] == "USER"
    assert seller.get(f"{BASE}/topic/WEATHER").error_ids == [195002]
    assert seller.get(f"{BASE}/topic?limit=5").error_ids == [195004]
