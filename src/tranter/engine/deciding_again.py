"""After a rule, a route or the like changed: what was not sent is decided anew."""

from tranter.engine.hub import Hub
from tranter.engine.operator import decide_all_now
from tranter.ledger import fulfillments, orders, rules, schedule
from tranter.ledger.book import Book

AT_ONCE = 500


def decide_again(hub: Hub, book: Book) -> int:
    """How many. A few at once, so that what follows is seen; many by the flow, which is woken."""
    ids, now = rules.unsent(book), hub.ports.clock.now()
    fulfillments.drop_unsent(book, rules.planned(book, ids), now)
    orders.undecide(book, ids)
    if len(ids) <= AT_ONCE:
        decide_all_now(hub, book)
    else:
        for cart_id in orders.carts_with_undecided(book):
            schedule.ring(cart_id, ["decide"], now)
    return len(ids)
