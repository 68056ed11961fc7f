"""The journal: append-only, one hash chain per merchant, no personal data."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from tranter.ledger import bulk, outbox
from tranter.ledger.book import Book
from tranter.ledger.models import JournalEntry, Merchant
from tranter.ledger.questions import Change, Question, given
from tranter.ledger.writing import writing

Detail = Mapping[str, str | int | bool | None]


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`what` is a word from docs/glossary.md; `subject` an order's number, a connection's name, an intent's key,
    or what else it is about.

    `order_id` is for who is told of it, not for the journal: a number may be that of several orders.
    """

    what: str
    subject: str = ""
    actor: str = "hub"
    detail: Detail = {}
    order_id: int | None = None


class JournalLine(msgspec.Struct, frozen=True):
    number: int
    at: datetime
    actor: str
    what: str
    subject: str
    detail: dict[str, str | int | bool | None]


def append(book: Book, entries: Sequence[Entry], now: datetime) -> None:
    """Inside the caller's transaction: what happened and its line are committed together."""
    if not entries:
        return
    with writing(book):
        ((number, mark),) = HEAD.ask(merchant=book.merchant_id)
        rows, at = [], now.isoformat()
        told = [_by(book, entry) for entry in entries] if book.actor else entries
        for entry in told:
            number += 1
            mark = _chained(mark, number, entry, at)
            rows.append(
                {
                    "merchant_id": book.merchant_id,
                    "number": number,
                    "at": now,
                    "actor": entry.actor,
                    "what": entry.what,
                    "subject": entry.subject[:200],
                    "detail": entry.detail,
                    "hash": mark,
                }
            )
        bulk.insert(JournalEntry, rows)
        LONGER.make(merchant=book.merchant_id, length=number, mark=mark)
        happened = (
            outbox.Happened(entry.what, entry.subject, entry.detail, str(row["hash"]), entry.order_id)
            for entry, row in zip(told, rows, strict=True)
        )
        outbox.write(book, happened, now)


HEAD = Question(
    lambda: (
        Merchant.objects.select_for_update(no_key=True)
        .filter(pk=given("merchant"))
        .values_list("journal_length", "journal_hash")
    ),
    tuple[int, str],
)
LONGER = Change(
    lambda: Merchant.objects.filter(pk=given("merchant")), journal_length=given("length"), journal_hash=given("mark")
)


def _by(book: Book, entry: Entry) -> Entry:
    """What the hub does at a person's word is done by that person."""
    return msgspec.structs.replace(entry, actor=book.actor) if entry.actor in ("hub", "operator") else entry


_encode = msgspec.json.Encoder(order="deterministic").encode


def _chained(previous: str, number: int, entry: Entry, at: str) -> str:
    body = _encode([previous, number, at, entry.actor, entry.what, entry.subject[:200], dict(entry.detail)])
    return hashlib.sha256(body).hexdigest()


def lines(book: Book, subject: str = "", limit: int = 200) -> list[JournalLine]:
    """Newest first."""
    rows = JournalEntry.objects.filter(merchant_id=book.merchant_id)
    if subject:
        rows = rows.filter(subject=subject)
    return [
        JournalLine(row.number, row.at, row.actor, row.what, row.subject, row.detail)
        for row in rows.order_by("-number")[:limit]
    ]


def broken_at(book: Book) -> int | None:
    """The number of the first entry that does not follow from the one before it; None when the chain is whole."""
    previous = ""
    number = 0
    for row in JournalEntry.objects.filter(merchant_id=book.merchant_id).order_by("number").iterator():
        number += 1
        entry = Entry(what=row.what, subject=row.subject, actor=row.actor, detail=row.detail)
        if row.number != number or row.hash != _chained(previous, number, entry, row.at.isoformat()):
            return number
        previous = row.hash
    merchant = Merchant.objects.get(pk=book.merchant_id)
    return None if (merchant.journal_length, merchant.journal_hash) == (number, previous) else number + 1


def digest(book: Book) -> str:
    """The head of the chain: equal for two runs that did the same."""
    return Merchant.objects.get(pk=book.merchant_id).journal_hash
