"""Mapping tables as people keep them in spreadsheets."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

DELIMITERS = (",", ";", "\t")
FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*")


class CsvError(ValueError):
    """The file can't be taken, and nothing of it is. `line` counts from 1; 0 means the whole file."""

    def __init__(self, line: int, cause: str, remedy: str) -> None:
        place = f"line {line}: " if line else ""
        super().__init__(f"{place}{cause}; {remedy}")
        self.line = line
        self.cause = cause
        self.remedy = remedy


class Row(Struct, frozen=True):
    """One record of the file by column name. `line` is the line on which it ends."""

    line: int
    cells: dict[str, str]


def decode_csv(payload: bytes) -> str:
    """UTF-8 or, with its byte order mark, UTF-16. Others are refused: a guess spoils names."""
    marked = payload.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return payload.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = payload.count(b"\n", 0, error.start) + 1
        cause = f"a character is not {'UTF-16' if marked else 'UTF-8'}"
        raise CsvError(line, cause, 'save the file as "CSV UTF-8" and try again') from error


class Sheet(Struct, frozen=True):
    """What could be read of a file, and what is wrong with each of the other rows."""

    rows: tuple[Row, ...]
    bad: tuple[CsvError, ...]


def read_rows(text: str, required: Sequence[str], optional: Sequence[str] = ()) -> tuple[Row, ...]:
    """Blanks in front of a cell are dropped unless quoted; all else is kept exactly as written."""
    sheet = read_sheet(text, required, optional)
    if sheet.bad:
        raise sheet.bad[0]
    return sheet.rows


def read_sheet(text: str, required: Sequence[str], optional: Sequence[str] = ()) -> Sheet:
    """Every row that can be read. Raises `CsvError` only where the columns are wrong."""
    records = _records(text.removeprefix("\ufeff"))
    line, header = next(records, (0, []))
    names = [name.strip().lower() for name in header]
    while names and not names[-1]:
        names.pop()
    _check_header(line, names, required, optional)
    rows, bad = [], []
    try:
        for line, cells in records:
            try:
                rows.append(_row(line, names, cells, required))
            except CsvError as error:
                bad.append(error)
    except CsvError as error:  # from here on the cells can't be told apart
        bad.append(error)
    return Sheet(tuple(rows), tuple(bad))


def write_rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table that `read_rows` and spreadsheets read back exactly: every cell quoted, and none a formula."""
    return "".join(csv_line(row) for row in (header, *rows))


def csv_line(cells: Iterable[object]) -> str:
    """None is an empty cell."""
    text = io.StringIO(newline="")
    words = ["" if cell is None else str(cell) for cell in cells]
    csv.writer(text, quoting=csv.QUOTE_ALL).writerow([_harmless(word) for word in words])
    return text.getvalue()


def _harmless(cell: str) -> str:
    """With an apostrophe in front of what a spreadsheet would take for a formula. Numbers stay numbers."""
    return f"'{cell}" if FORMULA.match(cell) and not NUMBER.fullmatch(cell) else cell


def _as_meant(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        remedy = "close every quotation mark, and write one inside a cell twice"
        raise CsvError(reader.line_num, f"the cells can't be told apart ({error})", remedy) from error


def _check_header(line: int, names: Sequence[str], required: Sequence[str], optional: Sequence[str]) -> None:
    known = (*required, *optional)
    remedy = f"begin the file with the columns {', '.join(known)}"
    if optional:
        remedy += f" ({', '.join(optional)} may be left out)"
    missing = [name for name in required if name not in names]
    if missing:
        raise CsvError(line, f"the column {missing[0]!r} is missing", remedy)
    strange = [name for name in names if name not in known]
    if strange:
        raise CsvError(line, f"the column {strange[0]!r} means nothing here", remedy)
    if len(set(names)) < len(names):
        raise CsvError(line, "a column is there twice", remedy)


def _row(line: int, names: Sequence[str], cells: Sequence[str], required: Sequence[str]) -> Row:
    # A row that is too short may have lost its scope, which would let it count for every connection.
    if len(cells) < len(names) or any(cell.strip() for cell in cells[len(names) :]):
        cause = f"{len(cells)} cells under {len(names)} columns"
        raise CsvError(
            line, cause, "give each row as many cells as the first line has, and quote those with delimiters"
        )
    found = dict(zip(names, map(_as_meant, cells), strict=False))
    for name, cell in found.items():
        if any(ord(letter) < 32 or letter == "\x7f" for letter in cell):
            raise CsvError(line, f"the {name} holds a line break or a control character", "remove it")
    empty = [name for name in required if not found[name].strip()]
    if empty:
        raise CsvError(line, f"the {empty[0]} is empty", "fill it in or delete the row")
    return Row(line, found)
