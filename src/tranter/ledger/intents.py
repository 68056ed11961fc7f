"""Intents: claimed in batches, carried out elsewhere, settled in batches under the lease's fence."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from functools import cache

import msgspec
from django.db.models import DateTimeField, F, QuerySet
from django.db.models.functions import Coalesce
from msgspec.structs import astuple, replace

from tranter.ledger import bulk, exceptions, journal, schedule
from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import Attempt, Intent
from tranter.ledger.questions import Change, Question, each, given
from tranter.ledger.writing import change, made_again, writing


class Claimed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An intent whose time has come: `DUE` is the same as columns. `look` asks for a look-up instead of a send."""

    id: int
    key: str
    verb: str
    generation: int
    attempts: int
    absences: int
    look_first: bool
    doubtful: bool
    order_id: int | None
    fulfillment_id: int | None
    shipment_id: int | None
    detail: dict[str, str]
    failing_since: datetime | None
    first_sent_at: datetime | None
    look: bool = False


DUE = Claimed.__struct_fields__[:-1]


class Outcome(Enum):
    DONE = "done"
    AGAIN = "again"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"


class Result(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What came of one claimed intent. `due_at` is when it is tried or looked up again.

    DONE carries the remote's id; AGAIN: nothing was done, send again; UNKNOWN: look it up; ABSENT: looked up and not
    there; REJECTED: waits for a repair, with `kind`, `value`, `remedy`; NOT_SENT: given back unused, to be looked up
    next if `look_first`.
    """

    intent_id: int
    outcome: Outcome
    at: datetime
    due_at: datetime | None = None
    reason: str = ""
    remedy: str = ""
    kind: str = ""
    value: str = ""
    look_first: bool = False
    remote_id: str = ""
    remote_number: str = ""
    url: str = ""
    committed: bool = True
    lines: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()
    notes: tuple[str, ...] = ()
    calls: tuple[Mapping[str, str | int | float], ...] = ()


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """How a batch is claimed. `repeat_safe_seconds` is the connector's limit."""

    verb: str
    limit: int
    repeat_safe_seconds: float


def recover(book: Book, held: schedule.Lease, verb: str, visibility_seconds: float, now: datetime) -> int:
    """Intents that an older run claimed and never settled: nobody knows what came of them."""
    rows = Intent.objects.filter(
        merchant_id=book.merchant_id,
        connection_id=held.connection_id,
        verb=verb,
        state="claimed",
        fence__lt=held.fence,
    )
    return change(
        book,
        rows,
        state="unknown",
        doubtful=True,
        due_at=now + timedelta(seconds=visibility_seconds),
        reason="the run that sent it ended without an answer",
    )


OPEN = ("ready", "claimed", "unknown")
OPEN_OR_REFUSED = (*OPEN, "rejected")
OPEN_ONLY = "NOT (ledger_intent.state IN ('done', 'rejected', 'canceled'))"
"""The condition of the index of open intents, word for word: SQLite does not see it in a query's parameters, and would
walk over everything that was ever sent."""


def open_only(rows: "QuerySet[Intent]") -> "QuerySet[Intent]":
    return rows.extra(where=[OPEN_ONLY])  # noqa: S610 - a constant


@made_again
def claim(book: Book, held: schedule.Lease, ask: Claim, now: datetime) -> list[Claimed]:
    """Due intents, marked as claimed by this lease in one commit. At most one of each lane that is not known yet."""
    with writing(book):
        schedule.check(held)
        which: dict[str, int | str] = {
            "merchant": book.merchant_id,
            "connection": held.connection_id,
            "verb": ask.verb,
        }
        enough = (ask.limit - 1).bit_length()
        ids: list[int] = []
        for bits in (enough, enough + 2):  # more of them where several are of one lane
            first = _first_due(bits).ask(**which, now=now)
            ids = _one_per_lane(first, ask.limit)
            if len(ids) == ask.limit or len(first) < 2**bits:
                break
        chosen = CHOSEN.ask(**which, now=now, ids=ids)
        claimed = [replace(row, look=True) if _must_look(row, ask, now) else row for row in chosen]
        CLAIMED.make(ids=[item.id for item in claimed if not item.look], fence=held.fence, now=now)
        return claimed


def _due() -> "QuerySet[Intent]":
    return Intent.objects.filter(
        merchant_id=given("merchant"),
        connection_id=given("connection"),
        verb=given("verb"),
        state__in=("ready", "unknown"),
        due_at__lte=given("now"),
    ).order_by("due_at", "pk")


@cache
def _first_due(bits: int) -> Question[tuple[int, str, bool]]:
    """The first 2^bits: each size is a sentence of its own."""
    return Question(lambda: open_only(_due()).values_list("pk", "lane", "look_first")[: 2**bits], tuple[int, str, bool])


CHOSEN = Question(lambda: _due().filter(pk__in=each("ids")).select_for_update().values_list(*DUE), Claimed)
CLAIMED = Change(
    lambda: Intent.objects.filter(pk__in=each("ids")),
    state="claimed",
    fence=given("fence"),
    attempts=F("attempts") + 1,
    due_at=given("now"),
    first_sent_at=Coalesce("first_sent_at", given("now", DateTimeField())),
)


def _one_per_lane(rows: Sequence[tuple[int, str, bool]], limit: int) -> list[int]:
    chosen: list[int] = []
    taken: set[str] = set()
    for pk, lane, look_first in rows:
        if lane and not look_first:
            if lane in taken:
                continue
            taken.add(lane)
        chosen.append(pk)
        if len(chosen) == limit:
            break
    return chosen


def _must_look(row: Claimed, ask: Claim, now: datetime) -> bool:
    """A backlog is looked up before it is sent at all; an unknown one unless a repetition is safe."""
    if row.look_first or (row.doubtful and row.first_sent_at is None):
        return True
    if not row.doubtful or row.first_sent_at is None:
        return False
    return now >= row.first_sent_at + timedelta(seconds=ask.repeat_safe_seconds)


class Answered(msgspec.Struct, array_like=True, gc=False):
    """An intent whose answer is being written down: from `state` on, what that changes."""

    id: int
    key: str
    connection_id: int
    order_id: int | None
    fulfillment_id: int | None
    shipment_id: int | None
    detail: dict[str, str]
    state: str
    due_at: datetime
    reason: str
    absences: int
    look_first: bool
    doubtful: bool
    first_sent_at: datetime | None
    failing_since: datetime | None
    ended_at: datetime | None
    attempts: int


KNOWN = Answered.__struct_fields__.index("state")
"""Columns before it never change."""


ANSWERED = Question(
    lambda: Intent.objects.filter(merchant_id=given("merchant"), pk__in=each("ids")).values_list(
        *Answered.__struct_fields__
    ),
    Answered,
)


def settle(book: Book, held: schedule.Lease, results: Sequence[Result], now: datetime) -> dict[int, Answered]:
    """Inside the caller's transaction: states, attempts and exceptions. What became of each, by intent id."""
    schedule.check(held)
    asked = ANSWERED.ask(merchant=book.merchant_id, ids=[result.intent_id for result in results])
    rows = {row.id: row for row in asked}
    attempts: list[bulk.Row] = []
    changed: list[bulk.Row] = []
    for result in results:
        row = rows[result.intent_id]
        look, before = row.state != "claimed", astuple(row)
        _apply(row, result, now)
        changed.append(_changed(before, row))
        if result.outcome is not Outcome.NOT_SENT:
            attempts.append(_attempt(row, result, look))
    bulk.update(Intent, changed)
    bulk.insert(Attempt, attempts)
    _note_long_failures(book, list(rows.values()), now)
    return rows


def _changed(before: tuple[object, ...], row: Answered) -> bulk.Row:
    """Only what became another: each column more is an index more that is written."""
    names, after = Answered.__struct_fields__[KNOWN:], astuple(row)[KNOWN:]
    told = zip(names, before[KNOWN:], after, strict=True)
    return {"id": row.id, **{name: value for name, was, value in told if value != was}}


def _apply(row: Answered, result: Result, now: datetime) -> None:
    row.reason = result.reason
    match result.outcome:
        case Outcome.DONE:
            row.state, row.ended_at, row.failing_since = "done", now, None
            row.look_first = row.doubtful = False
        case Outcome.AGAIN:
            row.state, row.due_at = _open_state(row), result.due_at or now
            row.failing_since = row.failing_since or now
        case Outcome.UNKNOWN:
            row.state, row.due_at, row.absences, row.doubtful = "unknown", result.due_at or now, 0, True
            row.failing_since = row.failing_since or now
        case Outcome.ABSENT:
            _absent(row, result, now)
        case Outcome.REJECTED if row.doubtful and row.state == "claimed":
            row.state, row.look_first, row.due_at = "unknown", True, result.due_at or now
        case Outcome.REJECTED:
            row.state, row.ended_at = "rejected", now
        case Outcome.NOT_SENT:
            row.state, row.due_at = _open_state(row), result.due_at or now
            row.attempts = max(row.attempts - 1, 0)
            row.look_first = row.look_first or result.look_first


def _absent(row: Answered, result: Result, now: datetime) -> None:
    """Once is enough for what was never sent; what may have been sent is looked for twice."""
    row.absences += 1
    row.due_at = result.due_at or now
    if row.absences >= (2 if row.doubtful else 1):
        row.state, row.absences, row.due_at = "ready", 0, now
        row.look_first, row.doubtful, row.first_sent_at = False, False, None


def _open_state(row: Answered) -> str:
    return "unknown" if row.doubtful else "ready"


def _attempt(row: Answered, result: Result, look: bool) -> bulk.Row:
    return {
        "intent_id": row.id,
        "number": row.attempts,
        "at": result.at,
        "what": "look" if look else "send",
        "outcome": result.outcome.value,
        "note": result.reason[:1000],
        "calls": [dict(call) for call in result.calls],
    }


def _note_long_failures(book: Book, rows: Sequence[Answered], now: datetime) -> None:
    day_ago = now - timedelta(hours=24)
    late = [row for row in rows if row.failing_since is not None and row.failing_since <= day_ago]
    troubles = [
        exceptions.Trouble(
            kind="not_delivered_for_a_day",
            subject=row.key,
            cause=row.reason or "no answer for a day",
            remedy="it is tried again every hour; see whether the other system is up",
            order_id=row.order_id,
            connection_id=row.connection_id,
        )
        for row in late
    ]
    exceptions.raise_exceptions(book, troubles, now)


def next_due_at(book: Book, connection_id: int, verb: str) -> datetime | None:
    """When the earliest open intent of this verb wants to be carried out or looked up."""
    rows = Intent.objects.filter(
        merchant_id=book.merchant_id, connection_id=connection_id, verb=verb, state__in=("ready", "unknown")
    )
    return open_only(rows).order_by("due_at").values_list("due_at", flat=True).first()


def retry(book: Book, order_id: int, now: datetime) -> int:
    """A person repaired something: what was refused goes out again, as a new generation.

    What may have been carried out after all keeps its generation, and is looked up first. So is every delivery:
    somebody may have keyed it in at the warehouse meanwhile.
    """
    rows = Intent.objects.filter(merchant_id=book.merchant_id, order_id=order_id)
    with writing(book):
        refused = rows.filter(state="rejected")
        refused.filter(doubtful=True).update(look_first=True)
        refused.filter(doubtful=False).update(generation=F("generation") + 1)
        refused.filter(verb="push_fulfillment").update(look_first=True)
        again = refused.update(state="ready", due_at=now, ended_at=None, failing_since=None)
        rows.filter(state="ready").update(due_at=now)
    return again


def retry_refused(intent: Intent, now: datetime) -> bool:
    """One that was refused is asked again, as a new generation."""
    rows = Intent.objects.filter(pk=intent.pk, state="rejected")
    again = {"state": "ready", "due_at": now, "ended_at": None, "failing_since": None}
    return bool(rows.update(**again, generation=F("generation") + 1))


def cancel_unsent(book: Book, order_id: int, now: datetime) -> bool:
    """True when nothing of this order's fulfillment was sent or ever will be."""
    rows = Intent.objects.filter(merchant_id=book.merchant_id, order_id=order_id, verb="push_fulfillment")
    with writing(book):
        stopped = rows.filter(fulfillment__state="canceled").values("pk")
        open_rows = list(rows.exclude(state="canceled").exclude(pk__in=stopped).select_for_update())
        unsent = [row for row in open_rows if row.state in ("ready", "rejected") and not row.doubtful]
        if len(unsent) != len(open_rows):
            return False
        Intent.objects.filter(pk__in=many(row.pk for row in unsent)).update(state="canceled", ended_at=now)
        entries = [journal.Entry(what="intent_canceled", subject=row.key) for row in unsent]
        journal.append(book, entries, now)
    return True


def count_unknown(merchant_id: int) -> int:
    return Intent.objects.filter(merchant_id=merchant_id, state="unknown").count()


def doubt_unsent(book: Book) -> int:
    """What waits to be sent may have been sent, and the disk forgot: it is looked for twice before. How many."""
    rows = Intent.objects.filter(merchant_id=book.merchant_id, state="ready").exclude(verb="push_cancellation")
    return rows.update(look_first=True, doubtful=True)
