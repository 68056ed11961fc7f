"""What programs sign in with, at both APIs: a user and a key. The key is shown once; only a hash of it is kept."""

import hashlib
import hmac
import secrets
import string
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import Enum

import msgspec
from django.db.models import Q

from tranter.ledger import journal
from tranter.ledger.book import Book
from tranter.ledger.models import ApiKey, Connection, Merchant
from tranter.ledger.team import Hand
from tranter.ledger.writing import writing_house

LETTERS = string.ascii_letters + string.digits
USER_LETTERS, KEY_LETTERS = 8, 15
NOTED_EVERY = timedelta(minutes=1)


class Level(Enum):
    """How far a key reaches: one connection, one merchant, or every merchant of the installation."""

    CART = "cart"
    MERCHANT = "merchant"
    WAREHOUSE = "warehouse"


class Scope(Enum):
    """None contains another. `manage` is for settings, connections, people and keys."""

    READ = "read"
    WRITE = "write"
    MANAGE = "manage"


USUAL = frozenset({Scope.READ, Scope.WRITE})


class ApiKeyProblem(ValueError):
    """It can't be done; the text says why and what to do."""


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """`merchant_id` is None at level warehouse, `connection_id` at every level but cart, `expires_at` for ever."""

    id: int
    level: Level
    merchant_id: int | None
    merchant: str | None
    connection_id: int | None
    connection: str | None
    name: str
    api_user: str
    scopes: frozenset[Scope]
    created_by: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    expires_at: datetime | None = None

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    @property
    def actor(self) -> str:
        """For the journal."""
        return f"key:{self.id}"


class MadeKey(msgspec.Struct, frozen=True):
    """`secret` is shown this once."""

    key: Key
    secret: str


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    level: Level
    name: str
    merchant: str | None = None
    connection_id: int | None = None
    scopes: frozenset[Scope] = USUAL
    expires_at: datetime | None = None


def make(hand: Hand, new: NewKey) -> MadeKey:
    """Raises `ApiKeyProblem`."""
    name = new.name.strip()
    if not 0 < len(name) <= 64:
        raise ApiKeyProblem("a key has a name of at most 64 letters: what uses it")
    if not new.scopes:
        raise ApiKeyProblem("a key that may do nothing is of no use: choose read, write or manage")
    expires_at = _expiry(new.expires_at, hand.now)
    with writing_house():
        merchant_id, connection_id = _place(new)
        api_user, secret = _new_user(), _new_secret()
        row = ApiKey.objects.create(
            level=new.level.value,
            merchant_id=merchant_id,
            connection_id=connection_id,
            name=name,
            api_user=api_user,
            key_hash=_hash(api_user, secret),
            scopes=sorted(one.value for one in new.scopes),
            created_by=hand.actor,
            created_at=hand.now,
            expires_at=expires_at,
        )
        made = _key(row)
        _note(hand, made, "api_key_made")
    return MadeKey(made, secret)


def _expiry(at: datetime | None, now: datetime) -> datetime | None:
    try:
        ends = at.astimezone(UTC) if at is not None else None
    except OverflowError as error:
        raise ApiKeyProblem("that day is too far away") from error
    if ends is not None and ends <= now:
        raise ApiKeyProblem("a key that has expired opens nothing: choose a later day")
    return ends


def _place(new: NewKey) -> tuple[int | None, int | None]:
    if new.level is Level.WAREHOUSE:
        if new.merchant is not None or new.connection_id is not None:
            raise ApiKeyProblem("a key of level warehouse is the installation's: it has no merchant and no connection")
        return None, None
    merchant = Merchant.objects.filter(slug=new.merchant).first()
    if merchant is None:
        raise ApiKeyProblem(f"there is no merchant {new.merchant!r}")
    if new.level is Level.MERCHANT:
        if new.connection_id is not None:
            raise ApiKeyProblem("a key of level merchant has no connection")
        return merchant.pk, None
    known = Connection.objects.filter(merchant=merchant).exclude(state="removed")
    if new.connection_id is None or not known.filter(pk=new.connection_id).exists():
        raise ApiKeyProblem("a key of level cart belongs to a connection of its merchant")
    return merchant.pk, new.connection_id


def verify(api_user: str, secret: str, now: datetime) -> Key | None:
    """None for a wrong, a revoked or an expired one, and one whose connection was removed: nobody learns which."""
    row = ApiKey.objects.select_related("merchant", "connection").filter(api_user=api_user).first()
    expected = row.key_hash if row is not None else _hash("", "")
    same = hmac.compare_digest(expected, _hash(api_user, secret))
    if row is None or not same or row.revoked_at is not None:
        return None
    if _key(row).has_expired(now):
        return None
    if row.connection is not None and row.connection.state == "removed":
        return None
    if row.last_used_at is None or now - row.last_used_at >= NOTED_EVERY:
        ApiKey.objects.filter(pk=row.pk).update(last_used_at=now)
    return _key(row)


def keys(slugs: Iterable[str] | None = None) -> list[Key]:
    """The newest first, revoked ones after all others. With slugs, those of these merchants alone."""
    rows = ApiKey.objects.select_related("merchant", "connection")
    if slugs is not None:
        rows = rows.filter(merchant__slug__in=list(slugs))
    found = [_key(row) for row in rows.order_by("-pk")]
    return sorted(found, key=lambda one: one.revoked_at is not None)


def ending(merchant_id: int | None, now: datetime, soon: timedelta) -> list[Key]:
    """Those of a merchant, or of the installation, that open something now and will not before long."""
    whose = Q(merchant=None) if merchant_id is None else Q(merchant_id=merchant_id)
    rows = ApiKey.objects.select_related("merchant", "connection").filter(whose, revoked_at=None)
    return [_key(row) for row in rows.filter(expires_at__gt=now, expires_at__lte=now + soon).order_by("expires_at")]


def key(name_or_id: str | int) -> Key:
    """By its number or its user. Raises `ApiKeyProblem`."""
    rows = ApiKey.objects.select_related("merchant", "connection")
    row = (rows.filter(pk=name_or_id) if isinstance(name_or_id, int) else rows.filter(api_user=name_or_id)).first()
    if row is None:
        raise ApiKeyProblem(f"there is no key {name_or_id!r}")
    return _key(row)


def revoke(hand: Hand, key_id: int) -> Key:
    """It opens nothing from now on. Raises `ApiKeyProblem`."""
    with writing_house():
        row = _usable(key_id)
        row.revoked_at = hand.now
        row.save(update_fields=["revoked_at"])
        _note(hand, _key(row), "api_key_revoked")
    return _key(row)


def cycle(hand: Hand, key_id: int) -> MadeKey:
    """A new secret for the same user; the old one opens nothing from now on. Raises `ApiKeyProblem`."""
    with writing_house():
        row = _usable(key_id)
        if _key(row).has_expired(hand.now):
            raise ApiKeyProblem("this key has expired: make a new one")
        secret = _new_secret()
        row.key_hash = _hash(row.api_user, secret)
        row.save(update_fields=["key_hash"])
        _note(hand, _key(row), "api_key_cycled")
    return MadeKey(_key(row), secret)


def _usable(key_id: int) -> ApiKey:
    row = ApiKey.objects.select_for_update(of=("self",)).filter(pk=key_id).first()
    if row is None:
        raise ApiKeyProblem(f"there is no key {key_id}")
    if row.revoked_at is not None:
        raise ApiKeyProblem("this key was revoked: make a new one")
    return row


def _note(hand: Hand, one: Key, what: str) -> None:
    """Into the journal of every merchant that it reaches."""
    rows = Merchant.objects.all() if one.merchant_id is None else Merchant.objects.filter(pk=one.merchant_id)
    detail: journal.Detail = {
        "level": one.level.value,
        "scopes": " ".join(sorted(scope.value for scope in one.scopes)),
        **({"expires": f"{one.expires_at:%Y-%m-%d %H:%M}"} if one.expires_at is not None else {}),
    }
    for pk in list(rows.values_list("pk", flat=True)):
        entry = journal.Entry(what=what, subject=one.actor, actor=hand.actor, detail=detail)
        journal.append(Book(pk, hand.vault), [entry], hand.now)


def _key(row: ApiKey) -> Key:
    return Key(
        id=row.pk,
        level=Level(row.level),
        merchant_id=row.merchant_id,
        merchant=row.merchant.slug if row.merchant is not None else None,
        connection_id=row.connection_id,
        connection=row.connection.name if row.connection is not None else None,
        name=row.name,
        api_user=row.api_user,
        scopes=frozenset(Scope(word) for word in row.scopes),
        created_by=row.created_by,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        expires_at=row.expires_at,
    )


def _new_user() -> str:
    """A number and 8 letters, as clients of such APIs expect it."""
    return f"{1000 + int.from_bytes(secrets.token_bytes(8)) % 9000}{letters(USER_LETTERS)}"


def _new_secret() -> str:
    return letters(KEY_LETTERS)


def letters(count: int) -> str:
    """Which nobody guesses. Each is as likely: they are the last digits of a number that has far more."""
    number, found = int.from_bytes(secrets.token_bytes(32)), ""
    while len(found) < count:
        number, digit = divmod(number, len(LETTERS))
        found += LETTERS[digit]
    return found


def _hash(api_user: str, secret: str) -> str:
    """89 bits that nobody chose need no slow hash."""
    return hashlib.sha256(f"api key {api_user} {secret}".encode()).hexdigest()
