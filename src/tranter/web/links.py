"""Addresses of pages that may not be there in every make of the hub."""

from collections.abc import Mapping

from django.urls import NoReverseMatch
from django.utils.http import urlencode

from tranter.web.desk import Desk
from tranter.web.shell import shell_of


def link(desk: Desk, name: str, query: Mapping[str, object] | None = None, **given: object) -> str:
    """In the scope of the page that asks, unless `merchant` names another. Empty where there is no such page."""
    try:
        address = shell_of(desk).to(name, **given)
    except NoReverseMatch:
        return ""
    asked = {key: str(value) for key, value in (query or {}).items() if value not in (None, "")}
    return f"{address}?{urlencode(asked)}" if asked else address
