"""The same requests that were once recorded of the vendor: their headers and shapes."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.simulators.tradegecko.client import Answer, Caller, line

TRANSPORT = {"date", "status", "connection", "transfer-encoding", "content-length", "server", "x-ua-compatible"}
BUDGET = {"x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset"}
FOR_BROWSERS = {
    "x-frame-options", "x-xss-protection", "x-content-type-options", "x-download-options",
    "x-permitted-cross-domain-policies", "referrer-policy",
}  # fmt: skip
LISTED = [
    "accounts", "addresses", "companies", "contacts", "currencies", "fulfillments", "images", "invoice_line_items",
    "invoices", "locations", "notes", "order_line_items", "orders", "payment_methods", "payment_terms", "products",
    "purchase_order_line_items", "purchase_orders", "tax_types", "users", "variants", "webhooks",
]  # fmt: skip
CHANGED_SINCE = {
    ("accounts", "default_tax_rate"),  # a float in 2014, a string in the reference of 2021
}


@pytest.fixture(scope="module")
def caller() -> Caller:
    caller = Caller(rate_limit=10_000)
    for number in range(6):
        order = caller.order(
            order_number=f"SO{number}", status="finalized", order_line_items=[line(caller, quantity=2)]
        )
        caller.act(order["id"], "pay")
        caller.act(order["id"], "fulfil", {"fulfillment": {"tracking_number": "T"}})
        caller.create("contact", {"company_id": order["company_id"], "first_name": "Al"})
        caller.create("note", {"company_id": order["company_id"], "body": "Hi"})
        caller.create("webhook", {"event": "order.create", "address": "https://x.example/"})
        product_id = caller.rows("/products")[0]["id"]
        caller.create("image", {"product_id": product_id, "url": "https://x.example/a.png", "variant_ids": [1]})
        goods = [{"variant_id": caller.variant_id("TG-0001"), "quantity": 2, "price": "1.5"}]
        caller.create("purchase_order", {"company_id": order["company_id"], "purchase_order_line_items": goods})
    return caller


def interactions(shared: Path, name: str) -> list[dict[str, Any]]:
    text = (shared / "contracts/tradegecko/recorded" / f"{name}.json").read_text()
    found = [one for one in json.loads(text)["interactions"] if one["request"]["method"] == "GET"]
    assert found
    return found


def names(headers: dict[str, str]) -> set[str]:
    return {name.lower() for name in headers} - TRANSPORT


def replay(caller: Caller, recorded: dict[str, Any]) -> Answer:
    return caller.send("GET", recorded["request"]["path"])


@pytest.mark.parametrize("name", LISTED)
def test_headers_are_those_of_the_record(shared: Path, caller: Caller, name: str) -> None:
    for recorded in interactions(shared, name):
        expected = names(recorded["response"]["headers"]) | BUDGET  # sent from autumn 2014 on
        ours = names(replay(caller, recorded).headers)
        assert ours - FOR_BROWSERS == expected - FOR_BROWSERS
        if name == "payment_methods":  # the youngest record
            assert ours == expected


@pytest.mark.parametrize("name", sorted(set(LISTED) - {"accounts"}))  # these come without pages
def test_the_page_header_has_the_keys_of_the_record(shared: Path, caller: Caller, name: str) -> None:
    compared = 0
    for recorded in interactions(shared, name):
        expected = recorded["response"]["headers"].get("X-Pagination")
        if expected is not None and "total_records" in expected:
            ours = json.loads(replay(caller, recorded).headers["X-Pagination"])
            assert list(ours) == list(json.loads(expected))
            compared += 1
    assert compared > 0


@pytest.mark.parametrize("name", LISTED)
def test_envelopes_are_those_of_the_record(shared: Path, caller: Caller, name: str) -> None:
    for recorded in interactions(shared, name):
        assert list(replay(caller, recorded).json) == list(recorded["response"]["json"])


@pytest.mark.parametrize("name", LISTED)
def test_values_have_the_types_of_the_record(shared: Path, caller: Caller, name: str) -> None:
    compared = 0
    for recorded in interactions(shared, name):
        ours, theirs = replay(caller, recorded).json, recorded["response"]["json"]
        for plural, rows in theirs.items():
            if isinstance(rows, list):
                compared += compare_rows(plural, ours[plural], rows)
    assert compared > 0


def compare_rows(plural: str, ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> int:
    """How many attributes have values on both sides."""
    compared = 0
    for attribute in {key for row in theirs for key in row}:
        if (plural, attribute) in CHANGED_SINCE:
            continue
        types = {type(row[attribute]) for row in theirs if row.get(attribute) is not None}
        found = {type(row[attribute]) for row in ours if row.get(attribute) is not None}
        assert found <= types or not types, (plural, attribute, found, types)
        compared += bool(found and types)
    return compared


def test_the_recorded_writes_answer_alike(shared: Path, caller: Caller) -> None:
    text = (shared / "contracts/tradegecko/recorded/products.json").read_text()
    writes = [one for one in json.loads(text)["interactions"] if one["request"]["method"] == "POST"]
    assert {one["response"]["status"] for one in writes} == {201, 422}
    for recorded in writes:
        body = recorded["request"]["body"].encode()
        form = {"content_type": "application/x-www-form-urlencoded"}
        answer = caller.send("POST", recorded["request"]["path"], body, **form)
        assert answer.status == recorded["response"]["status"]
        if answer.status == 422:
            assert answer.json == recorded["response"]["json"]
        else:
            assert answer.headers["Location"].startswith("http://sim.tradegecko/ajax/products/")
            assert answer.json["product"]["name"] == recorded["response"]["json"]["product"]["name"]
