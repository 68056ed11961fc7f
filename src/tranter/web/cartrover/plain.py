"""Single values as this API tells them."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeVar

Found = TypeVar("Found")
Given = Mapping[str, object]
LARGEST = Decimal(10) ** 12


def plain(given: Given, name: str) -> str | None:
    """What was handed in, as text."""
    value = given.get(name)
    if value is None or isinstance(value, bool | list | dict):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def amount(given: Given, name: str, places: int = 2) -> str | None:
    said = plain(given, name)
    try:
        found = Decimal(said.strip()) if said is not None and said.strip() else None
    except InvalidOperation:
        return None
    if found is None or not found.is_finite() or abs(found) >= LARGEST:
        return None
    return f"{found:.{places}f}"


def switch(given: Given, name: str) -> str | None:
    value = given.get(name)
    if value is None or value == "":
        return None
    return yes(str(value).strip().lower() in ("y", "yes", "true", "1", "on"))


def yes(is_so: bool) -> str:
    return "Y" if is_so else "N"


def sought(look: Callable[[str], Found | None], name: str) -> Found | None:
    """By a name from an address; else by that without the slash that a client put behind it."""
    found = look(name)
    return look(name.rstrip("/")) if found is None and name.endswith("/") else found
