"""One row's cells as values: what can't be read is told with file, line and column. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import NoReturn, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct

from tranter.connectors.csv.sheet import Layout
from tranter.connectors.csv.words import FIELDS, HEADINGS, NEEDED, Kind, plain
from tranter.model import Money, MoneyError, Unreadable

NUMBER = {
    ".": re.compile(r"-?(\d+|\d{1,3}([,' \u00a0\u202f]\d{3})+)(\.\d+)?"),
    ",": re.compile(r"-?(\d+|\d{1,3}([.' \u00a0\u202f]\d{3})+)(,\d+)?"),
}
PERSONAL = frozenset(
    "name company address1 address2 address3 city region postal_code phone email buyer_id note".split()
)


Meaning = TypeVar("Meaning")


class Reading(Struct, frozen=True, kw_only=True):
    """How files are to be understood: the settings, without their place and their secrets.

    `columns`: our name, or `kind.our_name`, → their heading. `dates`: blank for ISO 8601, else as `strptime` wants it.
    """

    layout: Layout = Layout()
    columns: Mapping[str, str] = {}
    decimal: str = "."
    dates: str = ""
    zone: str = "UTC"
    currency: str = ""
    country: str = ""

    def headings(self, kind: Kind, there: Sequence[str]) -> dict[str, str]:
        """Our field → the heading of the file that holds it. What was chosen goes before what is merely usual."""
        known = {plain(heading): heading for heading in reversed(there)}
        chosen = {field: self.heading(kind, field) for field in FIELDS[kind]}
        found = {field: known[plain(name)] for field, name in chosen.items() if plain(name) in known}
        for field, name in chosen.items():
            usual = (known[word] for word in HEADINGS.get(field, ()) if name == field and word in known)
            free = (heading for heading in usual if heading not in found.values())
            if field not in found and (heading := next(free, None)) is not None:
                found[field] = heading
        return found

    def heading(self, kind: Kind, field: str) -> str:
        return self.columns.get(f"{kind.value}.{field}", self.columns.get(field, field))

    def missing(self, kind: Kind, there: Sequence[str]) -> tuple[str, ...]:
        found = self.headings(kind, there)
        return tuple(field for field in NEEDED[kind] if field not in found)


class Cells:
    """The cells of one row, by our names."""

    def __init__(self, place: str, cells: Mapping[str, str], headings: Mapping[str, str], reading: Reading) -> None:
        self._place, self._headings, self._reading = place, headings, reading
        self._cells = {field: cells[heading] for field, heading in headings.items() if heading in cells}

    def filled_from(self, others: Sequence["Cells"], fields: Iterable[str]) -> "Cells":
        """These, with what is blank here taken from the first of `others` that says it."""
        said = {field: text for field in fields for other in reversed(others) if (text := other.text(field))}
        filled = Cells(self._place, {}, self._headings, self._reading)
        filled._cells = {**said, **self._cells}
        return filled

    def text(self, field: str) -> str:
        return self._cells.get(field, "")

    def needed(self, field: str) -> str:
        return self.text(field) or self.fail(field, "it is empty")

    def count(self, field: str) -> int:
        value = self._number(field)
        if value is None or value != int(value):
            self.fail(field, "it holds no whole number")
        return int(value)

    def count_or_none(self, field: str) -> int | None:
        return self.count(field) if self.text(field) else None

    def money(self, field: str, currency: str) -> Money | None:
        value = self._number(field)
        try:
            return None if value is None else Money.parse(str(value), currency)
        except MoneyError as error:
            self.fail(field, str(error))

    def moment(self, field: str) -> datetime | None:
        """A time without a zone is one of `reading.zone`."""
        text = self.text(field)
        if not text:
            return None
        try:
            at = _read_time(text, self._reading.dates)
        except ValueError:
            self.fail(field, f"it is no date as {self._reading.dates or '2026-01-31 or 2026-01-31T12:00:00Z'}")
        return (at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(self._reading.zone))).astimezone(UTC)

    def word(self, field: str, known: Mapping[str, Meaning]) -> Meaning:
        text = plain(self.text(field))
        if text not in known:
            self.fail(field, f"the word {text[:40]!r} is unknown")
        return known[text]

    def _number(self, field: str) -> Decimal | None:
        text, sign = self.text(field), self._reading.decimal
        if not text:
            return None
        if not NUMBER[sign].fullmatch(text):
            self.fail(field, f"it is no number with a decimal {sign!r}")
        return Decimal(re.sub(rf"[^\d{re.escape(sign)}-]", "", text).replace(sign, "."))

    def fail(self, field: str, why: str) -> NoReturn:
        heading = self._headings.get(field, field)
        shown = "" if field in PERSONAL or not self.text(field) else f" ({self.text(field)[:40]!r})"
        raise Unreadable(f"{self._place}, column {heading}{shown}: {why}", "correct the file, or the setting columns")


def _read_time(text: str, dates: str) -> datetime:
    return datetime.strptime(text, dates) if dates else datetime.fromisoformat(text)  # noqa: DTZ007 - the zone follows
