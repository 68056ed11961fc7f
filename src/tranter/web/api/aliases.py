"""Aliases: other names of SKUs, always or between two days, as promotional codes are."""

from datetime import date

import msgspec
from ninja import Query

from tranter.engine import mapping
from tranter.engine.mapping import Diff, Saved
from tranter.ledger import mappings as ledger
from tranter.ledger.mappings import ALIAS
from tranter.model.dated import Meaning, checked_days, read_meaning
from tranter.web.api.desk import ApiDesk
from tranter.web.api.mappings import MappingsAsked
from tranter.web.api.operation import delete, get, post, put
from tranter.web.api.paging import Page, by_start
from tranter.web.api.problem import Problem
from tranter.web.api.shapes import Given, Text, Word


class AliasShown(msgspec.Struct, frozen=True, kw_only=True):
    """`connection` empty: everywhere. Both days count; null: without end on that side."""

    connection: str
    alias: str
    sku: str
    since: date | None
    until: date | None


class AliasGiven(Given):
    """With days it counts for orders of these days only, both of them too; an order's day is taken in UTC."""

    connection: Text = ""
    alias: Word
    sku: Word
    since: date | None = None
    until: date | None = None


class AliasAsked(Given):
    connection: Text = ""
    alias: Word


def list_aliases(desk: ApiDesk, asked: Query[MappingsAsked]) -> Page[AliasShown]:
    """The aliases, each with its days."""

    def fetch(start: int, limit: int) -> tuple[list[AliasShown], int]:
        found, total = ledger.page(desk.book, ALIAS, asked.search, start, limit)
        return [_shown(*one) for one in found], total

    return by_start(desk, f"aliases/{asked.search}", asked, fetch)


def _shown(connection: str, alias: str, becomes: str) -> AliasShown:
    meant = read_meaning(becomes)
    return AliasShown(connection=connection, alias=alias, sku=meant.sku, since=meant.since, until=meant.until)


def set_alias(desk: ApiDesk, body: AliasGiven) -> Saved:
    """Let an alias mean a SKU. Orders that wait for it go on, and those that were not sent yet are decided again."""
    edits = {(body.connection, body.alias): _becomes(desk, body)}
    return mapping.save(desk.hub, desk.book, {ALIAS: edits}, desk.actor)


def preview_alias(desk: ApiDesk, body: AliasGiven) -> Diff:
    """What it would change, and whether the warehouse has the SKU. Saves nothing."""
    becomes = _becomes(desk, body)
    return mapping.preview_one(desk.hub, desk.book, ALIAS, (body.connection, body.alias), becomes)


def _becomes(desk: ApiDesk, body: AliasGiven) -> str:
    """Raises `BadDates`."""
    if body.connection:
        desk.connection(body.connection)
    return checked_days(Meaning(body.sku, body.since, body.until)).text()


def remove_alias(desk: ApiDesk, asked: Query[AliasAsked]) -> None:
    """Let it mean itself again, for orders that were not sent yet."""
    saved = mapping.save(desk.hub, desk.book, {ALIAS: {(asked.connection, asked.alias): None}}, desk.actor)
    if not saved.rows:
        raise Problem("not-found", f"there is no alias {asked.alias!r} for {asked.connection or 'everywhere'}")


OPERATIONS = (
    get("/aliases", list_aliases),
    put("/aliases", set_alias),
    delete("/aliases", remove_alias),
    post("/aliases/preview", preview_alias),
)
