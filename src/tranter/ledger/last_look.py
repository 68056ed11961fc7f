"""The last look before an order leaves: how old is what we know of it, and is it wanted still?"""

from collections.abc import Sequence
from datetime import datetime

from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import OrderRow


def stale_before_sending(book: Book, order_ids: Sequence[int], older_than: datetime) -> list[tuple[int, int, str]]:
    """(order id, cart connection id, remote id) of orders whose last look at the cart is older than that."""
    rows = OrderRow.objects.filter(
        merchant_id=book.merchant_id, pk__in=many(order_ids), seen_at__lt=older_than, is_test=False
    )
    return list(rows.values_list("pk", "connection_id", "remote_id"))


def no_longer_wanted(book: Book, order_ids: Sequence[int]) -> set[int]:
    """Orders that the cart changed since they were decided: nothing of them is sent before routing saw it."""
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=many(order_ids))
    return set(rows.exclude(undecided=False, cart_state="open", erased_at=None).values_list("pk", flat=True))
