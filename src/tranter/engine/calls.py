"""Which calls were made for what: totals per connection, and those of one attempt."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tranter.sdk.call import CallNote


class CallLog:
    """Every call is counted; those made inside `collect` (by the same thread) are also handed to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._local = threading.local()
        self.count = 0

    def note(self, call: CallNote) -> None:
        with self._lock:
            self.count += 1
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
