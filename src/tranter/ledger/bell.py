"""A wake-up: whoever rings a flow is heard at once, on PostgreSQL by every process, on SQLite within this one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

CHANNEL = "tranter_due"
LISTEN_SECONDS = 2.0


def ring_out() -> None:
    """Heard when the transaction commits; within one, many are heard as one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")
    else:
        transaction.on_commit(_ring_here)


def listen(heard: Callable[[], None], goes_on: Callable[[], bool]) -> None:
    """On a thread of its own. Returns when it is asked to; raises `StorageTrouble` when the line is cut."""
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")
    heard()
    while goes_on():
        for _ in connection.connection.notifies(timeout=LISTEN_SECONDS, stop_after=1):
            heard()


@contextmanager
def listening_here(heard: Callable[[], None]) -> Iterator[None]:
    """On SQLite. `heard` is called by whichever thread rings: it only says that there is something."""
    _HERE.append(heard)
    try:
        yield
    finally:
        _HERE.remove(heard)


_HERE: list[Callable[[], None]] = []
"""Of this process: of whichever ledger, for who looks in vain loses nothing."""


def _ring_here() -> None:
    for heard in tuple(_HERE):
        heard()
