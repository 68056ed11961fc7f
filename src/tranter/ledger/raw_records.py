"""What the other systems told, sealed as it came: stored with the cursor behind it, and read later."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import Q, QuerySet
from msgspec.structs import replace

from tranter.ledger import bulk, exceptions, schedule
from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import Connection, OrderRow, RawRecord
from tranter.ledger.models.connections import account_of
from tranter.ledger.order_columns import digest_of
from tranter.ledger.questions import Change, Question, Rows, each, given, is_set
from tranter.ledger.writing import made_again, writing

AT_ONCE = 1000
UNREAD_STATES = ("new", "half")
UNREAD_ONLY = "NOT (ledger_rawrecord.state IN ('old', 'erased'))"
"""The condition of the index of what was not read, word for word: SQLite does not see it in a query's parameters."""


class RawLine(msgspec.Struct, frozen=True, gc=False):
    """`digest` names this version of it: another one may come while it is read."""

    id: int
    key: str
    payload: bytes
    digest: str
    received_at: datetime


class Unread(msgspec.Struct, frozen=True):
    """`digest` is the version's that can't be read; empty for whichever is there."""

    raw_id: int
    key: str
    cause: str
    remedy: str
    digest: str = ""


def raw_place(connection_id: int, kind: str, key: str) -> str:
    return f"raw.sealed:{connection_id}:{kind}:{key}"


class RawPage(msgspec.Struct, frozen=True):
    """Records of one kind as (remote key, payload), and the cursor that goes on after them.

    Those in `half` are told whole later, and not read before; those in `whole` are so now.
    """

    kind: str
    records: Sequence[tuple[str, bytes]]
    cursor: str
    half: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()


@made_again
def store_page(book: Book, held: schedule.Lease, page: RawPage, now: datetime) -> int:
    """Raw records and the new cursor, in one transaction. How many are new or changed."""
    rows = _raw_rows(book, held.connection_id, page.kind, page.records, now)
    for key in page.half & rows.keys():
        rows[key]["state"] = "half"
    with writing(book):
        schedule.move_cursor(held, page.cursor)
        changed = _store_raw(book, held.connection_id, page.kind, rows, now)
        WHOLE.make(merchant=book.merchant_id, connection=held.connection_id, kind=page.kind, keys=page.whole)
        return changed


@made_again
def store_reread(book: Book, connection_id: int, records: Sequence[tuple[str, bytes]], now: datetime) -> int:
    """Orders that were read again by their id, outside any window. How many are new or changed."""
    rows = _raw_rows(book, connection_id, "order", records, now)
    with writing(book):
        return _store_raw(book, connection_id, "order", rows, now)


WHOLE = Change(
    lambda: RawRecord.objects.filter(
        merchant_id=given("merchant"),
        connection_id=given("connection"),
        kind=given("kind"),
        key__in=each("keys", str),
        state="half",
    ),
    state="new",
)
VERSIONS = Question(
    lambda: RawRecord.objects.filter(
        connection_id=given("connection"), kind=given("kind"), key__in=each("keys", str)
    ).values_list("key", "digest", "state"),
    tuple[str, str, str],
)


def _raw_rows(
    book: Book, connection_id: int, kind: str, records: Iterable[tuple[str, bytes]], now: datetime
) -> dict[str, dict[str, object]]:
    """By key, the last of each."""
    return {
        key: {
            "merchant_id": book.merchant_id,
            "connection_id": connection_id,
            "kind": kind,
            "key": key,
            "digest": digest_of(body),
            "sealed": book.vault.seal(body, raw_place(connection_id, kind, key)),
            "received_at": now,
            "state": "new",
        }
        for key, body in dict(records).items()
    }


def _store_raw(book: Book, connection_id: int, kind: str, latest: Mapping[str, bulk.Row], now: datetime) -> int:
    versions = VERSIONS.ask(connection=connection_id, kind=kind, keys=latest)
    known = {key: digest for key, digest, _ in versions}
    changed = {key: row for key, row in latest.items() if known.get(key) != row["digest"]}
    if kind == "order":
        read = {key for key, _, state in versions if state not in UNREAD_STATES and key not in changed}
        for key in _seen_again(book, connection_id, list(latest), read, now):
            changed.pop(key, None)
    bulk.insert(
        RawRecord,
        list(changed.values()),
        unique=["connection_id", "kind", "key"],
        replace=["digest", "sealed", "received_at", "state"],
    )
    return len(changed)


def _seen_again(
    book: Book, connection_id: int, remote_ids: Sequence[str], read: Container[str], now: datetime
) -> set[str]:
    """Those among them that were erased: some before an order was made of them.

    Of what was `read` before, and is still so, the order counts as seen now. Of the others when they are read.
    """
    accounts = _accounts(book)
    account = accounts[connection_id]
    known = SEEN_BEFORE.ask(merchant=book.merchant_id, account=account, remote_ids=remote_ids)
    SEEN.make(ids=[pk for pk, remote_id, _ in known if remote_id in read], now=now)
    raws = ERASED_RAW.ask(connections=_serving(accounts, account), keys=remote_ids)
    return {*(remote_id for _, remote_id, is_erased in known if is_erased), *raws}


def serving(book: Book, account: str) -> list[int]:
    """The connections of this account, also those that are not in service any more."""
    return _serving(_accounts(book), account)


def _serving(accounts: Mapping[int, str], account: str) -> list[int]:
    return [pk for pk, served in accounts.items() if served == account]


def _accounts(book: Book) -> dict[int, str]:
    return {pk: account_of(pk, account_id) for pk, account_id in ACCOUNTS.ask(merchant=book.merchant_id)}


ACCOUNTS = Question(
    lambda: Connection.objects.filter(merchant_id=given("merchant")).values_list("pk", "account_id"), tuple[int, str]
)
SEEN_BEFORE = Question(
    lambda: OrderRow.objects.filter(
        merchant_id=given("merchant"), account=given("account"), remote_id__in=each("remote_ids", str)
    ).values_list("pk", "remote_id", is_set("erased_at")),
    tuple[int, str, bool],
)
SEEN = Change(lambda: OrderRow.objects.filter(pk__in=each("ids")), seen_at=given("now"))
ERASED_RAW = Question(
    lambda: RawRecord.objects.filter(
        connection_id__in=each("connections"), kind="order", key__in=each("keys", str), state="erased"
    ).values_list("key"),
    str,
)


def unread(book: Book, connection_id: int, kind: str, keys: Sequence[str] | None = None) -> list[RawLine]:
    """Some of these `keys`, or of all, the oldest first."""
    if keys is None:
        rows = UNREAD.ask(merchant=book.merchant_id, connection=connection_id, kind=kind)
    else:
        rows = UNREAD_OF.ask(merchant=book.merchant_id, connection=connection_id, kind=kind, keys=keys)
    return [replace(raw, payload=book.vault.open(raw.payload, raw_place(connection_id, kind, raw.key))) for raw in rows]


def unread_of(book: Book, connection_id: int, kind: str, told: Mapping[str, bytes]) -> list[RawLine]:
    """Those that are the version which the caller was told, by key, and still has: nothing is opened for them."""
    heads = HEADS.ask(merchant=book.merchant_id, connection=connection_id, kind=kind)
    return [
        RawLine(pk, key, told[key], digest, received_at)
        for pk, key, digest, received_at in heads
        if key in told and digest == digest_of(told[key])
    ]


def _unread() -> "QuerySet[RawRecord]":
    return unread_only(
        RawRecord.objects.filter(
            merchant_id=given("merchant"), connection_id=given("connection"), kind=given("kind"), state="new"
        )
    )


def unread_only(rows: "QuerySet[RawRecord]") -> "QuerySet[RawRecord]":
    return rows.extra(where=[UNREAD_ONLY])  # noqa: S610 - a constant


def _oldest(rows: "QuerySet[RawRecord]", *columns: str) -> "QuerySet[RawRecord, Any]":
    return rows.order_by("pk").values_list(*columns)[:AT_ONCE]


LINE = ("pk", "key", "sealed", "digest", "received_at")
UNREAD = Rows(lambda: _oldest(_unread(), *LINE), RawLine)
UNREAD_OF = Rows(lambda: _oldest(_unread().filter(key__in=each("keys", str)), *LINE), RawLine)
HEADS = Question(lambda: _oldest(_unread(), "pk", "key", "digest", "received_at"), tuple[int, str, str, datetime])


def mark_read(book: Book, digests: Mapping[int, str]) -> None:
    """By raw id the version that was read; empty for whichever is there. One that came meanwhile stays unread."""
    with writing(book):
        now = VERSIONS_NOW.ask(merchant=book.merchant_id, ids=digests)
        READ.make(merchant=book.merchant_id, ids=_still(digests, now))


def _still(digests: Mapping[int, str], now: Iterable[tuple[int, str]]) -> list[int]:
    """Those that are the same version still."""
    return [pk for pk, digest in now if digests[pk] in ("", digest)]


VERSIONS_NOW = Question(
    lambda: RawRecord.objects.filter(merchant_id=given("merchant"), pk__in=each("ids")).values_list("pk", "digest"),
    tuple[int, str],
)
READ = Change(lambda: RawRecord.objects.filter(merchant_id=given("merchant"), pk__in=each("ids")), state="old")


def mark_waiting(book: Book, about: Mapping[int, str]) -> None:
    """Records that belong to a remote order which the hub does not know: raw id → that order's remote id."""
    for raw_id, remote_id in about.items():
        rows = RawRecord.objects.filter(merchant_id=book.merchant_id, pk=raw_id)
        rows.update(state="waiting", about=remote_id[:200])


def awake(book: Book, connection_id: int, remote_ids: Iterable[str]) -> int:
    """Inside the transaction that made these remote orders known: what waited for them is read again.

    What the hub heard of a lent warehouse waits at the lender.
    """
    return AWAKE.make(merchant=book.merchant_id, connection=connection_id, remote_ids=remote_ids)


AWAKE = Change(
    lambda: _heard_by(given("connection"), given("merchant")).filter(
        state="waiting", about__in=each("remote_ids", str)
    ),
    state="new",
)


def _heard_by(connection: int | given, merchant: int | given) -> "QuerySet[RawRecord]":
    """By this connection; where it is a share of a lent one, by the lender."""
    mine = Connection.objects.filter(pk=connection, merchant_id=merchant)
    return RawRecord.objects.filter(Q(connection__in=mine) | Q(connection__in=mine.values("loan__lender")))


def read_again(book: Book, connection_id: int) -> int:
    """Unreadable records get another chance: after an update, or when somebody asks."""
    rows = RawRecord.objects.filter(merchant_id=book.merchant_id, connection_id=connection_id, state="unreadable")
    return unread_only(rows).update(state="new")


def mark_unreadable(book: Book, connection_id: int, kind: str, bad: Sequence[Unread], now: datetime) -> None:
    with writing(book):
        digests = {item.raw_id: item.digest for item in bad}
        rows = _heard_by(connection_id, book.merchant_id).filter(pk__in=many(digests))
        same = _still(digests, rows.values_list("pk", "digest"))
        rows.filter(pk__in=many(same)).update(state="unreadable")
        troubles = [
            exceptions.Trouble(
                kind="unreadable",
                subject=f"{kind} {item.key}",
                cause=item.cause,
                remedy=item.remedy or "correct it at the cart, or update Tranter; it is read again when it changes",
                connection_id=connection_id,
            )
            for item in bad
        ]
        exceptions.raise_exceptions(book, troubles, now)
