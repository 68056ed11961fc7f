"""Mappings, the catalogue and the shelf at the terminal: the same deeds as in the browser."""

from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tranter.connectors.ebay.simulator import UNKNOWN_SKU
from tranter.connectors.ebay.simulator import simulator as ebay_simulator


@pytest.fixture
def read(shell: Shell) -> Shell:
    """Both sides have been read; one page sells what the warehouse does not know."""
    shell.ebay = ebay_simulator(shell.clock, 8, skus=("LAMP", "KETL"), odd_listings=True, auto_consent=True)
    shell.cart = shell.serve(shell.ebay)
    shell.connect()
    shell.run("sync", "--until-idle")
    return shell


def test_a_difference_is_shown_and_nothing_is_saved(read: Shell, tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text("alias,sku\nOLD,LAMP\nODD,NOWHERE\n,LAMP\n")

    diff = read.read("alias", "import", str(file), "--dry-run")
    told = read.done("alias", "import", str(file), "--dry-run").stdout
    one = read.read("carrier", "set", "warehouse", "Pigeon", "Other", "--dry-run")

    assert ([row["word"] for row in diff["new"]], [row["line"] for row in diff["bad"]]) == (["OLD", "ODD"], [4])
    assert "2 new, 0 changed, 0 the same, 1 with a SKU that the warehouse hasn't, 1 that can't be read" in told
    assert [row["after"] for row in one["new"]] == ["Other"]
    assert read.read("alias", "list") == read.read("carrier", "list") == []


def test_an_edit_is_undone_by_its_number(read: Shell) -> None:
    read.done("ship-method", "set", "shop", "A", "B")
    read.done("ship-method", "remove", "shop", "A")
    [newest, _] = read.read("mappings", "history")

    read.done("mappings", "undo", str(newest["id"]))

    assert read.read("ship-method", "list") == [{"connection": "shop", "code": "A", "method": "B"}]
    assert read.run("mappings", "undo", str(newest["id"])).exit_code == 1
    assert "undone" in read.done("mappings", "history").stdout


def test_a_kit_is_set_listed_and_taken_away(read: Shell, tmp_path: Path) -> None:
    diff = read.read("kit", "set", "SET", "2xLAMP + KETL", "--dry-run")
    read.done("kit", "set", "SET", "2xLAMP + KETL")
    listed, told = read.read("kit", "list"), read.done("kit", "list").stdout
    file = tmp_path / "kits.csv"
    file.write_text(read.done("kit", "export").stdout)

    assert [row["after"] for row in diff["new"]] == ["2 x LAMP + 1 x KETL"]
    assert listed == [{"sku": "SET", "recipe": "2 x LAMP + 1 x KETL", "available": 20}]
    assert "20" in told
    assert read.read("kit", "import", str(file)) == {"changed": 0, "orders_decided_again": 0}
    assert read.run("kit", "set", "SET", "LAMP + LAMP").exit_code == 2
    assert "is a kit itself" in read.run("kit", "set", "BIG", "2 x SET").stderr
    assert read.done("kit", "remove", "SET").stdout == "kit SET is removed\n"
    assert read.read("kit", "list") == []


def test_a_promotional_code_has_its_days(read: Shell) -> None:
    read.done("alias", "set", "XMAS", "LAMP", "--from", "2026-12-01", "--until", "2026-12-24")

    [row] = read.read("alias", "list")

    assert (row["sku"], row["from"], row["until"]) == ("LAMP", "2026-12-01", "2026-12-24")
    assert "2026-12-24" in read.done("alias", "list").stdout
    assert '"XMAS","LAMP","","2026-12-01","2026-12-24"' in read.done("alias", "export").stdout
    assert read.run("alias", "set", "XMAS", "LAMP", "--until", "Christmas").exit_code == 2


def test_a_filter_is_tried_set_listed_and_taken_away(read: Shell, tmp_path: Path) -> None:
    read.buy("LAMP")
    read.done("sync", "shop", "orders")
    read.done("sync", "shop", "decide")
    how = ("filter", "set", "currency", "EUR", "GBP", "--required", "--connection", "shop")
    trial = read.read(*how, "--dry-run")
    read.done(*how)
    file = tmp_path / "filters.csv"
    file.write_text(read.done("filter", "export").stdout)

    assert (trial["looked_at"], trial["changed"]) == (1, 1)
    assert read.read("filter", "list") == [
        {"connection": "shop", "field": "currency", "rule": "required full: EUR, GBP"}
    ]
    assert read.read("filter", "import", str(file)) == {"changed": 0, "orders_decided_again": 0}
    assert read.read("filter", "import", str(file), "--dry-run")["changed"] == 0
    assert read.run("filter", "set", "currency", "EUR", "--level", "order").exit_code == 2
    read.done(*how)
    read.buy("LAMP")
    read.done("sync", "shop", "orders")
    read.done("sync", "shop", "decide")
    gone = read.done("filter", "remove", "currency", "--connection", "shop")
    assert gone.stdout == "filter currency is removed\n"
    assert "orders were skipped by it" in gone.stderr
    assert "tranter filter decide-again currency --connection shop" in gone.stderr
    assert read.read("filter", "decide-again", "currency", "--connection", "shop")["orders_decided_again"] >= 1


def test_what_was_exported_can_be_imported(read: Shell, tmp_path: Path) -> None:
    read.done("alias", "set", "OLD", "LAMP", "--connection", "shop")
    file = tmp_path / "all.csv"
    file.write_text(read.done("alias", "export").stdout)
    assert read.read("alias", "import", str(file)) == {"changed": 0, "orders_decided_again": 0}


def test_the_catalogue_lists_the_unmatched_and_accepts_what_is_clear(read: Shell) -> None:
    page = read.read("catalogue", "list", "--state", "unmatched")
    assert UNKNOWN_SKU in [line["listing"]["code"] for line in page["lines"]]
    assert UNKNOWN_SKU in read.done("catalogue", "list").stdout
    assert read.read("catalogue", "accept", "--above", "99", "--dry-run") == []
    assert read.run("catalogue", "accept", "--above", "99").exit_code == 0


def test_the_shelf_tells_what_there_is_and_why(read: Shell) -> None:
    page = read.read("shelf", "list", "lam")
    assert ("LAMP", 40) in [(line["sku"], line["available"]) for line in page["lines"]]
    assert "off" in read.done("shelf", "list").stdout
    assert read.read("shelf", "show", "LAMP")["line"]["listings"][0]["result"] == "off"
    assert "40 available" in read.done("shelf", "show", "LAMP").stdout
    assert read.run("shelf", "show", "NOWHERE").exit_code == 1


def test_without_a_warehouse_the_way_out_is_told(shell: Shell) -> None:
    for words in (("catalogue", "list"), ("shelf", "list")):
        assert "tranter connect" in shell.run(*words).stderr
