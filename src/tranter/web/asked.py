"""SIGTERM and SIGINT ask a process to end."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ENDING = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def asked_to_end() -> Iterator[Callable[[], None]]:
    """What waits until somebody asks.

    It waits for a byte and not for a lock: one that comes when the interpreter has looked for signals and does not wait
    yet would never end the wait for a lock.
    """
    heard, told = socket.socketpair()
    told.setblocking(False)
    with heard, told:
        before = signal.set_wakeup_fd(told.fileno())
        try:
            for name in ENDING:
                signal.signal(name, lambda number, frame: None)
            yield lambda: _hear(heard)
        finally:
            signal.set_wakeup_fd(before)


def _hear(heard: socket.socket) -> None:
    while heard.recv(1)[0] not in ENDING:
        continue
