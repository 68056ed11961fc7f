"""Rules, routing and reading again, done by a program."""

import pytest

from tests.web.api.caller import Caller, caller, refused
from tests.web.house import Web

LAMPS = {"name": "Lamps", "conditions": ["sku is LAMP"], "actions": ["hold look at it", "tag fragile"]}


@pytest.fixture
def program(web: Web) -> Caller:
    return caller(web)


def test_a_rule_is_tried_made_changed_moved_and_removed(web: Web, program: Caller) -> None:
    web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=10)
    tried = program.done("/rules/test", LAMPS)
    assert (tried["looked_at"], tried["changed"]) == (1, 1)
    assert program.read("/rules")["items"] == []

    [one] = program.done("/rules", LAMPS)["rules"]
    [_, two] = program.done("/rules", {"name": "Two", "actions": ["tag x"]})["rules"]
    assert program.read(f"/rules/{one['id']}")["actions"] == [
        {"do": "hold", "reason": "look at it"},
        {"do": "tag", "word": "fragile"},
    ]
    moved = program.done(f"/rules/{two['id']}/move", {"place": 1})
    assert [rule["name"] for rule in moved["rules"]] == ["Two", "Lamps"]
    program.done(f"/rules/{two['id']}", {"name": "Two", "actions": ["split"], "conditions": ["sku is X"]}, "PUT")
    assert program.done(f"/rules/{one['id']}/test")["changed"] == 1
    program.done(f"/rules/{two['id']}", method="DELETE")
    assert [rule["name"] for rule in program.read("/rules")["items"]] == ["Lamps"]


def test_a_rule_that_is_called_like_a_number_is_not_meant_by_it(program: Caller) -> None:
    [rule] = program.done("/rules", {**LAMPS, "name": "77"})["rules"]
    assert refused(program.get("/rules/77")) == (404, "not-found")
    assert refused(program.ask("DELETE", "/rules/77")) == (404, "not-found")
    assert program.read("/rules")["items"] == [rule]


def test_what_can_not_work_is_refused(program: Caller) -> None:
    assert refused(program.post("/rules", {"name": "R", "actions": ["route atlantis"]})) == (422, "refused")
    assert refused(program.post("/rules", {"name": "R", "actions": ["fly"]})) == (422, "refused")
    assert refused(program.get("/rules/77")) == (404, "not-found")
    plan = {"places": [{"name": "atlantis"}]}
    assert refused(program.ask("PUT", "/routing", plan)) == (422, "refused")


def test_routing_is_read_tried_and_set(program: Caller) -> None:
    plan = program.read("/routing")
    assert [place["name"] for place in plan["places"]] == ["warehouse"]
    plan["places"][0]["regions"] = ["US-CA"]
    wanted = {**plan, "split": True}
    assert program.done("/routing/test", wanted)["changed"] == 0
    assert program.done("/routing", wanted, "PUT")["plan"] == wanted
    assert program.read("/routing")["split"] is True


def test_a_stretch_of_time_is_read_again(web: Web, program: Caller) -> None:
    web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=10)
    found = program.done("/connections/shop/repull", {"since": "2020-01-01T00:00:00Z"})
    assert (found["found"], found["known"], found["new"]) == (1, 1, {})
    since = {"since": "2020-01-01T00:00:00Z"}
    assert refused(program.post("/connections/warehouse/repull", since)) == (409, "not-possible")
