"""Transactions of one merchant, one after the other.

SQLite has a single writer, so what a transaction has read stays true until it commits. PostgreSQL has many. So there a
merchant's transactions queue for a lock that is theirs; those of different merchants go side by side.

Where two of these lock each other out, PostgreSQL undoes one of them, and it is made once more.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from tranter.ledger.book import Book
from tranter.ledger.databases import WAIT_SECONDS

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

MERCHANT, HOUSE = 1, 2
"""Classes of locks. The second number is the merchant's."""


@contextmanager
def writing(book: Book) -> Iterator[None]:
    """Within another transaction: part of that one, under its locks."""
    with _alone(MERCHANT, book.merchant_id):
        yield


def change(book: Book, rows: "QuerySet[Any]", **to: Any) -> int:
    """How many became so. Who finds none has only looked, and waits for no writer."""
    if not rows.exists():
        return 0
    with writing(book):
        return rows.update(**to)


@contextmanager
def writing_house() -> Iterator[None]:
    """For what belongs to no merchant: the team, the notices, the merchants themselves."""
    with _alone(HOUSE, 0):
        yield


@contextmanager
def _alone(kind: int, number: int) -> Iterator[None]:
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
    elif connection.vendor == "sqlite":
        with in_turn(), transaction.atomic():
            yield
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [kind, number])
            yield


@contextmanager
def in_turn() -> Iterator[None]:
    """For one statement, or what begins a transaction. Within a transaction, and on PostgreSQL, it waits for nobody.

    Raises `OperationalError` where another thread writes for too long, as SQLite does for another process.
    """
    if connection.in_atomic_block or connection.vendor != "sqlite":
        yield
        return
    writer = _WRITERS.setdefault(str(connection.settings_dict["NAME"]), Lock())
    if not writer.acquire(timeout=WAIT_SECONDS):
        raise OperationalError("the ledger is locked")
    try:
        yield
    finally:
        writer.release()


_WRITERS: dict[str, Lock] = {}
"""Threads of this process queue here for SQLite's only writer: at the file they would sleep, and look again."""


UNDONE = frozenset({"40001", "40P01"})
"""PostgreSQL's states for a transaction that could not be put in sequence with another, and for a deadlock."""
TRIES = 4


def made_again(work: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """For what is one transaction and takes no iterators: nothing of it was written when it is begun anew."""

    @wraps(work)
    def tried(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        for left in range(TRIES - 1, -1, -1):
            try:
                return work(*args, **kwargs)
            except OperationalError as error:
                if not left or connection.in_atomic_block or _state(error) not in UNDONE:
                    raise
        raise AssertionError("the last try answers or raises")

    return tried


def _state(error: OperationalError) -> str:
    return str(getattr(error.__cause__, "sqlstate", None) or "")
