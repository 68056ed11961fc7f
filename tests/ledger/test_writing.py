"""SQLite has one writer: threads of a process take turns."""

import threading
from collections.abc import Callable

import pytest
from django.db import OperationalError, transaction

from tests.databases import SQLITE
from tranter.ledger import errands, fulfillments, intents, privacy, schedule, waits
from tranter.ledger.book import Book
from tranter.ledger.models import Merchant
from tranter.ledger.setup import close_connections
from tranter.ledger.writing import writing

from .conftest import NOW

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


LOOKS: dict[str, Callable[[Book], object]] = {
    "orders whose time has come": lambda book: waits.decide_due(book, 1, NOW),
    "calls of a run that died": lambda book: intents.recover(book, HELD, "push_fulfillment", 60, NOW),
    "orders erased meanwhile": lambda book: privacy.hold_erased(book, 1, NOW),
    "deliveries to be taken back": lambda book: fulfillments.drop_unsent(book, [], NOW),
    "errands": lambda _: errands.take("another", lambda _: False),
}
HELD = schedule.Lease(
    flow_id=1,
    connection_id=1,
    name="deliveries",
    owner="me",
    fence=2,
    cursor="",
    failures=0,
    every_seconds=0,
    until=NOW,
)


@pytest.mark.parametrize("look", LOOKS)
def test_who_only_looks_waits_for_nobody(book: Book, monkeypatch: pytest.MonkeyPatch, look: str) -> None:
    monkeypatch.setattr("tranter.ledger.writing.WAIT_SECONDS", 0.1)
    answers: list[object] = []

    def other() -> None:
        answers.append(LOOKS[look](book))
        close_connections()

    with writing(book):
        Merchant.objects.filter(pk=book.merchant_id).update(name="busy")
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(3)
        assert not thread.is_alive()
    assert answers in ([None], [0], [[]])
