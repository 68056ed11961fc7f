"""Bytes of a file ↔ rows of named cells. Pure."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from tranter.model import Unreadable

DELIMITERS = (",", ";", "\t", "|")
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
A_NUMBER = re.compile(r"[+\-]?[\d .,()/-]*")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Layout(Struct, frozen=True, kw_only=True):
    """How a file is written. Blank `encoding` and `delimiter` are found out."""

    encoding: str = ""
    delimiter: str = ""


class Row(Struct, frozen=True):
    """`line` is the one on which the row begins, as an editor counts."""

    line: int
    cells: dict[str, str]


class BadRow(Struct, frozen=True):
    line: int
    cause: str


class Sheet(Struct, frozen=True, kw_only=True):
    """What could be read, and what is wrong with each of the other rows."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    bad: tuple[BadRow, ...]


def read_sheet(body: bytes, layout: Layout) -> Sheet:
    """Raises `Unreadable` where the file as a whole is no table."""
    text = _decoded(body, layout)
    records = _records(text, layout.delimiter or _sniffed(text))
    _, headings = next(records, (0, []))
    names = tuple(heading.strip() for heading in headings)
    if not any(names):
        raise Unreadable("the file is empty", "the first line holds the headings of the columns")
    rows: list[Row] = []
    bad: list[BadRow] = []
    try:
        for line, cells in records:
            if len(cells) < len(names) or any(cell.strip() for cell in cells[len(names) :]):
                bad.append(BadRow(line, f"{len(cells)} cells under {len(names)} headings"))
            else:
                filled = zip(names, cells, strict=False)
                rows.append(Row(line, {name: cell.strip() for name, cell in filled if name and cell.strip()}))
    except csv.Error as error:
        last = rows[-1].line if rows else 1
        bad.append(BadRow(last + 1, f"from here on the cells can't be told apart: {error}"))
    return Sheet(headings=names, rows=tuple(rows), bad=tuple(bad))


def write_sheet(headings: Sequence[str], rows: Iterable[Mapping[str, str]], layout: Layout) -> bytes:
    """Cells by heading. What a spreadsheet would take for a formula begins with an apostrophe.

    Raises `UnicodeEncodeError` for a sign that the encoding doesn't have.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=layout.delimiter or ",", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(headings)
    writer.writerows([_harmless(row.get(heading, "")) for heading in headings] for row in rows)
    return text.getvalue().encode(layout.encoding or "utf-8")


def _harmless(cell: str) -> str:
    """A number stays one; neither it nor a phone number can call anything."""
    return f"'{cell}" if cell.startswith(FORMULA) and not A_NUMBER.fullmatch(cell) else cell


def _decoded(body: bytes, layout: Layout) -> str:
    marked = next((name for mark, name in BYTE_ORDER_MARKS.items() if body.startswith(mark)), "")
    encoding = marked or layout.encoding or "utf-8"
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"line {line}: a character is not {encoding}", "set encoding to the one of the file, such as cp1252"
        ) from error


def _sniffed(text: str) -> str:
    """By the headings: the sign that parts them."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=first.count)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1
