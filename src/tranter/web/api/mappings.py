"""What a merchant calls things: aliases of SKUs, kits, filters, ship methods, carriers."""

from typing import Literal

import msgspec
from ninja import Query

from tranter.engine import mapping
from tranter.engine.mapping import Diff, Saved, TakenBack
from tranter.ledger import mapping_changes
from tranter.ledger import mappings as ledger
from tranter.ledger.mapping_changes import Change
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import get, post, put
from tranter.web.api.paging import Page, Paged, by_start
from tranter.web.api.problem import Problem
from tranter.web.api.shapes import File, Given, Number, Text, Word

Kind = Literal["alias", "kit", "filter", "ship_method", "carrier"]
Table = Literal["alias", "kit", "filter", "methods"]


class MappingRow(msgspec.Struct, frozen=True, kw_only=True):
    """`connection` empty: everywhere. A promotional code has its days behind the SKU: `LAMP until 2026-12-24`."""

    connection: str
    word: str
    becomes: str


class MappingsAsked(Paged):
    search: Text = ""


def list_mappings(desk: ApiDesk, kind: Kind, asked: Query[MappingsAsked]) -> Page[MappingRow]:
    """Aliases, kits, filters, ship methods or carriers, by connection and word."""

    def fetch(start: int, limit: int) -> tuple[list[MappingRow], int]:
        found, total = ledger.page(desk.book, kind, asked.search, start, limit)
        return [MappingRow(connection=one, word=word, becomes=becomes) for one, word, becomes in found], total

    return by_start(desk, f"mappings/{kind}/{asked.search}", asked, fetch)


class MappingGiven(Given):
    """`becomes` null: the word means itself again. `connection` empty: everywhere, unknown to methods and carriers.

    A kit becomes what is in it, such as `2 x LAMP + 1 x BULB`; the field of a filter what passes, such as
    `restricted starts: TEST-, DEMO-`.
    """

    connection: Text = ""
    word: Word
    becomes: Word | None


def set_mapping(desk: ApiDesk, kind: Kind, body: MappingGiven) -> Saved:
    """Set or remove one. Orders that wait for it go on, and those that were not sent yet are decided again."""
    if body.connection:
        desk.connection(body.connection)
    elif kind not in ("alias", "kit", "filter"):
        raise Problem("refused", "name the connection whose word it is")
    return mapping.save(desk.hub, desk.book, {kind: {(body.connection, body.word): body.becomes}}, desk.actor)


class TableGiven(Given):
    """A CSV file, as the export writes it."""

    csv: File


class TableShown(msgspec.Struct, frozen=True):
    csv: str


def export_mappings(desk: ApiDesk, table: Table) -> TableShown:
    """All of them as a CSV file: `methods` are ship methods and carriers."""
    return TableShown(mapping.export(desk.book, table))


def preview_mappings(desk: ApiDesk, table: Table, body: TableGiven) -> Diff:
    """What a CSV file would change. Saves nothing."""
    return mapping.preview(desk.hub, desk.book, table, body.csv)


def import_mappings(desk: ApiDesk, table: Table, body: TableGiven) -> Saved:
    """Take a CSV file: all of it, or nothing."""
    return mapping.save_table(desk.hub, desk.book, table, body.csv, desk.actor)


def list_mapping_changes(desk: ApiDesk, asked: Query[Paged]) -> Page[Change]:
    """The edits, the newest first; each can be undone for 30 days."""

    def fetch(start: int, limit: int) -> tuple[list[Change], int]:
        found = mapping_changes.history(desk.book, desk.now, start, limit + 1)
        return found[:limit], start + len(found)

    return by_start(desk, "mapping-changes", asked, fetch)


def undo_mapping_change(desk: ApiDesk, change_id: Number) -> TakenBack:
    """Take an edit back. Rows that were changed since stay as they are, and are named."""
    if mapping_changes.change(desk.book, change_id, desk.now) is None:
        raise Problem("not-found", f"there is no edit {change_id}")
    return mapping.undo(desk.hub, desk.book, change_id, desk.actor)


OPERATIONS = (
    get("/mappings/changes", list_mapping_changes),
    post("/mappings/changes/{change_id}/undo", undo_mapping_change),
    get("/mappings/tables/{table}", export_mappings),
    post("/mappings/tables/{table}/preview", preview_mappings),
    post("/mappings/tables/{table}/import", import_mappings),
    get("/mappings/{kind}", list_mappings),
    put("/mappings/{kind}", set_mapping),
)
