"""What this process is doing right now: which flows run, since when, and how far they are."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from msgspec import Struct

from tranter.ledger.schedule import Lease


class AtWork(Struct, frozen=True, kw_only=True):
    """`counts`: word → how many until now."""

    flow: str
    since: datetime
    counts: Mapping[str, int]


class Progress:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[int, tuple[Lease, datetime, Callable[[], dict[str, int]]]] = {}

    @contextmanager
    def shown(self, held: Lease, counts: Callable[[], dict[str, int]], since: datetime) -> Iterator[None]:
        with self._lock:
            self._runs[held.flow_id] = (held, since, counts)
        try:
            yield
        finally:
            with self._lock:
                self._runs.pop(held.flow_id, None)

    def of(self, connection_id: int) -> list[AtWork]:
        with self._lock:
            running = list(self._runs.values())
        return [
            AtWork(flow=held.name, since=since, counts=counts())
            for held, since, counts in running
            if held.connection_id == connection_id
        ]
