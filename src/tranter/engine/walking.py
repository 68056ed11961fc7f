"""Walking a whole list at a remote: page after page, resumed where it stopped, one bad record stopping nobody."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from tranter.engine.run import Run
from tranter.ledger import exceptions, schedule
from tranter.model import Unreadable
from tranter.sdk.verbs import Page, Raw

TOO_OLD = timedelta(hours=6)

Value = TypeVar("Value")


class _Place(msgspec.Struct):
    """Where a walk stands. What was not seen since `started_at` is no longer in the list when it ends."""

    started_at: datetime
    cursor: str


def walk(run: Run, pull: Callable[[str], Page], take: Callable[[Sequence[Raw], datetime], None]) -> datetime:
    """When the walk began, once the whole list was read. `take` gets each page with the time its reading began.

    A walk that an error ended goes on from its last page; one older than six hours begins anew.
    """
    place = _opened(run)
    while True:
        run.renew()
        read_at = run.now()
        page = pull(place.cursor)
        take(page.records, read_at)
        if not page.more:
            schedule.move_cursor(run.lease, "")
            return place.started_at
        place = _Place(place.started_at, page.cursor)
        schedule.move_cursor(run.lease, msgspec.json.encode(place).decode())


def _opened(run: Run) -> _Place:
    if run.lease.cursor:
        place = msgspec.json.decode(run.lease.cursor, type=_Place)
        if run.now() - place.started_at < TOO_OLD:
            return place
    return _Place(run.now(), "")


def readable(run: Run, kind: str, records: Sequence[Raw], read: Callable[[bytes], Value]) -> list[Value]:
    """What could be read; the others wait as exceptions until they can be."""
    good: list[Value] = []
    read_keys: list[str] = []
    troubles: list[exceptions.Trouble] = []
    for raw in records:
        try:
            good.append(read(raw.payload))
            read_keys.append(f"{kind} {raw.key}")
        except Unreadable as error:
            troubles.append(
                exceptions.Trouble(
                    kind="unreadable",
                    subject=f"{kind} {raw.key}",
                    cause=error.cause,
                    remedy=error.remedy or "correct it at the other system; it is read again with the next list",
                    connection_id=run.info.id,
                )
            )
    exceptions.resolve_subjects(run.book, "unreadable", read_keys, run.now())
    exceptions.raise_exceptions(run.book, troubles, run.now())
    return good
