"""How many kits there are: as many as can be put together of what is there."""

from collections.abc import Set
from datetime import datetime

from msgspec import Struct

from tranter.engine.hub import Hub
from tranter.engine.naming import kits_of
from tranter.engine.stock_at_hand import Shelves, feeding, locations_of, shelves_at_hand
from tranter.engine.warehouses import plan_of
from tranter.ledger.book import Book
from tranter.ledger.stock import Shelf
from tranter.model import StockLevel
from tranter.model.kit import Recipe
from tranter.routing.kits import component_skus, kits_available
from tranter.routing.stock import sum_levels


class Places(Struct, frozen=True):
    """`locations`: those that count; none: all. `apart`: a kit can't be put together of what lies in several."""

    locations: frozenset[str]
    apart: bool


def shelves_with_kits(hub: Hub, book: Book, skus: Set[str], settings: object = None) -> Shelves:
    """What there is of each SKU; `settings` are the cart's."""
    kits = kits_of(book, skus)
    shelves = shelves_at_hand(hub, book, component_skus(skus, kits), settings)
    if not kits:
        return shelves
    warehouses = feeding(hub, book)
    alone = len(warehouses) == 1
    places = Places(
        locations=locations_of(hub, warehouses[0], settings) if alone else frozenset(),
        apart=not alone and not plan_of(book).split,
    )
    now = hub.ports.clock.now()
    return {**shelves, **{sku: kit_shelf((sku, recipe), shelves, places, now) for sku, recipe in kits.items()}}


def kit_shelf(kit: tuple[str, Recipe], shelves: Shelves, places: Places, now: datetime) -> tuple[Shelf, ...]:
    """Empty while a component is not at the warehouse, or there twice."""
    sku, recipe = kit
    found = {one.sku: shelves.get(one.sku, ()) for one in recipe}
    if any(len(mine) != 1 for mine in found.values()):
        return ()
    counted = {part: mine[0] for part, mine in found.items() if mine[0].tracked}
    times = [level.read_at for shelf in counted.values() for level in shelf.levels]
    level = StockLevel(
        product_id=sku,
        sku=sku,
        location=min(places.locations, default=""),
        available=_possible(recipe, counted, places),
        read_at=min(times, default=now),
    )
    return (
        Shelf(product_id=sku, sku=sku, tracked=bool(counted), at_most=None, levels=(level,), reserved=0, promised=0),
    )


def _possible(recipe: Recipe, counted: dict[str, Shelf], places: Places) -> int | None:
    """None while a level is not known."""
    levels = {part: sum_levels(shelf.levels, places.locations) for part, shelf in counted.items()}
    if any(units is None for units in levels.values()):
        return None
    free = {one.sku: None if one.sku not in counted else _free(levels, counted, one.sku) for one in recipe}
    possible = kits_available(recipe, free)
    if possible is None or not places.apart:
        return possible
    names = {level.location for shelf in counted.values() for level in shelf.levels}
    return min(possible, sum(_at(recipe, counted, name) for name in names))


def _free(levels: dict[str, int | None], counted: dict[str, Shelf], sku: str) -> int:
    return (levels[sku] or 0) - counted[sku].reserved


def _at(recipe: Recipe, counted: dict[str, Shelf], place: str) -> int:
    """How many can be put together at one warehouse."""
    there = {
        part: sum(level.available or 0 for level in shelf.levels if level.location == place)
        for part, shelf in counted.items()
    }
    return kits_available(recipe, {one.sku: there.get(one.sku) for one in recipe}) or 0
