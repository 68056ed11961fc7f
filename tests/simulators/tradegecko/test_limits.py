import json

import pytest

from tests.simulators.tradegecko.client import Caller, whole_order
from tranter.testing.simulator import SimReply, SimRequest


def test_the_call_budget_is_a_fixed_slot_of_the_wall_clock() -> None:
    caller = Caller(rate_limit=3)
    left = [caller.get("/orders").headers["X-Rate-Limit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    spent = caller.get("/orders")
    assert spent.status == 429
    reset = int(spent.headers["X-Rate-Limit-Reset"])
    assert reset % 300 == 0
    assert 0 < reset - caller.clock.now().timestamp() <= 300
    assert spent.headers["X-Rate-Limit-Limit"] == "3"
    assert "Retry-After" not in spent.headers
    caller.clock.sleep(reset - caller.clock.now().timestamp())
    assert caller.get("/orders").status == 200


def test_the_budget_is_300_calls_by_default() -> None:
    assert Caller().get("/orders").headers["X-Rate-Limit-Limit"] == "300"


def test_a_request_over_the_budget_does_nothing() -> None:
    caller = Caller(rate_limit=1)
    assert caller.get("/orders").status == 200
    assert caller.create("order", whole_order(caller)).status == 429
    assert caller.vendor.orders() == []


def test_an_idempotency_key_repeats_the_first_reply_for_a_day() -> None:
    caller = Caller()
    body = whole_order(caller)
    first = caller.create("order", body, idempotency_key="intent-1")
    again = caller.create("order", body, idempotency_key="intent-1")
    assert (again.status, again.json) == (first.status, first.json)
    assert again.headers["Location"] == first.headers["Location"]
    assert len(caller.vendor.orders()) == 1
    caller.clock.sleep(86400)
    assert caller.create("order", body, idempotency_key="intent-1").json != first.json
    assert caller.vendor.duplicate_orders() == {"11-00001-00001": [order.id for order in caller.vendor.orders()]}


def test_without_a_key_nothing_is_unique_not_even_the_order_number() -> None:
    caller = Caller()
    caller.order()
    caller.order()
    assert [order.order_number for order in caller.vendor.orders()] == ["E-1001", "E-1001"]
    assert list(caller.vendor.duplicate_orders()) == ["11-00001-00001"]


def test_void_and_deleted_orders_are_no_duplicates() -> None:
    caller = Caller()
    orders = [caller.order()["id"] for _ in range(3)]
    caller.act(orders[0], "void")
    caller.send("DELETE", f"/orders/{orders[1]}")
    assert caller.vendor.duplicate_orders() == {}


@pytest.mark.parametrize(("replays", "status"), [(True, 422), (False, 201)])
def test_whether_a_rejection_is_replayed_is_a_switch(replays: bool, status: int) -> None:
    caller = Caller(replay_rejections=replays)
    caller.create("order", whole_order(caller, issued_at=None), idempotency_key="k")
    assert caller.create("order", whole_order(caller), idempotency_key="k").status == status


def test_a_key_of_a_refused_request_is_not_used_up() -> None:
    caller = Caller(rate_limit=1)
    assert caller.get("/orders").status == 200
    assert caller.create("order", whole_order(caller), idempotency_key="k").status == 429
    caller.clock.sleep(300)
    assert caller.create("order", whole_order(caller), idempotency_key="k").status == 201


def test_the_account_can_have_duplicate_order_numbers_rejected() -> None:
    caller = Caller(reject_duplicate_order_numbers=True)
    caller.order()
    again = caller.create("order", whole_order(caller))
    assert (again.status, again.json) == (422, {"errors": {"order_number": ["has already been taken"]}})


def test_a_too_long_address_is_refused() -> None:
    assert Caller().get("/orders", ids=",".join(map(str, range(10_000)))).status == 414


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_refusals_look_like_the_vendors_own(status: int) -> None:
    vendor = Caller().vendor
    reply = vendor.refusal(status)
    assert reply.status == status
    assert json.loads(reply.body).keys() == {"type", "message"}
    assert ("X-Rate-Limit-Remaining" in dict(reply.headers)) == (status == 429)


def test_a_shuffled_page_holds_the_same_rows() -> None:
    caller = Caller()
    request = SimRequest.from_url("GET", "http://x/variants?limit=20", {"authorization": f"Bearer {caller.token}"}, b"")
    reply = caller.vendor.handle(request)
    mixed = caller.vendor.shuffled(reply, 5)
    ids, mixed_ids = ([row["id"] for row in json.loads(one.body)["variants"]] for one in (reply, mixed))
    assert ids != mixed_ids
    assert sorted(ids) == sorted(mixed_ids)


def test_what_is_no_list_is_not_shuffled() -> None:
    vendor = Caller().vendor
    for reply in (SimReply(204), SimReply(200, b'{"order":{"id":1}}')):
        assert vendor.shuffled(reply, 1).body == reply.body


def test_a_repeated_page_is_the_one_before() -> None:
    vendor = Caller().vendor
    third = SimRequest.from_url("GET", "http://x/orders?page=3&limit=5", {}, b"")
    assert vendor.repeated(third).query == (("page", "2"), ("limit", "5"))
    first = SimRequest.from_url("GET", "http://x/orders?page=1", {}, b"")
    assert vendor.repeated(first) == first
    write = SimRequest.from_url("PUT", "http://x/orders/1?page=3", {}, b"")
    assert vendor.repeated(write) == write


def test_a_vendor_may_answer_a_known_number_with_the_order_it_has() -> None:
    caller = Caller(returns_earlier_order=True)
    order = caller.order()
    caller.vendor.set_order_status(order["id"], "void")
    again = caller.create("order", whole_order(caller))
    assert (again.status, again.json["order"]["id"], again.json["order"]["status"]) == (200, order["id"], "void")
    assert len(caller.vendor.orders()) == 1
