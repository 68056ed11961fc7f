"""Parcels that a client of an API cart fetches itself, and says so."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F

from tranter.ledger import journal, status
from tranter.ledger.book import Book
from tranter.ledger.models import OrderRow, ShipmentRow
from tranter.ledger.writing import writing


def collect(book: Book, order_id: int, tracking: Collection[str] | None, now: datetime) -> set[str]:
    """Its parcels with these numbers, or all of them, are known at the cart. Which numbers none of them has."""
    with writing(book):
        order = OrderRow.objects.select_for_update().get(merchant_id=book.merchant_id, pk=order_id)
        rows = ShipmentRow.objects.filter(order=order, state="shipped")
        here = set(rows.values_list("tracking_number", flat=True))
        strange = set(tracking or ()) - here
        if strange:
            return strange
        told = rows if tracking is None else rows.filter(tracking_number__in=tracking)
        fresh = told.filter(confirmed_at=None).update(confirmed_at=now, confirmed_tracking=F("tracking_number"))
        if fresh:
            journal.append(book, [journal.Entry(what="tracking_confirmed", subject=order.number)], now)
            status.refresh(book, [order.pk], now)
    return set()
