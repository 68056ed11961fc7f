"""A merchant may have more SKUs than a database takes parameters: 65,535 on PostgreSQL, 250,000 on SQLite at most."""

from tests.flow.stage import Scene
from tranter.ledger import stock
from tranter.ledger.stock import ListingState
from tranter.ledger.waiting_units import waiting_units

MANY = [f"SKU-{number}" for number in range(300_000)]


def _lamps(scene: Scene, *codes: str) -> list[ListingState]:
    return stock.listing_states(scene.book, scene.cart.id, scene.clock.now().date(), codes)


def test_shelves_of_very_many_skus_are_found(scene: Scene) -> None:
    assert list(stock.shelves(scene.book, scene.warehouse.id, [*MANY, "LAMP"])) == ["LAMP"]


def test_listings_of_very_many_codes_are_found(scene: Scene) -> None:
    found = _lamps(scene, *MANY, "LAMP")

    assert {state.sku for state in found} == {"LAMP"}
    assert found == _lamps(scene, "LAMP")


def test_no_codes_are_no_listings(scene: Scene) -> None:
    assert _lamps(scene) == []


def test_units_that_wait_are_counted_among_very_many_skus(scene: Scene) -> None:
    scene.ebay.buy_one("LAMP")
    scene.clock.advance(200)
    scene.run("orders")

    assert waiting_units(scene.book, [*MANY, "LAMP"]) == {"LAMP": 1}


def test_very_many_wishes_are_written_down(scene: Scene) -> None:
    wanted = dict.fromkeys(range(10**6, 10**6 + 300_000), 1)
    lamp = _lamps(scene, "LAMP")[0]

    stock.want(scene.book, scene.cart.id, {**wanted, lamp.id: 3}, scene.clock.now())

    assert _lamps(scene, "LAMP")[0].wanted == 3
