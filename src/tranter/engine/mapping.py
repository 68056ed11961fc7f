"""What things are called, changed by a person: the difference before it is saved, saving, taking it back."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tranter.engine.hub import Hub
from tranter.engine.naming import kits_of
from tranter.engine.operator import decide_soon
from tranter.engine.warehouses import warehouses_of
from tranter.ledger import (
    catalogue,
    connections,
    fulfillments,
    mapping_changes,
    mappings,
    operator,
    orders,
    schedule,
    shelf_list,
)
from tranter.ledger.book import Book
from tranter.ledger.mapping_changes import TouchedOrder
from tranter.ledger.mappings import ALIAS, CARRIER, FILTER, KIT, SHIP_METHOD, Changed, Place, Written
from tranter.model.dated import read_meaning
from tranter.model.kit import BadRecipe, read_recipe
from tranter.routing import mapping_table
from tranter.routing.csv_rows import CsvError
from tranter.routing.filter_table import read_filter_table, write_filter_table
from tranter.routing.filters import BadFilter, Field, read_rule
from tranter.routing.kit_table import read_kit_table, write_kit_table
from tranter.routing.kits import nested

SHOWN_ORDERS = 50


class DiffRow(Struct, frozen=True, kw_only=True):
    """`before` None: the row is new."""

    line: int
    kind: str
    connection: str
    word: str
    before: str | None
    after: str


class BadRow(Struct, frozen=True):
    line: int
    cause: str
    remedy: str


class Diff(Struct, frozen=True, kw_only=True):
    """What a file would change. `unknown` are rows whose SKU the warehouse has not; they can be saved all the same."""

    new: tuple[DiffRow, ...]
    changed: tuple[DiffRow, ...]
    same: int
    unknown: tuple[DiffRow, ...]
    bad: tuple[BadRow, ...]

    @property
    def can_be_saved(self) -> bool:
        return not self.bad and bool(self.new or self.changed)


class Saved(Struct, frozen=True, kw_only=True):
    """`orders` are those that the change concerns and that were not sent yet; all of them are decided again."""

    changes: tuple[int, ...]
    rows: tuple[Changed, ...]
    orders_decided_again: int
    orders: tuple[TouchedOrder, ...]


class TakenBack(Struct, frozen=True, kw_only=True):
    """`refused` are rows that somebody changed since: they stay as they are."""

    saved: Saved
    refused: tuple[Changed, ...]


class BadTable(Exception):
    """Nothing was saved: the file has rows that can't be read."""

    def __init__(self, bad: Sequence[BadRow]) -> None:
        first = bad[0]
        more = f" ({len(bad) - 1} more rows can't be read)" if len(bad) > 1 else ""
        place = f"line {first.line}: " if first.line else ""
        super().__init__(f"{place}{first.cause}; {first.remedy}{more}")
        self.bad = tuple(bad)


def preview(hub: Hub, book: Book, kind: str, text: str) -> Diff:
    """`kind` is alias, kit, or methods for ship methods and carriers. Raises CsvError where the columns are wrong."""
    table = _read(book, kind, text)
    before: dict[str, dict[Place, str]] = {}
    for one in {row.kind for row in table.rows}:
        places = [(row.connection, row.word) for row in table.rows if row.kind == one]
        before[one] = mappings.current(book, one, places)
    rows = [_diff_row(row, before[row.kind].get((row.connection, row.word))) for row in table.rows]
    differing = [row for row in rows if row.before != row.after]
    needs = {row.line: _skus(row) for row in differing}
    missing = _missing(hub, book, set().union(*needs.values()))
    bad = [*table.bad, *_nested(book, rows)]
    return Diff(
        new=tuple(row for row in differing if row.before is None),
        changed=tuple(row for row in differing if row.before is not None),
        same=len(rows) - len(differing),
        unknown=tuple(row for row in differing if needs[row.line] & missing),
        bad=tuple(BadRow(error.line, error.cause, error.remedy) for error in bad),
    )


def preview_one(hub: Hub, book: Book, kind: str, place: Place, becomes: str) -> Diff:
    """Of an alias, a kit, a ship method or a carrier. Raises BadTable for a kit in a kit."""
    connection, word = place
    if kind == KIT:
        _check_kits(book, {place: becomes})
        return preview(hub, book, kind, write_kit_table([(word, becomes)]))
    if kind == ALIAS:
        return preview(hub, book, kind, mapping_table.write_alias_table([(connection, word, becomes)]))
    return preview(hub, book, "methods", mapping_table.write_method_table([(kind, connection, word, becomes)]))


def _diff_row(row: mapping_table.Mapping, before: str | None) -> DiffRow:
    return DiffRow(
        line=row.line, kind=row.kind, connection=row.connection, word=row.word, before=before, after=row.becomes
    )


def _skus(row: DiffRow) -> set[str]:
    """Those that have to be at the warehouse."""
    if row.kind == KIT:
        return {one.sku for one in read_recipe(row.after)}
    return {read_meaning(row.after).sku} if row.kind == ALIAS else set()


def _nested(book: Book, rows: Sequence[DiffRow]) -> list[CsvError]:
    """A kit in a kit is refused: nobody could say what is in it when one of them changes."""
    kits = {row.word: row for row in rows if row.kind == KIT}
    if not kits:
        return []
    known = kits_of(book) | {word: read_recipe(row.after) for word, row in kits.items()}
    return [
        CsvError(
            (kits.get(sku) or kits[part]).line, f"{sku!r} holds {part!r}, which is a kit itself", "write what is in it"
        )
        for sku, part in nested(known)
        if sku in kits or part in kits
    ]


def _read(book: Book, kind: str, text: str) -> mapping_table.MappingTable:
    if kind == KIT:
        return read_kit_table(text)
    known = frozenset(info.name for info in connections.all_of(book))
    if kind == FILTER:
        return read_filter_table(text, known)
    read = mapping_table.read_alias_table if kind == ALIAS else mapping_table.read_method_table
    return read(text, known)


def _missing(hub: Hub, book: Book, skus: set[str]) -> set[str]:
    """SKUs that no warehouse has; none while no products were read yet."""
    read = [info.id for info in warehouses_of(hub, book) if catalogue.has_products(info.id)]
    return skus - shelf_list.names(book, read, skus).keys() if read else set()


def save_table(hub: Hub, book: Book, kind: str, text: str, actor: str) -> Saved:
    """All of the file or nothing. Raises BadTable, CsvError."""
    diff = preview(hub, book, kind, text)
    if diff.bad:
        raise BadTable(diff.bad)
    edits: dict[str, dict[Place, str | None]] = {}
    for row in (*diff.new, *diff.changed):
        edits.setdefault(row.kind, {})[row.connection, row.word] = row.after
    return save(hub, book, edits, actor)


def save(hub: Hub, book: Book, edits: Mapping[str, Mapping[Place, str | None]], actor: str) -> Saved:
    """By kind; None removes a mapping. Orders that wait for it, or were not sent yet, are decided again at once.

    Raises BadTable for a kit in a kit, and for a filter that can't be read.
    """
    _check_kits(book, edits.get(KIT, {}))
    _check_filters(edits.get(FILTER, {}))
    now = hub.ports.clock.now()
    written = {kind: mappings.write(book, kind, some, actor, now) for kind, some in sorted(edits.items())}
    return _follow(hub, book, written)


def _check_kits(book: Book, edits: Mapping[Place, str | None]) -> None:
    for (_, word), after in edits.items():
        try:
            read_recipe(after or "1 x ANY")
        except BadRecipe as error:
            raise BadTable([BadRow(0, f"{word!r}: {error.cause}", error.remedy)]) from error
    rows = [
        DiffRow(line=0, kind=KIT, connection="", word=word, before=None, after=after)
        for (_, word), after in edits.items()
        if after is not None
    ]
    bad = _nested(book, rows)
    if bad:
        raise BadTable([BadRow(0, error.cause, error.remedy) for error in bad])


def _check_filters(edits: Mapping[Place, str | None]) -> None:
    for (_, field), text in edits.items():
        try:
            read_rule(Field(field), text if text is not None else "required: any")
        except BadFilter as error:
            raise BadTable([BadRow(0, f"{field}: {error.cause}", error.remedy)]) from error
        except ValueError as error:
            known = ", ".join(one.value for one in Field)
            raise BadTable([BadRow(0, f"{field!r} can't be filtered by", f"known are: {known}")]) from error


def undo(hub: Hub, book: Book, change_id: int, actor: str) -> TakenBack:
    """Raises CanNotUndo."""
    undone = mapping_changes.undo(book, change_id, actor, hub.ports.clock.now())
    saved = _follow(hub, book, {undone.kind: undone.written})
    return TakenBack(saved=saved, refused=undone.refused)


def _follow(hub: Hub, book: Book, written: Mapping[str, Written]) -> Saved:
    now = hub.ports.clock.now()
    touched: dict[int, TouchedOrder] = {}
    for kind, one in written.items():
        found = mapping_changes.touched(book, kind, [row.place for row in one.rows])
        if kind == CARRIER:
            _retry_tracking(book, [row.word for row in one.rows], hub)
        else:
            touched |= {order.id: order for order in found}
    fulfillments.drop_unsent(book, list(touched), now)
    orders.undecide(book, list(touched))
    if touched:
        decide_soon(hub, book, len(touched))
    return Saved(
        changes=tuple(one.change_id for one in written.values() if one.change_id is not None),
        rows=tuple(row for one in written.values() for row in one.rows),
        orders_decided_again=len(touched),
        orders=tuple(touched.values())[:SHOWN_ORDERS],
    )


def _retry_tracking(book: Book, words: Sequence[str], hub: Hub) -> None:
    now = hub.ports.clock.now()
    for connection_id, flow in operator.retry_kind(book, "carrier", words, now):
        schedule.ring(connection_id, [flow], now)


def export(book: Book, kind: str) -> str:
    """A file that `save_table` takes back: no difference."""
    if kind == ALIAS:
        days = mappings.promotions(book)
        rows = [
            (at, word, days[at, word].text() if (at, word) in days else sku) for at, word, sku in mappings.aliases(book)
        ]
        return mapping_table.write_alias_table(rows)
    if kind == FILTER:
        return write_filter_table(mappings.listed(book, FILTER))
    if kind == KIT:
        return write_kit_table(sorted(mappings.kits(book).items()))
    methods = [(one, *row) for one in (SHIP_METHOD, CARRIER) for row in mappings.listed(book, one)]
    return mapping_table.write_method_table(methods)
