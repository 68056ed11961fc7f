"""A moment's view of a merchant's orders, for screens: counts and the newest ones, without personal data."""

from collections import Counter
from datetime import datetime

from django.db.models import Count
from msgspec import Struct

from tranter.ledger.book import Book
from tranter.ledger.models import OrderLineRow, OrderRow


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
