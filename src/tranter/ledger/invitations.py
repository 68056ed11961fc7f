"""Accounts that wait for their person: a link that counts once, for three days. Only a hash of it is kept."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from tranter.ledger.models import Invitation
from tranter.ledger.team import Hand, Member, NewPerson, Role, TeamProblem, add, checked
from tranter.ledger.writing import writing_house

LIFE = timedelta(hours=72)


class InvitationProblem(ValueError):
    """The link opens nothing; the text says why and what to do."""


class InvitationLine(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    person: NewPerson
    invited_by: str
    created_at: datetime
    expires_at: datetime


def invite(hand: Hand, new: NewPerson, invited_by: int | None) -> tuple[InvitationLine, str]:
    """With the link's token, which is shown this once. An earlier one to the same address ends."""
    token = secrets.token_urlsafe(32)
    with writing_house():
        new = checked(new)
        Invitation.objects.filter(email=new.email, used_at=None, revoked_at=None).update(revoked_at=hand.now)
        row = Invitation.objects.create(
            email=new.email,
            name=new.name,
            role=new.role.value,
            staff=new.staff,
            everywhere=new.everywhere,
            merchants=list(new.merchants),
            token_hash=_hash(token),
            invited_by_id=invited_by,
            created_at=hand.now,
            expires_at=hand.now + LIFE,
        )
    return _line(row), token


def waiting(slugs: Iterable[str] | None = None) -> list[InvitationLine]:
    """Not used and not revoked; those that ran out, too. With slugs, those for nothing but these merchants."""
    rows = Invitation.objects.filter(used_at=None, revoked_at=None).select_related("invited_by").order_by("-pk")
    found = [_line(row) for row in rows]
    if slugs is None:
        return found
    reach = set(slugs)
    return [one for one in found if not one.person.staff and reach >= set(one.person.merchants)]


def by_id(invitation_id: int) -> InvitationLine:
    """One that waits. Raises `TeamProblem`."""
    for one in waiting():
        if one.id == invitation_id:
            return one
    raise TeamProblem("this invitation is used or revoked")


def revoke(invitation_id: int, now: datetime) -> bool:
    return bool(Invitation.objects.filter(pk=invitation_id, used_at=None, revoked_at=None).update(revoked_at=now))


def look(token: str, now: datetime) -> InvitationLine:
    """What the link is for. Looking uses nothing up. Raises `InvitationProblem`."""
    row = Invitation.objects.filter(token_hash=_hash(token)).select_related("invited_by").first()
    if row is None or row.revoked_at is not None:
        raise InvitationProblem("this invitation does not count: ask for a new one")
    if row.used_at is not None:
        raise InvitationProblem("this invitation was used before: sign in, or ask for a new one")
    if now >= row.expires_at:
        raise InvitationProblem("this invitation has run out: ask for a new one")
    return _line(row)


def redeem(hand: Hand, token: str, name: str, password: str) -> Member:
    """Uses it up and makes the account. Raises `InvitationProblem`, and `TeamProblem` for name and password."""
    with writing_house():
        line = look(token, hand.now)
        rows = Invitation.objects.filter(pk=line.id, used_at=None, revoked_at=None)
        if not rows.update(used_at=hand.now):
            raise InvitationProblem("this invitation was used before: sign in, or ask for a new one")
        return add(hand, msgspec.structs.replace(line.person, name=name or line.person.name), password)


def _line(row: Invitation) -> InvitationLine:
    by = row.invited_by
    return InvitationLine(
        id=row.pk,
        person=NewPerson(
            email=row.email,
            name=row.name,
            role=Role(row.role),
            staff=row.staff,
            everywhere=row.everywhere,
            merchants=tuple(row.merchants),
        ),
        invited_by=by.get_full_name() if by is not None else "",
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
