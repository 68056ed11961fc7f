"""A process at a shared ledger says every few seconds that it lives, and knows when others may have held it for dead.

Its leases are taken over after `DEAD_AFTER` without a beat. So it makes no further call well before that; and one that
was frozen and wakes finds that its pulse has changed: whatever it held before is no longer its own.
"""

import os
import secrets
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import structlog

from tranter.engine.clock import RealClock, ScaledClock, SharedClock, running_seconds
from tranter.engine.owner import Owner
from tranter.ledger import processes
from tranter.ledger.databases import on_postgresql
from tranter.ledger.setup import StorageTrouble, close_connections
from tranter.sdk.ports import Clock

BEAT_SECONDS = 5.0
FAINT_SECONDS = 12.0
"""Without a beat for so long nothing is sent any more."""


class Life(Protocol):
    """Who this process is in leases, who else is dead, and whether it may still trust what it holds.

    `pulse` is None while others may be taking over; another number afterwards.
    """

    name: str

    def is_dead(self, name: str) -> bool: ...
    def pulse(self) -> int | None: ...
    def close(self) -> None: ...


class SharedLife:
    """Beats in the ledger from now on, on a thread of its own. `look` is called with each beat."""

    def __init__(self, clock: Clock, look: Callable[[], None] = lambda: None) -> None:
        self.name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(6)}"
        self._clock, self._look = clock, look
        self._lapses = 0
        self._beat_at = running_seconds()
        self._stopping = threading.Event()
        processes.beat(self.name, clock.now())
        self._thread = threading.Thread(target=self._go_on, name="pulse", daemon=True)
        self._thread.start()

    def is_dead(self, name: str) -> bool:
        return name != self.name and processes.is_dead(name, self._clock.now())

    def pulse(self) -> int | None:
        return self._lapses if running_seconds() - self._beat_at < FAINT_SECONDS else None

    def close(self) -> None:
        self._stopping.set()
        self._thread.join(BEAT_SECONDS)
        processes.leave(self.name)

    def _go_on(self) -> None:
        while not self._stopping.wait(BEAT_SECONDS):
            try:
                self._beat()
            except StorageTrouble as error:
                structlog.get_logger().warning("no beat", trouble=str(error).strip())
                close_connections()
        close_connections()

    def _beat(self) -> None:
        began = running_seconds()
        self._look()
        processes.beat(self.name, self._clock.now())
        if began - self._beat_at >= FAINT_SECONDS:
            self._lapses += 1
        self._beat_at = began


Watch = RealClock | ScaledClock


def clock_of(clock: Watch) -> Watch:
    """A shared ledger's own, unless a rehearsal brought another one."""
    return SharedClock(processes.database_time) if on_postgresql() and type(clock) is RealClock else clock


def begin_life(home: Path, clock: Watch) -> Life:
    if not on_postgresql():
        return Owner(home)
    return SharedLife(clock, clock.look if isinstance(clock, SharedClock) else lambda: None)
