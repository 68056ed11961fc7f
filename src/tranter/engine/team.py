"""Inviting people, and who may do what to whom."""

import msgspec
from django.utils.translation import gettext as _

from tranter.engine.mailing import Message, write
from tranter.ledger import invitations, team
from tranter.ledger.installation import hub_name
from tranter.ledger.invitations import InvitationLine
from tranter.ledger.team import Hand, Member, NewPerson, Role, TeamProblem


class Inviter(msgspec.Struct, frozen=True, kw_only=True):
    """Who invites: a house's owner whomever they like, a merchant's owner people of that merchant.

    `reach` None is everybody's: an owner of the house, or the operator at the terminal.
    """

    id: int | None
    name: str
    reach: frozenset[str] | None


def invite(hand: Hand, by: Inviter, new: NewPerson, base_url: str) -> tuple[InvitationLine, str]:
    """With the link, which also goes by mail. Raises `TeamProblem`."""
    check_reach(by, new)
    line, token = invitations.invite(hand, new, by.id)
    link = f"{base_url.rstrip('/')}/invitation/{token}"
    write(hand.vault, _letter(line, by, link), hand.now)
    return line, link


def invite_again(hand: Hand, by: Inviter, invitation_id: int, base_url: str) -> tuple[InvitationLine, str]:
    """The earlier link ends. Raises `TeamProblem`."""
    return invite(hand, by, invitations.by_id(invitation_id).person, base_url)


def check_reach(by: Inviter, wanted: NewPerson) -> None:
    """Nobody gives more than they have. Raises `TeamProblem`."""
    if by.reach is None:
        return
    if wanted.staff or wanted.everywhere:
        raise TeamProblem(_("Only an owner of the house makes somebody its staff."))
    if not wanted.merchants or set(wanted.merchants) - by.reach:
        raise TeamProblem(_("That merchant is not yours."))


def check_touch(by: Inviter, whom: Member) -> None:
    """May they change this person at all? Raises `TeamProblem`."""
    if by.reach is None:
        return
    if whom.staff or set(whom.merchants) - by.reach:
        raise TeamProblem(_("This person works for others, too: ask an owner of the house."))


def change(hand: Hand, by: Inviter, person_id: int, wanted: NewPerson) -> Member:
    """Raises `TeamProblem`."""
    check_touch(by, team.member(person_id))
    check_reach(by, wanted)
    return team.change(hand, person_id, wanted)


def set_active(hand: Hand, by: Inviter, person_id: int, active: bool) -> Member:
    """Raises `TeamProblem`."""
    check_touch(by, team.member(person_id))
    return team.set_active(hand, person_id, active)


def _letter(line: InvitationLine, by: Inviter, link: str) -> Message:
    name = hub_name()
    said = {"who": by.name or _("The operator"), "hub": name, "role": role_name(line.person.role), "link": link}
    text = _(
        "%(who)s invites you to %(hub)s, as %(role)s.\n\n"
        "Open this link, choose a password, and you are in. It counts once, for 72 hours:\n\n"
        "%(link)s\n\n"
        "If you don't know what this is about, do nothing."
    )
    return Message(
        key=f"invitation/{line.id}",
        to=line.person.email,
        subject=_("You are invited to %(hub)s") % said,
        text=text % said,
    )


def role_name(role: Role) -> str:
    match role:
        case Role.OWNER:
            return _("owner")
        case Role.OPERATOR:
            return _("operator")
        case Role.VIEWER:
            return _("viewer")
