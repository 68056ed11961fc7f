"""The jobs that wake workers, as far as their table has to be looked at. Only on PostgreSQL."""

from django.db import connection

TABLE = "procrastinate_jobs"
LEFT_AFTER_SECONDS = 300


def waiting(queue: str) -> set[int]:
    """The flows for which a worker is asked for already."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (args->>'flow_id')::bigint FROM {TABLE} WHERE status = 'todo' AND queue_name = %s",  # noqa: S608
            [queue],
        )
        return {int(row[0]) for row in cursor.fetchall()}


def forget_left(queue: str) -> int:
    """Those of workers that died: their flows have been free for long, and are asked for anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {TABLE} WHERE queue_name = %s AND status <> 'todo' AND NOT EXISTS ("  # noqa: S608
            "SELECT 1 FROM procrastinate_workers "
            "WHERE id = worker_id AND last_heartbeat > now() - make_interval(secs => %s))",
            [queue, LEFT_AFTER_SECONDS],
        )
        return int(cursor.rowcount)
