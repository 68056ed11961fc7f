"""What there is of each SKU, as clients of the CartRover API read it: kits stand behind all that lies on a shelf."""

from collections.abc import Sequence

from tranter.engine.hub import Hub
from tranter.engine.kit_stock import shelves_with_kits
from tranter.engine.stock_at_hand import feeding
from tranter.ledger import api_stock, mappings
from tranter.ledger.api_stock import Place, Stocked
from tranter.ledger.book import Book


def stocked(hub: Hub, book: Book, limit: int, page: int) -> tuple[list[Stocked], int]:
    """One page, and how many SKUs there are."""
    found, count = api_stock.stocked(book, limit, page)
    kits, start = sorted(mappings.kits(book)), (page - 1) * limit
    here = kits[max(start - count, 0) : max(start + limit - count, 0)]
    return [*found, *_kits(hub, book, here)], count + len(kits)


def stock_of(hub: Hub, book: Book, sku: str) -> Stocked | None:
    if sku in mappings.kits(book):
        return next(iter(_kits(hub, book, [sku])), None)
    return api_stock.stock_of(book, sku)


def _kits(hub: Hub, book: Book, skus: Sequence[str]) -> list[Stocked]:
    """As many as can be put together; where a component is not known, none."""
    if not skus:
        return []
    shelves, warehouses = shelves_with_kits(hub, book, set(skus)), feeding(hub, book)
    found = []
    for sku in skus:
        levels = [level for shelf in shelves.get(sku, ()) for level in shelf.levels]
        places = [
            Place(key=str(info.id), name=info.name, available=level.available, held=0, read_at=level.read_at)
            for info, level in zip(warehouses, levels, strict=False)
        ]
        found.append(Stocked(sku=sku, places=tuple(places), aliases=()))
    return found
