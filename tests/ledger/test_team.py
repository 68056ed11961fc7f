"""Who may sign in, and who stays the owner."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from tests.ledger.conftest import NOW
from tranter.ledger import journal, team
from tranter.ledger.book import ensure_book
from tranter.ledger.models import User
from tranter.ledger.people import person, reached
from tranter.ledger.setup import close_connections
from tranter.ledger.team import Hand, NewPerson, Role, TeamProblem
from tranter.ledger.vault import Vault

PASSWORD = "a lamp on the harbour"


@pytest.fixture
def hand(vault: Vault) -> Hand:
    ensure_book(vault, "harbour", NOW)
    ensure_book(vault, "meadow", NOW)
    return Hand(vault=vault, actor="operator", now=NOW)


def owner(hand: Hand, email: str = "ada@example.com") -> team.Member:
    return team.add(hand, NewPerson(email=email, role=Role.OWNER, staff=True, everywhere=True), PASSWORD)


def clerk(hand: Hand, email: str = "bob@example.com", *merchants: str) -> team.Member:
    return team.add(hand, NewPerson(email=email, role=Role.OPERATOR, merchants=merchants or ("harbour",)), PASSWORD)


def test_an_address_has_one_form_and_one_account(hand: Hand) -> None:
    made = owner(hand, " Ada@Example.com ")

    assert made.email == "ada@example.com"
    with pytest.raises(TeamProblem, match="already"):
        owner(hand, "ADA@example.com")


def test_a_password_is_kept_as_argon2_and_a_weak_one_is_refused(hand: Hand) -> None:
    made = owner(hand)

    assert identify_hasher(User.objects.get(pk=made.id).password).algorithm == "argon2"
    for weak in ("short", "1234567890", "bob@example.com"):
        with pytest.raises(TeamProblem):
            team.add(hand, NewPerson(email="bob@example.com", staff=True, everywhere=True), weak)
    assert [one.email for one in team.members()] == ["ada@example.com"]


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (NewPerson(email="ada"), "no e-mail address"),
        (NewPerson(email="a@b.co"), "which merchants"),
        (NewPerson(email="a@b.co", merchants=("nowhere",)), "no merchant 'nowhere'"),
        (NewPerson(email="a@b.co", everywhere=True), "only staff"),
    ],
)
def test_what_makes_no_sense_is_told(hand: Hand, new: NewPerson, said: str) -> None:
    with pytest.raises(TeamProblem, match=said):
        team.add(hand, new, PASSWORD)


def test_everybody_reaches_what_they_were_given(hand: Hand) -> None:
    reach = {
        row.email: [one.slug for one in reached(person(row))]
        for row in (User.objects.get(pk=one.id) for one in (owner(hand), clerk(hand)))
    }

    assert reach == {"ada@example.com": ["harbour", "meadow"], "bob@example.com": ["harbour"]}


def test_a_merchant_sees_its_own_people_and_none_of_the_house(hand: Hand) -> None:
    owner(hand)
    clerk(hand)
    clerk(hand, "eve@example.com", "meadow")

    assert [one.email for one in team.members(["harbour"])] == ["bob@example.com"]


def test_the_last_owner_stays_the_owner(hand: Hand) -> None:
    first = owner(hand)
    for lesser in (
        NewPerson(email="", role=Role.OPERATOR, staff=True, everywhere=True),
        NewPerson(email="", role=Role.OWNER, staff=True, merchants=("harbour",)),
        NewPerson(email="", role=Role.OWNER, merchants=("harbour",)),
    ):
        with pytest.raises(TeamProblem, match="last owner"):
            team.change(hand, first.id, lesser)
    with pytest.raises(TeamProblem, match="last owner"):
        team.set_active(hand, first.id, active=False)
    assert team.member(first.id).rules_the_house

    owner(hand, "second@example.com")
    assert not team.set_active(hand, first.id, active=False).active


def test_two_owners_who_demote_each_other_at_once_leave_one(hand: Hand) -> None:
    both = [owner(hand), owner(hand, "second@example.com")]
    lesser = NewPerson(email="", role=Role.VIEWER, staff=True, everywhere=True)

    at_once([lambda one=one: team.change(hand, one.id, lesser) for one in both])

    assert [one.role for one in team.members()].count(Role.OWNER) == 1


def test_of_two_first_visitors_one_is_the_owner(hand: Hand) -> None:
    said = at_once(
        [
            lambda name=name: team.create_first_owner(hand, f"{name}@example.com", name, PASSWORD, f"{name}'s hub")
            for name in ("ada", "bob", "eve", "kim")
        ]
    )

    assert len(team.members()) == 1
    assert sorted(said) == ["TeamProblem"] * 3


def at_once(works: list) -> list[str]:
    """All at the same moment; what they raised."""
    said: list[str] = []
    gate = threading.Barrier(len(works))

    def run(work) -> None:
        gate.wait()
        try:
            work()
        except TeamProblem as error:
            said.append(type(error).__name__)
        finally:
            close_connections()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def signed_in(member: team.Member) -> str:
    store = SessionStore()
    store["_auth_user_id"] = str(member.id)
    store["agent"] = "Firefox"
    store.create()
    return str(store.session_key)


def test_who_is_switched_off_is_signed_out(hand: Hand) -> None:
    owner(hand)
    bob = clerk(hand)
    signed_in(bob)

    team.set_active(hand, bob.id, active=False)

    assert team.visits(bob.id) == []


def test_a_new_password_signs_out_everywhere(hand: Hand) -> None:
    bob, other = clerk(hand), clerk(hand, "kim@example.com")
    signed_in(bob)
    signed_in(other)

    team.set_password(hand, bob.id, "another lamp, another day")

    assert (team.visits(bob.id), len(team.visits(other.id))) == ([], 1)


def test_a_session_that_has_run_out_is_forgotten(hand: Hand) -> None:
    bob = clerk(hand)
    signed_in(bob)
    Session.objects.update(expire_date=NOW - timedelta(days=365))

    assert team.visits(bob.id) == []
    assert not Session.objects.exists()


def test_one_browser_can_be_signed_out_from_another(hand: Hand) -> None:
    bob = clerk(hand)
    here, _ = signed_in(bob), signed_in(bob)
    [there] = [one for one in team.visits(bob.id, here) if not one.is_this]

    assert there.agent == "Firefox"
    assert not team.end_visit(owner(hand).id, there.key)
    assert team.end_visit(bob.id, there.key)
    assert [one.is_this for one in team.visits(bob.id, here)] == [True]
    signed_in(bob)
    assert team.end_sessions(bob.id, keep=here) == 1


def test_the_journal_of_those_concerned_tells_it_without_a_name(hand: Hand) -> None:
    owner(hand)
    bob = clerk(hand)
    team.change(hand, bob.id, NewPerson(email="", role=Role.VIEWER, merchants=("meadow",)))

    told = {
        slug: [(line.what, line.subject) for line in journal.lines(ensure_book(hand.vault, slug, NOW))]
        for slug in ("harbour", "meadow")
    }
    assert told["harbour"][0] == told["meadow"][0] == ("person_changed", f"user:{bob.id}")
    assert [what for what, _ in told["harbour"]] == ["person_changed", "person_added", "person_added"]
    assert "example.com" not in str(told)
