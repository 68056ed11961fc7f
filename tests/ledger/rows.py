"""Orders and troubles put into the ledger as rows, where how they came there does not matter."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tranter.ledger import exceptions
from tranter.ledger.book import Book
from tranter.ledger.models import Connection, OrderRow
from tranter.model import Money

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""A Monday."""


def connection(book: Book, name: str = "shop", connector: str = "ebay") -> Connection:
    row, _ = Connection.objects.get_or_create(
        merchant_id=book.merchant_id,
        name=name,
        defaults={"connector": connector, "state": "live", "state_since": NOON, "created_at": NOON, "live_at": NOON},
    )
    return row


def order(book: Book, number: str, total: str = "10.00 EUR", **changed: Any) -> OrderRow:
    """New, of the shop, bought at noon, with nothing left to decide."""
    amount, currency = total.split()
    given = {
        "connection": connection(book),
        "account": "a1",
        "remote_id": number,
        "number": number,
        "cart_state": "open",
        "status": "new",
        "undecided": False,
        "ordered_at": NOON,
        "sealed": b"",
        **changed,
    }
    times = dict.fromkeys(("modified_at", "seen_at", "created_at"), given["ordered_at"])
    return OrderRow.objects.create(
        merchant_id=book.merchant_id,
        currency=currency,
        total_minor=Money.parse(amount, currency).minor,
        **{**times, **given},
    )


def stuck(book: Book, number: str, kind: str = "unknown_sku", value: str = "MUG", **changed: Any) -> OrderRow:
    """An order that waits for a person."""
    row = order(book, number, **{"status": "error", "held_kind": kind, "held_value": value, **changed})
    raised(book, kind, number, value=value, order_id=row.pk, connection_id=row.connection_id)
    return row


def raised(book: Book, kind: str, subject: str, **given: Any) -> None:
    trouble = exceptions.Trouble(kind=kind, subject=subject, cause=f"{kind} of {subject}", **given)
    exceptions.raise_exceptions(book, [trouble], NOON)


def hours(count: float) -> datetime:
    return NOON + timedelta(hours=count)


def days(count: float) -> datetime:
    return NOON + timedelta(days=count)
