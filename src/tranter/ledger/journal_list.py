"""The journal, looked through: by word, by what it is about, by who did it; page by page."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
from django.db.models import Q

from tranter.ledger.book import Book
from tranter.ledger.journal import JournalLine
from tranter.ledger.models import JournalEntry

if TYPE_CHECKING:
    from django.db.models import QuerySet

PAGE, RECENT = 50, 5000


class JournalFilter(msgspec.Struct, frozen=True, kw_only=True):
    """`by` is `people` or `hub`. `subject` begins so, an order's number or a connection's name."""

    what: str = ""
    by: str = ""
    subject: str = ""


def page(book: Book, wanted: JournalFilter, before: int | None = None, limit: int = PAGE) -> list[JournalLine]:
    """Newest first; those with a smaller number than `before`."""
    rows = _rows(book, wanted).order_by("-number")
    if before is not None:
        rows = rows.filter(number__lt=before)
    return [_line(row) for row in rows[:limit]]


def words(book: Book) -> list[str]:
    """What there is to choose from, of late: a look at the newest thousands, however long the journal is."""
    newest = JournalEntry.objects.filter(merchant_id=book.merchant_id).order_by("-number")
    return sorted(set(newest.values_list("what", flat=True)[:RECENT]))


def everything(book: Book, wanted: JournalFilter) -> Iterator[JournalLine]:
    """The oldest first, however many."""
    for row in _rows(book, wanted).order_by("number").iterator(chunk_size=500):
        yield _line(row)


def _rows(book: Book, wanted: JournalFilter) -> "QuerySet[JournalEntry]":
    rows = JournalEntry.objects.filter(merchant_id=book.merchant_id)
    if wanted.what:
        rows = rows.filter(what=wanted.what)
    if wanted.subject:
        rows = rows.filter(subject__startswith=wanted.subject)
    people = Q(actor__startswith="user:") | Q(actor__in=["operator", "invitation"])
    if wanted.by == "people":
        rows = rows.filter(people)
    elif wanted.by == "hub":
        rows = rows.exclude(people)
    return rows


def _line(row: JournalEntry) -> JournalLine:
    return JournalLine(row.number, row.at, row.actor, row.what, row.subject, row.detail)
