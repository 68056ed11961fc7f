"""The kits, and how many of each can be put together of what the warehouse has."""

from collections.abc import Iterable

from msgspec import Struct

from tranter.engine.hub import Hub
from tranter.engine.kit_stock import shelves_with_kits
from tranter.engine.stock_at_hand import feeding
from tranter.ledger import mappings
from tranter.ledger.book import Book
from tranter.routing.stock import sum_levels


class KitView(Struct, frozen=True, kw_only=True):
    """`available` None: a component is not at the warehouse, or is not counted, or nothing has been read yet."""

    sku: str
    recipe: str
    available: int | None


def kits_there(hub: Hub, book: Book, skus: Iterable[str] | None = None) -> list[KitView]:
    """All of them, or these."""
    known = mappings.kits(book)
    wanted = sorted(known) if skus is None else [sku for sku in skus if sku in known]
    shelves = shelves_with_kits(hub, book, set(wanted)) if feeding(hub, book) else {}
    found = []
    for sku in wanted:
        counted = [shelf for shelf in shelves.get(sku, ()) if shelf.tracked]
        units = sum_levels(counted[0].levels, frozenset()) if counted else None
        found.append(KitView(sku=sku, recipe=known[sku], available=units))
    return found
