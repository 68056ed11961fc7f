"""When each flow runs, and who runs it: due times, leases, fencing, and wake-ups that are never lost."""

import sys
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
from django.db import transaction
from django.db.models import Case, F, Min, Model, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber

from tranter.ledger.bell import ring_out
from tranter.ledger.models import Connection, Flow, HookEvent, RunRow

LIVE = "live"
Row = TypeVar("Row", bound=Model)
FLOW_OF = {"push_fulfillment": "deliveries", "push_shipment": "tracking", "push_cancellation": "stops"}
"""Verb → the flow that carries its intents out."""


def in_service(rows: "QuerySet[Row]") -> "QuerySet[Row]":
    """Rows of connections that run. A share of a lent one runs while both it and the lender do."""
    return rows.filter(Q(connection__loan=None) | Q(connection__loan__lender__state=LIVE), connection__state=LIVE)


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """The right to run one flow until `until`. `fence` is checked by every settle.

    `by_hand`: a person set `every_seconds`. `quiet_since`: when a run last found something.
    """

    flow_id: int
    connection_id: int
    name: str
    fence: int
    until: datetime
    cursor: str
    owner: str
    failures: int = 0
    every_seconds: int = 0
    by_hand: bool = False
    quiet_since: datetime | None = None


class FlowLine(msgspec.Struct, frozen=True, kw_only=True):
    connection: str
    name: str
    every_seconds: int
    due_at: datetime
    running: bool
    last_ok_at: datetime | None
    failures: int
    trouble: str
    failing_since: datetime | None = None
    id: int = 0
    by_hand: bool = False


class LeaseLost(Exception):
    """Another run has this flow now: nothing of this one may be written any more."""


class Scope(msgspec.Struct, frozen=True):
    """Whose flows: every merchant's, one merchant's with those of what is lent to it, one connection's."""

    merchant_id: int | None = None
    connection_id: int | None = None


EVERYBODY = Scope()


def due(now: datetime, limit: int = 100, scope: Scope = EVERYBODY) -> list[int]:
    """Flow ids that may start now, the longest due first. Flows under somebody's lease are not among them."""
    rows = in_service(Flow.objects.filter(Q(lease_until=None) | Q(lease_until__lte=now), due_at__lte=now))
    if scope.merchant_id is not None:
        mine = Connection.objects.filter(merchant_id=scope.merchant_id)
        rows = rows.filter(Q(connection__in=mine) | Q(connection__in=mine.values("loan__lender")))
    if scope.connection_id is not None:
        rows = rows.filter(connection_id=scope.connection_id)
    return list(rows.order_by("due_at", "pk").values_list("pk", flat=True)[:limit])


class Startable(msgspec.Struct, frozen=True):
    """`connection_id`: of the one that the calls go through. `turn` counts the due flows of each merchant."""

    flow_id: int
    connection_id: int
    turn: int


def startable(now: datetime, busy: Iterable[int], limit: int = 200) -> list[Startable]:
    """What may start now, without the connections that have enough to do. Merchants take turns, however much one has.

    A share of a lent connection counts as the connection itself.
    """
    rows = in_service(Flow.objects.filter(Q(lease_until=None) | Q(lease_until__lte=now), due_at__lte=now))
    rows = rows.annotate(source=Coalesce("connection__loan__lender_id", "connection_id")).exclude(source__in=list(busy))
    turn = Window(RowNumber(), partition_by=[F("connection__merchant_id")], order_by=["due_at", "pk"])
    found = rows.annotate(turn=turn).order_by("turn", "due_at", "pk").values_list("pk", "source", "turn")
    return [Startable(*row) for row in found[:limit]]


def leased(now: datetime) -> list[int]:
    """The connection of each run, whichever process it is in."""
    rows = Flow.objects.filter(lease_until__gt=now)
    return list(rows.values_list(Coalesce("connection__loan__lender_id", "connection_id"), flat=True))


def next_due_at() -> datetime | None:
    """When the next flow of any live connection wants to run; a leased one counts from the lease's end."""
    rows = in_service(Flow.objects.all())
    free = rows.filter(lease_until=None).aggregate(at=Min("due_at"))["at"]
    held = rows.exclude(lease_until=None).aggregate(at=Min("lease_until"))["at"]
    times = [at for at in (free, held) if at is not None]
    return min(times) if times else None


def lease(flow_id: int, owner: str, seconds: float, now: datetime) -> Lease | None:
    """Takes the flow if nobody has it. The wake-ups until now are answered by this run."""
    until = now + timedelta(seconds=seconds)
    with transaction.atomic():
        free = Flow.objects.filter(Q(lease_until=None) | Q(lease_until__lte=now), pk=flow_id)
        taken = in_service(free).update(
            fence=F("fence") + 1,
            lease_owner=owner,
            lease_until=until,
            rung=False,
            last_started_at=now,
        )
        if not taken:
            return None
        row = Flow.objects.get(pk=flow_id)
    return Lease(
        flow_id=row.pk,
        connection_id=row.connection_id,
        name=row.name,
        fence=row.fence,
        until=until,
        cursor=row.cursor,
        owner=owner,
        failures=row.failures,
        every_seconds=row.every_seconds,
        by_hand=row.by_hand,
        quiet_since=row.quiet_since,
    )


def is_leased(flow_id: int, now: datetime) -> bool:
    """Somebody runs it now."""
    return Flow.objects.filter(pk=flow_id, lease_until__gt=now).exists()


def check(held: Lease) -> None:
    """Inside the transaction of every settle."""
    rows = Flow.objects.select_for_update(no_key=True)
    if not rows.filter(pk=held.flow_id, fence=held.fence, lease_owner=held.owner).exists():
        raise LeaseLost(f"the lease of {held.name} was taken over")


def renew(held: Lease, seconds: float, now: datetime) -> Lease:
    until = now + timedelta(seconds=seconds)
    rows = Flow.objects.filter(pk=held.flow_id, fence=held.fence, lease_owner=held.owner)
    if not rows.update(lease_until=until):
        raise LeaseLost(f"the lease of {held.name} was taken over")
    return msgspec.structs.replace(held, until=until)


def move_cursor(held: Lease, cursor: str) -> None:
    check(held)
    Flow.objects.filter(pk=held.flow_id).update(cursor=cursor)


def keep_cursor(held: Lease, cursor: str) -> None:
    """For walks whose records were written before: at worst a page is read twice."""
    with transaction.atomic():
        move_cursor(held, cursor)


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How a run ended. `again_at` overrides the schedule: there is more to do, or the vendor said when.

    `counts`: word → how many; a run that did nothing is not kept. `wait_seconds` goes before the flow's own.
    """

    ok: bool
    trouble: str = ""
    again_at: datetime | None = None
    counts: Mapping[str, int] = {}
    wait_seconds: int | None = None


def end(held: Lease, ending: Ending, now: datetime) -> None:
    """Gives the lease back and sets the next time: at once when it was rung meanwhile."""
    with transaction.atomic():
        row = Flow.objects.select_for_update(no_key=True).get(pk=held.flow_id)
        if row.fence != held.fence or row.lease_owner != held.owner:
            return
        row.lease_until, row.lease_owner = None, ""
        row.last_ended_at = now
        regular = _regular_time(row, ending, now)
        row.trouble = ending.trouble[:1000]
        if ending.ok:
            row.failures, row.failing_since, row.last_ok_at, row.fresh_until = 0, None, now, regular
            if ending.counts or row.quiet_since is None:
                row.quiet_since = now
        else:
            row.failures += 1
            row.failing_since = row.failing_since or now
        row.due_at = _next_time(row, ending, regular, now)
        row.rung = False
        row.save()
        if ending.counts or not ending.ok:
            RunRow.objects.create(
                flow=row,
                started_at=row.last_started_at or now,
                ended_at=now,
                ok=ending.ok,
                counts=dict(ending.counts),
                trouble=row.trouble,
            )


def _regular_time(row: Flow, ending: Ending, now: datetime) -> datetime:
    wait_seconds = min(ending.wait_seconds or row.every_seconds, row.every_seconds if row.by_hand else sys.maxsize)
    return now + (timedelta(seconds=wait_seconds) if row.every_seconds else timedelta(days=36500))


def _next_time(row: Flow, ending: Ending, regular: datetime, now: datetime) -> datetime:
    if not ending.ok:
        return ending.again_at or regular
    if row.rung:
        return now
    return min(regular, ending.again_at) if ending.again_at is not None else regular


def ring(connection_id: int, names: Iterable[str], at: datetime) -> None:
    """Wakes flows at `at` at the latest. One that runs now runs once more after it.

    Every row is written, even where nothing changes: so a run that ends or begins at this moment waits until what it is
    woken for has been committed.
    """
    Flow.objects.filter(connection_id=connection_id, name__in=list(names)).update(
        due_at=Case(When(due_at__gt=at, then=Value(at)), default=F("due_at")),
        rung=Case(When(lease_until__isnull=False, then=Value(True)), default=F("rung")),
    )
    ring_out()


def ring_for(connection_id: int, verb: str, at: datetime) -> None:
    """Inside the transaction that writes an intent down: whoever sees the intent also sees that its flow is due."""
    ring(connection_id, [FLOW_OF[verb]], at)


def release_owner(owner: str, now: datetime) -> int:
    """Frees the leases of an owner that is known to be dead; its flows are due at once."""
    rows = Flow.objects.filter(lease_owner=owner)
    return rows.update(lease_until=None, lease_owner="", due_at=now)


def owners() -> list[str]:
    return list(Flow.objects.exclude(lease_owner="").values_list("lease_owner", flat=True).distinct())


def set_every(connection_id: int, name: str, seconds: int, now: datetime, *, by_hand: bool = True) -> bool:
    rows = Flow.objects.filter(connection_id=connection_id, name=name)
    return bool(rows.update(every_seconds=seconds, by_hand=by_hand, due_at=now))


def flows_of(merchant_id: int) -> list[FlowLine]:
    rows = Flow.objects.filter(connection__merchant_id=merchant_id).exclude(connection__state="removed")
    return [
        FlowLine(
            connection=row.connection.name,
            name=row.name,
            every_seconds=row.every_seconds,
            due_at=row.due_at,
            running=row.lease_until is not None,
            last_ok_at=row.last_ok_at,
            failures=row.failures,
            trouble=row.trouble,
            failing_since=row.failing_since,
            id=row.pk,
            by_hand=row.by_hand,
        )
        for row in rows.select_related("connection").order_by("connection__pk", "name")
    ]


def flow_id(connection_id: int, name: str) -> int | None:
    return Flow.objects.filter(connection_id=connection_id, name=name).values_list("pk", flat=True).first()


def first_time(connection_id: int, event_id: str, now: datetime) -> bool:
    """False for a webhook that was here before."""
    _, created = HookEvent.objects.get_or_create(
        connection_id=connection_id, event_id=event_id[:200], defaults={"at": now}
    )
    return created
