"""Errands: one thing that a person wants done to many orders. Who works at it, how far it is, what came of it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from tranter.ledger import journal
from tranter.ledger.book import Book
from tranter.ledger.models import Errand, OrderRow
from tranter.ledger.writing import in_turn, writing

OPEN = ("waiting", "running")
ANSWER_LENGTH = 300


class UnknownErrand(LookupError):
    pass


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """`detail`: what the deed needs beside the order, a reason for instance."""

    what: str
    order_ids: Sequence[int]
    detail: Mapping[str, str] = {}
    user_id: int | None = None


class ErrandState(msgspec.Struct, frozen=True, kw_only=True):
    """`said`: answer → how often. An answer is `done`, or `held/KIND`, `not_possible/STATUS`, `no_answer/REASON`."""

    id: int
    merchant: str
    what: str
    detail: dict[str, str]
    total: int
    done: int
    failed: int
    said: dict[str, int]
    state: str
    created_at: datetime
    ended_at: datetime | None

    @property
    def open(self) -> bool:
        return self.state in OPEN


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What a process works at: the next orders of one errand."""

    errand_id: int
    merchant_id: int
    what: str
    detail: dict[str, str]
    user_id: int | None
    order_ids: tuple[int, ...]


def start(book: Book, wanted: Wanted, now: datetime) -> int:
    """The errand's id. Orders of other merchants are left out; the others keep their sequence."""
    asked = list(dict.fromkeys(wanted.order_ids))
    mine: set[int] = set()
    for begin in range(0, len(asked), 500):
        rows = OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=asked[begin : begin + 500])
        mine.update(rows.values_list("pk", flat=True))
    left = [order_id for order_id in asked if order_id in mine]
    with writing(book):
        row = Errand.objects.create(
            merchant_id=book.merchant_id,
            user_id=wanted.user_id,
            what=wanted.what,
            detail=dict(wanted.detail),
            left=left,
            total=len(left),
            state="waiting" if left else "done",
            created_at=now,
            ended_at=None if left else now,
        )
        actor = f"user:{wanted.user_id}" if wanted.user_id is not None else "operator"
        detail: journal.Detail = {"what": wanted.what, "orders": len(left)}
        journal.append(book, [journal.Entry(what="errand_started", actor=actor, detail=detail)], now)
    return row.pk


def state(book: Book, errand_id: int) -> ErrandState:
    row = _of(book).filter(pk=errand_id).first()
    if row is None:
        raise UnknownErrand(f"there is no errand {errand_id}")
    return _state(row)


def newest(book: Book, limit: int = 10) -> list[ErrandState]:
    return [_state(row) for row in _of(book).order_by("-pk")[:limit]]


def stop(book: Book, errand_id: int, now: datetime) -> bool:
    """What is not done yet stays as it is. False: it had come to its end already."""
    rows = Errand.objects.filter(merchant_id=book.merchant_id, pk=errand_id, state__in=OPEN)
    with writing(book):
        stopped = bool(rows.update(state="stopped", owner="", ended_at=now))
        if stopped:
            journal.append(book, [journal.Entry(what="errand_stopped", detail={"errand": errand_id})], now)
    return stopped


def take(owner: str, is_dead: Callable[[str], bool]) -> Turn | None:
    """The next orders of the oldest open errand. None: nothing waits, or another living process is at work."""
    waiting = Errand.objects.filter(state__in=OPEN).order_by("pk")
    if not waiting.exists():  # who only looks waits for no writer
        return None
    with in_turn(), transaction.atomic():
        row = waiting.select_for_update().first()
        if row is None or (row.owner not in ("", owner) and not is_dead(row.owner)):
            return None
        if (row.state, row.owner) != ("running", owner):
            row.state, row.owner = "running", owner
            row.save(update_fields=["state", "owner"])
        return Turn(
            errand_id=row.pk,
            merchant_id=row.merchant_id,
            what=row.what,
            detail=row.detail,
            user_id=row.user_id,
            order_ids=tuple(row.left[: 1 + row.total // 1000]),
        )


def note(turn: Turn, owner: str, answers: Mapping[int, str], now: datetime) -> bool:
    """What came of these orders. False: somebody stopped the errand meanwhile."""
    with transaction.atomic():
        row = Errand.objects.select_for_update().get(pk=turn.errand_id)
        said = Counter(row.said)
        said.update(answer[:ANSWER_LENGTH] for answer in answers.values())
        row.said, row.left = dict(said), [order_id for order_id in row.left if order_id not in answers]
        row.done += sum(answer == "done" for answer in answers.values())
        row.failed += sum(answer != "done" for answer in answers.values())
        if row.state == "running" and row.owner == owner and not row.left:
            row.state, row.owner, row.ended_at = "done", "", now
        row.save(update_fields=["said", "left", "done", "failed", "state", "owner", "ended_at"])
        return row.state != "stopped"


def _of(book: Book) -> "QuerySet[Errand]":
    return Errand.objects.filter(merchant_id=book.merchant_id).select_related("merchant").defer("left")


def _state(row: Errand) -> ErrandState:
    return ErrandState(
        id=row.pk,
        merchant=row.merchant.slug,
        what=row.what,
        detail=row.detail,
        total=row.total,
        done=row.done,
        failed=row.failed,
        said=dict(sorted(row.said.items(), key=lambda pair: (pair[0] != "done", -pair[1], pair[0]))),
        state=row.state,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )
