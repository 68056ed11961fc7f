"""Stock and the catalogue: what there is, what each cart shows, and what its codes mean."""

from typing import Annotated, Literal

import msgspec
from ninja import Query
from pydantic import Field

from tranter.engine import both_sides, catalogue, going_live, shelves
from tranter.engine.both_sides import Line, Proposal
from tranter.engine.catalogue import Meaning
from tranter.engine.going_live import StockLine
from tranter.engine.shelves import SkuLine, SkuStory
from tranter.ledger.shelf_list import ProductView, Wanted
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import get, post
from tranter.web.api.paging import Page, Paged, by_start
from tranter.web.api.problem import Problem
from tranter.web.api.shapes import Given, Text, Word


class SkusAsked(Paged):
    search: Text = ""
    problem: Literal["", "failed", "waiting", "none_left", "untracked", "unread", "duplicate"] = ""


def list_skus(desk: ApiDesk, asked: Query[SkusAsked]) -> Page[SkuLine]:
    """The SKUs of all warehouses: levels, what is held back, what each cart shows, and why."""

    def fetch(start: int, limit: int) -> tuple[tuple[SkuLine, ...], int]:
        wanted = Wanted(search=asked.search, problem=asked.problem, start=start, limit=limit)
        found = shelves.sku_page(desk.hub, desk.book, wanted)
        return (found.lines, found.total) if found is not None else ((), 0)

    return by_start(desk, f"skus/{asked.search}/{asked.problem}", asked, fetch)


class SkuAsked(Given):
    sku: Word


def get_sku(desk: ApiDesk, asked: Query[SkuAsked]) -> SkuStory:
    """One SKU: its levels, its listings with what was sent, the orders that hold it."""
    found = shelves.sku_story(desk.hub, desk.book, asked.sku)
    if found is None:
        raise Problem("not-found", f"the warehouse has no SKU {asked.sku!r}")
    return found


def list_listings(desk: ApiDesk, asked: Query[Paged]) -> Page[StockLine]:
    """Every listing of every cart that takes stock: what it shows and shall show."""
    found = going_live.stock_lines(desk.hub, desk.book)
    return by_start(desk, "listings", asked, lambda start, limit: (found[start : start + limit], len(found)))


class CatalogueAsked(Paged):
    state: Literal["", "unmatched", "duplicate", "matched"] = ""
    search: Text = ""


def list_catalogue(desk: ApiDesk, asked: Query[CatalogueAsked]) -> Page[Line]:
    """Listings with the SKU that they mean, or with suggestions; the unmatched first."""

    def fetch(start: int, limit: int) -> tuple[tuple[Line, ...], int]:
        wanted = both_sides.Asked(state=asked.state, search=asked.search, start=start, limit=limit, suggest=True)
        found = both_sides.catalogue_page(desk.hub, desk.book, wanted)
        return (found.lines, found.total) if found is not None else ((), 0)

    return by_start(desk, f"catalogue/{asked.state}/{asked.search}", asked, fetch)


class ProductsAsked(Paged):
    search: Text = ""


def list_unlisted(desk: ApiDesk, asked: Query[ProductsAsked]) -> Page[ProductView]:
    """Products that no cart lists."""

    def fetch(start: int, limit: int) -> tuple[tuple[ProductView, ...], int]:
        wanted = both_sides.Asked(state=both_sides.ONLY_AT_WAREHOUSE, search=asked.search, start=start, limit=limit)
        found = both_sides.catalogue_page(desk.hub, desk.book, wanted)
        return (found.products, found.total) if found is not None else ((), 0)

    return by_start(desk, f"unlisted/{asked.search}", asked, fetch)


class ProposalsAsked(Paged):
    above: Annotated[float, Field(ge=55, le=100)] = 90.0


def list_proposals(desk: ApiDesk, asked: Query[ProposalsAsked]) -> Page[Proposal]:
    """What unmatched codes most likely mean, where the best suggestion scores so high."""
    found = both_sides.proposals(desk.hub, desk.book, asked.above)
    return by_start(
        desk, f"proposals/{asked.above}", asked, lambda start, limit: (found[start : start + limit], len(found))
    )


class MeaningGiven(Given):
    """`connection` empty: at every cart."""

    code: Word
    sku: Word
    connection: Text = ""


class MeaningsGiven(Given):
    meanings: Annotated[tuple[MeaningGiven, ...], Field(min_length=1, max_length=500)]


class Matched(msgspec.Struct, frozen=True, kw_only=True):
    """`changes` can be undone."""

    matched: int
    orders_decided_again: int
    changes: tuple[int, ...]


def match_codes(desk: ApiDesk, body: MeaningsGiven) -> Matched:
    """Say what codes mean; the SKUs have to be at the warehouse. Orders that wait for them go on."""
    for one in body.meanings:
        if one.connection:
            desk.connection(one.connection)
    meanings = [Meaning(one.code, one.sku, one.connection) for one in body.meanings]
    saved = catalogue.accept(desk.hub, desk.book, meanings, desk.actor)
    return Matched(matched=len(saved.rows), orders_decided_again=saved.orders_decided_again, changes=saved.changes)


OPERATIONS = (
    get("/stock", list_skus),
    get("/stock/sku", get_sku),
    get("/stock/listings", list_listings),
    get("/catalogue", list_catalogue),
    get("/catalogue/unlisted", list_unlisted),
    get("/catalogue/proposals", list_proposals),
    post("/catalogue/match", match_codes),
)
