"""Orders that wait for a time."""

from datetime import datetime

from tranter.ledger.book import Book
from tranter.ledger.models import OrderRow
from tranter.ledger.writing import change


def decide_due(book: Book, connection_id: int, now: datetime) -> int:
    """Orders that waited until now."""
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, connection_id=connection_id, waits_until__lte=now)
    return change(book, rows, undecided=True, waits_until=None)


def next_at(book: Book, connection_id: int) -> datetime | None:
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, connection_id=connection_id, waits_until__isnull=False)
    return rows.order_by("waits_until").values_list("waits_until", flat=True).first()
