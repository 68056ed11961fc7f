"""Consent pages that were opened: for whom and by whom, that each answer counts once, and how each ended."""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import Enum

import msgspec
from django.db import transaction

from tranter.ledger.models import SignIn

LIFE = timedelta(minutes=10)
AGAIN = "begin the sign-in again"


class StateProblem(Exception):
    """The answer belongs to no consent page that waits for one; the text says why and what to do."""


class SignInOutcome(Enum):
    WAITING = "waiting"
    GRANTED = "granted"
    DECLINED = "declined"
    WRONG_ACCOUNT = "wrong_account"
    FAILED = "failed"
    EXPIRED = "expired"


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """`redirect_uri` is the one that the consent page was told: the exchange has to name the same.

    `holder` is who may bring the answer, empty for whoever has its state. `goes_live`: the connection runs afterwards.
    """

    connection_id: int
    redirect_uri: str
    holder: str = ""
    goes_live: bool = True
    id: int = 0


class Begun(msgspec.Struct, frozen=True):
    id: int
    state: str
    expires_at: datetime


class Ended(msgspec.Struct, frozen=True):
    """How one sign-in stands; `said` is the reason where it came to nothing."""

    outcome: SignInOutcome
    said: str = ""


def begin(wanted: Waiting, now: datetime) -> Begun:
    """A new `state`. What expired a day ago is forgotten."""
    state = secrets.token_urlsafe(32)
    with transaction.atomic():
        SignIn.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
        row = SignIn.objects.create(
            connection_id=wanted.connection_id,
            state_hash=_hash(state),
            redirect_uri=wanted.redirect_uri,
            expires_at=now + LIFE,
            holder=holder_hash(wanted.holder),
            goes_live=wanted.goes_live,
        )
    return Begun(row.pk, state, now + LIFE)


def redeem(state: str, now: datetime, connection_id: int | None = None, holders: tuple[str, ...] = ()) -> Waiting:
    """Uses it up. With a connection: only if it was opened for that one; else only by one of its `holders`."""
    with transaction.atomic():
        row = SignIn.objects.select_for_update().filter(state_hash=_hash(state)).first()
        if row is None:
            raise StateProblem(f"this answer belongs to no sign-in that was begun here: {AGAIN}")
        if connection_id is not None and row.connection_id != connection_id:
            raise StateProblem(f"this answer belongs to the sign-in of another connection: {AGAIN}")
        known = connection_id is not None or row.holder in {"", *map(holder_hash, holders)}
        if not known:
            raise StateProblem(
                f"this answer belongs to a sign-in that was begun in another browser: {AGAIN} in this one"
            )
        if row.used_at is not None:
            raise StateProblem(f"this answer was used before: {AGAIN}")
        if now >= row.expires_at:
            raise StateProblem(f"this sign-in took longer than {LIFE.seconds // 60} minutes: {AGAIN}")
        row.used_at = now
        row.save(update_fields=["used_at"])
    return _waiting(row)


def redeem_latest(connection_id: int, now: datetime) -> Waiting:
    """For an answer that came without its state, brought by the person who began the sign-in."""
    with transaction.atomic():
        rows = SignIn.objects.select_for_update().filter(connection_id=connection_id, used_at=None, expires_at__gt=now)
        row = rows.order_by("-expires_at", "-pk").first()
        if row is None:
            raise StateProblem(f"no sign-in of this connection waits for an answer: {AGAIN}")
        row.used_at = now
        row.save(update_fields=["used_at"])
    return _waiting(row)


def settle(sign_in_id: int, ended: Ended) -> None:
    """For the page that waits."""
    SignIn.objects.filter(pk=sign_in_id).update(outcome=ended.outcome.value, said=ended.said[:500])


def ended(connection_id: int, sign_in_id: int, now: datetime) -> Ended:
    """What became of it; `WAITING` while nobody has come back."""
    row = SignIn.objects.filter(pk=sign_in_id, connection_id=connection_id).first()
    if row is None:
        return Ended(SignInOutcome.EXPIRED)
    if row.outcome:
        return Ended(SignInOutcome(row.outcome), row.said)
    return Ended(SignInOutcome.EXPIRED if now >= row.expires_at else SignInOutcome.WAITING)


def newest(connection_id: int, holder: str, after: int, now: datetime) -> Ended:
    """How the newest one stands that this holder began after that one."""
    mine = SignIn.objects.filter(connection_id=connection_id, holder=holder_hash(holder), pk__gt=after)
    found = mine.order_by("-pk").values_list("pk", flat=True).first()
    return ended(connection_id, found, now) if found is not None else Ended(SignInOutcome.WAITING)


def last_id(connection_id: int) -> int:
    return SignIn.objects.filter(connection_id=connection_id).order_by("-pk").values_list("pk", flat=True).first() or 0


def _waiting(row: SignIn) -> Waiting:
    return Waiting(
        connection_id=row.connection_id,
        redirect_uri=row.redirect_uri,
        holder=row.holder,
        goes_live=row.goes_live,
        id=row.pk,
    )


def holder_hash(holder: str) -> str:
    return _hash(holder) if holder else ""


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
