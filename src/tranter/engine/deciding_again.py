"""After a rule, a route or the like changed: what was not sent is decided anew."""

from tranter.engine.hub import Hub
from tranter.engine.operator import decide_soon
from tranter.ledger import fulfillments, orders, rules
from tranter.ledger.book import Book


def decide_again(hub: Hub, book: Book) -> int:
    """How many."""
    ids = rules.unsent(book)
    fulfillments.drop_unsent(book, rules.planned(book, ids), hub.ports.clock.now())
    orders.undecide(book, ids)
    decide_soon(hub, book, len(ids))
    return len(ids)
