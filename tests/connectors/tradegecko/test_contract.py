"""What is sent, against the vendor's own table of attributes."""

import json
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tests.connectors.tradegecko.rig import HOME, START, reply, rig, scripted
from tranter.connectors.tradegecko.words import CHARGES, EVERY_FULFILLMENT_STATUS, flows_of
from tranter.model import Money, TaxReference
from tranter.sdk.errors import TransientError

# Not in the table, but in the vendor's guide (CONTRACT.md, section 2): things that may be embedded, and the currency.
EMBEDDED = {"company", "shipping_address", "billing_address", "order_line_items", "currency_iso"}

EVERYTHING = {
    "order_status": "draft",
    "tax_treatment": "inclusive",
    "dynamic_item_tax_rate": True,
    "currency": "order",
    "location_id": "7",
    "customer_matching": "buyer",
    "send_zero_shipping": True,
}


def resource(shared: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "contracts/tradegecko/contract.json").read_text())["resources"]
    return found[name]


def creatable(shared: Path, name: str) -> set[str]:
    return flagged(shared, name, "creatable")


def flagged(shared: Path, name: str, flag: str) -> set[str]:
    return {field for field, facts in resource(shared, name)["attributes"].items() if facts.get(flag)}


def sent_order() -> dict[str, Any]:
    nobody = reply(200, b'{"companies":[]}')
    connector, script = scripted(nobody, reply(503, b""), settings=EVERYTHING)
    world = rig()
    order = world.fulfillment(
        world.line("LAMP", 3, 1000),
        note="x",
        ship_by=START,
        shipping=Money(100, "USD"),
        discount=Money(50, "USD"),
        bill_to=replace(HOME, lines=("1 Elsewhere",), company="Elsewhere Ltd", region="LDN"),
        tax_references=(TaxReference("IOSS", "IM1"),),
    )
    try:
        connector.push_fulfillment(order)
    except TransientError:
        body: dict[str, Any] = json.loads(script.requests[-1].body)["order"]
        return body
    raise AssertionError("the script has no order to answer with")


def test_every_field_that_is_sent_is_one_that_tradegecko_takes(shared: Path) -> None:
    order = sent_order()
    assert set(order) - EMBEDDED <= creatable(shared, "order")
    assert set(order["company"]) <= creatable(shared, "company")
    for role in ("shipping_address", "billing_address"):
        assert set(order[role]) <= creatable(shared, "address")
    for line in order["order_line_items"]:
        assert set(line) <= creatable(shared, "order_line_item")


def test_every_kind_of_line_is_one_that_tradegecko_names(shared: Path) -> None:
    kinds = {line["line_type"] for line in sent_order()["order_line_items"]}
    assert kinds == {"product", "rounding", "discount", "shipping"}
    assert kinds - {"product"} <= CHARGES
    table = json.dumps(resource(shared, "order_line_item")["attributes"])
    assert all(kind in table for kind in kinds)


def test_every_status_of_a_parcel_is_asked_for(shared: Path) -> None:
    told = json.dumps(resource(shared, "fulfillment")["attributes"]["status"])
    assert all(status in told for status in EVERY_FULFILLMENT_STATUS)


def test_every_filter_that_is_used_is_one_that_tradegecko_has(shared: Path) -> None:
    for name, filters in {
        "order": ("reference_number", "order_number", "status"),
        "order_line_item": ("order_id",),
        "fulfillment": ("status",),
        "fulfillment_line_item": ("fulfillment_id",),
        "company": ("email", "company_code"),
    }.items():
        assert set(filters) <= flagged(shared, name, "filterable")


def test_every_event_that_moves_goods_wakes_a_flow(shared: Path) -> None:
    subjects = ("fulfillment", "order", "variant", "stock", "procurement", "purchase_order", "product")
    events = [event for event in resource(shared, "webhook")["events"] if event.startswith(subjects)]
    assert len(events) > 10
    assert [event for event in events if not flows_of(event)] == []
