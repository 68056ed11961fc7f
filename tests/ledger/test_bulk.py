"""Many rows at once: what all of them have is told once, and each gets what is its own."""

from datetime import timedelta

import pytest

from tranter.ledger import bulk
from tranter.ledger.book import Book
from tranter.ledger.models import Connection, JournalEntry, RemoteLink

from .conftest import NOW
from .rows import connection


def _entry(book: Book, number: int, **own: object) -> bulk.Row:
    told = {"at": NOW, "actor": "hub", "what": "order_taken", "subject": "", "detail": {}, "hash": ""}
    return {"merchant_id": book.merchant_id, "number": number, **told, **own}


@pytest.mark.parametrize("count", [1, 2, bulk.AT_ONCE, bulk.AT_ONCE + 1])
def test_each_row_has_what_all_have_and_what_is_its_own(book: Book, count: int) -> None:
    told = {"how": 'it\'s 100 % "so"'}
    rows = [
        _entry(book, number, subject=f"o{number}", detail=told, at=NOW + timedelta(seconds=number))
        for number in range(count)
    ]
    bulk.insert(JournalEntry, rows)

    found = JournalEntry.objects.order_by("number")
    assert [(row.number, row.subject, row.detail, row.at) for row in found] == [
        (number, f"o{number}", told, NOW + timedelta(seconds=number)) for number in range(count)
    ]
    assert {(row.actor, row.what, row.hash) for row in found} == {("hub", "order_taken", "")}


def test_rows_are_alike_only_where_every_one_of_them_is(book: Book) -> None:
    words = ["a", "a", "b", "a"]
    bulk.insert(JournalEntry, [_entry(book, number, actor=word) for number, word in enumerate(words)])

    assert list(JournalEntry.objects.order_by("number").values_list("actor", flat=True)) == words


def test_what_is_there_becomes_as_the_new_row_is(book: Book) -> None:
    shop = connection(book)

    def told(**remote_ids: str) -> None:
        rows = [
            {"connection_id": shop.pk, "kind": "buyer", "key": key, "remote_id": remote_id}
            for key, remote_id in remote_ids.items()
        ]
        bulk.insert(RemoteLink, rows, unique=["connection_id", "kind", "key"], replace=["remote_id"])

    told(a="1", b="1")
    told(b="2", c="2")

    assert dict(RemoteLink.objects.values_list("key", "remote_id")) == {"a": "1", "b": "2", "c": "2"}


def test_rows_become_what_is_told_of_each_and_of_all(book: Book) -> None:
    names = [f"shop{number}" for number in range(3)]
    ids = [connection(book, name).pk for name in names]
    later = NOW + timedelta(days=1)
    bulk.update(Connection, [{"id": pk, "state": "paused", "live_at": later, "account_id": f"a{pk}"} for pk in ids[:2]])
    bulk.update(Connection, [{"id": ids[2], "settings": {"on": True}}])
    bulk.update(Connection, [{"id": pk, "version": 7} for pk in ids])
    bulk.update(Connection, [{"id": ids[0]}])

    found = Connection.objects.order_by("name")
    assert [(row.state, row.account_id, row.version) for row in found] == [
        ("paused", f"a{ids[0]}", 7),
        ("paused", f"a{ids[1]}", 7),
        ("live", "", 7),
    ]
    assert [row.live_at == later for row in found] == [True, True, False]
    assert [row.settings for row in found] == [{}, {}, {"on": True}]
