"""SIGTERM and SIGINT ask a process to end."""

import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ENDING = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def asked_to_end() -> Iterator[Callable[..., bool]]:
    """What waits until somebody asks, or for so many `seconds` at most: whether somebody did.

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
            yield lambda seconds=None: _hear(heard, seconds)
        finally:
            signal.set_wakeup_fd(before)


def _hear(heard: socket.socket, seconds: float | None) -> bool:
    heard.settimeout(seconds)
    with contextlib.suppress(TimeoutError):
        while heard.recv(1)[0] not in ENDING:
            continue
        return True
    return False
