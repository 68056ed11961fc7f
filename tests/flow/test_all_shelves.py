"""Stock and Catalogue show the SKUs of every warehouse, not of the first alone."""

import pytest

from tests.flow.second_warehouse import Second
from tests.flow.stage import SKUS, STOCK, Scene, Theatre
from tranter.engine import catalogue
from tranter.engine.both_sides import ONLY_AT_WAREHOUSE, Asked, catalogue_page
from tranter.engine.catalogue import Code, Meaning, NoSuchSku
from tranter.engine.mapping import preview
from tranter.engine.shelves import sku_page, sku_story
from tranter.ledger.mappings import ALIAS
from tranter.ledger.shelf_list import Wanted


@pytest.fixture
def scene(theatre: Theatre) -> Scene:
    scene = theatre.scene().connect()
    Second(scene, skus=("LAMP", "TENT", "ROOF"), stock={"LAMP": 5, "TENT": 7, "ROOF": 0}).connect()
    scene.pass_time(minutes=90)
    return scene


def _skus(scene: Scene, **wanted: object) -> tuple[list[str], int]:
    page = sku_page(scene.hub, scene.book, Wanted(**wanted))  # type: ignore[arg-type]
    assert page is not None
    assert page.warehouse == "warehouse, second"
    return [line.sku for line in page.lines], page.total


def test_every_sku_is_listed_once_in_its_place(scene: Scene) -> None:
    everything = sorted({*SKUS, "TENT", "ROOF"})
    assert _skus(scene) == (everything, len(everything))
    assert _skus(scene, start=2, limit=3) == (everything[2:5], len(everything))
    assert _skus(scene, search="roof") == (["ROOF"], 1)
    assert _skus(scene, problem="none_left") == (["ROOF"], 1)

    story = sku_story(scene.hub, scene.book, "TENT")
    assert story is not None
    assert (story.line.available, story.line.name != "") == (7, True)
    lamp = sku_story(scene.hub, scene.book, "LAMP")
    assert lamp is not None
    assert (lamp.line.available, lamp.line.products) == (STOCK + 5, 1)
    assert sku_story(scene.hub, scene.book, "NONE") is None


def test_none_is_left_only_where_no_warehouse_has_any(scene: Scene) -> None:
    scene.gecko.adjust_stock("LAMP", -STOCK)
    scene.pass_time(minutes=15)
    assert _skus(scene, problem="none_left") == (["ROOF"], 1)


def test_the_catalogue_knows_what_the_second_warehouse_has(scene: Scene) -> None:
    page = catalogue_page(scene.hub, scene.book, Asked(state=ONLY_AT_WAREHOUSE))
    assert page is not None
    assert {one.sku for one in page.products} == {"TENT", "ROOF"}
    assert page.counts.duplicate == 0
    assert catalogue.suggestions(scene.hub, scene.book, [Code("TENTS")])["TENTS"][0].sku == "TENT"
    assert catalogue.find_skus(scene.hub, scene.book, "TEN")[0].sku == "TENT"
    assert preview(scene.hub, scene.book, ALIAS, "alias,sku\nZELT,TENT\n").unknown == ()
    assert catalogue.accept(scene.hub, scene.book, [Meaning("ZELT", "TENT")], "operator").rows
    with pytest.raises(NoSuchSku):
        catalogue.accept(scene.hub, scene.book, [Meaning("ZELT", "NONE")], "operator")
