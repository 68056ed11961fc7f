"""Filters: which orders, items and listings of the carts are ours, one for each field."""

from typing import Annotated, Literal

import msgspec
from ninja import Query
from pydantic import Field

from tranter.engine import filter_skips, filter_trial, mapping
from tranter.engine.dry_run import DryRun
from tranter.engine.mapping import Saved
from tranter.engine.naming import filters_of
from tranter.ledger.mappings import FILTER, Place
from tranter.routing import filters
from tranter.routing.filters import LONGEST_VALUE, MOST_VALUES, Filter, Level, Match, Mode, Rule, checked, write_rule
from tranter.web.api.desk import ApiDesk
from tranter.web.api.mappings import TableGiven
from tranter.web.api.operation import delete, get, post, put
from tranter.web.api.paging import Page, whole
from tranter.web.api.problem import Problem
from tranter.web.api.shapes import Count, Given, Text

Looked = Literal["country", "region", "postal_code", "marketplace", "ship_method", "currency", "item_sku"]
Passing = Literal["required", "restricted"]
Matching = Literal["full", "starts", "ends"]
Keeping = Literal["item", "order"]
Value = Annotated[str, Field(max_length=LONGEST_VALUE)]


class FilterShown(msgspec.Struct, frozen=True, kw_only=True):
    """`connection` empty: at every cart."""

    connection: str
    field: Looked
    mode: Passing
    match: Matching
    values: tuple[str, ...]
    level: Keeping
    stock: bool


class FilterGiven(Given):
    """`required`: only orders with one of `values` pass; `restricted`: those do not. Capitals don't matter.

    `level` and `stock` are for item_sku: whether an item keeps its whole order back, and gets no stock either.
    """

    connection: Text = ""
    mode: Passing
    match: Matching = "full"
    values: Annotated[tuple[Value, ...], Field(min_length=1, max_length=MOST_VALUES)]
    level: Keeping = "item"
    stock: bool = False


class FilterPlace(Given):
    """`connection` empty: the one for every cart."""

    connection: Text = ""


def list_filters(desk: ApiDesk) -> Page[FilterShown]:
    """All filters of the merchant."""
    return whole([_shown(one) for one in filters_of(desk.book)])


def _shown(one: Filter) -> FilterShown:
    told = {"connection": one.connection, "field": one.field.value, **msgspec.to_builtins(one.rule)}
    return msgspec.convert(told, FilterShown)


def set_filter(desk: ApiDesk, field: Looked, body: FilterGiven) -> Saved:
    """Put this in the place of the filter of a field. Orders that were not sent yet are decided again."""
    return mapping.save(desk.hub, desk.book, {FILTER: _edit(desk, field, body)}, desk.actor)


def remove_filter(desk: ApiDesk, field: Looked, asked: Query[FilterPlace]) -> None:
    """Let everything pass again. Orders that it left out stay so until they are decided again."""
    saved = mapping.save(desk.hub, desk.book, {FILTER: {(asked.connection, field): None}}, desk.actor)
    if not saved.rows:
        raise Problem("not-found", f"there is no filter of {field} for {asked.connection or 'every cart'}")


def count_skipped(desk: ApiDesk, field: Looked, asked: Query[FilterPlace]) -> Count:
    """How many orders the filter of a field left out in the last 30 days."""
    return Count(count=len(filter_skips.skipped_by(desk.hub, desk.book, (asked.connection, field))))


def decide_skipped_again(desk: ApiDesk, field: Looked, body: FilterPlace) -> Count:
    """Decide again what the filter of a field left out in the last 30 days; one that is still there does so again."""
    if body.connection:
        desk.connection(body.connection)
    place = (body.connection, field)
    return Count(count=filter_skips.decide_skipped_again(desk.hub, desk.book, place, desk.actor))


def try_filter(desk: ApiDesk, field: Looked, body: FilterGiven) -> DryRun:
    """What it would leave out of the orders of the last 30 days. Saves nothing."""
    return filter_trial.try_filters(desk.hub, desk.book, _edit(desk, field, body))


def _edit(desk: ApiDesk, field: Looked, body: FilterGiven) -> dict[Place, str | None]:
    """Raises `BadFilter`."""
    if body.connection:
        desk.connection(body.connection)
    looked = filters.Field(field)
    rule = Rule(
        mode=Mode(body.mode),
        match=Match(body.match),
        values=body.values,
        level=Level(body.level),
        stock=body.stock,
    )
    return {(body.connection, field): write_rule(looked, checked(looked, rule))}


def try_filter_table(desk: ApiDesk, body: TableGiven) -> DryRun:
    """What the filters of a CSV file would leave out of the orders of the last 30 days. Saves nothing."""
    return filter_trial.try_table(desk.hub, desk.book, body.csv)


ONE = "/filters/{field}"
OPERATIONS = (
    get("/filters", list_filters),
    post("/filters/test", try_filter_table),
    put(ONE, set_filter),
    delete(ONE, remove_filter),
    post(f"{ONE}/test", try_filter),
    get(f"{ONE}/skipped", count_skipped),
    post(f"{ONE}/decide-again", decide_skipped_again),
)
