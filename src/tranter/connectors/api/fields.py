"""Single fields of what is handed in. Clients write numbers as text and text as numbers."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from tranter.model import Unreadable

Given = Mapping[str, object]
DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
MOST_UNITS = 1_000_000


def text(given: Given, name: str) -> str:
    """Blank where it is absent or null. Raises `Unreadable` for a list or an object."""
    value = given.get(name)
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, list | dict):
        raise Unreadable(f"{name} is {'a list' if isinstance(value, list) else 'an object'}, and wants one value")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\x00", "").strip()


def pieces(given: Given, name: str) -> list[Given]:
    """A list of objects; a single object stands for a list of one."""
    value = given.get(name)
    listed = [value] if isinstance(value, dict) else value
    if listed is None or listed == "":
        return []
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise Unreadable(f"{name} is no list of objects")
    return listed


def decimal(given: Given, name: str) -> Decimal | None:
    said = text(given, name)
    if not said:
        return None
    try:
        found = Decimal(said)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) >= Decimal(10) ** 12:
        raise Unreadable(f"{name} is {said[:40]!r}, which is no amount")
    return found


def quantity(item: Given, place: int) -> int:
    found = decimal(item, "quantity")
    if found is None or found != found.to_integral_value() or not 0 < found <= MOST_UNITS:
        raise Unreadable(f"items[{place - 1}].quantity is {text(item, 'quantity')[:40]!r}, and wants a whole number")
    return int(found)


def switch(given: Given, name: str) -> bool:
    return str(given.get(name)).strip().lower() in ("true", "1", "y", "yes", "on")


def day(given: Given, name: str) -> date | None:
    """The day of a date or of a time; padded or not."""
    said = text(given, name)
    if not said:
        return None
    found = DAY.match(said)
    try:
        return date(*(int(part) for part in found.groups())) if found is not None else _no_day(name, said)
    except ValueError:
        return _no_day(name, said)


def _no_day(name: str, said: str) -> date:
    raise Unreadable(f"{name} is {said[:40]!r}; write it as 2026-03-02")
