import base64
import hashlib
import hmac
import json
from collections.abc import Mapping

import pytest

from tests.simulators.tradegecko.client import Caller

ADDRESS = "https://hub.example/hooks/1"


class Receiver:
    """Answers with the statuses it is given, then with 200."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.got: list[tuple[str, Mapping[str, str], bytes]] = []

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        assert method == "POST"
        self.got.append((url, headers, body))
        return (self.statuses.pop(0) if self.statuses else 200), b""


def subscribe(caller: Caller, event: str = "order.create") -> int:
    answer = caller.create("webhook", {"event": event, "address": ADDRESS})
    assert answer.status == 201, answer
    return int(answer.json["webhook"]["id"])


def test_a_message_is_signed_over_its_raw_body() -> None:
    caller = Caller(client_secret="s3cret")
    subscribe(caller)
    order = caller.order()
    ((url, headers, body),) = caller.vendor.outbox
    digest = hmac.digest(b"s3cret", body, hashlib.sha256)
    assert headers["X-Gecko-Signature"] == base64.b64encode(digest).decode()
    assert headers["X-Gecko-Delivery"]
    assert url == ADDRESS
    assert json.loads(body) == {
        "object_id": order["id"],
        "event": "orders.create",
        "timestamp": int(caller.clock.now().timestamp()),
        "resource_url": f"http://sim.tradegecko/orders/{order['id']}.json",
    }


def test_events_may_be_written_in_the_singular() -> None:
    caller = Caller(plural_events=False)
    subscribe(caller)
    caller.order()
    assert json.loads(caller.vendor.outbox[0][2])["event"] == "order.create"


@pytest.mark.parametrize(
    ("event", "count"),
    [
        ("order.create", 1),
        ("order.finalized", 1),
        ("order.fulfilled", 1),
        ("fulfillment.create", 1),
        ("fulfillment.fulfilled", 1),
        ("company.create", 1),
        ("address.create", 1),
        ("variant.stock_level_update", 3),
    ],
)
def test_the_way_of_an_order_is_announced(event: str, count: int) -> None:
    caller = Caller()
    subscribe(caller, event)
    caller.vendor.ship(caller.order()["id"])
    assert len(caller.vendor.outbox) == count
    assert [seen.name for seen in caller.vendor.history].count(event) == count


@pytest.mark.parametrize(
    "values", [{"event": "order.update", "address": ADDRESS}, {"event": "order.create", "address": "ftp://x"}]
)
def test_a_subscription_needs_a_known_event_and_a_web_address(values: dict[str, str]) -> None:
    assert Caller().create("webhook", values).status == 422


def test_nothing_is_delivered_while_a_request_is_handled() -> None:
    receiver = Receiver()
    caller = Caller(deliver=receiver)
    subscribe(caller)
    caller.order()
    assert receiver.got == []
    assert caller.vendor.next_event_at() == caller.clock.now()
    caller.vendor.advance()
    assert len(receiver.got) == 1
    assert caller.vendor.next_event_at() is None


def test_a_failed_delivery_is_repeated_later_and_later() -> None:
    receiver = Receiver(500, 0, 404)
    caller = Caller(deliver=receiver)
    subscribe(caller)
    caller.order()
    waits = []
    for _ in range(3):
        caller.vendor.advance()
        due_at = caller.vendor.next_event_at()
        assert due_at is not None
        waits.append((due_at - caller.clock.now()).total_seconds())
        caller.clock.sleep(waits[-1])
    caller.vendor.advance()
    assert caller.vendor.next_event_at() is None
    assert len({body for _, _, body in receiver.got}) == 1
    assert len(receiver.got) == 4
    assert all(15 <= wait < 200 for wait in waits)


def test_gone_ends_the_subscription_at_once() -> None:
    caller = Caller(deliver=Receiver(410))
    subscribe(caller)
    caller.order()
    caller.vendor.advance()
    assert caller.rows("/webhooks") == []


def test_three_days_of_failures_end_the_subscription() -> None:
    caller = Caller(deliver=Receiver(*[500] * 1000))
    subscribe(caller)
    caller.order()
    caller.vendor.advance()
    while (due_at := caller.vendor.next_event_at()) is not None:
        caller.clock.at = due_at
        caller.vendor.advance()
    assert caller.rows("/webhooks") == []


def test_subscriptions_are_changed_and_removed() -> None:
    caller = Caller()
    webhook_id = subscribe(caller)
    caller.send("PUT", f"/webhooks/{webhook_id}", {"webhook": {"event": "order.finalized"}})
    assert caller.show(f"/webhooks/{webhook_id}")["event"] == "order.finalized"
    caller.send("DELETE", f"/webhooks/{webhook_id}")
    caller.order(status="finalized")
    assert caller.vendor.outbox == []
