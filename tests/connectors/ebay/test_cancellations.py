from typing import Any

import msgspec
import pytest

from tests.connectors.ebay.world import World
from tranter.sdk.errors import RejectedError, TransientError
from tranter.sdk.http import Reply
from tranter.sdk.verbs import Receipt


def answered(*answers: Reply) -> tuple[World, "Push"]:
    world = World()
    world.ebay.verify()
    world.tap.requests.clear()
    world.tap.passing, world.tap.answers = 0, list(answers)
    return world, Push(world)


class Push:
    def __init__(self, world: World) -> None:
        self.world = world

    def __call__(self) -> Receipt:
        return self.world.ebay.push_cancellation("07-1", "push_cancellation/1", "not on the shelf")


def an_order(state: str = "NONE_REQUESTED", sent: str = "NOT_STARTED", **request: Any) -> Reply:
    status = {"cancelState": state, "cancelRequests": [request] if request else []}
    return Reply(200, (), msgspec.json.encode({"orderFulfillmentStatus": sent, "cancelStatus": status}))


def refused(error_id: int, status: int = 400) -> Reply:
    errors = [{"errorId": error_id, "category": "REQUEST", "message": "no"}]
    return Reply(status, (), msgspec.json.encode({"errors": errors}))


def test_an_order_is_canceled_with_ebays_word_for_it() -> None:
    world, push = answered(an_order(), Reply(200, (), b'{"cancelId": 5001}'))
    assert push().remote_id == "5001"
    request = world.tap.requests[-1]
    assert request.url.endswith("/post-order/v2/cancellation")
    assert dict(request.headers)["Authorization"].startswith("IAF ")
    assert msgspec.json.decode(request.body) == {
        "legacyOrderId": "07-1",
        "cancelReason": "OUT_OF_STOCK_OR_CANNOT_FULFILL",
    }


def test_an_order_that_is_canceled_already_is_found_so() -> None:
    world, push = answered(an_order("CANCELED"))
    assert push().notes
    assert len(world.tap.requests) == 1


def test_the_buyers_own_request_is_granted() -> None:
    asked = {"cancelRequestId": "77", "cancelRequestState": "REQUESTED", "cancelInitiator": "Buyer"}
    world, push = answered(an_order("IN_PROGRESS", **asked), Reply(200, (), b""))
    assert push().remote_id == "77"
    assert world.tap.requests[-1].url.endswith("/cancellation/77/approve")


def test_our_own_request_is_not_made_twice() -> None:
    asked = {"cancelRequestId": "78", "cancelRequestState": "REQUESTED", "cancelInitiator": "SELLER"}
    world, push = answered(an_order("IN_PROGRESS", **asked))
    assert push().remote_id == "78"
    assert len(world.tap.requests) == 1


def test_a_sent_order_is_not_canceled() -> None:
    world, push = answered(an_order(sent="FULFILLED"))
    with pytest.raises(RejectedError) as caught:
        push()
    assert caught.value.kind == "shipped_already"
    assert len(world.tap.requests) == 1


def test_a_missing_signature_is_told_with_the_way_out() -> None:
    _, push = answered(an_order(), refused(215001, 403))
    with pytest.raises(RejectedError) as caught:
        push()
    assert caught.value.kind == "signature"
    assert "Seller Hub" in caught.value.remedy


def test_any_other_no_is_told_with_the_way_out() -> None:
    _, push = answered(an_order(), refused(9))
    with pytest.raises(RejectedError) as caught:
        push()
    assert "Seller Hub" in caught.value.remedy


def test_a_lost_reply_leaves_it_open() -> None:
    _, push = answered(an_order(), Reply(500, (), b""))
    with pytest.raises(TransientError) as caught:
        push()
    assert not caught.value.not_done
