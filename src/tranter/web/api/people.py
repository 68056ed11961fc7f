"""Who may sign in, and who is told what."""

from datetime import datetime

import msgspec

from tranter.engine import team as engine
from tranter.engine import telling
from tranter.ledger import invitations, notices, team
from tranter.ledger.api_keys import Scope
from tranter.ledger.invitations import InvitationLine
from tranter.ledger.notices import Channel, NewRule, Rule, Topic
from tranter.ledger.team import Member, NewPerson, Role, TeamProblem
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import delete, get, patch, post
from tranter.web.api.paging import Page, whole
from tranter.web.api.problem import Problem
from tranter.web.api.shapes import Given, Nothing, Number, Text, Word

MANAGE = Scope.MANAGE


def list_people(desk: ApiDesk) -> Page[Member]:
    """Who may sign in."""
    return whole(team.members(desk.inviter.reach))


def get_person(desk: ApiDesk, person_id: Number) -> Member:
    """One of them."""
    try:
        known = team.member(person_id)
        engine.check_touch(desk.inviter, known)
    except TeamProblem as error:
        raise Problem("not-found", f"there is nobody {person_id}") from error
    return known


class PersonChanged(Given):
    """`staff` is of the house: with `everywhere` for all merchants, else, like all others, for those named."""

    role: Role
    staff: bool = False
    everywhere: bool = False
    merchants: tuple[Word, ...] = ()


class PersonInvited(PersonChanged):
    email: Word
    name: Text = ""


def change_person(desk: ApiDesk, person_id: Number, body: PersonChanged) -> Member:
    """What they may do, and whom they reach."""
    known = get_person(desk, person_id)
    wanted = NewPerson(email=known.email, name=known.name, **body.model_dump())
    return engine.change(desk.hand, desk.inviter, person_id, wanted)


def switch_person_off(desk: ApiDesk, person_id: Number, body: Nothing) -> Member:
    """They may not sign in any more, and are signed out at once."""
    get_person(desk, person_id)
    return engine.set_active(desk.hand, desk.inviter, person_id, active=False)


def switch_person_on(desk: ApiDesk, person_id: Number, body: Nothing) -> Member:
    """They may sign in again."""
    get_person(desk, person_id)
    return engine.set_active(desk.hand, desk.inviter, person_id, active=True)


def list_invitations(desk: ApiDesk) -> Page[InvitationLine]:
    """Who was invited and has not come yet."""
    return whole(invitations.waiting(desk.inviter.reach))


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """`url` is shown this once; it also goes by mail, where the hub can send any."""

    invitation: InvitationLine
    url: str


def invite_person(desk: ApiDesk, body: PersonInvited) -> Invited:
    """They choose their password by a link that counts once, for 72 hours."""
    line, url = engine.invite(desk.hand, desk.inviter, NewPerson(**body.model_dump()), desk.base_url)
    return Invited(invitation=line, url=url)


def invite_again(desk: ApiDesk, invitation_id: Number, body: Nothing) -> Invited:
    """Another link for the same person; the earlier one opens nothing any more."""
    _known_invitation(desk, invitation_id)
    line, url = engine.invite_again(desk.hand, desk.inviter, invitation_id, desk.base_url)
    return Invited(invitation=line, url=url)


def revoke_invitation(desk: ApiDesk, invitation_id: Number) -> None:
    """The link opens nothing any more."""
    _known_invitation(desk, invitation_id)
    invitations.revoke(invitation_id, desk.now)


def _known_invitation(desk: ApiDesk, invitation_id: int) -> None:
    if invitation_id not in {one.id for one in invitations.waiting(desk.inviter.reach)}:
        raise Problem("not-found", f"there is no invitation {invitation_id}")


class RuleShown(msgspec.Struct, frozen=True, kw_only=True):
    """`merchant` null: of every merchant. `to` is what may be seen of the address."""

    id: int
    merchant: str | None
    topic: Topic
    channel: Channel
    to: str


def _rule(one: Rule) -> RuleShown:
    return RuleShown(id=one.id, merchant=one.merchant, topic=one.topic, channel=one.channel, to=one.shown)


def list_rules(desk: ApiDesk) -> Page[RuleShown]:
    """Who is told what. Where there is no rule for a topic, those are told whom it concerns."""
    return whole([_rule(one) for one in notices.rules(desk.hub.vault, desk.inviter.reach)])


class RuleGiven(Given):
    """`address` is an e-mail's, or an apprise URL. `merchant` null: of every merchant, for keys of the installation."""

    topic: Topic
    channel: Channel = Channel.MAIL
    address: Text = ""
    merchant: Word | None = None
    label: Text = ""


def add_rule(desk: ApiDesk, body: RuleGiven) -> RuleShown:
    """Tell somebody of a topic."""
    if body.merchant is not None and body.merchant not in {one.slug for one in desk.reach}:
        raise Problem("refused", f"there is no merchant {body.merchant!r}")
    return _rule(telling.add_rule(desk.hand, desk.inviter, NewRule(**body.model_dump())))


def _known_rule(desk: ApiDesk, rule_id: int) -> None:
    if rule_id not in {one.id for one in notices.rules(desk.hub.vault, desk.inviter.reach)}:
        raise Problem("not-found", f"there is no rule {rule_id}")


def remove_rule(desk: ApiDesk, rule_id: Number) -> None:
    """Take a rule away."""
    _known_rule(desk, rule_id)
    telling.remove_rule(desk.hand, desk.inviter, rule_id)


class Tried(msgspec.Struct, frozen=True):
    to: str
    at: datetime


def try_rule(desk: ApiDesk, rule_id: Number, body: Nothing) -> Tried:
    """Say hello by a rule at once."""
    _known_rule(desk, rule_id)
    known = telling.try_rule(desk.hand, desk.inviter, rule_id, desk.house.mail)
    return Tried(known.shown, desk.now)


PERSON = "/people/{person_id}"
OPERATIONS = (
    get("/people", list_people, scope=MANAGE),
    get(PERSON, get_person, scope=MANAGE),
    patch(PERSON, change_person, scope=MANAGE, current=get_person),
    post(f"{PERSON}/off", switch_person_off, scope=MANAGE),
    post(f"{PERSON}/on", switch_person_on, scope=MANAGE),
    get("/invitations", list_invitations, scope=MANAGE),
    post("/invitations", invite_person, scope=MANAGE, status=201),
    post("/invitations/{invitation_id}/again", invite_again, scope=MANAGE),
    delete("/invitations/{invitation_id}", revoke_invitation, scope=MANAGE),
    get("/notices", list_rules, scope=MANAGE),
    post("/notices", add_rule, scope=MANAGE, status=201),
    delete("/notices/{rule_id}", remove_rule, scope=MANAGE),
    post("/notices/{rule_id}/test", try_rule, scope=MANAGE),
)
