from typing import Any

import pytest

from tests.simulators.tradegecko.client import Answer, Caller, line


def edit(caller: Caller, order: dict[str, Any], **values: Any) -> Answer:
    return caller.send("PUT", f"/orders/{order['id']}", {"order": values})


def available(caller: Caller, sku: str = "TG-0001") -> int:
    level = caller.rows("/stock_levels", ids=caller.variant_id(sku))[0]
    assert int(level["available_stock"]) == caller.vendor.available(sku)
    return int(level["available_stock"])


@pytest.mark.parametrize(("status", "commits"), [("draft", 0), ("active", 3), ("finalized", 3)])
def test_stock_is_committed_from_active_on(status: str, commits: int) -> None:
    caller = Caller()
    before = available(caller)
    caller.order(status=status, order_line_items=[line(caller, quantity=3)])
    assert available(caller) == before - commits
    level = caller.rows("/stock_levels", ids=caller.variant_id("TG-0001"))[0]
    assert level["committed_stock"] == str(commits)


def test_a_draft_that_becomes_active_commits() -> None:
    caller = Caller()
    before = available(caller)
    order = caller.order(status="draft", order_line_items=[line(caller, quantity=3)])
    assert edit(caller, order, status="active").status == 204
    assert available(caller) == before - 3


@pytest.mark.parametrize("end", ["void", "delete"])
def test_void_and_deleted_orders_release_their_stock(end: str) -> None:
    caller = Caller()
    before = available(caller)
    order = caller.order(order_line_items=[line(caller, quantity=3)])
    if end == "void":
        assert caller.act(order["id"], "void").json["order"]["status"] == "void"
    else:
        assert caller.send("DELETE", f"/orders/{order['id']}").status == 204
    assert available(caller) == before


def test_on_hand_falls_when_the_parcel_leaves_not_when_it_is_packed() -> None:
    caller = Caller()
    variant_id = caller.variant_id("TG-0001")

    def on_hand() -> int:
        return int(caller.show(f"/variants/{variant_id}")["stock_on_hand"])

    before = on_hand()
    order = caller.order(status="finalized", order_line_items=[line(caller, quantity=3)])
    caller.act(order["id"], "pack")
    assert (on_hand(), available(caller)) == (before, before - 3)
    caller.act(order["id"], "fulfil")
    assert (on_hand(), available(caller)) == (before - 3, before - 3)


@pytest.mark.parametrize("action", ["invoice", "pack", "fulfil", "pay"])
def test_only_finalized_orders_are_billed_packed_and_sent(action: str) -> None:
    caller = Caller()
    order = caller.order(status="active")
    refused = caller.act(order["id"], action)
    assert (refused.status, refused.json) == (422, {"errors": {"order": ["must be finalized"]}})


def test_active_orders_may_be_sent_where_the_switch_says_so() -> None:
    caller = Caller(ship_unfinalized=True)
    assert caller.act(caller.order()["id"], "fulfil").status == 201


@pytest.mark.parametrize("spelling", ["fulfil", "fulfill"])
def test_both_spellings_of_fulfil_send_the_order(spelling: str) -> None:
    caller = Caller()
    order = caller.order(status="finalized")
    sent = {"fulfillment": {"tracking_number": "T1", "tracking_company": "UPS"}}
    after = caller.act(order["id"], spelling, sent).json["order"]
    assert (after["status"], after["fulfillment_status"], after["packed_status"]) == ("fulfilled", "shipped", "packed")
    parcel = caller.show(f"/fulfillments/{after['fulfillment_ids'][0]}")
    assert (parcel["status"], parcel["tracking_number"], parcel["tracking_company"]) == ("fulfilled", "T1", "UPS")


def test_packing_takes_what_is_not_packed_yet() -> None:
    caller = Caller()
    order = caller.order(status="finalized", order_line_items=[line(caller, quantity=3)])
    part = {"order_line_item_id": order["order_line_item_ids"][0], "quantity": 1}
    caller.create("fulfillment", {"order_id": order["id"], "fulfillment_line_items": [part]})
    assert caller.show(f"/orders/{order['id']}")["packed_status"] == "partial"
    assert caller.act(order["id"], "pack").json["order"]["packed_status"] == "packed"
    assert [seen.lines for seen in caller.vendor.shipments()] == [(("TG-0001", 1),), (("TG-0001", 2),)]
    assert caller.act(order["id"], "pack").status == 422


def test_charges_need_no_parcel() -> None:
    caller = Caller()
    shipping = {"freeform": True, "line_type": "shipping", "label": "Shipping", "price": "3"}
    order = caller.order(status="finalized", order_line_items=[line(caller), shipping])
    assert caller.act(order["id"], "fulfil").json["order"]["fulfillment_status"] == "shipped"
    assert len(caller.rows("/fulfillment_line_items")) == 1


def test_an_action_can_answer_with_nothing() -> None:
    caller = Caller(action_reply="empty")
    answer = caller.act(caller.order()["id"], "void")
    assert (answer.status, answer.json) == (204, b"")


def test_an_unknown_action_is_not_found() -> None:
    caller = Caller()
    assert caller.act(caller.order()["id"], "explode").status == 404


def test_lines_of_a_finalized_order_are_frozen_unless_the_switch_says_otherwise() -> None:
    for allowed, status in ((False, 422), (True, 204)):
        caller = Caller(edit_finalized_lines=allowed)
        order = caller.order(status="finalized")
        assert edit(caller, order, order_line_items=[line(caller)]).status == status
        line_id = order["order_line_item_ids"][0]
        body = {"order_line_item": {"quantity": 5}}
        assert caller.send("PUT", f"/order_line_items/{line_id}", body).status == status


def test_lines_of_an_active_order_are_added_changed_and_removed_one_by_one() -> None:
    caller = Caller()
    before = available(caller)
    order = caller.order(order_line_items=[line(caller, quantity=2)])
    added = caller.create("order_line_item", {"order_id": order["id"], **line(caller, quantity=4)})
    assert added.status == 201
    line_id = added.json["order_line_item"]["id"]
    assert available(caller) == before - 6
    caller.send("PUT", f"/order_line_items/{line_id}", {"order_line_item": {"quantity": 1}})
    assert available(caller) == before - 3
    assert caller.show(f"/orders/{order['id']}")["total"] == "30.0"
    assert caller.send("DELETE", f"/order_line_items/{line_id}").status == 204
    assert available(caller) == before - 2
    assert caller.get(f"/order_line_items/{line_id}").status == 404


def test_a_sent_order_can_neither_be_voided_nor_deleted_nor_moved() -> None:
    caller = Caller()
    order = caller.order()
    caller.vendor.ship(order["id"])
    assert caller.act(order["id"], "void").status == 422
    assert caller.send("DELETE", f"/orders/{order['id']}").status == 422
    assert edit(caller, order, status="draft").status == 422


def test_an_order_says_whether_it_can_be_sent_now() -> None:
    caller = Caller()
    in_stock, short = caller.order(), caller.order(order_line_items=[line(caller, quantity=10_000)])
    mixed = caller.order(order_line_items=[line(caller), line(caller, "TG-0002", quantity=10_000)])
    words = [caller.show(f"/orders/{order['id']}")["shippability_status"] for order in (in_stock, short, mixed)]
    assert words == ["shippable", "not_shippable", "partially_shippable"]


def test_every_change_moves_the_time_of_change() -> None:
    caller = Caller()
    order = caller.order(status="finalized")
    caller.clock.sleep(60)
    caller.act(order["id"], "pack")
    assert caller.show(f"/orders/{order['id']}")["updated_at"] > order["updated_at"]
