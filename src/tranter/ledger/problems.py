"""Problems: open exceptions that have one cause, taken together."""

import msgspec
from django.db.models import QuerySet

from tranter.ledger.book import Book
from tranter.ledger.models import TradeException


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """What exceptions have in common. `value` None: whatever it is; `connection_id` None: wherever."""

    kind: str
    value: str | None = None
    connection_id: int | None = None


def order_ids(book: Book, cause: Cause, state: str = "open") -> list[int]:
    """The orders that wait for it, the longest waiting first."""
    rows = _rows(book, cause, state).filter(order_id__isnull=False).order_by("opened_at", "pk")
    return list(dict.fromkeys(order_id for order_id in rows.values_list("order_id", flat=True) if order_id))


def _rows(book: Book, cause: Cause, state: str) -> "QuerySet[TradeException]":
    rows = TradeException.objects.filter(merchant_id=book.merchant_id, state=state, kind=cause.kind)
    if cause.value is not None:
        rows = rows.filter(value=cause.value)
    if cause.connection_id is not None:
        rows = rows.filter(connection_id=cause.connection_id)
    return rows
