"""Consent pages that were opened: which connection they are for, and that each answer counts once."""

import hashlib
import secrets
from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from tranter.ledger.models import SignIn

LIFE = timedelta(minutes=10)


class StateProblem(Exception):
    """The answer belongs to no consent page that waits for one; the text says why and what to do."""


class Waiting(msgspec.Struct, frozen=True):
    """`redirect_uri` is the one that the consent page was told: the exchange has to name the same."""

    connection_id: int
    redirect_uri: str


def begin(connection_id: int, redirect_uri: str, now: datetime) -> tuple[str, datetime]:
    """A new `state`, and until when it counts. What expired a day ago is forgotten."""
    state = secrets.token_urlsafe(32)
    with transaction.atomic():
        SignIn.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
        SignIn.objects.create(
            connection_id=connection_id,
            state_hash=_hash(state),
            redirect_uri=redirect_uri,
            expires_at=now + LIFE,
        )
    return state, now + LIFE


def redeem(state: str, now: datetime, connection_id: int | None = None) -> Waiting:
    """Uses it up. With a connection: only if it was opened for that one."""
    again = "begin the sign-in again"
    with transaction.atomic():
        row = SignIn.objects.select_for_update().filter(state_hash=_hash(state)).first()
        if row is None:
            raise StateProblem(f"this answer belongs to no sign-in that was begun here: {again}")
        if connection_id is not None and row.connection_id != connection_id:
            raise StateProblem(f"this answer belongs to the sign-in of another connection: {again}")
        if row.used_at is not None:
            raise StateProblem(f"this answer was used before: {again}")
        if now >= row.expires_at:
            raise StateProblem(f"this sign-in took longer than {LIFE.seconds // 60} minutes: {again}")
        row.used_at = now
        row.save(update_fields=["used_at"])
    return Waiting(row.connection_id, row.redirect_uri)


def redeem_latest(connection_id: int, now: datetime) -> Waiting:
    """For an answer that came without its state, brought by the person who began the sign-in."""
    with transaction.atomic():
        rows = SignIn.objects.select_for_update().filter(connection_id=connection_id, used_at=None, expires_at__gt=now)
        row = rows.order_by("-expires_at", "-pk").first()
        if row is None:
            raise StateProblem("no sign-in of this connection waits for an answer: begin the sign-in again")
        row.used_at = now
        row.save(update_fields=["used_at"])
    return Waiting(row.connection_id, row.redirect_uri)


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
