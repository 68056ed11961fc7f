"""What a merchant has of a SKU, over all warehouses whose stock carts show."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from tranter.engine.hub import Hub
from tranter.engine.warehouses import plan_of, warehouses_of
from tranter.ledger import stock
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.stock import Shelf
from tranter.model import StockLevel
from tranter.routing.stock import sum_levels

Shelves = Mapping[str, Sequence[Shelf]]


def feeding(hub: Hub, book: Book) -> list[ConnectionRecord]:
    """Those whose stock counts, by priority."""
    found = warehouses_of(hub, book)
    if len(found) < 2:
        return found
    plan = plan_of(book)
    return [info for info in found if plan.place(info.name).stock]


def shelves_at_hand(hub: Hub, book: Book, skus: Iterable[str], settings: object = None) -> Shelves:
    """By SKU. Of several warehouses one shelf is made, with a level for each; `settings` are the cart's."""
    warehouses, wanted = feeding(hub, book), set(skus)
    found = [(info, stock.shelves(book, info.id, wanted)) for info in warehouses]
    if len(found) == 1:
        return found[0][1]
    return {
        sku: merged for sku in wanted if (merged := _merged(hub, [(a, b.get(sku, [])) for a, b in found], settings))
    }


def locations_of(hub: Hub, warehouse: ConnectionRecord, settings: object) -> frozenset[str]:
    """The cart's choice, else the warehouse's own."""
    chosen = frozenset(str(place) for place in getattr(settings, "locations", ()) or ())
    if chosen:
        return chosen
    place = getattr(hub.plug(warehouse).settings, "location_id", None)
    return frozenset({str(place)}) if place else frozenset()


def _merged(hub: Hub, found: Sequence[tuple[ConnectionRecord, Sequence[Shelf]]], settings: object) -> list[Shelf]:
    """A warehouse of which nothing is known counts as none: too few are shown rather than too many."""
    there = [(info, shelves) for info, shelves in found if shelves]
    doubled = next((shelves for _, shelves in there if len(shelves) > 1), None)
    if doubled is not None or len(there) < 2:
        return list(doubled or (_at_places(hub, there[0], settings) if there else ()))
    levels = [_level(info, shelves[0], locations_of(hub, info, settings)) for info, shelves in there]
    shelves = [shelves[0] for _, shelves in there]
    known = [level for level in levels if level is not None and level.available is not None]
    caps = [shelf.at_most for shelf in shelves if shelf.at_most is not None]
    promised = sum(shelf.promised for shelf in shelves)
    waiting = max(shelf.reserved - shelf.promised for shelf in shelves)
    whole = replace(
        shelves[0],
        tracked=all(shelf.tracked for shelf in shelves),
        at_most=sum(caps) if len(caps) == len(shelves) else None,
        levels=tuple(known),
        promised=promised,
        reserved=promised + waiting,
    )
    return [whole]


def _at_places(hub: Hub, one: tuple[ConnectionRecord, Sequence[Shelf]], settings: object) -> list[Shelf]:
    info, (shelf, *_) = one
    level = _level(info, shelf, locations_of(hub, info, settings))
    return [replace(shelf, levels=(level,) if level is not None else ())]


def _level(info: ConnectionRecord, shelf: Shelf, places: frozenset[str]) -> StockLevel | None:
    if not shelf.levels:
        return None
    newest = max(shelf.levels, key=lambda level: level.read_at)
    return replace(newest, location=info.name, available=sum_levels(shelf.levels, places))
