"""What things are called: the difference before it is saved, saving, taking it back."""

from datetime import timedelta
from time import perf_counter

import pytest

from tests.flow.stage import Scene
from tranter.connectors.ebay.simulator import UNKNOWN_SKU
from tranter.engine import mapping
from tranter.ledger import journal, mapping_changes, mappings
from tranter.ledger.mapping_changes import CanNotUndo
from tranter.testing.faultmark import fault

ANN = "user:7"


def told(scene: Scene) -> list[tuple[str, str, str]]:
    lines = journal.lines(scene.book)
    return [(line.what, line.subject, line.actor) for line in lines if line.what.startswith(("alias", "mapping"))]


def last_change(scene: Scene) -> mapping_changes.Change:
    return mapping_changes.history(scene.book, scene.clock.now())[0]


def alias(scene: Scene, word: str, sku: str | None, connection: str = "") -> mapping.Saved:
    return mapping.save(scene.hub, scene.book, {"alias": {(connection, word): sku}}, ANN)


@fault("OPS-06")
def test_a_file_shows_its_difference_before_it_is_saved(scene: Scene) -> None:
    mappings.set_aliases(scene.book, [("", "OLD", "LAMP"), ("shop", "MUG", "KETL")], scene.clock.now())
    text = "alias,sku,connection\nOLD,BOOK,\nMUG,KETL,shop\nNEW,LAMP,\nODD,NOWHERE,\n,LAMP,\nX,LAMP,shpo\n"

    diff = mapping.preview(scene.hub, scene.book, "alias", text)

    assert [(row.line, row.word, row.after) for row in diff.new] == [(4, "NEW", "LAMP"), (5, "ODD", "NOWHERE")]
    assert [(row.word, row.before, row.after) for row in diff.changed] == [("OLD", "LAMP", "BOOK")]
    assert diff.same == 1
    assert [row.word for row in diff.unknown] == ["ODD"]
    assert [(bad.line, bad.cause) for bad in diff.bad] == [
        (6, "the alias is empty"),
        (7, "there is no connection 'shpo'"),
    ]
    assert not diff.can_be_saved
    with pytest.raises(mapping.BadTable, match=r"line 6: the alias is empty.*1 more rows"):
        mapping.save_table(scene.hub, scene.book, "alias", text, ANN)
    assert mappings.aliases(scene.book) == [("", "OLD", "LAMP"), ("shop", "MUG", "KETL")]


def test_a_file_of_five_thousand_rows_is_compared_and_saved_in_five_seconds(scene: Scene) -> None:
    text = "alias,sku\n" + "".join(f"A-{number},LAMP\n" for number in range(5000))
    began = perf_counter()

    assert len(mapping.preview(scene.hub, scene.book, "alias", text).new) == 5000
    assert len(mapping.save_table(scene.hub, scene.book, "alias", text, ANN).rows) == 5000

    assert perf_counter() - began < 5
    again = mapping.preview(scene.hub, scene.book, "alias", mapping.export(scene.book, "alias"))
    assert (again.new, again.changed, again.same, again.bad) == ((), (), 5000, ())


def test_what_was_exported_is_no_difference(scene: Scene) -> None:
    words = {"ship_method": {("shop", 'a "b", c'): "PM"}, "carrier": {("warehouse", "Pigeon  Post"): "Other"}}
    mapping.save(scene.hub, scene.book, {kind: dict(some) for kind, some in words.items()}, ANN)

    diff = mapping.preview(scene.hub, scene.book, "methods", mapping.export(scene.book, "methods"))

    assert (diff.new, diff.changed, diff.same, diff.bad) == ((), (), 2, ())


def test_an_alias_sends_the_order_that_waits_for_it_at_once(scene: Scene) -> None:
    order = scene.ebay.buy_one(UNKNOWN_SKU)
    scene.pass_time(minutes=15)

    saved = alias(scene, UNKNOWN_SKU, "LAMP")
    scene.settle()

    assert [one.number for one in saved.orders] == [order.order_id]
    assert len(scene.at_warehouse(order)) == 1
    assert told(scene) == [("alias_set", UNKNOWN_SKU, ANN)]


def test_what_is_the_same_already_is_no_edit(scene: Scene) -> None:
    alias(scene, "OLD", "LAMP")
    assert alias(scene, "OLD", "LAMP").rows == ()
    assert len(mapping_changes.history(scene.book, scene.clock.now())) == 1


def test_an_order_that_was_not_sent_yet_is_planned_anew_when_its_alias_changes(scene: Scene) -> None:
    alias(scene, UNKNOWN_SKU, "LAMP")
    order = scene.ebay.buy_one(UNKNOWN_SKU)
    scene.clock.advance(200)
    scene.run("orders")
    scene.run("decide")

    saved = alias(scene, UNKNOWN_SKU, "BOOK")
    scene.settle()

    assert [one.number for one in saved.orders] == [order.order_id]
    assert [line.sku for line in scene.at_warehouse(order)[0].lines if line.sku] == ["BOOK"]


@fault("OPS-06")
def test_an_edit_is_taken_back_and_so_is_the_taking_back(scene: Scene) -> None:
    alias(scene, "OLD", "LAMP")
    alias(scene, "OLD", "BOOK")

    back = mapping.undo(scene.hub, scene.book, last_change(scene).id, ANN)
    assert back.refused == ()
    assert mappings.aliases(scene.book) == [("", "OLD", "LAMP")]

    mapping.undo(scene.hub, scene.book, last_change(scene).id, ANN)
    assert mappings.aliases(scene.book) == [("", "OLD", "BOOK")]
    assert told(scene)[:2] == [("mapping_undone", str(last_change(scene).id - 1), ANN), ("alias_set", "OLD", ANN)]


def test_a_removed_mapping_comes_back(scene: Scene) -> None:
    alias(scene, "OLD", "LAMP", "shop")
    alias(scene, "OLD", None, "shop")
    assert mappings.aliases(scene.book) == []

    mapping.undo(scene.hub, scene.book, last_change(scene).id, ANN)

    assert mappings.aliases(scene.book) == [("shop", "OLD", "LAMP")]


def test_a_row_that_was_changed_since_stays_and_is_named(scene: Scene) -> None:
    edits = {("", "A"): "LAMP", ("", "B"): "LAMP"}
    saved = mapping.save(scene.hub, scene.book, {"alias": dict(edits)}, ANN)
    alias(scene, "B", "BOOK")

    back = mapping.undo(scene.hub, scene.book, saved.changes[0], ANN)

    assert [row.word for row in back.refused] == ["B"]
    assert mappings.aliases(scene.book) == [("", "B", "BOOK")]


def test_nothing_is_undone_twice_nor_after_thirty_days_nor_when_all_of_it_was_changed(scene: Scene) -> None:
    first, second, third = (alias(scene, word, "LAMP").changes[0] for word in ("A", "B", "C"))
    mapping.undo(scene.hub, scene.book, first, ANN)
    alias(scene, "B", "BOOK")
    for change_id, why in ((first, "undone already"), (second, "changed all of it since"), (999, "no change 999")):
        with pytest.raises(CanNotUndo, match=why):
            mapping.undo(scene.hub, scene.book, change_id, ANN)
    scene.clock.jump(scene.clock.now() + timedelta(days=31))
    with pytest.raises(CanNotUndo, match="older than 30 days"):
        mapping.undo(scene.hub, scene.book, third, ANN)


def test_an_order_goes_back_to_waiting_when_its_alias_is_undone(scene: Scene) -> None:
    saved = alias(scene, UNKNOWN_SKU, "LAMP")
    order = scene.ebay.buy_one(UNKNOWN_SKU)
    scene.clock.advance(200)
    scene.run("orders")
    scene.run("decide")

    mapping.undo(scene.hub, scene.book, saved.changes[0], ANN)
    scene.settle()

    assert scene.at_warehouse(order) == []
    assert scene.kinds() == ["unknown_sku"]
