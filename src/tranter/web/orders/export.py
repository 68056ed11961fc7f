"""Orders as a file for a spreadsheet."""

import csv
from collections.abc import Iterator, Sequence
from typing import Any

from tranter.ledger import order_list
from tranter.ledger.book import Book
from tranter.ledger.order_filter import OrderQuery

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


class _Echo:
    """Hands every line straight on."""

    def write(self, text: str) -> str:
        return text


def lines(books: Sequence[Book], wanted: OrderQuery) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + str(writer.writerow(COLUMNS))
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
        yield str(writer.writerow([_harmless(str(cell)) for cell in row]))


def _harmless(text: str) -> str:
    """A spreadsheet takes a cell that begins so for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
