"""Orders as a file for a spreadsheet."""

from collections.abc import Iterator, Sequence
from typing import Any

from tranter.ledger import order_list
from tranter.ledger.book import Book
from tranter.ledger.order_filter import OrderQuery
from tranter.routing.csv_rows import csv_line

COLUMNS = (
    "number",
    "merchant",
    "connection",
    "marketplace",
    "ordered_at",
    "ship_by",
    "status",
    "why",
    "receiver",
    "items",
    "total",
    "currency",
)


def lines(books: Sequence[Book], wanted: OrderQuery) -> Iterator[str]:
    yield "\ufeff" + csv_line(COLUMNS)
    for one in order_list.every(books, wanted):
        row: tuple[Any, ...] = (
            one.number,
            one.merchant,
            one.connection,
            one.marketplace,
            one.ordered_at.isoformat(),
            one.ship_by.isoformat() if one.ship_by is not None else "",
            one.pill.value,
            one.reason,
            one.buyer,
            "; ".join(f"{item.quantity} x {item.sku}" for item in one.items),
            one.total.text(),
            one.total.currency,
        )
        yield csv_line(row)
