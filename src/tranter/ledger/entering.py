"""A link that signs one person in, once, soon: for whoever may run commands on the hub's own machine."""

import hashlib
from datetime import timedelta

import msgspec
from django.core import signing

from tranter.ledger.models import User

SALT = "tranter.enter"
LIFE = timedelta(hours=1)


class EntryProblem(Exception):
    """The link can't be used; the text says why and what to do."""


class _Entry(msgspec.Struct, frozen=True):
    user: int
    mark: str


def entry_token(email: str) -> str:
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise EntryProblem(f"nobody with the e-mail {email!r} may sign in here")
    entry = _Entry(user.pk, _mark(user))
    return signing.dumps(msgspec.to_builtins(entry), salt=SALT)


def entered(token: str) -> User:
    """Whose link it is. It counts until that person signs in, or has another password."""
    again = "make a new one: tranter user link"
    try:
        entry = msgspec.convert(signing.loads(token, salt=SALT, max_age=LIFE), _Entry)
    except signing.SignatureExpired as error:
        raise EntryProblem(f"this link is more than an hour old: {again}") from error
    except (signing.BadSignature, msgspec.ValidationError) as error:
        raise EntryProblem(f"this link is not whole: {again}") from error
    user = User.objects.filter(pk=entry.user, is_active=True).first()
    if user is None or _mark(user) != entry.mark:
        raise EntryProblem(f"this link was used before: {again}")
    return user


def _mark(user: User) -> str:
    """Changes with every sign-in and every new password."""
    return hashlib.sha256(f"{user.pk}/{user.password}/{user.last_login}".encode()).hexdigest()[:20]
