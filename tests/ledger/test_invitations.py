"""An account that waits for its person."""

from datetime import timedelta

import msgspec
import pytest

from tests.ledger.conftest import NOW
from tests.ledger.test_team import PASSWORD, at_once, clerk, hand, owner
from tranter.engine import team as inviting
from tranter.engine.team import Inviter
from tranter.ledger import invitations, letters, team
from tranter.ledger.invitations import InvitationProblem
from tranter.ledger.models import Invitation
from tranter.ledger.team import Hand, NewPerson, Role, TeamProblem
from tranter.ledger.vault import Vault

__all__ = ["hand"]

HOUSE = Inviter(id=None, name="Ada", reach=None)
HARBOUR = Inviter(id=None, name="Bob", reach=frozenset({"harbour"}))
NEW = NewPerson(email="Kim@example.com", role=Role.OPERATOR, merchants=("harbour",))
BASE = "https://hub.example"


def invited(hand: Hand, by: Inviter = HOUSE, new: NewPerson = NEW) -> str:
    _, link = inviting.invite(hand, by, new, BASE)
    return link.rpartition("/")[2]


def test_the_link_goes_by_mail_and_makes_the_account(hand: Hand, vault: Vault) -> None:
    token = invited(hand)

    [letter] = letters.letters(vault)
    assert letter.to == "kim@example.com"
    assert f"{BASE}/invitation/{token}" in letter.text
    made = invitations.redeem(hand, token, "Kim", PASSWORD)
    assert (made.email, made.name, made.role, made.merchants) == ("kim@example.com", "Kim", Role.OPERATOR, ("harbour",))
    assert invitations.waiting() == []


def test_the_ledger_keeps_no_token(hand: Hand) -> None:
    token = invited(hand)

    assert token not in str(Invitation.objects.values())


def test_a_link_counts_once(hand: Hand) -> None:
    token = invited(hand)
    invitations.redeem(hand, token, "", PASSWORD)

    with pytest.raises(InvitationProblem, match="used before"):
        invitations.redeem(hand, token, "", PASSWORD)


def test_of_two_who_use_it_at_once_one_gets_in(hand: Hand) -> None:
    token = invited(hand)

    def use() -> None:
        try:
            invitations.redeem(hand, token, "", PASSWORD)
        except InvitationProblem as error:
            raise TeamProblem(str(error)) from error

    assert len(at_once([use] * 4)) == 3
    assert len(team.members()) == 1


def test_to_look_uses_nothing_up_and_a_weak_password_neither(hand: Hand) -> None:
    token = invited(hand)
    for _ in range(3):
        invitations.look(token, NOW)
    with pytest.raises(TeamProblem):
        invitations.redeem(hand, token, "Kim", "short")

    assert invitations.redeem(hand, token, "Kim", PASSWORD).active


def test_after_three_days_it_has_run_out(hand: Hand) -> None:
    token = invited(hand)

    assert invitations.look(token, NOW + timedelta(hours=71))
    with pytest.raises(InvitationProblem, match="run out"):
        invitations.look(token, NOW + timedelta(hours=72))


def test_a_revoked_or_replaced_link_opens_nothing(hand: Hand) -> None:
    first = invited(hand)
    second = invited(hand)
    with pytest.raises(InvitationProblem, match="does not count"):
        invitations.look(first, NOW)
    [line] = invitations.waiting()
    assert invitations.revoke(line.id, NOW)

    for token in (second, "guessed"):
        with pytest.raises(InvitationProblem, match="does not count"):
            invitations.look(token, NOW)
    assert not invitations.revoke(line.id, NOW)


def test_sent_again_it_is_a_new_link_and_a_new_letter(hand: Hand, vault: Vault) -> None:
    first = invited(hand)
    [line] = invitations.waiting()
    _, link = inviting.invite_again(hand, HOUSE, line.id, BASE)

    assert first not in link
    assert len(letters.letters(vault)) == 2


def test_a_merchants_owner_gives_no_more_than_they_have(hand: Hand) -> None:
    boss = owner(hand)
    for wanted in (
        msgspec.structs.replace(NEW, staff=True, everywhere=True, merchants=()),
        msgspec.structs.replace(NEW, staff=True),
        msgspec.structs.replace(NEW, merchants=("meadow",)),
        msgspec.structs.replace(NEW, merchants=("harbour", "meadow")),
        msgspec.structs.replace(NEW, merchants=()),
    ):
        with pytest.raises(TeamProblem):
            invited(hand, HARBOUR, wanted)
    for whom in (boss, clerk(hand, "eve@example.com", "meadow"), clerk(hand, "kim@example.com", "harbour", "meadow")):
        with pytest.raises(TeamProblem):
            inviting.set_active(hand, HARBOUR, whom.id, active=False)
        with pytest.raises(TeamProblem):
            inviting.change(hand, HARBOUR, whom.id, NEW)

    mine = clerk(hand)
    assert not inviting.set_active(hand, HARBOUR, mine.id, active=False).active
    assert inviting.change(hand, HARBOUR, mine.id, NEW).role is Role.OPERATOR


def test_a_merchant_sees_the_invitations_to_itself_alone(hand: Hand) -> None:
    invited(hand)
    invited(hand, new=NewPerson(email="eve@example.com", merchants=("harbour", "meadow")))
    invited(hand, new=NewPerson(email="kay@example.com", staff=True, everywhere=True))

    assert [one.person.email for one in invitations.waiting(["harbour"])] == ["kim@example.com"]
    assert len(invitations.waiting()) == 3


def test_who_has_an_account_is_not_invited(hand: Hand) -> None:
    clerk(hand, "kim@example.com")

    with pytest.raises(TeamProblem, match="already"):
        invited(hand)
