"""A kit's way: its components to the warehouse, its parcels to the cart, what can be made of it on the shelf."""

import pytest

from tests.flow.stage import STOCK, Scene
from tranter.engine import mapping
from tranter.engine.shelves import sku_story
from tranter.ledger import mapping_changes, mappings
from tranter.ledger.mappings import KIT
from tranter.testing.faultmark import fault

SET = "1 x KETL + 2 x BOOK"


def with_kit(scene: Scene, recipe: str = SET) -> None:
    """From now on what the cart sells as LAMP is a kit."""
    mapping.save(scene.hub, scene.book, {KIT: {("", "LAMP"): recipe}}, "operator")


def test_a_kit_goes_all_the_way(scene: Scene) -> None:
    with_kit(scene)
    bought = scene.ebay.buy_one("LAMP", 2)
    scene.pass_time(minutes=15)

    [there] = scene.at_warehouse(bought)
    assert scene.status(bought) == "at_wms"
    assert scene.shown("LAMP") == {(STOCK - 4) // 2}
    assert scene.shown("KETL") == {STOCK - 2}
    assert scene.shown("BOOK") == {STOCK - 4}
    story = sku_story(scene.hub, scene.book, "BOOK")
    assert story is not None
    assert [(one.number, one.units) for one in story.holding] == [(bought.order_id, 4)]

    scene.gecko.ship(there.id, carrier="UPS", tracking="1Z999")
    scene.pass_time(minutes=15)
    [parcel] = scene.ebay.fulfillments(bought.order_id)
    assert (parcel.tracking, [units for _, units in parcel.lines]) == ("1Z999", [2])
    assert scene.status(bought) == "confirmed"
    assert scene.kinds() == []


def test_a_kit_in_several_parcels_is_told_when_all_of_it_has_left(scene: Scene) -> None:
    with_kit(scene)
    bought = scene.ebay.buy_one("LAMP", 2)
    scene.pass_time(minutes=15)
    [there] = scene.at_warehouse(bought)

    scene.gecko.ship(there.id, {"BOOK": 4}, tracking="1Z-BOOKS")
    scene.pass_time(minutes=15)
    assert scene.ebay.fulfillments(bought.order_id) == []
    assert scene.status(bought) == "at_wms"

    for tracking in ("1Z-ONE", "1Z-TWO"):
        scene.gecko.ship(there.id, {"KETL": 1}, tracking=tracking)
        scene.pass_time(minutes=15)

    told = [(one.tracking, [units for _, units in one.lines]) for one in scene.ebay.fulfillments(bought.order_id)]
    assert told == [("1ZONE", [1]), ("1ZTWO", [1])]
    assert scene.status(bought) == "confirmed"
    assert scene.kinds() == []


@fault("INV-06")
def test_a_part_that_is_sold_is_missing_in_every_kit_that_holds_it(scene: Scene) -> None:
    recipes = {"LAMP": "1 x BOOK", "ROPE-S": "5 x BOOK", "KETL": "1 x BOOK + 1 x SOAP-S"}
    mapping.save(scene.hub, scene.book, {KIT: {("", sku): recipe for sku, recipe in recipes.items()}}, "operator")
    scene.pass_time(minutes=15)
    assert [scene.shown(sku) for sku in ("LAMP", "ROPE-S", "KETL")] == [{STOCK}, {STOCK // 5}, {STOCK}]

    scene.ebay.buy_one("KETL", 3)
    scene.pass_time(minutes=15)

    left = STOCK - 3
    assert [scene.shown(sku) for sku in ("LAMP", "ROPE-S", "KETL")] == [{left}, {left // 5}, {left}]
    assert [scene.shown(sku) for sku in ("BOOK", "SOAP-S")] == [{left}, {left}]


def test_an_order_that_waited_for_a_kit_goes_when_it_is_there(scene: Scene) -> None:
    mapping.save(scene.hub, scene.book, {mappings.ALIAS: {("", "LAMP"): "SET"}}, "operator")
    bought = scene.ebay.buy_one("LAMP", 1)
    scene.pass_time(minutes=15)
    assert scene.kinds() == ["unknown_sku"]

    saved = mapping.save(scene.hub, scene.book, {KIT: {("", "SET"): SET}}, "operator")
    scene.pass_time(minutes=15)

    assert [one.number for one in saved.orders] == [bought.order_id]
    assert scene.status(bought) == "at_wms"
    assert scene.kinds() == []


def test_a_kit_in_a_kit_is_refused(scene: Scene) -> None:
    with_kit(scene)
    with pytest.raises(mapping.BadTable, match="'BIG' holds 'LAMP', which is a kit itself"):
        mapping.save(scene.hub, scene.book, {KIT: {("", "BIG"): "2 x LAMP"}}, "operator")
    with pytest.raises(mapping.BadTable, match="'LAMP' holds 'BOOK', which is a kit itself"):
        mapping.save(scene.hub, scene.book, {KIT: {("", "BOOK"): "2 x ROPE-S"}}, "operator")
    assert mappings.kits(scene.book) == {"LAMP": SET}


def test_an_edit_of_a_kit_is_taken_back(scene: Scene) -> None:
    with_kit(scene)
    with_kit(scene, "3 x BOOK")
    [last, _] = mapping_changes.history(scene.book, scene.clock.now())

    mapping.undo(scene.hub, scene.book, last.id, "operator")

    assert mappings.kits(scene.book) == {"LAMP": SET}


def test_a_file_of_kits_shows_its_difference_first(scene: Scene) -> None:
    with_kit(scene)
    text = mapping.export(scene.book, KIT)
    assert mapping.preview(scene.hub, scene.book, KIT, text).same == 1

    diff = mapping.preview(scene.hub, scene.book, KIT, text + '"BOX","SOAP-S","6",""\n"NIX","NOWHERE","1",""\n')

    assert [(row.word, row.after) for row in diff.new] == [("BOX", "6 x SOAP-S"), ("NIX", "1 x NOWHERE")]
    assert [row.word for row in diff.unknown] == ["NIX"]
