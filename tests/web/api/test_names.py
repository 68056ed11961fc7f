"""Filters, kits and aliases with days, set, tried and removed by a program."""

import pytest

from tests.web.api.caller import Caller, caller, refused
from tests.web.house import Web
from tranter.ledger.api_keys import Scope

NO_LAMPS = {"mode": "restricted", "match": "starts", "values": ["lam"]}
GIFT = {"kit": "GIFT", "components": [{"sku": "LAMP", "quantity": 2, "share": "15"}, {"sku": "KETL", "share": 1.5}]}


@pytest.fixture
def program(web: Web) -> Caller:
    return caller(web)


def test_a_filter_is_tried_on_the_last_orders_set_and_removed(web: Web, program: Caller) -> None:
    web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=10)
    tried = program.done("/filters/item_sku/test", NO_LAMPS)
    assert (tried["looked_at"], tried["changed"]) == (1, 1)
    assert "not taken" in tried["examples"][0]["after"]
    assert program.read("/filters")["items"] == []

    program.done("/filters/item_sku", {**NO_LAMPS, "level": "order", "stock": True}, "PUT")
    assert program.read("/filters")["items"] == [
        {
            "connection": "",
            "field": "item_sku",
            "mode": "restricted",
            "match": "starts",
            "values": ["lam"],
            "level": "order",
            "stock": True,
        }
    ]
    assert refused(program.ask("DELETE", "/filters/item_sku?connection=shop")) == (404, "not-found")
    program.done("/filters/item_sku", method="DELETE")
    assert program.read("/filters")["items"] == []


def test_filters_of_a_file_are_tried_before_they_are_taken(web: Web, program: Caller) -> None:
    web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=10)
    table = {"csv": "field,mode,value\ncountry,required,NZ\n"}
    tried = program.done("/filters/test", table)
    assert (tried["looked_at"], tried["changed"]) == (1, 1)
    diff = program.done("/mappings/tables/filter/preview", table)
    assert [row["word"] for row in diff["new"]] == ["country"]
    assert program.read("/filters")["items"] == []

    program.done("/mappings/tables/filter/import", table)
    assert [one["values"] for one in program.read("/filters")["items"]] == [["NZ"]]
    assert refused(program.post("/filters/test", {"csv": "field,mode\ncountry,maybe\n"})) == (422, "refused")


def test_a_filter_that_can_not_be_is_refused(program: Caller) -> None:
    known_nowhere = {**NO_LAMPS, "connection": "nowhere"}
    assert refused(program.ask("PUT", "/filters/colour", NO_LAMPS)) == (422, "invalid")
    assert refused(program.ask("PUT", "/filters/country", {**NO_LAMPS, "stock": True})) == (422, "refused")
    assert refused(program.ask("PUT", "/filters/item_sku", known_nowhere)) == (404, "not-found")


def test_a_kit_is_looked_at_made_counted_and_removed(web: Web, program: Caller) -> None:
    web.scene.pass_time(minutes=20)
    assert [row["word"] for row in program.done("/kits/preview", GIFT)["new"]] == ["GIFT"]
    assert program.read("/kits")["items"] == []

    program.done("/kits", GIFT, "PUT")
    [kit] = program.read("/kits?search=GIFT")["items"]
    assert [(one["sku"], one["quantity"], one["share"]) for one in kit["components"]] == [
        ("LAMP", 2, "15"),
        ("KETL", 1, "1.5"),
    ]
    assert kit["available"] is not None
    inside = {"kit": "BOX", "components": [{"sku": "GIFT"}]}
    assert refused(program.ask("PUT", "/kits", inside)) == (422, "refused")
    assert refused(program.post("/kits/preview", inside)) == (422, "refused")
    twice = {"kit": "BOX", "components": [{"sku": "LAMP"}, {"sku": "LAMP"}]}
    assert refused(program.ask("PUT", "/kits", twice)) == (422, "refused")

    program.done("/kits?kit=GIFT", method="DELETE")
    assert refused(program.ask("DELETE", "/kits?kit=GIFT")) == (404, "not-found")


def test_a_promotional_code_has_its_days(program: Caller) -> None:
    code = {"alias": "XMAS", "sku": "LAMP", "since": "2026-12-01", "until": "2026-12-24"}
    assert [row["after"] for row in program.done("/aliases/preview", code)["new"]] == [
        "LAMP from 2026-12-01 until 2026-12-24"
    ]
    assert program.read("/aliases")["items"] == []

    program.done("/aliases", code, "PUT")
    program.done("/aliases", {"alias": "OLD", "sku": "LAMP", "connection": "shop"}, "PUT")
    assert program.read("/aliases")["items"] == [
        {"connection": "shop", "alias": "OLD", "sku": "LAMP", "since": None, "until": None},
        {"connection": "", **code},
    ]
    backwards = {**code, "until": "2026-11-01"}
    assert refused(program.ask("PUT", "/aliases", backwards)) == (422, "refused")
    assert refused(program.ask("DELETE", "/aliases?alias=OLD")) == (404, "not-found")
    program.done("/aliases?alias=OLD&connection=shop", method="DELETE")
    assert [one["alias"] for one in program.read("/aliases?search=xmas")["items"]] == ["XMAS"]


def test_a_key_that_reads_only_looks(web: Web) -> None:
    reader = caller(web, scopes=frozenset({Scope.READ}))
    assert reader.read("/filters")["items"] == reader.read("/kits")["items"] == reader.read("/aliases")["items"] == []
    assert refused(reader.ask("PUT", "/filters/item_sku", NO_LAMPS)) == (403, "scope")
    assert refused(reader.post("/kits/preview", GIFT)) == (403, "scope")


def test_what_a_removed_filter_left_out_is_counted_and_decided_again(web: Web, program: Caller) -> None:
    program.done("/filters/item_sku", {**NO_LAMPS, "level": "order"}, "PUT")
    order = web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=15)
    assert program.read("/filters/item_sku/skipped") == {"count": 1}
    program.done("/filters/item_sku", method="DELETE")
    assert program.done("/filters/item_sku/decide-again", {}) == {"count": 1}
    web.scene.pass_time(minutes=15)
    assert web.scene.status(order) == "at_wms"
    assert program.read("/filters/item_sku/skipped") == {"count": 0}
