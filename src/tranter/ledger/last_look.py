"""The last look before an order leaves: how old is what we know of it, and is it wanted still?"""

from collections.abc import Sequence
from datetime import datetime

from tranter.ledger.book import Book
from tranter.ledger.models import OrderRow
from tranter.ledger.questions import Question, each, given

STALE = Question(
    lambda: OrderRow.objects.filter(
        merchant_id=given("merchant"), pk__in=each("orders"), seen_at__lt=given("older_than"), is_test=False
    ).values_list("pk", "connection_id", "remote_id"),
    tuple[int, int, str],
)
UNWANTED = Question(
    lambda: (
        OrderRow.objects.filter(merchant_id=given("merchant"), pk__in=each("orders"))
        .exclude(undecided=False, cart_state="open", erased_at=None)
        .values_list("pk")
    ),
    int,
)


def stale_before_sending(book: Book, order_ids: Sequence[int], older_than: datetime) -> list[tuple[int, int, str]]:
    """(order id, cart connection id, remote id) of orders whose last look at the cart is older than that."""
    return STALE.ask(merchant=book.merchant_id, orders=order_ids, older_than=older_than)


def no_longer_wanted(book: Book, order_ids: Sequence[int]) -> set[int]:
    """Orders that the cart changed since they were decided: nothing of them is sent before routing saw it."""
    return set(UNWANTED.ask(merchant=book.merchant_id, orders=order_ids))
