"""Rules and routing from a terminal."""

import json
from pathlib import Path

from tests.cli.shell import Shell
from tests.cli.test_operating import synced


def test_a_rule_is_made_tried_moved_switched_and_removed(connected: Shell, tmp_path: Path) -> None:
    connected.done("rule", "add", "Lamps", "--if", "sku is LAMP", "--then", "tag fragile", "--then", "delay 2h")
    made = connected.read("rule", "add", "Leaflet", "--then", "add-line BOOK x2", "--place", "1")
    assert [(one["name"], one["actions"]) for one in made["rules"]] == [
        ("Leaflet", [{"do": "add_line", "sku": "BOOK", "quantity": 2}]),
        ("Lamps", [{"do": "tag", "word": "fragile"}, {"do": "delay", "hours": 2}]),
    ]
    assert "sku is LAMP" in connected.done("rule", "list").stdout

    connected.done("rule", "move", "lamps", "1")
    connected.done("rule", "edit", "Leaflet", "--off", "--then", "add-line BOOK")
    [lamps, leaflet] = connected.read("rule", "list")
    assert (lamps["name"], leaflet["enabled"]) == ("Lamps", False)
    assert leaflet["actions"] == [{"do": "add_line", "sku": "BOOK", "quantity": 1}]

    connected.done("rule", "remove", str(leaflet["id"]))
    assert [one["name"] for one in connected.read("rule", "list")] == ["Lamps"]
    said = [line["what"] for line in connected.read("journal")]
    assert {"rule_added", "rule_moved", "rule_changed", "rule_removed"} <= set(said)


def test_a_rule_shows_what_it_would_do_before_it_is_saved(connected: Shell) -> None:
    order = connected.buy("LAMP")
    synced(connected)
    held = ("--if", "sku starts LA", "--then", "hold look at it first")
    tried = connected.read("rule", "add", "Lamps", *held, "--dry-run")
    assert (tried["looked_at"], tried["changed"]) == (1, 1)
    assert tried["examples"][0]["after"] == "held: look at it first (rule 'Lamps')"
    assert connected.read("rule", "list") == []
    connected.done("rule", "add", "Lamps", *held)
    assert "1 of 1 orders" in connected.done("rule", "test", "Lamps").stdout
    assert connected.read("orders")[0]["status"] == "at_wms", f"{order} had left before"


def test_what_can_not_work_is_refused_with_the_way_out(connected: Shell) -> None:
    synced(connected)
    refused = {
        ("--then", "route atlantis"): "there is no warehouse 'atlantis'; known are: warehouse",
        ("--then", "add-line NOBODY"): "no warehouse has the SKU 'NOBODY'",
        ("--then", "fly"): "'fly' is nothing that a rule does",
        ("--if", "colour is red", "--then", "tag x"): "a condition begins with one of country",
        ("--if", "country near DE", "--then", "tag x"): "behind country comes one of",
        (): "a rule needs at least one action",
    }
    for words, said in refused.items():
        result = connected.run("rule", "add", "R", *words)
        assert result.exit_code == 2
        assert said in result.stderr
    assert connected.run("rule", "remove", "R").exit_code == 2
    assert connected.read("rule", "list") == []


def test_a_rule_comes_back_from_the_file_that_it_was_written_to(connected: Shell, tmp_path: Path) -> None:
    words = ("--if", "value at-least 10 USD", "--if", "note given", "--any", "--then", "ship-method Air")
    [one] = connected.read("rule", "add", "One", *words)["rules"]
    file = tmp_path / "rule.json"
    file.write_text(json.dumps(one))
    _, two = connected.read("rule", "add", "Two", "--file", str(file))["rules"]
    assert {**two, "id": one["id"], "name": "One"} == one
    file.write_text("{}")
    result = connected.run("rule", "add", "Three", "--file", str(file))
    assert result.exit_code == 2
    assert "rule.json is no rule" in result.stderr


def test_routing_is_shown_and_set(connected: Shell) -> None:
    assert connected.read("routing", "show")["places"] == [
        {"name": "warehouse", "orders": True, "stock": True, "regions": []}
    ]
    connected.done("routing", "set", "--region", "warehouse=US-CA,DE:8", "--split", "--hold-without-stock")
    plan = connected.read("routing", "show")
    assert (plan["split"], plan["hold_without_stock"]) == (True, True)
    assert plan["places"][0]["regions"] == ["US-CA", "DE:8"]
    assert "preferred for" in connected.done("routing", "show").stdout

    for words, said in {
        ("--priority", "atlantis"): "there is no warehouse 'atlantis'",
        ("--region", "warehouse=Narnia"): "'Narnia' is no region",
        ("--region", "warehouse"): "write WAREHOUSE=REGIONS",
        ("--only-rules", "warehouse"): "no warehouse would take orders",
    }.items():
        result = connected.run("routing", "set", *words)
        assert result.exit_code == 2
        assert said in result.stderr
