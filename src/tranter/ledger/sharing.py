"""Set-up links: an account owner signs in by one, without an account here. Only a hash of the token is kept."""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import Enum

import msgspec
from django.db import transaction

from tranter.ledger import connections, journal
from tranter.ledger.book import Book
from tranter.ledger.models import ShareLink
from tranter.ledger.writing import writing

LIFE = timedelta(hours=72)
OPEN = {"redeemed_at": None, "revoked_at": None, "granted_at": None}


class LinkState(Enum):
    """`redeemed`: its owner has opened it, and may sign in from that browser until it expires."""

    OPEN = "open"
    REDEEMED = "redeemed"
    GRANTED = "granted"
    EXPIRED = "expired"
    REVOKED = "revoked"


class LinkProblem(Exception):
    """The link leads nowhere; the text says why and what to do."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    connection_id: int
    email: str
    user_id: int | None


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """`made_by` is the e-mail address of who made it, empty when it was made at the command line."""

    id: int
    connection_id: int
    email: str
    made_by: str
    state: LinkState
    created_at: datetime
    expires_at: datetime


def make(book: Book, wanted: Wanted, now: datetime) -> tuple[Link, str]:
    """The link and its token, which is told once."""
    connections.check_owner(book, connections.by_id(wanted.connection_id))
    token = secrets.token_urlsafe(32)
    with writing(book):
        row = ShareLink.objects.create(
            connection_id=wanted.connection_id,
            email=wanted.email,
            token_hash=_hash(token),
            created_by_id=wanted.user_id,
            created_at=now,
            expires_at=now + LIFE,
        )
        entry = journal.Entry(what="setup_link_made", subject=row.connection.name, actor=_actor(wanted.user_id))
        journal.append(book, [entry], now)
    return _link(row, now), token


def links_of(book: Book, connection_id: int, now: datetime) -> list[Link]:
    """The newest first."""
    rows = ShareLink.objects.filter(connection_id=connection_id, connection__merchant_id=book.merchant_id)
    return [_link(row, now) for row in rows.select_related("created_by").order_by("-created_at", "-pk")]


def revoke(book: Book, link_id: int, now: datetime) -> bool:
    """False when there was nothing left to revoke."""
    rows = ShareLink.objects.filter(
        pk=link_id, connection__merchant_id=book.merchant_id, revoked_at=None, granted_at=None
    )
    return bool(rows.update(revoked_at=now))


def look(token: str, now: datetime) -> Link:
    """Who is asked for what; uses nothing up. Raises `LinkProblem`."""
    return _usable(ShareLink.objects.filter(token_hash=_hash(token)).first(), now)


def redeem(token: str, now: datetime) -> Link:
    """Uses it up: whoever redeems it may sign in until it expires. Raises `LinkProblem`."""
    with transaction.atomic():
        row = ShareLink.objects.select_for_update().filter(token_hash=_hash(token)).first()
        link = _usable(row, now)
        ShareLink.objects.filter(pk=link.id).update(redeemed_at=now)
    return link


def held(link_id: int, now: datetime) -> Link:
    """A link that was redeemed by the browser that asks. Raises `LinkProblem`."""
    row = ShareLink.objects.filter(pk=link_id).first()
    if row is None:
        raise LinkProblem("there is no such link: ask for a new one")
    link = _link(row, now)
    if link.state is not LinkState.REDEEMED:
        raise _problem(link)
    return link


def granted(link_id: int, now: datetime) -> bool:
    """The account owner signed in. False when that was known."""
    rows = ShareLink.objects.filter(pk=link_id, granted_at=None)
    return bool(rows.update(granted_at=now))


def open_links(connection_ids: list[int], now: datetime) -> set[int]:
    """Connections for which somebody is asked, and has not signed in yet."""
    rows = ShareLink.objects.filter(connection_id__in=connection_ids, expires_at__gt=now, revoked_at=None)
    return set(rows.filter(granted_at=None).values_list("connection_id", flat=True))


def _usable(row: ShareLink | None, now: datetime) -> Link:
    if row is None:
        raise LinkProblem("this link is not known here: open the newest one that you got, or ask for a new one")
    link = _link(row, now)
    if link.state is not LinkState.OPEN:
        raise _problem(link)
    return link


def _problem(link: Link) -> LinkProblem:
    match link.state:
        case LinkState.GRANTED:
            return LinkProblem("this link has done its work: the account is connected")
        case LinkState.EXPIRED:
            return LinkProblem("this link was good for 72 hours, and they are over: ask for a new one")
        case LinkState.REVOKED:
            return LinkProblem("this link was taken back: ask whoever sent it for a new one")
        case LinkState.REDEEMED | LinkState.OPEN:
            return LinkProblem("this link was used before, and it counts once: ask for a new one")


def _link(row: ShareLink, now: datetime) -> Link:
    return Link(
        id=row.pk,
        connection_id=row.connection_id,
        email=row.email,
        made_by=row.created_by.email if row.created_by is not None else "",
        state=_state(row, now),
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def _state(row: ShareLink, now: datetime) -> LinkState:
    if row.granted_at is not None:
        return LinkState.GRANTED
    if row.revoked_at is not None:
        return LinkState.REVOKED
    if now >= row.expires_at:
        return LinkState.EXPIRED
    return LinkState.OPEN if row.redeemed_at is None else LinkState.REDEEMED


def _actor(user_id: int | None) -> str:
    return f"user:{user_id}" if user_id is not None else "operator"


def _hash(token: str) -> str:
    return hashlib.sha256(f"link {token}".encode()).hexdigest()
