"""The catalogue of the public contract, entry by entry: every path, parameter, field and error."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.web.cartrover.client import Client, an_order, client
from tests.web.house import Web
from tranter.web.cartrover.endpoints import ENDPOINTS
from tranter.web.cartrover.words import PARCEL, PARCEL_ITEM

EXAMPLES = "contracts/cartrover/examples/cart"


@pytest.fixture(scope="session")
def catalogue(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "contracts/cartrover/endpoints.json").read_text())
    return found


def example(shared: Path, name: str) -> Any:
    return json.loads((shared / EXAMPLES / f"{name}.json").read_text())


def words(listed: list[str]) -> set[str]:
    """Field names, without what is said about them; `custom_field_1..5` are five."""
    found = set()
    for text in listed:
        name = text.split(" ")[0].strip('",').removesuffix("[]")
        found |= {f"custom_field_{number}" for number in range(1, 6)} if ".." in name else {name}
    return found


def test_every_endpoint_is_served_and_no_other(catalogue: dict[str, Any]) -> None:
    told = {(one["method"], one["path"].removeprefix("/v1/")) for one in catalogue["endpoints"]}

    assert {(one.method, one.path) for one in ENDPOINTS} == told
    assert len(ENDPOINTS) == 21


def test_only_a_new_order_takes_nothing_from_the_bucket(catalogue: dict[str, Any]) -> None:
    exempt = set(catalogue["rate_limit"]["exempt"])

    assert {f"{one.method} /v1/{one.path}" for one in ENDPOINTS if not one.counted} == exempt


def test_every_parameter_of_every_endpoint_is_taken(till: Client, catalogue: dict[str, Any]) -> None:
    """And each one that has a type refuses what is none."""
    till.hand_in("A-1")
    given = {"limit": "5", "page": "1", "from_date": "2020-10-9", "to_date": "2030-01-01", "order_source": "till"}
    for one in catalogue["endpoints"]:
        names = [each["name"] for each in one.get("params", []) if each.get("in") == "query"]
        path = one["path"].removeprefix("/v1/").format(cust_ref="A-1", status="any", sku="LAMP", order_source="till")
        for name in names:
            till.get(f"{path}?{name}={given.get(name, 'Y')}")
            assert till.said["success_code"] is True, (path, name)
            if name != "order_source":
                till.get(f"{path}?{name}=-x")
                assert till.refusal[0] == "Invalid", (path, name)


def test_every_status_has_its_list(till: Client, catalogue: dict[str, Any]) -> None:
    listing = next(one for one in catalogue["endpoints"] if one["id"] == "order.list.cart")
    for status in listing["params"][0]["enum"]:
        for place in ("cart", "merchant"):
            assert till.get(f"{place}/orders/list/{status}") == []
            assert till.header("total-records") == "0"


def test_every_field_of_an_order_is_told(till: Client, catalogue: dict[str, Any]) -> None:
    till.hand_in("A-1")
    [listed], view = till.get("cart/orders/list/any"), till.get("cart/orders/A-1")
    told = catalogue["order_object"]
    only_in = words(["ship_is_billing", "tax", "extra_fields"])
    asked = words(told["request_fields"]) - only_in
    both = words(told["response_only_fields"]["view_and_list"])
    assert (asked | both) - view.keys() == set()
    assert (asked | both | words(told["response_only_fields"]["list_only"])) - listed.keys() == set()
    item = words(told["response_item_fields"])
    assert view["items"][0].keys() == item == listed["items"][0].keys()


def test_every_field_of_a_parcel_is_told(catalogue: dict[str, Any]) -> None:
    told = catalogue["order_object"]

    assert words(told["shipment_fields"]) == {*PARCEL}
    assert words(told["shipment_item_fields"]) == {*PARCEL_ITEM}


def test_every_field_that_may_be_written_is_taken(till: Client, catalogue: dict[str, Any]) -> None:
    told = catalogue["order_object"]
    order = an_order("A-1")
    order |= {name: "1" for name in words(told["request_fields"]) if name not in order}
    order |= {name: "2026-03-02" for name in order if name.endswith(("_date", "_dt"))}
    order |= {"extra_fields": {"a": "b"}, "currency_code": "USD", "cust_country": "USA"}
    order["items"] = [dict.fromkeys(words(told["request_item_fields"]), "1") | {"extra_fields": {"a": "b"}}]

    till.post("cart/orders/cartrover", order)

    assert till.said == {"success_code": True, "cust_ref": "A-1", "order_number": "1"}


@pytest.mark.parametrize(
    "name", ["cust_ref", "ship_address_1", "ship_city", "ship_state", "ship_zip", "ship_country", "items"]
)
def test_every_required_field_is_missed_by_its_name(till: Client, name: str) -> None:
    order = an_order("A-1")
    del order[name]

    till.post("cart/orders/cartrover", order)

    assert till.refusal == ("Invalid", f"Order missing required field(s): {name}")


def test_items_want_a_code_and_a_quantity(till: Client) -> None:
    till.hand_in("A-1", items=[{"item": "LAMP", "quantity": 1}, {}])

    assert till.refusal == ("Invalid", "Order missing required field(s): items[1].item, items[1].quantity")


# Example bodies: taken as they are, and answered field by field in the same shape.


def same_shape(ours: Any, theirs: Any, place: str = "") -> list[str]:
    """Where ours differs from theirs: a field that is absent, or of another type. Null fits everything."""
    if ours is None or theirs is None or (place.endswith("aliases") and [] in (ours, theirs)):
        return []
    if place.endswith(("aliases", "warehouses")) and isinstance(ours, dict) and isinstance(theirs, dict):
        return same_shape(list(ours.values()), list(theirs.values()), place)  # its keys are names
    if isinstance(theirs, dict) and isinstance(ours, dict):
        absent = [f"{place}.{name} is absent" for name in theirs if name not in ours]
        both = [same_shape(ours[name], theirs[name], f"{place}.{name}") for name in theirs if name in ours]
        return absent + [each for one in both for each in one]
    if isinstance(theirs, list) and isinstance(ours, list):
        return same_shape(ours[0], theirs[0], f"{place}[]") if ours and theirs else []
    return [] if type(ours) is type(theirs) else [f"{place} is {type(ours).__name__}, not {type(theirs).__name__}"]


def test_the_example_order_is_taken_and_told_as_in_the_examples(till: Client, shared: Path) -> None:
    till.post("cart/orders/cartrover", example(shared, "orders/create_data"))
    assert same_shape(till.said, example(shared, "orders/create")) == []
    assert till.said.keys() == example(shared, "orders/create").keys()

    till.get("cart/orders/TEST02")
    assert same_shape(till.said, example(shared, "orders/retrieve")) == []
    till.get("cart/orders/list/any")
    assert same_shape(till.said, example(shared, "orders/list")) == []


def test_the_example_batch_is_answered_as_in_the_example(till: Client, shared: Path) -> None:
    first = example(shared, "orders/batch_create_data")
    till.post("cart/orders/cartrover", first[1])

    till.post("cart/orders/batch", first)

    assert till.said == example(shared, "orders/batch_create")


def test_what_has_left_is_told_as_in_the_examples(till: Client, shared: Path) -> None:
    scene = till.web.scene
    order = example(shared, "orders/create_data") | {"items": [{"item": "LAMP", "quantity": "1"}]}
    till.post("cart/orders/cartrover", order)
    scene.pass_time(minutes=1)
    scene.gecko.ship(scene.gecko.orders()[0].id)
    scene.pass_time(minutes=10)

    till.get("cart/orders/status/TEST02")
    assert same_shape(till.said, example(shared, "orders/status")) == []
    till.get("cart/orders/list/shipped")
    assert same_shape(till.said, example(shared, "orders/list")) == []
    [parcel] = till.get("cart/orders/status/TEST02")["shipments"]
    assert set(PARCEL) == parcel.keys()
    body = example(shared, "orders/update_status_confirmed_data") | {
        "shipments": [{"tracking_no": parcel["tracking_no"]}]
    }
    till.post("cart/orders/update/TEST02", body)
    assert till.said == example(shared, "orders/update_status_confirmed")


def test_a_stop_is_answered_as_in_the_example(till: Client, shared: Path) -> None:
    till.hand_in("A-1")
    till.get("cart/orders/wms_cancel/A-1")

    assert till.said == example(shared, "orders/cancel")


def test_stock_products_and_ways_are_told_as_in_the_examples(web: Web, till: Client, shared: Path) -> None:
    till.post("cart/shipmethod/till", [{"cart_code": "Express", "wms_code": "22"}])
    calls = {
        "merchant/inventory": "inventory/list",
        "merchant/inventory/LAMP": "inventory/retrieve",
        "merchant/product/LAMP": "products/info",
        "wms/shipmethod/list": "shipping_methods/list",
    }
    for path, name in calls.items():
        client_of_all = client(web, name="till")
        client_of_all.get(path)
        assert same_shape(client_of_all.said, example(shared, name)) == [], path
