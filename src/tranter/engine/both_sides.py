"""The catalogue page by page: what carts list beside what the warehouse has, and everything that a yes would match."""

from collections.abc import Sequence
from datetime import date
from weakref import WeakKeyDictionary

from msgspec import Struct

from tranter.engine import catalogue
from tranter.engine.catalogue import Code
from tranter.engine.hub import Hub
from tranter.engine.warehouses import warehouses_of
from tranter.ledger import both_sides, shelf_list
from tranter.ledger.book import Book
from tranter.ledger.both_sides import ListingView, Mark, Sorted
from tranter.ledger.shelf_list import ProductView
from tranter.routing.suggest import Suggestion, likely

AT_MOST_PROPOSED = 500
LISTED = ("unmatched", "duplicate", "matched")
ONLY_AT_WAREHOUSE = "only_at_warehouse"


class Asked(Struct, frozen=True, kw_only=True):
    """`state` is unmatched, duplicate, matched, only_at_warehouse or empty: all listings, the unmatched first.

    With `suggest` the unmatched get suggestions even where those have to be worked out first.
    """

    state: str = ""
    search: str = ""
    start: int = 0
    limit: int = 50
    suggest: bool = False


class Line(Struct, frozen=True, kw_only=True):
    """`name` is the product's at the warehouse. `suggestions` None: not worked out yet."""

    listing: ListingView
    state: str
    name: str
    suggestions: tuple[Suggestion, ...] | None

    @property
    def likely(self) -> tuple[Suggestion, ...]:
        return likely(self.suggestions or ())


class Counts(Struct, frozen=True, kw_only=True):
    unmatched: int
    duplicate: int
    matched: int
    only_at_warehouse: int


class CataloguePage(Struct, frozen=True, kw_only=True):
    """`products` only for what is only at the warehouse, `lines` for everything else. `warehouse` names all of them."""

    warehouse: str
    lines: tuple[Line, ...]
    products: tuple[ProductView, ...]
    counts: Counts
    total: int


class Proposal(Struct, frozen=True, kw_only=True):
    """What a code most likely means, and how many pages are called so."""

    code: str
    title: str
    sku: str
    name: str
    score: float
    listings: int


_SORTED: WeakKeyDictionary[Hub, dict[int, tuple[tuple[Mark, date], Sorted]]] = WeakKeyDictionary()


def _sorted(hub: Hub, book: Book, warehouses: Sequence[int]) -> Sorted:
    """Worked out anew when something was read or mapped since, and every day."""
    day = _today(hub)
    mark = both_sides.mark(book, warehouses), day
    mine = _SORTED.setdefault(hub, {})
    held = mine.get(book.merchant_id)
    if held is None or held[0] != mark:
        held = mine[book.merchant_id] = (mark, both_sides.sort(book, warehouses, day))
    return held[1]


def _today(hub: Hub) -> date:
    """The day that decides what a promotional code means."""
    return hub.ports.clock.now().date()


def catalogue_page(hub: Hub, book: Book, asked: Asked) -> CataloguePage | None:
    """None: no warehouse is connected."""
    known = warehouses_of(hub, book)
    if not known:
        return None
    warehouses = [info.id for info in known]
    found = _sorted(hub, book, warehouses)
    counts = Counts(
        unmatched=len(found.unmatched),
        duplicate=len(found.duplicate),
        matched=len(found.matched),
        only_at_warehouse=len(found.only_at_warehouse),
    )
    ids = _chosen(book, warehouses, found, (asked, _today(hub)))
    some = ids[asked.start : asked.start + asked.limit]
    lonely = asked.state == ONLY_AT_WAREHOUSE
    return CataloguePage(
        warehouse=", ".join(info.name for info in known),
        lines=() if lonely else _with_suggestions(hub, book, (warehouses, found), (some, asked.suggest)),
        products=tuple(both_sides.product_views(book, warehouses, some)) if lonely else (),
        counts=counts,
        total=len(ids),
    )


def _chosen(book: Book, warehouses: Sequence[int], found: Sorted, on: tuple[Asked, date]) -> tuple[int, ...]:
    asked, day = on
    if asked.state == ONLY_AT_WAREHOUSE:
        ids = found.only_at_warehouse
        matching = both_sides.search_products(book, warehouses, asked.search) if asked.search else None
    else:
        ids = tuple(pk for state in LISTED if asked.state in ("", state) for pk in getattr(found, state))
        matching = both_sides.search_listings(book, asked.search, day) if asked.search else None
    return ids if matching is None else tuple(pk for pk in ids if pk in matching)


def _with_suggestions(
    hub: Hub, book: Book, around: tuple[Sequence[int], Sorted], some: tuple[tuple[int, ...], bool]
) -> tuple[Line, ...]:
    warehouses, found = around
    ids, ask = some
    states = {pk: state for state in LISTED for pk in set(ids) & set(getattr(found, state))}
    views = both_sides.listing_views(book, ids, _today(hub))
    names = shelf_list.names(book, warehouses, [view.sku for view in views])
    codes = [Code(view.code, view.title) for view in views if states[view.id] == "unmatched" and view.code.strip()]
    ready = ask or catalogue.are_ready(hub, book, codes)
    offered = catalogue.suggestions(hub, book, codes) if ready and codes else {}
    return tuple(
        Line(
            listing=view,
            state=states[view.id],
            name=names.get(view.sku, ""),
            suggestions=offered.get(view.code, ()) if ready else None,
        )
        for view in views
    )


def unmatched_at(hub: Hub, book: Book, cart: str, limit: int = 50) -> tuple[Line, ...]:
    """Listings of one cart that mean no SKU, with suggestions, as far as its listings were read."""
    warehouses = [info.id for info in warehouses_of(hub, book)]
    if not warehouses:
        return ()
    found, here = _sorted(hub, book, warehouses), both_sides.at_cart(book, cart)
    some = tuple(pk for pk in found.unmatched if pk in here)[:limit]
    return _with_suggestions(hub, book, (warehouses, found), (some, True))


def proposals(hub: Hub, book: Book, least: float) -> list[Proposal]:
    """The best suggestion for every unmatched code, where its score is high enough and no other is as good."""
    warehouses = [info.id for info in warehouses_of(hub, book)]
    if not warehouses:
        return []
    unmatched = _sorted(hub, book, warehouses).unmatched[:AT_MOST_PROPOSED]
    views = both_sides.listing_views(book, unmatched, _today(hub))
    by_code: dict[str, list[ListingView]] = {}
    for view in views:
        if view.code.strip():
            by_code.setdefault(view.code, []).append(view)
    offered = catalogue.suggestions(hub, book, [Code(code, some[0].title) for code, some in by_code.items()])
    best = {code: some[0] for code, some in offered.items() if some and _is_clear(some, least)}
    names = shelf_list.names(book, warehouses, [one.sku for one in best.values()])
    found = [
        Proposal(
            code=code,
            title=by_code[code][0].title,
            sku=one.sku,
            name=names.get(one.sku, ""),
            score=one.score,
            listings=len(by_code[code]),
        )
        for code, one in best.items()
    ]
    return sorted(found, key=lambda one: (-one.score, one.code))


def _is_clear(some: tuple[Suggestion, ...], least: float) -> bool:
    return some[0].score >= least and (len(some) == 1 or some[1].score < some[0].score)
