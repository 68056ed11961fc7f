"""Which of the warehouse's SKUs a cart's code means: suggestions, and the yes of a person to one of them."""

from collections.abc import Mapping, Sequence
from weakref import WeakKeyDictionary

from msgspec import Struct

from tranter.engine import mapping
from tranter.engine.deciding import warehouse_of
from tranter.engine.hub import Hub
from tranter.engine.mapping import Saved
from tranter.ledger import catalogue, mappings, shelf_list
from tranter.ledger.book import Book
from tranter.ledger.shelf_list import Mark, ProductView
from tranter.routing.suggest import KnownSku, SkuIndex, Suggestion, index_skus, suggest


class Code(Struct, frozen=True):
    """What a cart calls something, and the title of its page where that is known."""

    code: str
    title: str = ""


class Meaning(Struct, frozen=True):
    """`connection` empty: at every cart."""

    code: str
    sku: str
    connection: str = ""


class NoSuchSku(Exception):
    """The warehouse has no such SKU, or no warehouse is there."""


_INDEXES: WeakKeyDictionary[Hub, dict[int, tuple[Mark, SkuIndex]]] = WeakKeyDictionary()


def suggestions(hub: Hub, book: Book, codes: Sequence[Code], limit: int = 5) -> dict[str, tuple[Suggestion, ...]]:
    """By code; empty while the warehouse's products were not read."""
    index = _index(hub, book)
    if index is None:
        return {}
    return {one.code: suggest(one.code, index, limit, title=one.title) for one in codes}


def suggest_for(hub: Hub, book: Book, code: str) -> tuple[Suggestion, ...]:
    return suggestions(hub, book, [Code(code)]).get(code, ())


def _index(hub: Hub, book: Book) -> SkuIndex | None:
    """Made anew when the products were read again."""
    warehouse = warehouse_of(hub, book)
    if warehouse is None:
        return None
    mark = shelf_list.mark_of_products(book, warehouse.id)
    kept = _INDEXES.setdefault(hub, {})
    held = kept.get(warehouse.id)
    if held is None or held[0] != mark:
        known = [KnownSku(one.sku, one.name, one.barcode) for one in shelf_list.all_products(book, warehouse.id)]
        held = (mark, index_skus(known))
        kept[warehouse.id] = held
    return held[1]


def find_skus(hub: Hub, book: Book, text: str, limit: int = 20) -> list[ProductView]:
    """The warehouse's SKUs for somebody who types."""
    warehouse = warehouse_of(hub, book)
    return shelf_list.find_products(book, warehouse.id, text.strip(), limit) if warehouse is not None else []


def accept(hub: Hub, book: Book, meanings: Sequence[Meaning], actor: str) -> Saved:
    """Each code means its SKU from now on; orders that wait for it go on at once. Raises NoSuchSku."""
    warehouse = warehouse_of(hub, book)
    if warehouse is None:
        raise NoSuchSku("no warehouse is connected")
    wanted = {one.sku for one in meanings}
    missing = wanted - set(catalogue.products_by_sku(book, warehouse.id, wanted))
    if missing and catalogue.has_products(warehouse.id):
        raise NoSuchSku(f"the warehouse has no SKU {', '.join(repr(sku) for sku in sorted(missing))}")
    edits: dict[mappings.Place, str | None] = {}
    for one in meanings:
        edits |= _places(book, one)
    return mapping.save(hub, book, {mappings.ALIAS: edits}, actor)


def _places(book: Book, one: Meaning) -> Mapping[mappings.Place, str]:
    """A code that is itself what an alias leads to is not looked up again: that alias is corrected, too."""
    leading = [
        (connection, alias)
        for connection, alias, sku in mappings.aliases(book)
        if sku == one.code and (not one.connection or connection in ("", one.connection))
    ]
    return dict.fromkeys([*leading, (one.connection, one.code)], one.sku)
