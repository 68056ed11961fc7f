"""A file of mappings, row by row: which of the three tables a row belongs to, and what is wrong with the others."""

from collections.abc import Callable, Iterable

from msgspec import Struct

from tranter.model.dated import BadDates, meaning, read_meaning
from tranter.routing.csv_rows import CsvError, Row, read_sheet, write_rows
from tranter.routing.shipping_methods import Direction
from tranter.routing.words import folded

LONGEST = 200
ALIAS_COLUMNS = ("alias", "sku", "connection", "from", "until")
METHOD_COLUMNS = ("direction", "connection", "from", "to")
KIND_OF = {Direction.OUTWARD: "ship_method", Direction.INWARD: "carrier"}


class Mapping(Struct, frozen=True):
    """What `word` becomes at `connection`; `line` is where the file says so."""

    line: int
    kind: str
    connection: str
    word: str
    becomes: str


class MappingTable(Struct, frozen=True):
    rows: tuple[Mapping, ...]
    bad: tuple[CsvError, ...]


def read_alias_table(text: str, known: frozenset[str] | None = None) -> MappingTable:
    """`known` are the names of the merchant's connections; None: any. Raises `CsvError` where the columns are wrong."""
    return _table(text, (ALIAS_COLUMNS[:2], ALIAS_COLUMNS[2:]), _alias, known)


def read_method_table(text: str, known: frozenset[str] | None = None) -> MappingTable:
    return _table(text, (METHOD_COLUMNS, ()), _method, known)


def _alias(row: Row) -> Mapping:
    cells = row.cells
    try:
        meant = meaning(cells["sku"], cells.get("from", ""), cells.get("until", ""))
    except BadDates as error:
        raise CsvError(row.line, error.cause, error.remedy) from error
    return Mapping(row.line, "alias", cells.get("connection", "").strip(), cells["alias"], meant.text())


def _method(row: Row) -> Mapping:
    word = row.cells["direction"].strip().lower()
    try:
        direction = Direction(word)
    except ValueError as error:
        choices = " or ".join(choice.value for choice in Direction)
        raise CsvError(row.line, f"{word!r} is no direction", f"write {choices}") from error
    place, said, meant = (row.cells[name].strip() for name in METHOD_COLUMNS[1:])
    return Mapping(row.line, KIND_OF[direction], place, said, meant)


Columns = tuple[tuple[str, ...], tuple[str, ...]]


def _table(text: str, columns: Columns, read: Callable[[Row], Mapping], known: frozenset[str] | None) -> MappingTable:
    sheet = read_sheet(text, *columns)
    bad = list(sheet.bad)
    found: dict[tuple[str, str, str], Mapping] = {}
    for row in sheet.rows:
        try:
            one = read(row)
            _check(one, known)
            word = folded(one.word) if one.kind == "carrier" else one.word
            earlier = found.setdefault((one.kind, one.connection, word), one)
            if earlier.becomes != one.becomes:
                raise CsvError(one.line, _conflict(one, earlier), "keep one of the two rows")
        except CsvError as error:
            bad.append(error)
    return MappingTable(tuple(found.values()), tuple(sorted(bad, key=lambda error: error.line)))


def _conflict(one: Mapping, earlier: Mapping) -> str:
    if one.kind == "alias":
        scope = f"at {one.connection!r}" if one.connection else "everywhere"
        return f"{one.word!r} is {one.becomes!r} {scope} here, but {earlier.becomes!r} on line {earlier.line}"
    return f"{one.word!r} becomes {one.becomes!r} here, but {earlier.becomes!r} on line {earlier.line}"


def _check(one: Mapping, known: frozenset[str] | None) -> None:
    if one.connection and known is not None and one.connection not in known:
        listed = ", ".join(sorted(known)) or "none"
        raise CsvError(one.line, f"there is no connection {one.connection!r}", f"known are: {listed}")
    becomes = read_meaning(one.becomes).sku if one.kind == "alias" else one.becomes
    longest = max((one.word, becomes), key=len)
    if len(longest) > LONGEST:
        raise CsvError(one.line, f"{longest[:20]!r}… has {len(longest)} characters", f"write at most {LONGEST}")


def write_alias_table(rows: Iterable[tuple[str, str, str]]) -> str:
    """From (connection, alias, SKU with its days); what was written is read back the same."""
    written = []
    for connection, alias, text in rows:
        meant = read_meaning(text)
        days = ("" if day is None else day.isoformat() for day in (meant.since, meant.until))
        written.append((alias, meant.sku, connection, *days))
    return write_rows(ALIAS_COLUMNS, written)


def write_method_table(rows: Iterable[tuple[str, str, str, str]]) -> str:
    """From (kind, connection, word, what it becomes)."""
    directions = {kind: direction.value for direction, kind in KIND_OF.items()}
    return write_rows(METHOD_COLUMNS, [(directions[kind], *rest) for kind, *rest in rows])
