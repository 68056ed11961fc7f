"""What a filter left out is not taken by itself when the filter goes: a person is offered to have it decided again."""

from datetime import timedelta

from tranter.engine.hub import Hub
from tranter.engine.operator import decide_soon
from tranter.ledger import filter_skips, journal, orders
from tranter.ledger.book import Book
from tranter.ledger.mappings import Place
from tranter.routing.filters import Field, reason_begins

DAYS = 30


def skipped_by(hub: Hub, book: Book, place: Place) -> list[int]:
    """Orders of the last days that the filter of this field left out, whether it is still there or not."""
    connection, field = place
    since = hub.ports.clock.now() - timedelta(days=DAYS)
    return filter_skips.skipped(book, reason_begins(Field(field)), connection, since)


def decide_skipped_again(hub: Hub, book: Book, place: Place, by: str) -> int:
    """How many. One that another filter, or the cart itself, keeps out is skipped again."""
    found = skipped_by(hub, book, place)
    if found:
        orders.undecide(book, found)
        detail: journal.Detail = {"connection": place[0], "orders": len(found)}
        entry = journal.Entry(what="filtered_decided_again", subject=place[1], actor=by, detail=detail)
        journal.append(book, [entry], hub.ports.clock.now())
        decide_soon(hub, book, len(found))
    return len(found)
