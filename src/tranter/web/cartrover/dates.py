"""Times as this API's clients write them: with an offset, without one, or a day alone, padded or not."""

import re
from datetime import UTC, datetime, timedelta, timezone

from tranter.web.cartrover.envelope import Refusal

MOMENT = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d*)?)?\s*(Z|z|[+ -]?\d{2}:?\d{2})?)?"
)
DAY = timedelta(days=1) - timedelta(microseconds=1)


def moment(text: str, name: str, *, to_the_end: bool = False) -> datetime | None:
    """None for a blank one. A day alone is the whole day: `to_the_end` takes its end. Raises `Refusal`."""
    said = text.strip()
    if not said:
        return None
    found = MOMENT.fullmatch(said)
    if found is None:
        raise Refusal(f"{name} is {said[:40]!r}; write it as 2026-03-02T08:00:00%2B00:00")
    year, month, day, hour, minute, second, offset = found.groups()
    try:
        zone = _zone(offset)
        at = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=zone)
        return (at + DAY if hour is None and to_the_end else at).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refusal(f"{name} is {said[:40]!r}: {error}") from error


def _zone(offset: str | None) -> timezone:
    """A plus that was not escaped arrives as a blank, or not at all."""
    if offset is None or offset in "Zz":
        return UTC
    digits = re.sub(r"\D", "", offset)
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-span if offset.startswith("-") else span)


def told(at: datetime | None) -> str | None:
    """`2018-08-27T02:24:58+00:00`"""
    return at.astimezone(UTC).isoformat(timespec="seconds") if at is not None else None
