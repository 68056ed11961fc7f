from typing import Any

import pytest

from tests.simulators.tradegecko.client import ADDRESS, COMPANY, Caller, line, whole_order


def complaints(caller: Caller, **values: Any) -> dict[str, list[str]]:
    answer = caller.create("order", whole_order(caller, **values))
    assert answer.status == 422, answer
    errors: dict[str, list[str]] = answer.json["errors"]
    return errors


def test_one_call_creates_company_address_and_order() -> None:
    caller = Caller()
    answer = caller.create("order", whole_order(caller))
    order = answer.json["order"]
    assert answer.status == 201
    assert answer.headers["Location"].endswith(f"/orders/{order['id']}")
    assert order["status"] == "active"
    assert order["total"] == "10.0"
    assert order["billing_address_id"] == order["shipping_address_id"]
    assert caller.show(f"/companies/{order['company_id']}")["address_ids"] == [order["shipping_address_id"]]
    assert caller.vendor.calls["POST", "orders"] == 1
    assert caller.vendor.delivery_calls() == 2


def test_a_known_buyer_is_named_by_ids() -> None:
    caller = Caller()
    first = caller.order()
    ids = {name: first[name] for name in ("company_id", "shipping_address_id")}
    order = caller.order(company=None, shipping_address=None, **ids)
    assert {name: order[name] for name in ids} == ids
    assert len(caller.rows("/companies")) == len(caller.rows("/addresses")) == 1


def test_addresses_are_never_merged() -> None:
    caller = Caller()
    first = caller.order()
    caller.order(company=None, company_id=first["company_id"])
    assert len(caller.rows("/addresses", company_id=first["company_id"])) == 2


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"issued_at": None}, "issued_at"),
        ({"issued_at": "some day"}, "issued_at"),
        ({"company": None}, "company"),
        ({"company_id": 5, "company": None}, "company"),
        ({"shipping_address": None}, "shipping_address"),
        ({"shipping_address_id": 5, "shipping_address": None}, "shipping_address"),
        ({"shipping_address": {"city": "X"}}, "shipping_address.address1"),
        ({"company": {"company_type": "consumer"}}, "company.name"),
        ({"company": {"name": "Bea"}}, "company.company_type"),
        ({"currency_iso": "XXX"}, "currency"),
        ({"order_line_items": [{"variant_id": 1}]}, "order_line_items.variant"),
        ({"order_line_items": [{"sku": "TG-0001"}]}, "order_line_items.variant"),
    ],
)
def test_what_is_missing_is_named_with_a_dotted_key(values: dict[str, Any], key: str) -> None:
    assert complaints(Caller(), **values)[key] == ["can't be blank"]


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"quantity": 0}, "order_line_items.quantity"),
        ({"quantity": "many"}, "order_line_items.quantity"),
        ({"price": "NaN"}, "order_line_items.price"),
        ({"discount": 101}, "order_line_items.discount"),
    ],
)
def test_impossible_lines_are_refused(values: dict[str, Any], key: str) -> None:
    caller = Caller()
    assert key in complaints(caller, order_line_items=[line(caller) | values])


def test_a_refused_order_leaves_nothing_behind() -> None:
    caller = Caller()
    complaints(caller, order_line_items=[{"variant_id": 0}])
    assert caller.rows("/companies") == caller.rows("/addresses") == caller.rows("/orders") == []


def test_a_status_of_another_world_is_refused() -> None:
    assert complaints(Caller(), status="fulfilled") == {"status": ["is not included in the list"]}


def test_the_root_of_the_body_is_required() -> None:
    answer = Caller().send("POST", "/orders", {"orders": {}})
    assert (answer.status, answer.json["message"]) == (400, "Required parameter missing: order")


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"x"'])
def test_bodies_that_are_no_objects_are_refused(body: bytes) -> None:
    assert Caller().send("POST", "/orders", body, content_type="application/json").status == 400


def test_numbers_follow_each_other_when_none_is_given() -> None:
    caller = Caller()
    caller.order(order_number="SO0073")
    assert caller.get("/orders/available_identifiers", type="order_number").json == {"identifier": "SO0074"}
    assert caller.order(order_number="")["order_number"] == "SO0074"
    assert caller.order(order_number=None)["order_number"] == "SO0075"


def test_lines_may_be_freeform() -> None:
    caller = Caller()
    shipping = {
        "freeform": True,
        "line_type": "shipping",
        "label": "Shipping - USPS",
        "price": "4.99",
        "quantity": 1,
    }
    discount = {
        "freeform": True,
        "line_type": "Discount",
        "label": "Discount",
        "price": "-2.5",
        "quantity": 1,
    }
    order = caller.order(order_line_items=[line(caller), shipping, discount])
    assert order["total"] == "12.49"
    rows = caller.rows("/order_line_items", order_id=order["id"])
    assert [row["label"] for row in rows] == [None, "Shipping - USPS", "Discount"]
    assert [row["position"] for row in rows] == [0, 1, 2]
    assert rows[1]["variant_id"] is None
    assert (rows[0]["quantity"], rows[0]["price"]) == ("1.0", "10.0")


def test_a_price_that_is_not_given_comes_from_the_catalogue() -> None:
    caller = Caller()
    variant = caller.vendor.rows("variants")[0]
    order = caller.order(order_line_items=[{"variant_id": variant["id"]}])
    assert float(order["total"]) == float(variant["retail_price"])


@pytest.mark.parametrize(
    ("treatment", "rate", "total"),
    [("exclusive", "20", "23.99"), ("inclusive", "20", "19.99"), ("exclusive", None, "19.99")],
)
def test_totals_hold_tax_or_get_it_on_top(treatment: str, rate: str | None, total: str) -> None:
    caller = Caller()
    lines = [line(caller, price="19.99", tax_rate_override=rate)]
    assert caller.order(tax_treatment=treatment, order_line_items=lines)["total"] == total


def test_the_account_default_taxes_what_names_no_rate() -> None:
    assert Caller(tax_rate="10.0").order()["total"] == "11.0"


@pytest.mark.parametrize(
    ("iso", "price", "total"),
    [("JPY", "1500", "1500.0"), ("KWD", "1.235", "1.235"), ("EUR", "1.235", "1.24")],
)
def test_totals_have_the_decimals_of_their_currency(iso: str, price: str, total: str) -> None:
    caller = Caller()
    order = caller.order(currency_iso=iso, order_line_items=[line(caller, price=price)])
    assert order["total"] == total
    assert caller.show(f"/currencies/{order['currency_id']}")["iso"] == iso


def test_totals_round_by_the_habit_of_the_account() -> None:
    for rounding, total in (("ROUND_HALF_UP", "0.13"), ("ROUND_HALF_EVEN", "0.12")):
        caller = Caller(rounding=rounding)
        assert caller.order(order_line_items=[line(caller, price="0.125")])["total"] == total


def test_a_line_discount_is_a_percentage() -> None:
    caller = Caller()
    assert caller.order(order_line_items=[line(caller, discount="25", quantity=2)])["total"] == "15.0"


def test_lines_may_be_named_by_sku_where_the_account_can() -> None:
    caller = Caller(lines_by_sku=True)
    order = caller.order(order_line_items=[{"sku": "TG-0002", "quantity": 1}])
    assert caller.vendor.orders()[0].lines[0].sku == "TG-0002"
    assert order["id"]


def test_an_update_answers_with_nothing_and_appends_lines() -> None:
    caller = Caller()
    order = caller.order()
    body = {"order": {"notes": "Ring twice", "order_line_items": [line(caller, "TG-0002", price="5")]}}
    answer = caller.send("PUT", f"/orders/{order['id']}", body)
    assert (answer.status, answer.json) == (204, b"")
    after = caller.show(f"/orders/{order['id']}")
    assert (after["notes"], after["total"], len(after["order_line_item_ids"])) == ("Ring twice", "15.0", 2)


def test_an_update_answers_with_the_object_where_the_switch_says_so() -> None:
    caller = Caller(put_status=200)
    order = caller.order()
    answer = caller.send("PUT", f"/orders/{order['id']}", {"order": {"email": "a@example.com"}})
    assert (answer.status, answer.json["order"]["email"]) == (200, "a@example.com")


def test_a_whole_object_sent_back_changes_nothing_else() -> None:
    caller = Caller()
    order = caller.order()
    body = {"order": {**order, "notes": "n", "total": "999", "unknown": 1, "email": None}}
    assert caller.send("PUT", f"/orders/{order['id']}", body).status == 204
    assert caller.show(f"/orders/{order['id']}") == {**order, "notes": "n"}


def test_form_bodies_are_understood() -> None:
    caller = Caller()
    variant_id = caller.variant_id("TG-0001")
    form = (
        "order[issued_at]=02-03-2026&order[company][name]=Bea&order[company][company_type]=consumer"
        "&order[shipping_address][address1]=Here&order[tags][]=a&order[tags][]=b"
        f"&order[order_line_items][][variant_id]={variant_id}&order[order_line_items][][quantity]=2"
        f"&order[order_line_items][][variant_id]={variant_id}&order[order_line_items][][quantity]=3"
    )
    answer = caller.send("POST", "/orders", form.encode(), content_type="application/x-www-form-urlencoded")
    assert answer.status == 201, answer
    assert answer.json["order"]["issued_at"] == "2026-03-02"
    assert answer.json["order"]["tags"] == ["a", "b"]
    assert [seen.quantity for seen in caller.vendor.orders()[0].lines] == [2, 3]


def test_updates_may_stand_in_the_query() -> None:
    caller = Caller()
    order = caller.order()
    assert caller.send("PUT", f"/orders/{order['id']}?order[notes]=Hello+there").status == 204
    assert caller.show(f"/orders/{order['id']}")["notes"] == "Hello there"


def test_a_form_with_nulls_and_blanks_leaves_the_rest_alone() -> None:
    caller = Caller()
    order = caller.order(notes="Keep", email="a@x.example")
    form = b"order[notes]&order[email]=&order[stock_location_id]=&order[phone_number]=7"
    headers = {"content_type": "application/x-www-form-urlencoded"}
    assert caller.send("PUT", f"/orders/{order['id']}", form, **headers).status == 204
    assert caller.show(f"/orders/{order['id']}") == {**order, "email": "", "phone_number": "7"}


def test_lines_that_are_sent_back_are_not_doubled() -> None:
    caller = Caller()
    order = caller.order()
    lines = [*caller.rows("/order_line_items", order_id=order["id"]), line(caller)]
    caller.send("PUT", f"/orders/{order['id']}", {"order": {"order_line_items": lines}})
    assert len(caller.vendor.orders()[0].lines) == 2


def test_old_names_of_attributes_still_work() -> None:
    order = Caller().order(tax_type="inclusive", due_at="30 Mar 2026", url="https://shop/1")
    assert (order["tax_treatment"], order["ship_at"], order["source_url"]) == (
        "inclusive",
        "2026-03-30",
        "https://shop/1",
    )


def test_tags_filter_orders() -> None:
    caller = Caller()
    caller.order(tags=["ebay", "us"])
    caller.order(tags="ebay, uk")
    assert len(caller.rows("/orders", tags="ebay")) == 2
    assert len(caller.rows("/orders", tags="uk")) == 1


def test_names_come_back_as_they_were_sent() -> None:
    caller = Caller()
    name = "👩‍👩‍👧 Zoë " + "x" * 300
    order = caller.order(company={**COMPANY, "name": name}, shipping_address={**ADDRESS, "first_name": "李"})
    assert caller.show(f"/companies/{order['company_id']}")["name"] == name
    assert caller.show(f"/addresses/{order['shipping_address_id']}")["first_name"] == "李"


def test_long_texts_can_be_refused() -> None:
    errors = complaints(Caller(max_text_length=255), company={**COMPANY, "name": "x" * 300})
    assert errors == {"company.name": ["is too long (maximum is 255 characters)"]}


def test_500_lines_are_taken_unless_the_vendor_times_out() -> None:
    caller = Caller()
    assert len(caller.order(order_line_items=[line(caller)] * 500)["order_line_item_ids"]) == 500
    slow = Caller(max_lines=250)
    answer = slow.create("order", whole_order(slow, order_line_items=[line(slow)] * 251))
    assert answer.status == 503
    assert slow.vendor.orders() == []


def test_an_address_answers_its_update_with_the_address() -> None:
    caller = Caller()
    order = caller.order()
    answer = caller.send("PUT", f"/addresses/{order['shipping_address_id']}", {"address": {"city": "Ulm"}})
    assert (answer.status, answer.json["address"]["city"]) == (200, "Ulm")


def test_the_reply_to_a_create_can_bring_the_lines() -> None:
    caller = Caller(sideload_on_create=True)
    answer = caller.create("order", whole_order(caller))
    assert list(answer.json) == ["order_line_items", "order"]
