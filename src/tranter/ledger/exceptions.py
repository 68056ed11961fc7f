"""Exceptions: what waits for a person, why, and what to do."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from tranter.ledger import journal
from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import TradeException
from tranter.ledger.questions import Change, Question, each, given
from tranter.ledger.writing import writing

STANDING = ("open", "muted")
"""What was muted is cured like the others."""


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """One open exception exists for each (kind, subject, value). `cause` and `remedy` carry no personal data."""

    kind: str
    subject: str
    cause: str
    remedy: str = ""
    value: str = ""
    order_id: int | None = None
    connection_id: int | None = None

    @property
    def fingerprint(self) -> str:
        return f"{self.kind}/{self.subject}/{self.value}"[:300]


class ExceptionLine(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    kind: str
    subject: str
    value: str
    cause: str
    remedy: str
    state: str
    opened_at: datetime
    order: str | None
    connection: str | None


def raise_exceptions(book: Book, troubles: Iterable[Trouble], now: datetime) -> int:
    """Opens those that are not open yet, and brings the text of the others up to date. How many are new.

    One that a person muted stays muted until its trouble is cured.
    """
    told = {trouble.fingerprint: trouble for trouble in troubles}
    if not told:
        return 0
    with writing(book):
        known = {row.fingerprint: row for row in _standing(book, told)}
        fresh = [_row(book, trouble, now) for mark, trouble in told.items() if mark not in known]
        changed = [row for mark, row in known.items() if (row.cause, row.remedy) != _texts(told[mark])]
        for row in changed:
            row.cause, row.remedy = _texts(told[row.fingerprint])
        TradeException.objects.bulk_create(fresh, batch_size=500)
        TradeException.objects.bulk_update(changed, ["cause", "remedy"], batch_size=100)
        entries = [
            journal.Entry(
                what="exception_opened",
                subject=row.subject,
                detail={"kind": row.kind, "cause": row.cause},
                order_id=row.order_id,
            )
            for row in fresh
        ]
        journal.append(book, entries, now)
    return len(fresh)


def _standing(book: Book, told: Mapping[str, Trouble]) -> list[TradeException]:
    rows = TradeException.objects.filter(merchant_id=book.merchant_id)
    marks = list(told)
    found: list[TradeException] = []
    for begin in range(0, len(marks), 500):
        some = marks[begin : begin + 500]
        found += rows.filter(state="muted", fingerprint__in=many(some))
        found += rows.filter(state="open", fingerprint__in=many(some))
    return found


def _texts(trouble: Trouble) -> tuple[str, str]:
    return trouble.cause, trouble.remedy


def _row(book: Book, trouble: Trouble, now: datetime) -> TradeException:
    return TradeException(
        merchant_id=book.merchant_id,
        fingerprint=trouble.fingerprint,
        kind=trouble.kind,
        subject=trouble.subject[:200],
        value=trouble.value[:300],
        cause=trouble.cause,
        remedy=trouble.remedy,
        order_id=trouble.order_id,
        connection_id=trouble.connection_id,
        opened_at=now,
    )


def resolve(
    book: Book,
    now: datetime,
    *,
    order_ids: Iterable[int] = (),
    connection_id: int | None = None,
    kinds: Iterable[str] = (),
) -> int:
    """Closes what is cured: the exceptions of these orders, or of this connection; of these kinds if any are named."""
    wanted, chosen = list(order_ids), set(kinds)
    if not wanted and connection_id is None:
        return 0
    with writing(book):
        if wanted:
            standing = OF_ORDERS.ask(merchant=book.merchant_id, orders=wanted)
        else:
            standing = OF_CONNECTION.ask(merchant=book.merchant_id, connection=connection_id)
        closed = [one for one in standing if not chosen or one[2] in chosen]
        if not closed:
            return 0
        RESOLVED.make(ids=[pk for pk, *_ in closed], now=now)
        entries = [
            journal.Entry(what="exception_resolved", subject=subject, detail={"kind": kind}, order_id=order_id)
            for _, subject, kind, order_id in closed
        ]
        journal.append(book, entries, now)
    return len(closed)


RESOLVED = Change(lambda: TradeException.objects.filter(pk__in=each("ids")), state="resolved", resolved_at=given("now"))
COLUMNS = ("pk", "subject", "kind", "order_id")
OF_ORDERS = Question(
    lambda: TradeException.objects.filter(
        merchant_id=given("merchant"), state__in=STANDING, order_id__in=each("orders")
    ).values_list(*COLUMNS),
    tuple[int, str, str, int | None],
)
OF_CONNECTION = Question(
    lambda: TradeException.objects.filter(
        merchant_id=given("merchant"), state__in=STANDING, connection_id=given("connection"), order_id=None
    ).values_list(*COLUMNS),
    tuple[int, str, str, int | None],
)


def resolve_subject(book: Book, kind: str, subject: str, now: datetime) -> None:
    resolve_subjects(book, kind, [subject], now)


def resolve_subjects(book: Book, kind: str, subjects: Iterable[str], now: datetime) -> None:
    named = ABOUT.ask(merchant=book.merchant_id, kind=kind, subjects=[subject[:200] for subject in subjects])
    RESOLVED.make(ids=named, now=now)


ABOUT = Question(
    lambda: TradeException.objects.filter(
        merchant_id=given("merchant"), state__in=STANDING, kind=given("kind"), subject__in=each("subjects", str)
    ).values_list("pk"),
    int,
)


def mute(book: Book, exception_id: int, now: datetime) -> bool:
    rows = TradeException.objects.filter(merchant_id=book.merchant_id, pk=exception_id, state="open")
    return bool(rows.update(state="muted", resolved_at=now))


def open_exceptions(book: Book, state: str = "open", limit: int = 1000) -> list[ExceptionLine]:
    rows = TradeException.objects.filter(merchant_id=book.merchant_id, state=state).select_related(
        "order", "connection"
    )
    return [
        ExceptionLine(
            id=row.pk,
            kind=row.kind,
            subject=row.subject,
            value=row.value,
            cause=row.cause,
            remedy=row.remedy,
            state=row.state,
            opened_at=row.opened_at,
            order=row.order.number if row.order else None,
            connection=row.connection.name if row.connection else None,
        )
        for row in rows.order_by("opened_at", "pk")[:limit]
    ]


def cause_of(book: Book, order_id: int, kinds: Iterable[str]) -> str:
    """What is wrong with this order, if it is of these kinds; empty for nothing."""
    rows = TradeException.objects.filter(merchant_id=book.merchant_id, order_id=order_id, state="open")
    return rows.filter(kind__in=list(kinds)).order_by("-pk").values_list("cause", flat=True).first() or ""


def count_open(book: Book) -> int:
    return TradeException.objects.filter(merchant_id=book.merchant_id, state="open").count()
