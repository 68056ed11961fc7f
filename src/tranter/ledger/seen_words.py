"""Words for ways of shipping that came by, whether somebody has mapped them or not."""

from django.db.models import Min, QuerySet

from tranter.ledger.book import Book
from tranter.ledger.models import OrderRow, ShipmentRow

MOST = 200


def ship_methods(book: Book, connection_id: int) -> list[str]:
    """What a cart called it."""
    rows = OrderRow.objects.filter(connection_id=connection_id, merchant_id=book.merchant_id, is_test=False)
    return _words(rows, "ship_method")


def carriers(book: Book, connection_id: int) -> list[str]:
    """Whom a warehouse sent parcels with."""
    return _words(ShipmentRow.objects.filter(connection_id=connection_id, merchant_id=book.merchant_id), "carrier")


def _words(rows: "QuerySet[OrderRow] | QuerySet[ShipmentRow]", column: str) -> list[str]:
    """From one word to the next along the index: as many steps as there are words, however many rows."""
    found: list[str] = []
    while len(found) < MOST:
        last = found[-1] if found else ""
        word = rows.filter(**{f"{column}__gt": last}).aggregate(word=Min(column))["word"]
        if word is None:
            break
        found.append(word)
    return found
