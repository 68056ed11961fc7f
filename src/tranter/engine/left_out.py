"""Which lines of an order are not sent: left out by a filter, or by whatever was planned."""

from tranter.engine.naming import filters_of
from tranter.ledger import orders, status
from tranter.ledger.book import Book
from tranter.routing.decision import FILTERED
from tranter.routing.filters import of_cart, sift


def lines_left_out(book: Book, order_id: int, cart: str) -> frozenset[str]:
    """By what the warehouses were asked for; before that, by what the filters say now."""
    item, facts = orders.to_decide(book, order_id), status.recorded([order_id])[order_id]
    if facts.ordered:
        return frozenset(
            line.line_id for line in item.order.lines if line.quantity > 0 and line.line_id not in facts.ordered
        )
    if FILTERED in item.released:
        return frozenset()
    return frozenset(line.line_id for line in sift(item.order, of_cart(filters_of(book), cart)).left_out)
