"""Who rings, and when it is heard."""

import pytest
from django.db import transaction

from tests.databases import SQLITE
from tranter.ledger import bell
from tranter.ledger.book import Book

pytestmark = pytest.mark.parametrize("kind", [SQLITE], scope="session")


def test_a_ring_is_heard_when_it_is_committed_by_all_who_listen(book: Book) -> None:
    heard: list[str] = []
    with bell.listening_here(lambda: heard.append("one")), bell.listening_here(lambda: heard.append("two")):
        with transaction.atomic():
            with transaction.atomic():
                bell.ring_out()
            assert heard == []
        assert sorted(heard) == ["one", "two"]
        bell.ring_out()
    assert len(heard) == 4
    bell.ring_out()
    assert len(heard) == 4


def test_what_is_undone_was_never_rung(book: Book) -> None:
    heard: list[str] = []
    with bell.listening_here(lambda: heard.append("one")), transaction.atomic():
        bell.ring_out()
        transaction.set_rollback(True)
    assert heard == []
