"""The statements of each run of a flow and of each look of the scheduler, as text.

Where ten thousand carts are polled and nobody buys, the ORM takes longer to build them than the database to answer.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from tranter.ledger.writing import in_turn

Value = str | int | datetime | None

IN_SERVICE = """
    LEFT JOIN ledger_loan AS loan ON loan.connection_id = c.id
    LEFT JOIN ledger_connection AS lender ON lender.id = loan.lender_id
    WHERE c.state = 'live' AND (loan.id IS NULL OR lender.state = 'live')
"""
FREE = "(f.lease_until IS NULL OR f.lease_until <= %(now)s)"

TAKE = f"""
    UPDATE ledger_flow AS f SET
        fence = fence + 1, lease_owner = %(owner)s, lease_until = %(until)s, rung = %(no)s, last_started_at = %(now)s
    WHERE f.id = %(flow)s AND {FREE}
        AND EXISTS (SELECT 1 FROM ledger_connection AS c {IN_SERVICE} AND c.id = f.connection_id)
    RETURNING connection_id, name, fence, cursor, failures, every_seconds, by_hand, quiet_since
"""  # noqa: S608

HELD = "WHERE id = %(flow)s AND fence = %(fence)s AND lease_owner = %(owner)s"

END = f"""
    UPDATE ledger_flow SET
        lease_until = NULL, lease_owner = '', last_ended_at = %(now)s, trouble = %(trouble)s,
        failures = CASE WHEN %(ok)s THEN 0 ELSE failures + 1 END,
        failing_since = CASE WHEN %(ok)s THEN NULL ELSE COALESCE(failing_since, %(now)s) END,
        last_ok_at = CASE WHEN %(ok)s THEN %(now)s ELSE last_ok_at END,
        fresh_until = CASE WHEN %(ok)s THEN %(fresh_until)s ELSE fresh_until END,
        quiet_since = CASE WHEN %(ok)s AND (%(found)s OR quiet_since IS NULL) THEN %(now)s ELSE quiet_since END,
        due_at = CASE WHEN %(ok)s AND rung THEN %(now)s ELSE %(due_at)s END,
        cursor = COALESCE(%(cursor)s, cursor), rung = %(no)s
    {HELD}
"""  # noqa: S608

MOVE = f"UPDATE ledger_flow SET cursor = %(cursor)s {HELD}"  # noqa: S608

STARTABLE = f"""
    SELECT id, source, ROW_NUMBER() OVER (PARTITION BY merchant_id ORDER BY due_at, id) AS turn
    FROM (
        SELECT f.id, f.due_at, c.merchant_id, COALESCE(loan.lender_id, c.id) AS source
        FROM ledger_flow AS f JOIN ledger_connection AS c ON c.id = f.connection_id {IN_SERVICE}
            AND f.due_at <= %(now)s AND {FREE} AND COALESCE(loan.lender_id, c.id) NOT IN (<busy>)
        ORDER BY f.due_at, f.id LIMIT %(most)s
    ) AS due
    ORDER BY turn, due_at, id LIMIT %(limit)s
"""  # noqa: S608
MOST = 2000
"""So many of those that are due are looked at, the longest due first: merchants take turns among them."""


def take(flow_id: int, owner: str, until: datetime, now: datetime) -> dict[str, Any] | None:
    """What a lease holds; None when somebody else has the flow, or its connection does not run."""
    given: dict[str, Value] = {"flow": flow_id, "owner": owner, "until": until, "now": now, "no": False}
    with in_turn(), connection.cursor() as cursor:
        cursor.execute(TAKE, _written(given))
        rows = cursor.fetchall()
        if not rows:
            return None
        found = dict(zip((column[0] for column in cursor.description), rows[0], strict=True))
    return {**found, "by_hand": bool(found["by_hand"]), "quiet_since": _read(found["quiet_since"])}


def end(given: Mapping[str, Value]) -> bool:
    """False when the lease was taken over."""
    return _changed(END, {**given, "no": False})


def move(given: Mapping[str, Value]) -> bool:
    """False when the lease was taken over."""
    return _changed(MOVE, given)


def startable(now: datetime, busy: Iterable[int], limit: int) -> list[tuple[int, int, int]]:
    """Flow, the connection that its calls go through, its turn among its merchant's."""
    numbers = ", ".join(str(int(number)) for number in busy) or "0"
    with connection.cursor() as cursor:
        cursor.execute(STARTABLE.replace("<busy>", numbers), _written({"now": now, "most": MOST, "limit": limit}))
        return list(cursor.fetchall())


def _changed(sql: str, given: Mapping[str, Value]) -> bool:
    with in_turn(), connection.cursor() as cursor:
        cursor.execute(sql, _written(given))
        return bool(cursor.rowcount)


def _written(given: Mapping[str, Value]) -> dict[str, Any]:
    write = connection.ops.adapt_datetimefield_value
    return {name: write(value) if isinstance(value, datetime) else value for name, value in given.items()}


def _read(at: datetime | None) -> datetime | None:
    """SQLite's are in UTC and do not say so."""
    return at if at is None or at.tzinfo is not None else at.replace(tzinfo=UTC)
