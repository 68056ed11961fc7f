from typing import Any

import pytest

from tests.simulators.tradegecko.client import Answer, Caller, line


def finalized(caller: Caller, quantity: int = 2) -> dict[str, Any]:
    return caller.order(status="finalized", order_line_items=[line(caller, quantity=quantity)])


def parcel(caller: Caller, order: dict[str, Any], quantity: object = 1, **values: Any) -> Answer:
    parts = [{"order_line_item_id": order["order_line_item_ids"][0], "quantity": quantity}]
    return caller.create("fulfillment", {"order_id": order["id"], "fulfillment_line_items": parts, **values})


def test_a_parcel_is_packed_first_and_sent_later() -> None:
    caller = Caller()
    order = finalized(caller)
    created = parcel(caller, order)
    assert created.status == 201
    assert list(created.json) == ["fulfillment_line_items", "fulfillment"]
    row = created.json["fulfillment"]
    assert (row["status"], row["packed_at"], row["shipped_at"]) == ("packed", "2026-03-02", None)
    assert row["order_number"] == order["order_number"]
    sent = {"status": "fulfilled", "tracking_company": "USPS", "tracking_number": "9400 1118"}
    answer = caller.send("PUT", f"/fulfillments/{row['id']}", {"fulfillment": sent})
    assert (answer.status, answer.json) == (204, b"")
    row = caller.show(f"/fulfillments/{row['id']}")
    assert (row["status"], row["tracking_number"]) == ("fulfilled", "9400 1118")
    assert row["shipped_at"] == "2026-03-02T09:01:00.000Z"
    assert caller.show(f"/orders/{order['id']}")["fulfillment_status"] == "partial"


def test_the_older_word_for_sent_is_understood() -> None:
    caller = Caller()
    row = parcel(caller, finalized(caller), quantity=2, status="shipped").json["fulfillment"]
    assert row["status"] == "fulfilled"


def test_lines_come_beside_every_list_of_parcels() -> None:
    caller = Caller()
    parcel(caller, finalized(caller))
    answer = caller.get("/fulfillments")
    assert list(answer.json) == ["fulfillment_line_items", "fulfillments", "meta"]
    assert answer.json["fulfillment_line_items"][0]["variant_sku"] == "TG-0001"
    assert answer.json["fulfillment_line_items"][0]["quantity"] == "1.0"


def test_several_parcels_complete_an_order() -> None:
    caller = Caller()
    order = finalized(caller)
    for _ in range(2):
        parcel(caller, order, status="fulfilled")
    assert caller.show(f"/orders/{order['id']}")["status"] == "fulfilled"
    assert parcel(caller, order).status == 422


@pytest.mark.parametrize("quantity", [3, 0, -1, "x"])
def test_impossible_quantities_are_refused(quantity: object) -> None:
    caller = Caller()
    refused = parcel(caller, finalized(caller), quantity=quantity)
    assert (refused.status, list(refused.json["errors"])) == (422, ["fulfillment_line_items.quantity"])


def test_a_line_of_another_order_is_not_found() -> None:
    caller = Caller()
    order, other = finalized(caller), finalized(caller)
    answer = parcel(caller, {**order, "order_line_item_ids": other["order_line_item_ids"]})
    assert answer.status == 404
    assert answer.json["message"].startswith("Couldn't find OrderLineItem")


def test_parcels_and_returns_and_invoices_need_lines() -> None:
    caller = Caller()
    order = finalized(caller)
    for singular in ("fulfillment", "fulfillment_return", "invoice"):
        answer = caller.create(singular, {"order_id": order["id"]})
        assert (answer.status, answer.json["message"]) == (400, f"Required parameter missing: {singular}")


def test_a_parcel_needs_an_order_that_exists() -> None:
    answer = Caller().create("fulfillment", {"order_id": 5, "fulfillment_line_items": [{}]})
    assert answer.json == {"errors": {"order": ["can't be blank"]}}


def test_a_deleted_parcel_puts_the_goods_back() -> None:
    caller = Caller()
    before = caller.vendor.available("TG-0001")
    order = finalized(caller)
    row = parcel(caller, order, quantity=2, status="fulfilled").json["fulfillment"]
    assert caller.send("DELETE", f"/fulfillments/{row['id']}").status == 204
    assert caller.rows("/fulfillments") == []
    assert caller.rows("/fulfillments", status="deleted")[0]["id"] == row["id"]
    assert caller.show(f"/orders/{order['id']}")["status"] == "finalized"
    assert caller.vendor.available("TG-0001") == before - 2


def test_parcels_are_filtered_by_state_order_and_time() -> None:
    caller = Caller()
    order, other = finalized(caller), finalized(caller)
    parcel(caller, order)
    caller.clock.sleep(100)
    begin = caller.clock.now().isoformat()
    parcel(caller, other, status="fulfilled")
    assert len(caller.rows("/fulfillments", status="packed")) == 1
    assert len(caller.rows("/fulfillments", **{"status[]": ["packed", "fulfilled"]})) == 2
    assert caller.rows("/fulfillments", order_id=order["id"])[0]["order_id"] == order["id"]
    assert [row["order_id"] for row in caller.rows("/fulfillments", updated_at_min=begin)] == [other["id"]]


def test_goods_come_back_in_two_steps() -> None:
    caller = Caller()
    order = finalized(caller)
    parts = [{"order_line_item_id": order["order_line_item_ids"][0], "quantity": 1}]
    values = {"order_id": order["id"], "fulfillment_return_line_items": parts}
    assert caller.create("fulfillment_return", values).status == 422
    caller.vendor.ship(order["id"])
    after = caller.vendor.available("TG-0001")
    row = caller.create("fulfillment_return", values).json["fulfillment_return"]
    assert (row["status"], row["credit_note_number"]) == ("returning", "CN0001")
    assert caller.show(f"/orders/{order['id']}")["returning_status"] == "partial"
    caller.send("PUT", f"/fulfillment_returns/{row['id']}", {"fulfillment_return": {"status": "received"}})
    assert caller.show(f"/orders/{order['id']}")["return_status"] == "partial"
    assert caller.vendor.available("TG-0001") == after + 1
    shipment = caller.vendor.shipments()[0]
    assert caller.send("DELETE", f"/fulfillments/{shipment.id}").status == 422
    caller.send("DELETE", f"/fulfillment_returns/{row['id']}")
    assert caller.vendor.available("TG-0001") == after


def test_an_order_is_invoiced_and_paid_in_parts() -> None:
    caller = Caller()
    order = finalized(caller)
    parts = [{"order_line_item_id": order["order_line_item_ids"][0], "quantity": 1}]
    values = {"order_id": order["id"], "invoice_line_items": parts}
    invoice = caller.create("invoice", values).json["invoice"]
    assert (invoice["invoice_number"], invoice["cached_total"], invoice["payment_status"]) == (
        "E-1001",
        "10.0",
        "unpaid",
    )
    assert caller.show(f"/orders/{order['id']}")["invoice_status"] == "partial"
    paid = caller.create("payment", {"invoice_id": invoice["id"], "amount": "4"})
    assert paid.status == 201
    assert caller.show(f"/invoices/{invoice['id']}")["payment_status"] == "partial"
    assert caller.show(f"/orders/{order['id']}")["payment_status"] == "partial"
    caller.act(order["id"], "pay", {"payment": {"payment_method_name": "PayPal", "paid_at": "2026-03-01"}})
    after = caller.show(f"/orders/{order['id']}")
    assert (after["invoice_status"], after["payment_status"]) == ("invoiced", "paid")
    assert list(after["invoice_numbers"].values()) == ["E-1001", "E-1001-2"]
    assert sum(float(row["amount"]) for row in caller.rows("/payments")) == 20
    caller.send("DELETE", f"/payments/{paid.json['payment']['id']}")
    assert caller.show(f"/orders/{order['id']}")["payment_status"] == "partial"


def test_an_order_is_invoiced_whole() -> None:
    caller = Caller()
    order = finalized(caller)
    after = caller.act(order["id"], "invoice", {"invoice": {"notes": "Thanks"}}).json["order"]
    assert after["invoice_status"] == "invoiced"
    assert caller.rows("/invoices")[0]["notes"] == "Thanks"
    assert caller.act(order["id"], "invoice").status == 422
    caller.send("DELETE", f"/invoices/{after['invoice_ids'][0]}")
    assert caller.show(f"/orders/{order['id']}")["invoice_status"] == "uninvoiced"


def test_an_unknown_way_to_pay_is_refused() -> None:
    caller = Caller()
    order = finalized(caller)
    refused = caller.act(order["id"], "pay", {"payment": {"payment_method_name": "Shells"}})
    assert (refused.status, list(refused.json["errors"])) == (422, ["payment_method"])
