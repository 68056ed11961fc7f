"""A cart's code and what it means: suggestions, and the yes to one of them."""

import pytest

from tests.flow.stage import Scene, Setting, Theatre
from tranter.connectors.ebay.simulator import UNKNOWN_SKU
from tranter.engine import catalogue
from tranter.engine.catalogue import Code, Meaning, NoSuchSku
from tranter.ledger import mappings

ANN = "user:7"


def test_the_warehouses_skus_are_suggested_and_new_ones_as_soon_as_they_are_read(scene: Scene) -> None:
    assert catalogue.suggest_for(scene.hub, scene.book, "ebay rope.m")[0].sku == "ROPE-M"
    assert catalogue.suggest_for(scene.hub, scene.book, "PARASOL-9") == ()

    scene.gecko.add_sku("PARASOL9")
    scene.run("products")

    assert catalogue.suggest_for(scene.hub, scene.book, "PARASOL-9")[0].sku == "PARASOL9"


def test_without_a_warehouse_nothing_is_suggested(theatre: Theatre) -> None:
    scene = theatre.scene(Setting())
    scene.plug_in("shop", "ebay", scene.cart_settings())

    assert catalogue.suggestions(scene.hub, scene.book, [Code("ROPE")]) == {}
    assert catalogue.find_skus(scene.hub, scene.book, "ROPE") == []
    with pytest.raises(NoSuchSku):
        catalogue.accept(scene.hub, scene.book, [Meaning("ROPE", "ROPE-M")], ANN)


def test_whoever_types_is_offered_what_begins_so_first(scene: Scene) -> None:
    found = [one.sku for one in catalogue.find_skus(scene.hub, scene.book, "rope")]
    assert found == ["ROPE-L", "ROPE-M", "ROPE-S"]
    assert catalogue.find_skus(scene.hub, scene.book, "pe-s")[0].sku == "ROPE-S"


def test_an_accepted_suggestion_sends_the_orders_that_wait_for_it(scene: Scene) -> None:
    orders = [scene.ebay.buy_one(UNKNOWN_SKU) for _ in range(2)]
    scene.pass_time(minutes=15)

    saved = catalogue.accept(scene.hub, scene.book, [Meaning(UNKNOWN_SKU, "LAMP")], ANN)
    scene.settle()

    assert saved.orders_decided_again == 2
    assert [len(scene.at_warehouse(order)) for order in orders] == [1, 1]
    assert scene.kinds() == []


def test_a_sku_that_the_warehouse_has_not_is_refused(scene: Scene) -> None:
    with pytest.raises(NoSuchSku, match="'LAMPP'"):
        catalogue.accept(scene.hub, scene.book, [Meaning(UNKNOWN_SKU, "LAMPP")], ANN)
    assert mappings.aliases(scene.book) == []


def test_mapping_what_a_wrong_alias_leads_to_corrects_that_alias(scene: Scene) -> None:
    mappings.set_aliases(scene.book, [("shop", UNKNOWN_SKU, "LAMPP")], scene.clock.now())
    order = scene.ebay.buy_one(UNKNOWN_SKU)
    scene.pass_time(minutes=15)
    [trouble] = scene.troubles()

    catalogue.accept(scene.hub, scene.book, [Meaning(trouble.value, "LAMP")], ANN)
    scene.settle()

    assert len(scene.at_warehouse(order)) == 1
    assert mappings.aliases(scene.book) == [("", "LAMPP", "LAMP"), ("shop", UNKNOWN_SKU, "LAMP")]
