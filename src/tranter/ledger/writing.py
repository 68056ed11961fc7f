"""Transactions of one merchant, one after the other.

SQLite has a single writer, so what a transaction has read stays true until it commits. PostgreSQL has many. So there a
merchant's transactions queue for a lock that is theirs; those of different merchants go side by side.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tranter.ledger.book import Book

MERCHANT, HOUSE = 1, 2
"""Classes of locks. The second number is the merchant's."""


@contextmanager
def writing(book: Book) -> Iterator[None]:
    """Within another transaction: part of that one, under its locks."""
    with _alone(MERCHANT, book.merchant_id):
        yield


@contextmanager
def writing_house() -> Iterator[None]:
    """For what belongs to no merchant: the team, the notices, the merchants themselves."""
    with _alone(HOUSE, 0):
        yield


@contextmanager
def _alone(kind: int, number: int) -> Iterator[None]:
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [kind, number])
        yield
