"""A moment's view of a merchant's orders, for screens: counts and the newest ones, without personal data."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count
from msgspec import Struct

from tranter.ledger.book import Book
from tranter.ledger.models import Connection, Flow, OrderLineRow, OrderRow


class OrderGlance(Struct, frozen=True, kw_only=True):
    number: str
    marketplace: str
    lines: int
    status: str
    reason: str
    ordered_at: datetime


def status_counts(book: Book) -> Counter[str]:
    rows = (
        OrderRow.objects.filter(merchant_id=book.merchant_id, is_test=False)
        .values("status")
        .annotate(count=Count("pk"))
    )
    return Counter(dict(rows.values_list("status", "count")))


def newest_orders(book: Book, limit: int) -> list[OrderGlance]:
    rows = list(
        OrderRow.objects.filter(merchant_id=book.merchant_id, is_test=False).order_by("-ordered_at", "-pk")[:limit]
    )
    lines = OrderLineRow.objects.filter(order__in=rows).order_by().values("order_id").annotate(count=Count("pk"))
    counts = dict(lines.values_list("order_id", "count"))
    return [
        OrderGlance(
            number=row.number,
            marketplace=row.marketplace,
            lines=counts.get(row.pk, 0),
            status=row.status,
            reason=row.reason,
            ordered_at=row.ordered_at,
        )
        for row in rows
    ]


class LaneGlance(Struct, frozen=True, kw_only=True):
    """One flow. `every_seconds` 0: it runs when there is something to do."""

    name: str
    every_seconds: int
    last_ok_at: datetime | None
    failures: int
    failing_since: datetime | None
    trouble: str


class ConnectionGlance(Struct, frozen=True, kw_only=True):
    """`lanes` by the flow's name."""

    merchant: str
    merchant_name: str
    name: str
    connector: str
    account: str
    state: str
    reason: str
    since: datetime
    sign_in_ends_at: datetime | None
    lanes: dict[str, LaneGlance]


def connections(books: Sequence[Book]) -> list[ConnectionGlance]:
    """Of these merchants, without those that were removed, by merchant and age."""
    ids = [book.merchant_id for book in books]
    rows = Connection.objects.filter(merchant_id__in=ids).exclude(state="removed").select_related("merchant")
    found = list(rows.order_by("merchant__name", "merchant_id", "pk"))
    lanes: dict[int, dict[str, LaneGlance]] = defaultdict(dict)
    for flow in Flow.objects.filter(connection__in=[row.pk for row in found]).defer("cursor"):
        lanes[flow.connection_id][flow.name] = LaneGlance(
            name=flow.name,
            every_seconds=flow.every_seconds,
            last_ok_at=flow.last_ok_at,
            failures=flow.failures,
            failing_since=flow.failing_since,
            trouble=flow.trouble,
        )
    return [_connection(row, lanes[row.pk]) for row in found]


def _connection(row: Connection, lanes: dict[str, LaneGlance]) -> ConnectionGlance:
    return ConnectionGlance(
        merchant=row.merchant.slug,
        merchant_name=row.merchant.name,
        name=row.name,
        connector=row.connector,
        account=row.account_name or row.account_id,
        state=row.state,
        reason=row.state_reason,
        since=row.state_since,
        sign_in_ends_at=row.sign_in_ends_at,
        lanes=lanes,
    )
