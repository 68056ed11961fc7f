"""What filters would leave out of the orders of the last days, before they are saved."""

from collections.abc import Mapping

from msgspec.structs import replace

from tranter.engine import mapping
from tranter.engine.dry_run import DryRun, dry_run
from tranter.engine.hub import Hub
from tranter.engine.naming import filters_of
from tranter.ledger.book import Book
from tranter.ledger.mappings import FILTER, Place
from tranter.routing.filters import Field, Filter, of_cart, read_rule


def try_filters(hub: Hub, book: Book, edits: Mapping[Place, str | None]) -> DryRun:
    """`edits` are by connection and field; None takes one away. Raises BadFilter."""
    known = {(one.connection, one.field.value): one for one in filters_of(book)}
    made = {
        place: Filter(place[0], Field(place[1]), read_rule(Field(place[1]), text))
        for place, text in edits.items()
        if text is not None
    }
    kept = {place: one for place, one in known.items() if place not in edits}
    after = tuple((kept | made).values())
    return dry_run(hub, book, lambda view: replace(view, filters=of_cart(after, view.cart)))


def try_table(hub: Hub, book: Book, text: str) -> DryRun:
    """All of a file. Raises BadTable, CsvError."""
    diff = mapping.preview(hub, book, FILTER, text)
    if diff.bad:
        raise mapping.BadTable(diff.bad)
    return try_filters(hub, book, {(row.connection, row.word): row.after for row in (*diff.new, *diff.changed)})
