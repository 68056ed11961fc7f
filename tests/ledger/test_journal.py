from datetime import timedelta

import pytest

from tests.ledger.conftest import NOW
from tranter.ledger import journal
from tranter.ledger.book import Book, ensure_book
from tranter.ledger.journal import Entry
from tranter.ledger.models import JournalEntry, Merchant
from tranter.ledger.vault import Vault
from tranter.testing.faultmark import fault

LENGTH = 7


@pytest.fixture
def book(vault: Vault) -> Book:
    book = ensure_book(vault, "harbour", NOW)
    for number in range(LENGTH):
        entries = [Entry(what="order_taken", subject=f"14-{number}", detail={"lines": number})]
        journal.append(book, entries, NOW + timedelta(minutes=number))
    return book


def line(book: Book, number: int) -> JournalEntry:
    return JournalEntry.objects.get(merchant_id=book.merchant_id, number=number)


def test_a_journal_that_nobody_touched_is_whole(book: Book) -> None:
    assert journal.broken_at(book) is None
    assert [entry.number for entry in journal.lines(book)] == [7, 6, 5, 4, 3, 2, 1]


@fault("SEC-25")
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("what", "order_canceled"),
        ("subject", "14-999"),
        ("actor", "nobody"),
        ("detail", {"lines": 99}),
        ("at", NOW),
        ("hash", "0" * 64),
        ("number", 70),
    ],
)
def test_a_changed_entry_is_named(book: Book, column: str, value: object) -> None:
    JournalEntry.objects.filter(pk=line(book, 4).pk).update(**{column: value})

    assert journal.broken_at(book) == 4


@fault("SEC-25")
def test_a_missing_entry_is_noticed(book: Book) -> None:
    line(book, 4).delete()

    assert journal.broken_at(book) == 4


def test_a_missing_end_is_noticed(book: Book) -> None:
    line(book, 6).delete()
    line(book, 7).delete()

    assert journal.broken_at(book) == 6


def test_two_entries_that_changed_places_are_noticed(book: Book) -> None:
    third, fourth = line(book, 3), line(book, 4)
    JournalEntry.objects.filter(pk=third.pk).update(number=400)
    JournalEntry.objects.filter(pk=fourth.pk).update(number=3)
    JournalEntry.objects.filter(pk=third.pk).update(number=4)

    assert journal.broken_at(book) == 3


def test_an_entry_put_in_between_is_noticed(book: Book) -> None:
    Merchant.objects.filter(pk=book.merchant_id).update(journal_length=LENGTH + 1)
    JournalEntry.objects.create(
        merchant_id=book.merchant_id, number=LENGTH + 1, at=NOW, actor="hub", what="order_taken", hash="1" * 64
    )

    assert journal.broken_at(book) == LENGTH + 1


def test_each_merchant_has_a_chain_of_his_own(book: Book, vault: Vault) -> None:
    other = ensure_book(vault, "quay", NOW)
    journal.append(other, [Entry(what="order_taken", subject="27-1")], NOW)
    line(book, 4).delete()

    assert journal.broken_at(other) is None
    assert [entry.subject for entry in journal.lines(other)] == ["27-1"]


def test_two_ledgers_that_did_the_same_end_with_the_same_hash(vault: Vault) -> None:
    books = [ensure_book(vault, slug, NOW) for slug in ("harbour", "quay")]
    for book in books:
        journal.append(book, [Entry(what="order_taken", subject="14-1"), Entry(what="order_held")], NOW)

    assert journal.digest(books[0]) == journal.digest(books[1]) != ""
