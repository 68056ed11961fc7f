"""A file → records as they are stored: the rows of one order, of one parcel, of one item. Pure."""

from datetime import datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tranter.connectors.csv.cells import Cells, Reading
from tranter.connectors.csv.sheet import Row, Sheet, read_sheet
from tranter.connectors.csv.words import Kind
from tranter.model import Unreadable


class Record(Struct, frozen=True, kw_only=True):
    """Where it stands, and the rows as they are. `trouble`: what is wrong with them, as far as that is known."""

    file: str
    written_at: datetime
    headings: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    trouble: str = ""
    remedy: str = ""

    def cells(self, kind: Kind, reading: Reading) -> list[Cells]:
        """Raises `Unreadable`."""
        if self.trouble:
            raise Unreadable(self.trouble, self.remedy)
        headings = reading.headings(kind, self.headings)
        return [Cells(f"{self.file}, line {row.line}", row.cells, headings, reading) for row in self.rows]


Records = dict[str, Record]
"""By the remote's key; rows without one are called by file and line."""


def split(kind: Kind, body: bytes, empty: Record, reading: Reading) -> Records:
    """`empty` says where it stands. Raises `Unreadable` where the file is no table, or lacks a column."""
    sheet = read_sheet(body, reading.layout)
    if missing := reading.missing(kind, sheet.headings):
        there = ", ".join(sheet.headings)
        raise Unreadable(f"no column {' and no '.join(missing)}; there are: {there}", "name it in columns")
    return _grouped(kind, sheet, replace(empty, headings=sheet.headings), reading)


def encoded(record: Record) -> bytes:
    return msgspec.json.encode(record)


def decoded(payload: bytes) -> Record:
    try:
        return msgspec.json.decode(payload, type=Record)
    except msgspec.DecodeError as error:
        raise Unreadable(f"the stored record can't be read: {error}") from error


def _grouped(kind: Kind, sheet: Sheet, empty: Record, reading: Reading) -> Records:
    headings = reading.headings(kind, sheet.headings)
    groups: dict[str, list[Row]] = {}
    for row in sheet.rows:
        cells = {field: row.cells.get(heading, "") for field, heading in headings.items()}
        groups.setdefault(_key(kind, cells) or f"{empty.file} line {row.line}", []).append(row)
    good = {key: replace(empty, rows=tuple(rows)) for key, rows in groups.items()}
    bad = {
        f"{empty.file} line {row.line}": replace(
            empty,
            trouble=f"{empty.file}, line {row.line}: {row.cause}",
            remedy="give each row as many cells as there are headings, and quote those with delimiters",
        )
        for row in sheet.bad
    }
    return good | bad


def _key(kind: Kind, cells: dict[str, str]) -> str:
    number = cells.get("order_number", "")
    match kind:
        case Kind.ORDERS:
            return cells.get("order_id") or number
        case Kind.SHIPMENTS:
            return f"{number}/{cells['tracking_number']}" if number else ""
        case _:
            return cells["sku"]
