"""How many calls an account has left in this slot of time, for all processes that work at a ledger on PostgreSQL."""

from datetime import datetime

from django.db import connection
from django.db.models import F, Q

from tranter.ledger.models import AccountCalls

DRAW = """
    INSERT INTO ledger_accountcalls AS held (account, slot, taken, granted)
    VALUES (%(account)s, %(slot)s, %(wanted)s, %(wanted)s)
    ON CONFLICT (account) DO UPDATE SET
        slot = CASE WHEN held.slot = EXCLUDED.slot + 1 THEN held.slot ELSE EXCLUDED.slot END,
        taken = CASE
            WHEN held.slot = EXCLUDED.slot + 1 THEN held.taken
            WHEN held.slot = EXCLUDED.slot
                THEN GREATEST(held.taken, LEAST(GREATEST(held.taken, %(gone)s) + EXCLUDED.taken, %(calls)s))
            ELSE EXCLUDED.taken END,
        granted = CASE
            WHEN held.slot = EXCLUDED.slot + 1 THEN 0
            WHEN held.slot = EXCLUDED.slot
                THEN GREATEST(LEAST(EXCLUDED.granted, %(calls)s - GREATEST(held.taken, %(gone)s)), 0)
            ELSE EXCLUDED.granted END
    RETURNING granted, taken, closed_until
"""
"""One statement, so that nobody waits for another's transaction.

A process whose clock is a little behind the others' is given nothing before its slot is theirs."""


def draw(account: str, slot: int, calls: int, wanted: int, gone: int) -> tuple[int, int, datetime | None]:
    """Up to `wanted` of what is left of `calls`; how many are left then; until when none may be used.

    `gone`: so many are used up at least, as the vendor counts.
    """
    asked: dict[str, int | str] = {"account": account, "slot": slot, "calls": calls, "wanted": wanted, "gone": gone}
    with connection.cursor() as cursor:
        cursor.execute(DRAW, asked)
        granted, taken, closed_until = cursor.fetchone()
    return granted, max(calls - taken, 0), closed_until


def give_back(account: str, slot: int, calls: int) -> None:
    """Unused ones; those of a slot that is over have lapsed."""
    AccountCalls.objects.filter(account=account, slot=slot, taken__gte=calls).update(taken=F("taken") - calls)


def close(account: str, until: datetime) -> None:
    rows = AccountCalls.objects.filter(account=account)
    rows.filter(Q(closed_until=None) | Q(closed_until__lt=until)).update(closed_until=until)


def left(account: str, slot: int, calls: int) -> int:
    taken = AccountCalls.objects.filter(account=account, slot=slot).values_list("taken", flat=True).first()
    return max(calls - (taken or 0), 0)
