"""Which of the warehouse's SKUs a cart's code means: suggestions, and the yes of a person to one of them."""

from collections.abc import Mapping, Sequence
from weakref import WeakKeyDictionary

from msgspec import Struct

from tranter.engine import mapping
from tranter.engine.hub import Hub
from tranter.engine.mapping import Saved
from tranter.engine.warehouses import signed_in, warehouses_of
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


class Kept:
    """The products of a merchant's warehouses, ready to be compared, and what was compared since they were read."""

    def __init__(self, mark: Mark, index: SkuIndex) -> None:
        self.mark, self.index = mark, index
        self._found: dict[Code, tuple[Suggestion, ...]] = {}

    def suggest(self, asked: Code) -> tuple[Suggestion, ...]:
        found = self._found.get(asked)
        if found is None:
            found = suggest(asked.code, self.index, SUGGESTED, title=asked.title)
            if len(self._found) < KEPT_SUGGESTIONS:
                self._found[asked] = found
        return found

    def knows(self, asked: Code) -> bool:
        return asked in self._found


SUGGESTED = 5
KEPT_SUGGESTIONS = 20_000
_KEPT: WeakKeyDictionary[Hub, dict[int, Kept]] = WeakKeyDictionary()


def suggestions(hub: Hub, book: Book, codes: Sequence[Code]) -> dict[str, tuple[Suggestion, ...]]:
    """By code; empty while the warehouse's products were not read."""
    kept = _kept(hub, book)
    return {one.code: kept.suggest(one) for one in codes} if kept is not None else {}


def are_ready(hub: Hub, book: Book, codes: Sequence[Code]) -> bool:
    """Whether they were worked out before: it takes a hundredth of a second each."""
    kept = _kept(hub, book)
    return kept is not None and all(kept.knows(one) for one in codes)


def suggest_for(hub: Hub, book: Book, code: str) -> tuple[Suggestion, ...]:
    return suggestions(hub, book, [Code(code)]).get(code, ())


def _kept(hub: Hub, book: Book) -> Kept | None:
    """Made anew when the products were read again."""
    warehouses = _warehouses(hub, book)
    if not warehouses:
        return None
    mark = shelf_list.mark_of_products(book, warehouses)
    mine = _KEPT.setdefault(hub, {})
    held = mine.get(book.merchant_id)
    if held is None or held.mark != mark:
        known = [KnownSku(one.sku, one.name, one.barcode) for one in shelf_list.all_products(book, warehouses)]
        held = mine[book.merchant_id] = Kept(mark, index_skus(known))
    return held


def find_skus(hub: Hub, book: Book, text: str, limit: int = 20) -> list[ProductView]:
    """The warehouses' SKUs for somebody who types."""
    return shelf_list.find_products(book, _warehouses(hub, book), text.strip(), limit)


def _warehouses(hub: Hub, book: Book) -> list[int]:
    return [info.id for info in warehouses_of(hub, book)]


def accept(hub: Hub, book: Book, meanings: Sequence[Meaning], actor: str) -> Saved:
    """Each code means its SKU from now on; orders that wait for it go on at once. Raises NoSuchSku."""
    warehouses = _warehouses(hub, book) or [info.id for info in signed_in(hub, book)]  # one may be set up just now
    if not warehouses:
        raise NoSuchSku("no warehouse is connected")
    wanted = {one.sku for one in meanings}
    missing = wanted - shelf_list.names(book, warehouses, wanted).keys()
    if missing and any(catalogue.has_products(one) for one in warehouses):
        raise NoSuchSku(f"the warehouse has no SKU {', '.join(repr(sku) for sku in sorted(missing))}")
    edits: dict[mappings.Place, str | None] = {(one.connection, one.code): one.sku for one in meanings}
    edits |= _corrected(book, warehouses, {one.code: one for one in meanings})
    return mapping.save(hub, book, {mappings.ALIAS: edits}, actor)


def _corrected(
    book: Book, warehouses: Sequence[int], meanings: Mapping[str, Meaning]
) -> dict[mappings.Place, str | None]:
    """Aliases that lead nowhere: one of such a code itself, or one that leads to it, for none is looked up twice."""
    touching = [row for row in mappings.aliases(book) if row[1] in meanings or row[2] in meanings]
    there = shelf_list.names(book, warehouses, {sku for _, _, sku in touching})
    found: dict[mappings.Place, str | None] = {}
    for connection, alias, sku in touching:
        one = meanings.get(alias) or meanings[sku]
        if sku not in there and (not one.connection or connection in ("", one.connection)):
            found[connection, alias] = one.sku
    return found
