"""Where a flow that may start waits for whoever runs it: one of this process's threads."""

import queue
import threading
from collections import Counter
from collections.abc import Callable, Collection
from typing import Protocol

from msgspec import Struct

from tranter.engine.clock import running_seconds
from tranter.ledger.setup import close_connections

PER_CONNECTION = 2
"""A connection that hangs holds no more runs than these."""


class Job(Struct, frozen=True):
    """A wake-up: this flow may start. `turn`: which of its merchant's it is, the first being the longest due."""

    flow_id: int
    connection_id: int
    turn: int = 1


class Crowd(Struct, frozen=True):
    """What waits or runs already: flows, and how many of each connection. `room`: how many more may be handed out."""

    flows: Collection[int]
    connections: "Counter[int]"
    room: int


class Line(Protocol):
    def start(self, work: Callable[[Job], None], done: Callable[[], None]) -> None:
        """`work` does not raise, and gives a flow up that somebody else has. `done` is called after each run."""
        ...

    def crowd(self) -> Crowd: ...
    def put(self, job: Job) -> None: ...
    def alive(self) -> bool: ...

    def stop(self, seconds: float) -> bool:
        """Begins nothing more and waits for what runs, so long. False when some of it still does."""
        ...


class ThreadLine:
    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._running: dict[int, int] = {}
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._stopping = False

    def start(self, work: Callable[[Job], None], done: Callable[[], None]) -> None:
        self._threads = [
            threading.Thread(target=self._go, args=(work, done), name=f"worker-{number}", daemon=True)
            for number in range(self._size)
        ]
        for thread in self._threads:
            thread.start()

    def crowd(self) -> Crowd:
        with self._lock:
            return Crowd(set(self._running), Counter(self._running.values()), self._size - len(self._running))

    def put(self, job: Job) -> None:
        with self._lock:
            self._running[job.flow_id] = job.connection_id
        self._jobs.put(job)

    def alive(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def stop(self, seconds: float) -> bool:
        self._stopping = True
        for _ in self._threads:
            self._jobs.put(None)
        return join_all(self._threads, seconds)

    def _go(self, work: Callable[[Job], None], done: Callable[[], None]) -> None:
        while (job := self._jobs.get()) is not None:
            if not self._stopping:
                work(job)
            with self._lock:
                self._running.pop(job.flow_id, None)
            done()
        close_connections()


def join_all(threads: Collection[threading.Thread], seconds: float) -> bool:
    """Whether all of them have ended within that time."""
    until = running_seconds() + seconds
    for thread in threads:
        thread.join(max(until - running_seconds(), 0.0))
    return not any(thread.is_alive() for thread in threads)
