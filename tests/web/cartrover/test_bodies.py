"""Bodies as real clients write them."""

import json
from codecs import BOM_UTF8
from urllib.parse import urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.web.cartrover.client import Client, an_order
from tranter.web.cartrover.bodies import parse
from tranter.web.cartrover.envelope import Refusal

FORM = "application/x-www-form-urlencoded; charset=utf-8"


def test_a_form_with_brackets_is_an_order(till: Client) -> None:
    order = {name: value for name, value in an_order("A-1").items() if name not in ("items", "ship_is_billing")}
    items = "items[][item]=LAMP&items[][quantity]=1&items[][item]=KETL&items[][quantity]=2&extra_fields[desk]=4"

    till.form("cart/orders/cartrover", f"{urlencode(order)}&ship_is_billing=true&{items}")

    assert till.said == {"success_code": True, "cust_ref": "A-1", "order_number": "A-1"}
    view = till.get("cart/orders/A-1?include_order_extras=Y")
    assert [(one["item"], one["quantity"]) for one in view["items"]] == [("LAMP", "1"), ("KETL", "2")]
    assert view["extra_fields"] == {"desk": "4"}
    till.form("cart/orders/cancel", "cust_ref=A-1")
    assert till.status("A-1") == "canceled"


@pytest.mark.parametrize(
    ("form", "meant"),
    [
        ("a=1&b=2", {"a": "1", "b": "2"}),
        ("a%5Bb%5D=1", {"a": {"b": "1"}}),
        ("a[]=1&a[]=2", {"a": ["1", "2"]}),
        ("a[][x]=1&a[][y]=2&a[][x]=3", {"a": [{"x": "1", "y": "2"}, {"x": "3"}]}),
        ("a[][x][z]=1&a[][x][w]=2&a[][x][z]=3", {"a": [{"x": {"z": "1", "w": "2"}}, {"x": {"z": "3"}}]}),
        ("a=", {"a": ""}),
    ],
)
def test_brackets_are_read_as_rails_writes_them(form: str, meant: object) -> None:
    assert parse(form.encode(), FORM) == meant


@pytest.mark.parametrize("form", ["a[]=1&a[b]=2", "a=1&a[]=2", "a[b][c][d][e][f][g][h]=1"])
def test_a_form_that_contradicts_itself_is_refused(form: str) -> None:
    with pytest.raises(Refusal, match="form"):
        parse(form.encode(), FORM)


@settings(max_examples=200, deadline=None)
@example(BOM_UTF8, FORM)
@given(st.binary(max_size=300), st.sampled_from([FORM, "application/json", "multipart/form-data; boundary=x", ""]))
def test_no_body_breaks_anything(body: bytes, kind: str) -> None:
    try:
        read = parse(body, kind)
    except Refusal as refusal:
        assert refusal.message.startswith("The body can't be read as ")  # noqa: PT017 - most bodies are read
    else:
        assert read is not None or body.removeprefix(BOM_UTF8).strip() in (b"", b"null")


def test_a_form_and_json_as_php_writes_lists_with_gaps_are_orders(till: Client) -> None:
    order = {name: value for name, value in an_order("P-1").items() if name not in ("items", "ship_is_billing")}
    items = "items%5B0%5D%5Bitem%5D=LAMP&items%5B0%5D%5Bquantity%5D=1&items[2][item]=KETL&items[2][quantity]=2"

    till.form("cart/orders/cartrover", f"{urlencode(order)}&ship_is_billing=1&{items}")
    several = [f"{place}[{name}]={value}" for place in (0, 1) for name, value in order.items() if name != "cust_ref"]
    several += [f"{place}[cust_ref]=P-1{place}&{place}[items][0][item]=LAMP" for place in (0, 1)]
    till.form("cart/orders/batch", "&".join([*several, "0[items][0][quantity]=1", "1[items][0][quantity]=3"]))
    assert [one["cust_ref"] for one in till.said["response"]["success"]] == ["P-10", "P-11"]
    gaps = {"0": {"item": "LAMP", "quantity": 1}, "2": {"item": "KETL", "quantity": "2"}}
    till.hand_in("P-2", items=gaps)

    for reference in ("P-1", "P-2"):
        found = [(one["item"], one["quantity"]) for one in till.get(f"cart/orders/{reference}")["items"]]
        assert found == [("LAMP", "1"), ("KETL", "2")]


def test_fields_that_curl_is_given_one_by_one_are_read(till: Client) -> None:
    till.hand_in("A-1")
    field = b'--cut\r\nContent-Disposition: form-data; name="cust_ref"\r\n\r\nA-1\r\n--cut--\r\n'

    till.post("cart/orders/cancel", field, Content_Type="multipart/form-data; boundary=cut")

    assert till.status("A-1") == "canceled"
    till.post("cart/orders/cancel", field, Content_Type="multipart/form-data")
    assert till.refusal[0] == "Invalid"


def test_a_mark_of_the_byte_order_before_json_is_no_harm(till: Client) -> None:
    till.post("cart/orders/cartrover", b"\xef\xbb\xbf" + json.dumps(an_order("A-1")).encode())
    assert till.said["success_code"] is True


def test_json_counts_whatever_it_is_called_and_escapes_are_read(till: Client) -> None:
    body = json.dumps([an_order("A/1", ship_last_name="Müller")]).replace("/", "\\/").encode()
    for kind in ("application/x-www-form-urlencoded", "text/plain", ""):
        till.post("cart/orders/cartrover", body, Content_Type=kind)
    assert till.refusal == ("Failure", "OrderDuplicate")
    assert till.get("cart/orders/A/1?")["ship_last_name"] == "Müller"
    assert till.get("cart/orders/status/A%2F1?")["order_status"] == "new"


def test_several_are_answered_as_a_batch_and_where_none_was_taken_it_is_a_refusal(till: Client) -> None:
    till.post("cart/orders/cartrover?", [an_order("A-1")])
    assert till.said == {"success_code": True, "cust_ref": "A-1", "order_number": "A-1"}

    said = till.post("cart/orders/cartrover?", [an_order("A-1"), an_order("A-2"), an_order("A-2")])
    assert [one["cust_ref"] for one in said["success"]] == ["A-2"]
    assert [(one["cust_ref"], one["message"]) for one in said["failed"]] == [
        ("A-1", "OrderDuplicate"),
        ("A-2", "OrderDuplicate"),
    ]
    till.post("cart/orders/cartrover?", [an_order("A-1"), {"cust_po_no": "P"}])
    assert till.refusal[0] == "Failure"
    assert till.said["error_response"]["failed"][1]["index_pos"] == 1


def test_no_orders_by_get_is_a_question_for_an_order_of_that_name(till: Client) -> None:
    till.get("cart/orders/cartrover?")
    assert till.refusal == ("Invalid", "Order not found: cartrover")


@pytest.mark.parametrize(
    "reference", ["cartrover", "batch", "list", "status", "update", "cancel", "wms_cancel", "list/x"]
)
def test_words_of_addresses_are_no_references(till: Client, reference: str) -> None:
    till.hand_in(reference)

    assert till.refusal[0] == "Invalid"
    assert "addresses" in till.refusal[1]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"items": [{"item": "LAMP", "quantity": 0}]}, "items[0].quantity"),
        ({"items": [{"item": "LAMP", "quantity": "1.5"}]}, "items[0].quantity"),
        ({"items": [{"item": "LAMP", "quantity": -1}]}, "items[0].quantity"),
        ({"items": [{"item": "LAMP", "quantity": 1, "price": "much"}]}, "price"),
        ({"items": "LAMP"}, "items"),
        ({"items": [["LAMP"]]}, "items"),
        ({"grand_total": "NaN"}, "grand_total"),
        ({"order_date": "soon"}, "order_date"),
        ({"order_date": "2026-02-31"}, "order_date"),
        ({"currency_code": "DOLLAR"}, "DOLLAR"),
        ({"cust_ref": "x" * 201}, "cust_ref"),
        ({"cust_ref": {"a": 1}}, "cust_ref"),
        ({"ship_city": ["Portland"]}, "ship_city"),
        ({"ship_is_billing": False, "cust_address_1": "2 Hill"}, "cust_company"),
        ({"ship_state": ""}, "ship_state"),
    ],
)
def test_what_can_not_be_read_is_refused_with_its_name_and_nothing_is_kept(
    till: Client, fields: dict, said: str
) -> None:
    till.hand_in("A-1", **fields)

    assert till.refusal[0] == "Invalid"
    assert said in till.refusal[1]
    assert till.get("cart/orders/list/any") == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b"7", b'"x"', b"[1]", b"\xff\xfe", b"[" * 5000])
def test_a_body_that_is_no_order_is_refused(till: Client, body: bytes) -> None:
    for path in ("cart/orders/cartrover", "cart/orders/cancel", "cart/orders/update/A-1", "cart/shipmethod/till"):
        till.post(path, body)
        assert till.refusal[0] == "Invalid"


def test_countries_without_states_need_none(till: Client) -> None:
    till.hand_in("A-1", ship_country="GBR", ship_state="", ship_zip="SW1A 1AA")
    assert till.said["success_code"] is True
    assert till.get("cart/orders/A-1")["ship_country"] == "GBR"


def test_a_body_larger_than_a_form_may_be_is_taken_and_a_huge_one_refused(till: Client) -> None:
    till.hand_in("A-1", extra_fields={"long": "x" * 2_000_000})
    assert till.said["success_code"] is True

    till.post("cart/orders/batch", b" " * (17 * 1024 * 1024))
    assert till.refusal[0] == "Invalid"
