"""Figures for whoever watches the hub from outside: numbers and short names, nothing about anybody."""

from datetime import datetime

import msgspec
from django.db.models import Count, Min, Q

from tranter.ledger import intents
from tranter.ledger.models import Flow, Intent, TradeException
from tranter.ledger.schedule import in_service


class FlowGauge(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of flow of one merchant, over all its connections. `stale_seconds`: of the stalest,

    since when it should have run again; what is looked at seldom is not stale before.
    """

    merchant: str
    flow: str
    count: int
    failing: int
    running: int
    stale_seconds: float | None


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """Pushes that wait. `late_seconds`: how long the oldest has been due."""

    merchant: str
    verb: str
    count: int
    unknown: int
    late_seconds: float


class Waiting(msgspec.Struct, frozen=True):
    """Exceptions that wait for a person."""

    merchant: str
    kind: str
    count: int


def flows(now: datetime) -> list[FlowGauge]:
    found = (
        in_service(Flow.objects.all())
        .values("connection__merchant__slug", "name")
        .annotate(
            all=Count("pk"),
            failing=Count("pk", filter=Q(failures__gt=0)),
            running=Count("pk", filter=Q(lease_until__gt=now)),
            fresh_until=Min("fresh_until", filter=Q(every_seconds__gt=0)),
        )
    )
    return [
        FlowGauge(
            merchant=row["connection__merchant__slug"],
            flow=row["name"],
            count=row["all"],
            failing=row["failing"],
            running=row["running"],
            stale_seconds=_seconds_since(row["fresh_until"], now),
        )
        for row in found.order_by("connection__merchant__slug", "name")
    ]


def _seconds_since(at: datetime | None, now: datetime) -> float | None:
    return max((now - at).total_seconds(), 0.0) if at is not None else None


def backlog(now: datetime) -> list[Backlog]:
    found = (
        intents.open_only(Intent.objects.filter(state__in=intents.OPEN))
        .values("merchant__slug", "verb")
        .annotate(all=Count("pk"), unknown=Count("pk", filter=Q(state="unknown")), oldest=Min("due_at"))
    )
    return [
        Backlog(
            merchant=row["merchant__slug"],
            verb=row["verb"],
            count=row["all"],
            unknown=row["unknown"],
            late_seconds=_seconds_since(row["oldest"], now) or 0.0,
        )
        for row in found.order_by("merchant__slug", "verb")
    ]


def exceptions() -> list[Waiting]:
    found = TradeException.objects.filter(state="open").values("merchant__slug", "kind").annotate(all=Count("pk"))
    listed = found.order_by("merchant__slug", "kind").values_list("merchant__slug", "kind", "all")
    return [Waiting(*row) for row in listed]
