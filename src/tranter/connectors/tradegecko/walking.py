"""Reading long lists one page per call: all of a list, or what changed since the last time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
from msgspec import Struct

from tranter.connectors.tradegecko.client import Client, Query, Rows, convert, has_more
from tranter.connectors.tradegecko.rows import Identity, moment, text_of
from tranter.sdk.errors import UnexpectedResponseError
from tranter.sdk.verbs import Page, Raw

OVERLAP = timedelta(minutes=2)
MOST_RESTARTS = 3

Wrap = Callable[[Rows], tuple[Raw, ...]]


class Walk(Struct):
    """The cursor within a whole list. It begins anew when the list changes its length."""

    page: int = 1
    total: int | None = None
    restarts: int = 0


class Since(Struct):
    """The cursor along the time of change. `seen`: the latest one read. `from_`: where the next page begins."""

    seen: str = ""
    from_: str = ""
    page: int = 1


Place = TypeVar("Place", Walk, Since)


class _Row(Struct):
    id: Identity = None
    variant_id: Identity = None
    updated_at: str | None = None


def walk(client: Client, plural: str, query: Query, cursor: str) -> Page:
    """The next page of the whole list; an empty cursor afterwards means that all of it was read."""
    at = _decoded(cursor, Walk)
    found = client.page(plural, query, at.page)
    records = records_of(found)
    if at.total is not None and found.total != at.total and at.restarts < MOST_RESTARTS:
        return Page(records=records, cursor=_encoded(Walk(restarts=at.restarts + 1)), more=True)
    if not has_more(found, at.page):
        return Page(records=records, cursor="")
    return Page(records=records, cursor=_encoded(Walk(at.page + 1, found.total, at.restarts)), more=True)


def walk_changes(client: Client, plural: str, query: Query, at: Since, wrap: Wrap) -> Page:
    """What changed since the cursor, oldest change first.

    Each call asks from the last change on that it knows, always for the first page: a row that changes meanwhile moves
    to the end and pushes no other one over a page's edge. Only where a whole page has one time of change are there
    further pages.
    """
    asked = (*query, ("updated_at_min", at.from_), ("order", "updated_at asc"))
    found = client.page(plural, asked, at.page)
    latest = max((_changed_at(row) for row in found.rows), default="")
    seen = max(at.seen, latest)
    if not has_more(found, at.page):
        return Page(records=wrap(found), cursor=_encoded(Since(seen=seen)))
    stuck = latest <= at.from_
    ahead = Since(seen=seen, from_=at.from_ if stuck else latest, page=at.page + 1 if stuck else 1)
    return Page(records=wrap(found), cursor=_encoded(ahead), more=True)


def opened(cursor: str, since: datetime) -> Since:
    """The place to go on from: inside a walk as it stands, else a little before the latest change that was seen."""
    at = _decoded(cursor, Since)
    if at.from_:
        return at
    start = moment(at.seen) - OVERLAP if at.seen else since
    return Since(seen=at.seen, from_=stamp(start))


def records_of(found: Rows) -> tuple[Raw, ...]:
    return tuple(Raw(key=key_of(row), payload=bytes(row)) for row in found.rows)


def key_of(row: msgspec.Raw) -> str:
    known = convert(row, _Row)
    return text_of(known.id if known.id is not None else known.variant_id)


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _changed_at(row: msgspec.Raw) -> str:
    """In one form, so that times compare as text."""
    value = convert(row, _Row).updated_at or ""
    try:
        return stamp(moment(value))
    except ValueError as error:
        raise UnexpectedResponseError(f"TradeGecko's row has no time of change: {value!r}") from error


def _decoded(cursor: str, kind: type[Place]) -> Place:
    return msgspec.json.decode(cursor, type=kind) if cursor else kind()


def _encoded(cursor: Struct) -> str:
    return msgspec.json.encode(cursor).decode()
