"""Every resource against the vendor's own reference: attributes, types and notations."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.simulators.tradegecko.client import Caller, line

NEVER_SHOWN = {
    "image": {"url"},
    "order_line_item": {"order_status"},  # a filter only
    "purchase_order_line_item": {"purchase_order_status"},  # a filter only
    "stock_level": {"id"},  # the reference's examples call it variant_id
    "tax_type": {"tax_components"},  # side-loaded rows; here are their ids
    "variant": {"initial_cost_price", "initial_stock_level", "initial_stock_location_id"},
}
NOTATIONS = {
    "moment": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    "day": re.compile(r"\d{4}-\d\d-\d\d"),
    "decimal": re.compile(r"-?\d+\.\d+"),
    "number": re.compile(r"-?\d+"),
}
PYTHON_TYPES = {"Integer": (int,), "Boolean": (bool,), "Hash": (dict,), "Array": (list,), "Array[String]": (list,)}
UNFORCED = {("product", "quantity"), ("variant", "moving_average_cost")}  # "10", but also "32.5"
EXAMPLE_IS_A_STUB = {("order", "total"), ("order", "cached_total"), ("order", "invoices")}


@pytest.fixture(scope="module")
def contract(shared: Path) -> dict[str, Any]:
    text = (shared / "contracts/tradegecko/contract.json").read_text()
    resources: dict[str, Any] = json.loads(text)["resources"]
    return resources


@pytest.fixture(scope="module")
def caller() -> Caller:
    """An account in which there is at least one row of everything."""
    caller = Caller(rate_limit=10_000, put_status=200)
    order = caller.order(
        status="finalized",
        tags=["ebay"],
        phone_number="1",
        email="a@x.example",
        ship_at="2026-03-09",
        notes="n",
        order_line_items=[line(caller, quantity=3, discount="5", tax_rate_override="7")],
    )
    caller.act(order["id"], "pay")
    caller.vendor.ship(order["id"])
    company_id = order["company_id"]
    part = {"order_line_item_id": order["order_line_item_ids"][0], "quantity": 1}
    caller.create("fulfillment_return", {"order_id": order["id"], "fulfillment_return_line_items": [part]})
    caller.create("contact", {"company_id": company_id, "first_name": "Al", "online_ordering": True})
    caller.create("note", {"company_id": company_id, "body": "Hi"})
    goods = [{"variant_id": caller.variant_id("TG-0001"), "quantity": 2, "price": "1.5"}]
    places = list(caller.vendor.locations().values())
    caller.create("stock_adjustment", {"reason": "promotion", "stock_adjustment_line_items": goods})
    transfer = {"source_location_id": places[0], "destination_location_id": places[1]}
    caller.create("stock_transfer", {**transfer, "stock_transfer_line_items": goods})
    caller.create("purchase_order", {"company_id": company_id, "purchase_order_line_items": goods})
    product_id = caller.rows("/products")[0]["id"]
    caller.create("image", {"product_id": product_id, "url": "https://x.example/a.png", "variant_ids": [1]})
    caller.create("webhook", {"event": "order.create", "address": "https://x.example/"})
    return caller


RESOURCES = [
    "account", "address", "company", "contact", "currency", "fulfillment", "fulfillment_line_item",
    "fulfillment_return", "fulfillment_return_line_item", "image", "invoice", "invoice_line_item", "location",
    "note", "order", "order_line_item", "payment_method", "payment_term", "price_list", "product",
    "purchase_order", "purchase_order_line_item", "stock_adjustment", "stock_adjustment_line_item",
    "stock_level", "stock_transfer", "stock_transfer_line_item", "tax_component", "tax_type", "user", "variant",
    "webhook",
]  # fmt: skip


def all_rows(caller: Caller, resource: dict[str, Any]) -> list[dict[str, Any]]:
    rows = caller.rows(resource["path"], limit=250)
    assert rows, f"nothing to look at under {resource['path']}"
    return rows


def notation(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    return next((name for name, pattern in NOTATIONS.items() if pattern.fullmatch(value)), None)


def test_every_resource_of_the_reference_is_looked_at(contract: dict[str, Any]) -> None:
    assert set(RESOURCES) == set(contract) - {"composition"}


@pytest.mark.parametrize("name", RESOURCES)
def test_a_resource_shows_exactly_the_attributes_of_the_reference(
    contract: dict[str, Any], caller: Caller, name: str
) -> None:
    resource = contract[name]
    examples = set().union(*resource["example_json"])
    expected = (set(resource["attributes"]) | examples) - NEVER_SHOWN.get(name, set())
    for row in all_rows(caller, resource):
        assert set(row) == expected


@pytest.mark.parametrize("name", RESOURCES)
def test_values_have_the_types_and_notations_of_the_reference(
    contract: dict[str, Any], caller: Caller, name: str
) -> None:
    resource = contract[name]
    for row in all_rows(caller, resource):
        for attribute, value in row.items():
            seen = [example[attribute] for example in resource["example_json"] if example.get(attribute) is not None]
            if value is None or (name, attribute) in EXAMPLE_IS_A_STUB:
                continue
            if seen:
                assert type(value) in {type(one) for one in seen}, (attribute, value)
                if (expected := notation(seen[0])) and not attribute.endswith(("_code", "number", "zip_code", "id")):
                    shortened = {"number", "decimal"} if (name, attribute) in UNFORCED else {expected}
                    assert notation(value) in shortened | {None}, (attribute, value)
            else:
                word = resource["attributes"].get(attribute, {}).get("type", "String")
                assert isinstance(value, PYTHON_TYPES.get(word, (str, int, bool, list, dict))), (attribute, value)


@pytest.mark.parametrize("name", RESOURCES)
def test_what_the_reference_lets_one_write_is_written(contract: dict[str, Any], caller: Caller, name: str) -> None:
    """An example of the reference for an update is taken, and what it sets is seen afterwards."""
    resource = contract[name]
    example = resource["example_update"]
    if not resource["operations"]["update"] or not example:
        return
    settable = {
        key: value for key, value in example.items() if key in resource["attributes"] and not key.endswith("_id")
    }
    row = all_rows(caller, resource)[0]
    if name in ("order", "order_line_item"):
        settable = {"notes": "n"} if name == "order" else {}
    answer = caller.send("PUT", f"{resource['path']}/{row['id']}", {name: settable})
    assert answer.status == 200 or not settable, answer
    after = caller.show(f"{resource['path']}/{row['id']}")
    for key, value in settable.items():
        assert str(after[key]).removesuffix(".0") == str(value).removesuffix(".0")


@pytest.mark.parametrize("name", RESOURCES)
def test_operations_are_those_of_the_reference(contract: dict[str, Any], caller: Caller, name: str) -> None:
    operations = contract[name]["operations"]
    path = contract[name]["path"]
    calls = {
        "create": ("POST", path, {}),
        "update": ("PUT", f"{path}/0", {}),
        "delete": ("DELETE", f"{path}/0", None),
        "current": ("GET", f"{path}/current", None),
    }
    for operation, (method, url, body) in calls.items():
        answer = caller.send(method, url, body)
        if operation == "current":
            assert (answer.status == 200) == operations["current"]
        elif operation == "create":
            assert (answer.status == 400) == operations["create"], answer


def test_every_event_of_the_reference_can_be_subscribed_to(contract: dict[str, Any]) -> None:
    caller = Caller()
    for event in contract["webhook"]["events"]:
        assert caller.create("webhook", {"event": event, "address": "https://x.example/"}).status == 201


def test_every_filter_of_the_reference_filters(contract: dict[str, Any], caller: Caller) -> None:
    """A value that no row has leaves nothing; a filter that is ignored would leave everything."""
    private = {"order_status", "purchase_order_status"}
    for name in RESOURCES:
        for attribute, facts in contract[name]["attributes"].items():
            if not facts.get("filterable") or attribute in private:
                continue
            if facts.get("type") == "Boolean" or attribute in ("composite", "compound"):
                continue
            rows = caller.rows(contract[name]["path"], **{attribute: "9999-12-31"})
            assert rows == [], (name, attribute)
