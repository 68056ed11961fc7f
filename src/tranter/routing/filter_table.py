"""A file of filters: a row for each value, the rows of one filter in any place."""

from collections.abc import Iterable

from tranter.routing.csv_rows import CsvError, Row, read_sheet, write_rows
from tranter.routing.filters import BadFilter, Field, Level, Match, Mode, Rule, checked, read_rule, write_rule
from tranter.routing.mapping_table import Mapping, MappingTable

COLUMNS = ("field", "mode", "value", "match", "level", "stock", "connection")
WORDS = {"field": Field, "mode": Mode, "match": Match, "level": Level}


def read_filter_table(text: str, known: frozenset[str] | None = None) -> MappingTable:
    """`known` are the names of the merchant's connections. Raises `CsvError` where the columns are wrong."""
    sheet = read_sheet(text, COLUMNS[:2], COLUMNS[2:])
    bad = list(sheet.bad)
    found: dict[tuple[str, str], list[Row]] = {}
    for row in sheet.rows:
        place = (row.cells.get("connection", "").strip(), row.cells["field"].strip().lower())
        found.setdefault(place, []).append(row)
    made = []
    for (connection, field), rows in found.items():
        try:
            if connection and known is not None and connection not in known:
                listed = ", ".join(sorted(known)) or "none"
                raise CsvError(rows[0].line, f"there is no connection {connection!r}", f"known are: {listed}")
            made.append(Mapping(rows[0].line, "filter", connection, field, _rule(rows)))
        except CsvError as error:
            bad.append(error)
    return MappingTable(tuple(made), tuple(sorted(bad, key=lambda error: error.line)))


def _rule(rows: list[Row]) -> str:
    first, field = _head(rows[0]), Field(_word(rows[0], "field", ""))
    for row in rows[1:]:
        if _head(row) != first:
            raise CsvError(
                row.line, f"it differs from line {rows[0].line} of the same filter", "say the same in all rows"
            )
    mode, match, level, stock = first
    rule = Rule(
        mode=Mode(mode),
        match=Match(match),
        level=Level(level),
        stock=stock,
        values=tuple(row.cells.get("value", "") for row in rows),
    )
    try:
        return write_rule(field, checked(field, rule))
    except BadFilter as error:
        raise CsvError(rows[0].line, f"{field.value}: {error.cause}", error.remedy) from error


def _head(row: Row) -> tuple[str, str, str, bool]:
    stock = row.cells.get("stock", "").strip().lower()
    if stock not in ("", "yes", "no"):
        raise CsvError(row.line, f"{stock!r} is neither yes nor no", "write yes or no")
    return _word(row, "mode", ""), _word(row, "match", "full"), _word(row, "level", "item"), stock == "yes"


def _word(row: Row, column: str, default: str) -> str:
    word = row.cells.get(column, "").strip().lower() or default
    known = [one.value for one in WORDS[column]]
    if word not in known:
        raise CsvError(row.line, f"{word!r} is no {column}", f"write one of {', '.join(known)}")
    return word


def write_filter_table(filters: Iterable[tuple[str, str, str]]) -> str:
    """From (connection, field, its rule); what was written is read back the same."""
    rows = []
    for connection, field, text in filters:
        rule = read_rule(Field(field), text)
        head, tail = (field, rule.mode.value), (rule.match.value, rule.level.value, "yes" if rule.stock else "no")
        rows += [(*head, value, *tail, connection) for value in rule.values]
    return write_rows(COLUMNS, rows)
