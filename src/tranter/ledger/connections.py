"""Connections: what they are set to, and whether they may run."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

import msgspec
from django.db.models import QuerySet

from tranter.ledger import exceptions, journal
from tranter.ledger.accounts import adopt_orders, file_orders
from tranter.ledger.book import HOUSE, Book
from tranter.ledger.models import Connection, Credential, Flow, ShareLink, SignIn
from tranter.ledger.models.connections import account_of
from tranter.ledger.questions import Question, given
from tranter.ledger.writing import writing
from tranter.model import Terms

BEGUN_ANEW = ("needs_sign_in", "account_taken", "flow_stopped")
"""Kinds of exceptions that are over when a connection is set to run."""


class ConnectionState(Enum):
    DRAFT = "draft"
    LIVE = "live"
    NEEDS_SIGN_IN = "needs_sign_in"
    PAUSED = "paused"
    REMOVED = "removed"


class ConnectionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`account` is the key that orders are unique on: the remote's user id, or the connection's own while unknown.

    With a `lender` it is a share of a warehouse of the house, on these `terms`: the lender's account is signed in at.
    """

    id: int
    merchant_id: int
    merchant: str
    name: str
    connector: str
    settings: dict[str, object]
    state: ConnectionState
    state_reason: str
    state_since: datetime
    account_id: str
    account_name: str
    facts: dict[str, str]
    live_at: datetime | None
    stock_live_at: datetime | None
    sign_in_ends_at: datetime | None = None
    owner_email: str = ""
    version: int
    lender: "ConnectionRecord | None" = None
    terms: Terms | None = None

    @property
    def account(self) -> str:
        return account_of(self.id, self.account_id)

    @property
    def runs(self) -> bool:
        return self.state is ConnectionState.LIVE and (self.lender is None or self.lender.runs)

    @property
    def source(self) -> "ConnectionRecord":
        """The connection that is signed in, and whose calls are counted."""
        return self.lender or self

    @property
    def is_of_house(self) -> bool:
        return self.merchant == HOUSE


class UnknownConnection(LookupError):
    pass


class AccountTaken(ValueError):
    """Another connection already serves this account for the same marketplaces."""


class IsLent(AccountTaken):
    """It is the house's warehouse: a merchant's share of it can't be changed or signed in at."""


OWN = ("pk", "merchant_id", "merchant__slug", *ConnectionRecord.__struct_fields__[3:-2])
COLUMNS = (*OWN, *(f"loan__lender__{name}" for name in OWN), *(f"loan__{name}" for name in Terms.__struct_fields__))


def _record(row: Sequence[Any]) -> ConnectionRecord:
    """Of its `COLUMNS`."""
    width = len(OWN)
    own, lender, terms = row[:width], row[width : 2 * width], row[2 * width :]
    found: dict[str, Any] = dict(zip(ConnectionRecord.__struct_fields__, own, strict=False))
    if lender[0] is not None:
        found["lender"] = dict(zip(ConnectionRecord.__struct_fields__, lender, strict=False))
        found["terms"] = dict(zip(Terms.__struct_fields__, terms, strict=True))
    return msgspec.convert(found, ConnectionRecord)


def records(rows: "QuerySet[Connection]") -> list[ConnectionRecord]:
    return [_record(row) for row in rows.order_by("pk").values_list(*COLUMNS)]


def all_of(book: Book) -> list[ConnectionRecord]:
    """Without those that were removed."""
    return [_record(row) for row in ALL.ask(merchant=book.merchant_id)]


ALL = Question(
    lambda: (
        Connection.objects.filter(merchant_id=given("merchant"))
        .exclude(state=ConnectionState.REMOVED.value)
        .order_by("pk")
        .values_list(*COLUMNS)
    ),
    list[Any],
)


def by_name(book: Book, name: str) -> ConnectionRecord:
    found = records(Connection.objects.filter(merchant_id=book.merchant_id, name=name))
    if not found:
        known = ", ".join(info.name for info in all_of(book)) or "none yet"
        raise UnknownConnection(f"there is no connection {name!r}; known are: {known}")
    return found[0]


def by_id(connection_id: int) -> ConnectionRecord:
    """For the engine's own walk over due flows, which belong to every merchant. Raises `Connection.DoesNotExist`."""
    for row in BY_ID.ask(id=connection_id):
        return _record(row)
    raise Connection.DoesNotExist(f"there is no connection {connection_id}")


BY_ID = Question(lambda: Connection.objects.filter(pk=given("id")).values_list(*COLUMNS), list[Any])


def check_owner(book: Book, info: ConnectionRecord) -> None:
    if info.merchant_id != book.merchant_id:
        raise UnknownConnection(f"the connection {info.name!r} is another merchant's")


def check_own(info: ConnectionRecord) -> None:
    """Raises `IsLent`."""
    if info.lender is not None:
        raise IsLent(f"{info.name} is lent by the house: only the house signs in at it and changes it")


class NewConnection(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    connector: str
    settings: Mapping[str, object]
    flows: Mapping[str, int]
    """Flow name → seconds between runs; 0 runs only when rung."""
    live: bool | None = True
    """None: a connection that is there keeps its state, a new one is a draft."""


def save(book: Book, new: NewConnection, now: datetime) -> ConnectionRecord:
    """Makes the connection, or changes the settings of the one with this name. Flows that exist keep their times."""
    with writing(book):
        row = Connection.objects.filter(merchant_id=book.merchant_id, name=new.name).first()
        if row is not None and hasattr(row, "loan"):
            raise IsLent(f"{new.name} is lent by the house: only the house changes it")
        if row is not None and row.connector != new.connector:
            raise ValueError(f"the connection {new.name!r} is one of {row.connector}, not of {new.connector}")
        if row is None:
            row = Connection(
                merchant_id=book.merchant_id,
                name=new.name,
                connector=new.connector,
                created_at=now,
                state_since=now,
            )
        row.settings = dict(new.settings)
        row.version += 1
        if new.live is not None:
            state = ConnectionState.LIVE if new.live else ConnectionState.DRAFT
            row.state, row.state_reason, row.state_since = state.value, "", now
        if new.live and row.live_at is None:
            row.live_at = now
        row.save()
        for name, seconds in new.flows.items():
            Flow.objects.get_or_create(connection=row, name=name, defaults={"every_seconds": seconds, "due_at": now})
        if new.live:
            Flow.objects.filter(connection=row).update(due_at=now, failures=0, failing_since=None)
        if new.live is not None:
            exceptions.resolve(book, now, connection_id=row.pk, kinds=BEGUN_ANEW)
        entry = journal.Entry(what="connection_saved", subject=new.name, detail={"connector": new.connector})
        journal.append(book, [entry], now)
    return by_name(book, new.name)


def remember_account(
    book: Book, info: ConnectionRecord, account: tuple[str, str], facts: Mapping[str, str], now: datetime
) -> ConnectionRecord:
    """What `verify` saw. Another account than before is refused: two shops' orders must not mix (`AccountTaken`)."""
    check_owner(book, info)
    check_own(info)
    account_id, account_name = account
    if info.account_id and account_id and info.account_id != account_id:
        raise AccountTaken(
            f"{info.name} is bound to the account {info.account_id}, and this sign-in is for {account_id}: "
            "sign in as the right user, or make a new connection for the other account"
        )
    with writing(book):
        Connection.objects.filter(pk=info.id).update(
            account_id=account_id or info.account_id,
            account_name=account_name,
            facts=dict(facts),
            version=info.version + 1,
        )
        if account_id and not info.account_id:
            file_orders(book, info.account, account_id)
            adopt_orders(book, info.id, account_id)
    return by_id(info.id)


def set_state(book: Book, connection_id: int, state: ConnectionState, reason: str, now: datetime) -> None:
    with writing(book):
        row = Connection.objects.select_for_update(no_key=True).get(pk=connection_id, merchant_id=book.merchant_id)
        if row.state == state.value:
            return
        row.state, row.state_reason, row.state_since = state.value, reason, now
        if state is ConnectionState.LIVE and row.live_at is None:
            row.live_at = now
        row.save(update_fields=["state", "state_reason", "state_since", "live_at"])
        if state is ConnectionState.LIVE:
            Flow.objects.filter(connection=row).update(due_at=now, failures=0, failing_since=None)
            exceptions.resolve(book, now, connection_id=row.pk, kinds=BEGUN_ANEW)
        entry = journal.Entry(what=f"connection_{state.value}", subject=row.name, detail={"reason": reason[:300]})
        journal.append(book, [entry], now)


def needs_sign_in(book: Book, info: ConnectionRecord, reason: str, now: datetime) -> None:
    set_state(book, info.id, ConnectionState.NEEDS_SIGN_IN, reason, now)
    trouble = exceptions.Trouble(
        kind="needs_sign_in",
        subject=info.name,
        cause=reason,
        remedy=f"sign in again: tranter sign-in {info.name}",
        connection_id=info.id,
    )
    exceptions.raise_exceptions(book, [trouble], now)


def note_sign_in(book: Book, info: ConnectionRecord, now: datetime) -> None:
    check_owner(book, info)
    journal.append(book, [journal.Entry(what="connection_signed_in", subject=info.name)], now)


def set_owner(book: Book, info: ConnectionRecord, email: str) -> None:
    """Who is told when the sign-in runs out."""
    Connection.objects.filter(pk=info.id, merchant_id=book.merchant_id).update(owner_email=email)


def remove(book: Book, info: ConnectionRecord, actor: str, now: datetime) -> None:
    """Its credentials are deleted and its name is free; its orders stay. For 30 days it can be brought back."""
    check_owner(book, info)
    check_own(info)
    if lent := Connection.objects.filter(loan__lender_id=info.id, loan__ended_at=None).count():
        raise IsLent(f"{info.name} is lent to {lent} merchants: end that first")
    with writing(book):
        free(book, info, now)
        journal.append(book, [journal.Entry(what="connection_removed", subject=info.name, actor=actor)], now)


def free(book: Book, info: ConnectionRecord, now: datetime) -> None:
    """Inside the caller's transaction: nothing of it runs any more, and its name may be taken again."""
    row = Connection.objects.select_for_update(no_key=True).get(pk=info.id, merchant_id=book.merchant_id)
    row.name = f"{info.name[:40]} (removed {info.id})"
    row.state, row.state_reason, row.state_since = ConnectionState.REMOVED.value, "", now
    row.version += 1
    row.save(update_fields=["name", "state", "state_reason", "state_since", "version"])
    Credential.objects.filter(connection=row).delete()
    ShareLink.objects.filter(connection=row, redeemed_at=None, revoked_at=None).update(revoked_at=now)
    SignIn.objects.filter(connection=row, used_at=None).update(used_at=now)
    exceptions.resolve(book, now, connection_id=row.pk)


def confirm_stock(book: Book, info: ConnectionRecord, now: datetime) -> None:
    with writing(book):
        Connection.objects.filter(pk=info.id, merchant_id=book.merchant_id).update(stock_live_at=now)
        journal.append(book, [journal.Entry(what="stock_confirmed", subject=info.name, actor="operator")], now)


def siblings(info: ConnectionRecord) -> list[ConnectionRecord]:
    """The live connections of the same merchant to the same account, oldest first, this one among them."""
    if not info.account_id:
        return [info]
    rows = SIBLINGS.ask(merchant=info.merchant_id, connector=info.connector, account=info.account_id)
    return [_record(row) for row in rows] or [info]


SIBLINGS = Question(
    lambda: (
        Connection.objects.filter(
            merchant_id=given("merchant"),
            connector=given("connector"),
            account_id=given("account"),
            state=ConnectionState.LIVE.value,
        )
        .order_by("pk")
        .values_list(*COLUMNS)
    ),
    list[Any],
)
