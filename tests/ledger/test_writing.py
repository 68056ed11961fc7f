"""SQLite has one writer: threads of a process take turns."""

import threading

import pytest
from django.db import OperationalError, transaction

from tests.databases import SQLITE
from tranter.ledger.book import Book
from tranter.ledger.models import Merchant
from tranter.ledger.setup import close_connections
from tranter.ledger.writing import writing

pytestmark = pytest.mark.parametrize("kind", [SQLITE], scope="session")


def test_threads_write_one_after_the_other(book: Book) -> None:
    told: list[str] = []
    inside, may_end = threading.Event(), threading.Event()

    def first() -> None:
        with writing(book):
            inside.set()
            may_end.wait(20)
            told.append("first")
        close_connections()

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait(20)
    threading.Timer(0.2, may_end.set).start()
    with writing(book), writing(book):
        told.append("second")
    thread.join(20)

    assert told == ["first", "second"]


def test_who_waits_too_long_is_told_so_and_nothing_stays_locked(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tranter.ledger.writing.WAIT_SECONDS", 0.1)
    troubles: list[OperationalError] = []

    def second() -> None:
        try:
            with writing(book):
                Merchant.objects.filter(pk=book.merchant_id).update(name="second")
        except OperationalError as error:
            troubles.append(error)
        close_connections()

    with writing(book):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(20)
    assert [str(trouble) for trouble in troubles] == ["the ledger is locked"]

    with pytest.raises(ValueError, match="undone"), writing(book):
        raise ValueError("undone")
    second()
    assert Merchant.objects.get(pk=book.merchant_id).name == "second"
    assert not transaction.get_connection().in_atomic_block
