"""Promotional codes, and carts that translate no codes."""

from datetime import timedelta

from tests.flow.stage import START, STOCK, Scene, Setting, Theatre
from tranter.engine import mapping
from tranter.engine.both_sides import Asked, catalogue_page
from tranter.ledger import mapping_changes, mappings
from tranter.ledger.mappings import ALIAS
from tranter.ledger.models import FulfillmentLineRow
from tranter.ledger.waiting_units import waiting_units


def promote(scene: Scene, meant: str) -> None:
    mapping.save(scene.hub, scene.book, {ALIAS: {("", "LAMP"): meant}}, "operator")


def sold_as(scene: Scene, order: object) -> set[str]:
    rows = FulfillmentLineRow.objects.filter(fulfillment__order=scene.row(order))
    return set(rows.values_list("sku", flat=True))


def test_the_day_of_the_order_decides(scene: Scene) -> None:
    promote(scene, f"KETL from {START.date()} until {START.date()}")
    bought = scene.ebay.buy_one("LAMP", 1)
    scene.clock.advance(20 * 3600)
    later = scene.ebay.buy_one("LAMP", 1)

    scene.deliver_now()

    assert sold_as(scene, bought) == {"KETL"}
    assert sold_as(scene, later) == {"LAMP"}


def test_a_listing_shows_what_its_code_means_today(scene: Scene) -> None:
    scene.ebay.buy_one("KETL", 3)
    promote(scene, f"KETL until {START.date() - timedelta(days=1)}")
    scene.pass_time(minutes=15)
    assert scene.shown("LAMP") == {STOCK}

    promote(scene, f"KETL until {START.date()}")
    scene.settle()
    assert scene.shown("LAMP") == {STOCK - 3}


def test_days_are_kept_in_history_and_files(scene: Scene) -> None:
    meant = "KETL from 2026-12-01 until 2026-12-24"
    promote(scene, meant)
    text = mapping.export(scene.book, ALIAS)
    assert mapping.preview(scene.hub, scene.book, ALIAS, text).same == 1
    promote(scene, "KETL")

    [last, _] = mapping_changes.history(scene.book, scene.clock.now())
    assert [(row.before, row.after) for row in last.rows] == [(meant, "KETL")]
    mapping.undo(scene.hub, scene.book, last.id, "operator")
    assert mappings.promotions(scene.book)["", "LAMP"].text() == meant


def test_a_cart_may_translate_nothing(theatre: Theatre) -> None:
    plain = Setting(cart={"translate_item_code": False, "push_inventory_using_alias": False})
    scene = theatre.scene(plain).connect()
    promote(scene, "KETL")
    scene.ebay.buy_one("KETL", 3)
    order = scene.ebay.buy_one("LAMP", 1)
    scene.pass_time(minutes=20)

    assert sold_as(scene, order) == {"LAMP"}
    assert scene.shown("LAMP") == {STOCK - 1}


def test_units_that_wait_are_of_what_their_code_meant_on_their_day(theatre: Theatre) -> None:
    scene = theatre.scene(Setting(cart={"delay_minutes": 3 * 24 * 60})).connect()
    promote(scene, f"KETL from {START.date()} until {START.date()}")
    scene.ebay.buy_one("LAMP", 2)
    scene.clock.advance(20 * 3600)
    scene.ebay.buy_one("LAMP", 1)
    scene.pass_time(minutes=15)
    assert waiting_units(scene.book, ["LAMP", "KETL"]) == {"KETL": 2, "LAMP": 1}


def test_the_catalogue_matches_a_code_by_what_it_means_today(scene: Scene) -> None:
    def meant() -> str:
        page = catalogue_page(scene.hub, scene.book, Asked(search="LAMP"))
        assert page is not None
        return next(line.listing.sku for line in page.lines if line.listing.code == "LAMP")

    promote(scene, f"KETL until {START.date() - timedelta(days=1)}")
    assert meant() == "LAMP"
    promote(scene, f"KETL until {START.date()}")
    assert meant() == "KETL"
    scene.clock.advance(24 * 3600)
    assert meant() == "LAMP"
