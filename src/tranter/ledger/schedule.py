"""When each flow runs, and who runs it: due times, leases, fencing, and wake-ups that are never lost."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
from django.db import transaction
from django.db.models import Case, DateTimeField, F, Min, Model, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from tranter.ledger import flow_sql
from tranter.ledger.bell import ring_out
from tranter.ledger.models import Connection, Flow, HookEvent, RunRow
from tranter.ledger.questions import Change, Question, each, given
from tranter.ledger.writing import in_turn

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
    started_at: datetime | None = None


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
    return [Startable(*row) for row in flow_sql.startable(now, busy, limit)]


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
    taken = flow_sql.take(flow_id, owner, until, now)
    if taken is None:
        return None
    return Lease(flow_id=flow_id, until=until, owner=owner, started_at=now, **taken)


def is_leased(flow_id: int, now: datetime) -> bool:
    """Somebody runs it now."""
    return Flow.objects.filter(pk=flow_id, lease_until__gt=now).exists()


def are_leased(connection_id: int, names: Iterable[str], now: datetime) -> bool:
    """One of them runs now."""
    return bool(LEASED.ask(connection=connection_id, names=names, now=now))


LEASED = Question(
    lambda: Flow.objects.filter(
        connection_id=given("connection"), name__in=each("names", str), lease_until__gt=given("now")
    ).values_list("pk"),
    int,
)


def check(held: Lease) -> None:
    """Inside the transaction of every settle."""
    if not HELD.ask(flow=held.flow_id, fence=held.fence, owner=held.owner):
        raise LeaseLost(f"the lease of {held.name} was taken over")


HELD = Question(
    lambda: (
        Flow.objects.select_for_update(no_key=True)
        .filter(pk=given("flow"), fence=given("fence"), lease_owner=given("owner"))
        .values_list("pk")
    ),
    int,
)


def renew(held: Lease, seconds: float, now: datetime) -> Lease:
    until = now + timedelta(seconds=seconds)
    rows = Flow.objects.filter(pk=held.flow_id, fence=held.fence, lease_owner=held.owner)
    with in_turn():
        if not rows.update(lease_until=until):
            raise LeaseLost(f"the lease of {held.name} was taken over")
    return msgspec.structs.replace(held, until=until)


def move_cursor(held: Lease, cursor: str) -> None:
    if not flow_sql.move({"flow": held.flow_id, "fence": held.fence, "owner": held.owner, "cursor": cursor}):
        raise LeaseLost(f"the lease of {held.name} was taken over")


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How a run ended. `again_at` overrides the schedule: there is more to do, or the vendor said when.

    `counts`: word → how many; a run that did nothing is not kept. `wait_seconds` goes before the flow's own.
    `cursor`: where the next run goes on, when it was not written down with records.
    """

    ok: bool
    trouble: str = ""
    again_at: datetime | None = None
    counts: Mapping[str, int] = {}
    wait_seconds: int | None = None
    cursor: str | None = None


def end(held: Lease, ending: Ending, now: datetime) -> None:
    """Gives the lease back and sets the next time: at once when it was rung meanwhile."""
    regular = _regular_time(held, ending, now)
    given: dict[str, flow_sql.Value] = {
        "flow": held.flow_id,
        "fence": held.fence,
        "owner": held.owner,
        "now": now,
        "ok": ending.ok,
        "trouble": ending.trouble[:1000],
        "found": bool(ending.counts),
        "fresh_until": regular,
        "due_at": _next_time(ending, regular),
        "cursor": ending.cursor,
    }
    if not ending.counts and ending.ok:
        flow_sql.end(given)
        return
    with in_turn(), transaction.atomic():
        if not flow_sql.end(given):
            return
        RunRow.objects.create(
            flow_id=held.flow_id,
            started_at=held.started_at or now,
            ended_at=now,
            ok=ending.ok,
            counts=dict(ending.counts),
            trouble=ending.trouble[:1000],
        )


def _regular_time(held: Lease, ending: Ending, now: datetime) -> datetime:
    if not held.every_seconds:
        return now + timedelta(days=36500)
    return now + timedelta(seconds=ending.wait_seconds or held.every_seconds)


def _next_time(ending: Ending, regular: datetime) -> datetime:
    if ending.again_at is None:
        return regular
    return min(regular, ending.again_at) if ending.ok else ending.again_at


def ring(connection_id: int, names: Iterable[str], at: datetime) -> None:
    """Wakes flows at `at` at the latest. One that runs now runs once more after it.

    Every row is written, even where nothing changes: so a run that ends or begins at this moment waits until what it is
    woken for has been committed.
    """
    RUNG.make(connection=connection_id, names=names, at=at)
    ring_out()


RUNG = Change(
    lambda: Flow.objects.filter(connection_id=given("connection"), name__in=each("names", str)),
    due_at=Case(When(due_at__gt=given("at"), then=given("at", DateTimeField())), default=F("due_at")),
    rung=Case(When(lease_until__isnull=False, then=Value(True)), default=F("rung")),
)


def ring_for(connection_id: int, verb: str, at: datetime) -> None:
    """Inside the transaction that writes an intent down: whoever sees the intent also sees that its flow is due."""
    ring(connection_id, [FLOW_OF[verb]], at)


def release_owner(owner: str, now: datetime) -> int:
    """Frees the leases of an owner that is known to be dead; its flows are due at once."""
    rows = Flow.objects.filter(lease_owner=owner, lease_until__isnull=False)
    return rows.update(lease_until=None, lease_owner="", due_at=now)


def owners() -> list[str]:
    held = Flow.objects.filter(lease_until__isnull=False)
    return list(held.values_list("lease_owner", flat=True).distinct())


def set_every(connection_id: int, name: str, seconds: int, now: datetime, *, by_hand: bool = True) -> bool:
    rows = Flow.objects.filter(connection_id=connection_id, name=name)
    rung = Case(When(lease_until__isnull=False, then=Value(True)), default=F("rung"))
    return bool(rows.update(every_seconds=seconds, by_hand=by_hand, due_at=now, rung=rung))


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
