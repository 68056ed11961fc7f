"""What programs sign in with."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.ledger.conftest import NOW
from tests.ledger.test_team import hand
from tranter.ledger import actors, api_keys, connections, journal
from tranter.ledger.api_keys import ApiKeyProblem, Level, MadeKey, NewKey, Scope
from tranter.ledger.book import open_book
from tranter.ledger.connections import ConnectionRecord, NewConnection
from tranter.ledger.models import ApiKey
from tranter.ledger.team import Hand
from tranter.testing.faultmark import fault

__all__ = ["hand"]


@pytest.fixture
def shop(hand: Hand) -> ConnectionRecord:
    new = NewConnection(name="shop", connector="csv", settings={}, flows={})
    return connections.save(open_book(hand.vault, "harbour"), new, NOW)


def merchants_key(hand: Hand) -> MadeKey:
    return api_keys.make(hand, NewKey(level=Level.MERCHANT, name="the till", merchant="harbour"))


def words(hand: Hand, merchant: str) -> list[tuple[str, str]]:
    lines = journal.lines(open_book(hand.vault, merchant))
    return [(one.what, one.subject) for one in lines if one.what.startswith("api_key")]


def test_a_key_opens_until_it_expires_and_is_then_as_one_that_was_revoked(hand: Hand) -> None:
    ends = NOW + timedelta(days=3)
    new = NewKey(level=Level.MERCHANT, name="the till", merchant="harbour", expires_at=ends)
    made = api_keys.make(hand, new)
    user, secret = made.key.api_user, made.secret

    assert api_keys.verify(user, secret, ends - timedelta(seconds=1)) is not None
    assert api_keys.verify(user, secret, ends) is None
    late = replace(hand, now=ends)
    with pytest.raises(ApiKeyProblem, match="has expired"):
        api_keys.cycle(late, made.key.id)
    assert api_keys.revoke(late, made.key.id).revoked_at == ends
    with pytest.raises(ApiKeyProblem, match="later day"):
        api_keys.make(hand, replace(new, expires_at=NOW))


def test_a_user_is_a_number_and_8_letters_and_a_key_has_15(hand: Hand) -> None:
    made = merchants_key(hand)

    assert made.key.api_user[:-8].isdecimal()
    assert (len(made.key.api_user), len(made.secret)) == (12, 15)
    assert f"{made.key.api_user}{made.secret}".isalnum()


def test_the_right_key_opens_and_no_other(hand: Hand) -> None:
    made = merchants_key(hand)
    user = made.key.api_user

    found = api_keys.verify(user, made.secret, NOW)

    assert found == made.key
    for wrong in (("", ""), (user, ""), (user, made.secret[:-1]), (user.lower() + "x", made.secret), ("", made.secret)):
        assert api_keys.verify(*wrong, NOW) is None


def test_the_ledger_keeps_no_key(hand: Hand) -> None:
    made = merchants_key(hand)

    assert made.secret not in str(ApiKey.objects.values())


def test_a_revoked_key_opens_nothing(hand: Hand) -> None:
    made = merchants_key(hand)

    api_keys.revoke(hand, made.key.id)

    assert api_keys.verify(made.key.api_user, made.secret, NOW) is None
    with pytest.raises(ApiKeyProblem, match="was revoked"):
        api_keys.cycle(hand, made.key.id)


def test_the_old_key_dies_the_moment_it_is_cycled(hand: Hand) -> None:
    made = merchants_key(hand)

    anew = api_keys.cycle(hand, made.key.id)

    assert anew.key.api_user == made.key.api_user
    assert api_keys.verify(made.key.api_user, made.secret, NOW) is None
    assert api_keys.verify(made.key.api_user, anew.secret, NOW) is not None


def test_a_cart_key_dies_with_its_connection(hand: Hand, shop: ConnectionRecord) -> None:
    made = api_keys.make(hand, NewKey(level=Level.CART, name="shop", merchant="harbour", connection_id=shop.id))
    assert api_keys.verify(made.key.api_user, made.secret, NOW) == made.key

    connections.remove(open_book(hand.vault, "harbour"), shop, "operator", NOW)

    assert api_keys.verify(made.key.api_user, made.secret, NOW) is None


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (NewKey(level=Level.MERCHANT, name=" ", merchant="harbour"), "has a name"),
        (NewKey(level=Level.MERCHANT, name="till", merchant="nobody"), "no merchant 'nobody'"),
        (NewKey(level=Level.CART, name="till", merchant="harbour"), "belongs to a connection"),
        (NewKey(level=Level.WAREHOUSE, name="till", merchant="harbour"), "the installation's"),
        (NewKey(level=Level.MERCHANT, name="till", merchant="harbour", scopes=frozenset()), "may do nothing"),
    ],
)
def test_what_makes_no_sense_is_not_made(hand: Hand, new: NewKey, said: str) -> None:
    with pytest.raises(ApiKeyProblem, match=said):
        api_keys.make(hand, new)
    assert api_keys.keys() == []


@fault("SEC-02")
def test_a_cart_key_belongs_to_a_connection_of_its_own_merchant(hand: Hand, shop: ConnectionRecord) -> None:
    with pytest.raises(ApiKeyProblem, match="of its merchant"):
        api_keys.make(hand, NewKey(level=Level.CART, name="mine", merchant="meadow", connection_id=shop.id))


def test_everything_done_to_a_key_is_in_the_journal_of_whom_it_reaches(hand: Hand) -> None:
    one = merchants_key(hand)
    api_keys.cycle(hand, one.key.id)
    api_keys.revoke(hand, one.key.id)
    house = api_keys.make(hand, NewKey(level=Level.WAREHOUSE, name="the house"))

    both = ("api_key_made", house.key.actor)
    assert words(hand, "meadow") == [both]
    its_own = [(f"api_key_{word}", one.key.actor) for word in ("revoked", "cycled", "made")]
    assert words(hand, "harbour") == [both, *its_own]
    assert actors.names([one.key.actor, "hub", "key:9x"]) == {one.key.actor: "the till"}


def test_keys_are_listed_for_whoever_rules_their_merchant(hand: Hand) -> None:
    ours = merchants_key(hand)
    theirs = api_keys.make(hand, NewKey(level=Level.MERCHANT, name="other", merchant="meadow"))
    house = api_keys.make(hand, NewKey(level=Level.WAREHOUSE, name="house", scopes=frozenset(Scope)))
    gone = api_keys.revoke(hand, theirs.key.id)

    assert api_keys.keys() == [house.key, ours.key, gone]
    assert api_keys.keys(["harbour"]) == [ours.key]


def test_its_last_use_is_noted_once_a_minute(hand: Hand) -> None:
    made = merchants_key(hand)
    for seconds in (0, 30, 61, 90):
        api_keys.verify(made.key.api_user, made.secret, NOW + timedelta(seconds=seconds))

    assert api_keys.key(made.key.id) == replace(made.key, last_used_at=NOW + timedelta(seconds=61))
