"""What waits for a person: opened once, muted for as long as it lasts, gone when it is cured."""

from datetime import UTC, datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tranter.ledger import exceptions
from tranter.ledger.book import Book, ensure_book
from tranter.ledger.exceptions import Trouble
from tranter.ledger.vault import Vault

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def trouble(number: int, cause: str = "there is none") -> Trouble:
    return Trouble(kind="stock_not_in_sync", subject=f"LAMP on {number}", cause=cause, value="LAMP")


def opened(book: Book, state: str = "open") -> list[tuple[str, str]]:
    return [(line.subject, line.cause) for line in exceptions.open_exceptions(book, state)]


def test_a_thousand_troubles_take_a_handful_of_queries(vault: Vault) -> None:
    book = ensure_book(vault, "default", NOW)
    with CaptureQueriesContext(connection) as few:
        assert exceptions.raise_exceptions(book, [trouble(number) for number in range(1000)], NOW) == 1000
    assert len([query for query in few if "tradeexception" in query["sql"]]) < 20

    changed = [trouble(number, "there are two" if number == 7 else "there is none") for number in range(1000)]
    assert exceptions.raise_exceptions(book, changed, NOW) == 0
    assert ("LAMP on 7", "there are two") in opened(book)
    assert exceptions.count_open(book) == 1000


def test_the_same_trouble_named_twice_is_one(vault: Vault) -> None:
    book = ensure_book(vault, "default", NOW)
    assert exceptions.raise_exceptions(book, [trouble(1), trouble(1, "there are two")], NOW) == 1
    assert opened(book) == [("LAMP on 1", "there are two")]


def test_what_was_muted_stays_so_until_it_is_cured(vault: Vault) -> None:
    book = ensure_book(vault, "default", NOW)
    exceptions.raise_exceptions(book, [trouble(1)], NOW)
    assert exceptions.mute(book, exceptions.open_exceptions(book)[0].id, NOW)

    assert exceptions.raise_exceptions(book, [trouble(1, "still")], NOW) == 0
    assert (opened(book), opened(book, "muted")) == ([], [("LAMP on 1", "still")])

    exceptions.resolve_subjects(book, "stock_not_in_sync", ["LAMP on 1"], NOW)
    assert exceptions.raise_exceptions(book, [trouble(1, "again")], NOW) == 1
    assert opened(book) == [("LAMP on 1", "again")]
