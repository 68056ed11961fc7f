"""Figures for whoever watches the hub from outside: numbers and short names, nothing about anybody."""

from datetime import datetime

import msgspec
from django.db.models import Count, Min, Q

from tranter.ledger.models import Flow, Intent, TradeException
from tranter.ledger.schedule import in_service

OPEN_INTENTS = ("ready", "claimed", "unknown")


class FlowGauge(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of flow of one merchant, over all its connections. `stale_seconds`: of the stalest."""

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
            oldest=Min("last_ok_at", filter=Q(every_seconds__gt=0)),
        )
    )
    return [
        FlowGauge(
            merchant=row["connection__merchant__slug"],
            flow=row["name"],
            count=row["all"],
            failing=row["failing"],
            running=row["running"],
            stale_seconds=(now - row["oldest"]).total_seconds() if row["oldest"] is not None else None,
        )
        for row in found.order_by("connection__merchant__slug", "name")
    ]


def backlog(now: datetime) -> list[Backlog]:
    found = (
        Intent.objects.filter(state__in=OPEN_INTENTS)
        .values("merchant__slug", "verb")
        .annotate(all=Count("pk"), unknown=Count("pk", filter=Q(state="unknown")), oldest=Min("due_at"))
    )
    return [
        Backlog(
            merchant=row["merchant__slug"],
            verb=row["verb"],
            count=row["all"],
            unknown=row["unknown"],
            late_seconds=max((now - row["oldest"]).total_seconds(), 0.0),
        )
        for row in found.order_by("merchant__slug", "verb")
    ]


def exceptions() -> list[Waiting]:
    found = TradeException.objects.filter(state="open").values("merchant__slug", "kind").annotate(all=Count("pk"))
    listed = found.order_by("merchant__slug", "kind").values_list("merchant__slug", "kind", "all")
    return [Waiting(*row) for row in listed]
