"""A wake-up that crosses processes: on PostgreSQL whoever rings a flow is heard by everybody who listens, at once."""

from collections.abc import Callable

from django.db import connection

CHANNEL = "tranter_due"
LISTEN_SECONDS = 2.0


def ring_out() -> None:
    """Heard when the transaction commits; within one, many are heard as one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")


def listen(heard: Callable[[], None], goes_on: Callable[[], bool]) -> None:
    """On a thread of its own. Returns when it is asked to; raises `StorageTrouble` when the line is cut."""
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")
    heard()
    while goes_on():
        for _ in connection.connection.notifies(timeout=LISTEN_SECONDS, stop_after=1):
            heard()
