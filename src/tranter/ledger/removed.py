"""Connections that were removed: for 30 days they can be brought back, without their credentials."""

from datetime import datetime, timedelta

import msgspec

from tranter.ledger import journal
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionState
from tranter.ledger.models import Connection
from tranter.ledger.writing import writing

KEPT = timedelta(days=30)


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """`until`: it can be brought back till then. `account` is whose it was."""

    id: int
    name: str
    connector: str
    account: str
    removed_at: datetime
    until: datetime


class NameTaken(Exception):
    """Another connection has its name by now."""


def removed(book: Book, now: datetime) -> list[Removed]:
    """The newest first. One that never had an account is nothing to come back to."""
    rows = Connection.objects.filter(
        merchant_id=book.merchant_id, state=ConnectionState.REMOVED.value, state_since__gt=now - KEPT
    )
    found = rows.exclude(account_id="").order_by("-state_since", "-pk")
    return [
        Removed(
            id=row.pk,
            name=row.name.removesuffix(_mark(row.pk)),
            connector=row.connector,
            account=row.account_name,
            removed_at=row.state_since,
            until=row.state_since + KEPT,
        )
        for row in found
    ]


def bring_back(book: Book, one: Removed, state: ConnectionState, actor: str, now: datetime) -> None:
    """With its settings, its flows and all that hangs on it. Raises `NameTaken`."""
    with writing(book):
        others = Connection.objects.filter(merchant_id=book.merchant_id)
        if others.filter(name=one.name).exists():
            raise NameTaken(f"there is a connection {one.name!r} by now: rename or remove that first")
        rows = others.filter(pk=one.id, state=ConnectionState.REMOVED.value)
        for row in rows.select_for_update(no_key=True):
            row.name, row.state, row.state_since = one.name, state.value, now
            row.state_reason, row.version = "it was removed, and its credentials with it", row.version + 1
            row.save(update_fields=["name", "state", "state_reason", "state_since", "version"])
            journal.append(book, [journal.Entry(what="connection_brought_back", subject=one.name, actor=actor)], now)


def _mark(connection_id: int) -> str:
    return f" (removed {connection_id})"
