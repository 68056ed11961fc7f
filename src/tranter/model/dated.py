"""A SKU that a code means for a time, as people write it: `LAMP from 2026-12-01 until 2026-12-24`."""

import re
from datetime import date

from msgspec import Struct

WRITTEN = re.compile(
    r"(?P<sku>.*?)(?: from (?P<from>\d{4}-\d\d-\d\d))?(?: until (?P<until>\d{4}-\d\d-\d\d))?", re.DOTALL
)


class BadDates(ValueError):
    """`cause` and `remedy` are for a person."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(f"{cause}; {remedy}")
        self.cause, self.remedy = cause, remedy


class Meaning(Struct, frozen=True, gc=False):
    """Both days count; None: without end on that side."""

    sku: str
    since: date | None = None
    until: date | None = None

    def counts_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def text(self) -> str:
        since = f" from {self.since}" if self.since is not None else ""
        return self.sku + since + (f" until {self.until}" if self.until is not None else "")


def read_meaning(text: str) -> Meaning:
    """What can't be days is part of the SKU."""
    match = WRITTEN.fullmatch(text)
    try:
        return meaning(match["sku"], match["from"] or "", match["until"] or "") if match is not None else Meaning(text)
    except BadDates:
        return Meaning(text)


def meaning(sku: str, since: str = "", until: str = "") -> Meaning:
    """Days as 2026-12-24; empty ones are left open. Raises BadDates."""
    return checked_days(Meaning(sku, _day(since), _day(until)))


def checked_days(found: Meaning) -> Meaning:
    """Raises BadDates."""
    if found.since is not None and found.until is not None and found.until < found.since:
        raise BadDates(f"it ends on {found.until}, before it begins on {found.since}", "exchange the two days")
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise BadDates(f"{text.strip()!r} is no day", "write it as 2026-12-24") from error
