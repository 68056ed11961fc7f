"""Who works at a shared ledger, and who has stopped to. On SQLite a lock on a file tells; over machines a beat does."""

from datetime import datetime, timedelta

from django.db import connection

from tranter.ledger.models import ProcessRow

DEAD_AFTER = timedelta(seconds=30)
FORGOTTEN_AFTER = timedelta(days=1)


def database_time() -> datetime:
    """The one clock that all machines share. On PostgreSQL only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [at] = cursor.fetchone()
    return at  # type: ignore[no-any-return]


def beat(name: str, now: datetime) -> None:
    ProcessRow.objects.update_or_create(name=name, defaults={"beat_at": now})


def leave(name: str) -> None:
    ProcessRow.objects.filter(name=name).delete()


def is_dead(name: str, now: datetime) -> bool:
    return not ProcessRow.objects.filter(name=name, beat_at__gt=now - DEAD_AFTER).exists()


def living(now: datetime) -> list[str]:
    rows = ProcessRow.objects.filter(beat_at__gt=now - DEAD_AFTER)
    return list(rows.order_by("name").values_list("name", flat=True))


def forget_dead(now: datetime) -> int:
    return ProcessRow.objects.filter(beat_at__lt=now - FORGOTTEN_AFTER).delete()[0]
