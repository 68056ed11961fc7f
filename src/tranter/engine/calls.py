"""Which calls were made for what: totals per connection, and those of one attempt."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from msgspec import Struct

from tranter.sdk.call import CallNote

READ_CLOCK_EVERY = timedelta(minutes=1)


class TwoClocks(Struct, frozen=True):
    """Ours and the vendor's, at the same moment but for the way of a reply."""

    ours: datetime
    theirs: datetime

    @property
    def apart(self) -> timedelta:
        return abs(self.ours - self.theirs)


class CallLog:
    """Every call is counted; those made inside `collect` (by the same thread) are also handed to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._local = threading.local()
        self.count = 0
        self.clocks: TwoClocks | None = None
        """Compared once a minute."""

    def note(self, call: CallNote) -> None:
        with self._lock:
            self.count += 1
            if call.date and (self.clocks is None or abs(call.at - self.clocks.ours) >= READ_CLOCK_EVERY):
                self.clocks = _compared(call) or self.clocks
        collected: list[CallNote] | None = getattr(self._local, "calls", None)
        if collected is not None:
            collected.append(call)

    @contextmanager
    def collect(self) -> Iterator[list[CallNote]]:
        calls: list[CallNote] = []
        self._local.calls = calls
        try:
            yield calls
        finally:
            self._local.calls = None


def _compared(call: CallNote) -> TwoClocks | None:
    try:
        theirs = parsedate_to_datetime(call.date)
    except ValueError:
        return None
    return TwoClocks(call.at, theirs if theirs.tzinfo is not None else theirs.replace(tzinfo=UTC))


def as_row(call: CallNote) -> dict[str, str | int | float]:
    row: dict[str, str | int | float] = {
        "at": call.at.isoformat(),
        "method": call.method,
        "path": call.path[:200],
        "status": call.status,
        "seconds": round(call.seconds, 3),
    }
    if call.request_id:
        row["request_id"] = call.request_id
    if call.trouble:
        row["trouble"] = call.trouble
    return row
