"""Orders that a filter left out, for when it is taken away."""

from datetime import datetime

from tranter.ledger.book import Book
from tranter.ledger.models import OrderRow


def skipped(book: Book, why: str, connection: str, since: datetime) -> list[int]:
    """Ids of skipped orders whose reason begins so, ordered since then. `connection` empty: at every cart."""
    rows = OrderRow.objects.filter(
        merchant_id=book.merchant_id,
        status="skipped",
        ordered_at__gte=since,
        reason__startswith=why,
        erased_at=None,
    )
    if connection:
        rows = rows.filter(connection__name=connection)
    return list(rows.order_by("ordered_at", "pk").values_list("pk", flat=True))
