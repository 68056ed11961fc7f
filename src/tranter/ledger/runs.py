"""Runs of flows that did something or failed."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from tranter.ledger.book import Book
from tranter.ledger.models import RunRow

KEPT = timedelta(days=30)


class RunLine(msgspec.Struct, frozen=True, kw_only=True):
    """`counts`: word → how many."""

    flow: str
    started_at: datetime
    ended_at: datetime
    ok: bool
    counts: Mapping[str, int]
    trouble: str

    @property
    def seconds(self) -> float:
        return (self.ended_at - self.started_at).total_seconds()


def newest(book: Book, connection_id: int, limit: int = 50) -> list[RunLine]:
    """The last ones of one connection."""
    rows = RunRow.objects.filter(flow__connection_id=connection_id, flow__connection__merchant_id=book.merchant_id)
    return [
        RunLine(
            flow=row.flow.name,
            started_at=row.started_at,
            ended_at=row.ended_at,
            ok=row.ok,
            counts=row.counts,
            trouble=row.trouble,
        )
        for row in rows.select_related("flow").order_by("-started_at", "-pk")[:limit]
    ]


def forget_old(now: datetime) -> int:
    return RunRow.objects.filter(ended_at__lt=now - KEPT).delete()[0]
