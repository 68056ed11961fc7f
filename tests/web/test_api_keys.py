"""Settings, API keys: made, shown once, replaced, revoked; by whom, and for whom."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.web.house import Web
from tests.web.test_people import text
from tranter.ledger import api_keys, connections, journal
from tranter.ledger.api_keys import Level, Scope
from tranter.ledger.book import ensure_book
from tranter.ledger.models import ApiKey

HERE = "/m/default/settings/api-keys"


def made(answer: Any) -> tuple[str, str]:
    page = text(answer)
    user, key = re.search(r'id="api-user">(\w+)', page), re.search(r'id="api-key">(\w+)', page)
    assert user is not None
    assert key is not None
    return user[1], key[1]


def make(who: Web, **form: Any) -> Any:
    return who.post(f"{HERE}/new", {"name": "till", "level": "cart", "scopes": ["read", "write"], **form})


def test_a_key_of_a_cart_is_made_with_its_cart_and_shown_once(web: Web) -> None:
    owner = web.as_merchant_user("owner")

    user, secret = made(make(owner))

    found = api_keys.verify(user, secret, web.scene.clock.now())
    assert found is not None
    assert (found.level, found.merchant, found.connection) == (Level.CART, "default", "till")
    assert connections.by_name(web.scene.book, "till").connector == "api"
    listed = text(owner.get(HERE))
    assert user in listed
    assert secret not in listed + text(owner.get(f"{HERE}/{found.id}"))


def test_a_key_of_a_merchant_may_what_was_chosen(web: Web) -> None:
    user, _ = made(make(web.as_merchant_user("owner"), level="merchant", scopes=["read"]))

    known = api_keys.key(user)
    assert (known.level, known.scopes, known.connection) == (Level.MERCHANT, frozenset({Scope.READ}), None)
    assert known.created_by.startswith("user:")


def test_a_key_with_an_end_opens_through_that_day_and_says_so_in_the_list(web: Web) -> None:
    owner, clock = web.as_merchant_user("owner"), web.scene.clock
    day = (clock.now() + timedelta(days=2)).date()
    user, secret = made(make(owner, expires=f"{day}"))
    assert "until" in text(owner.get(HERE))

    ends = api_keys.key(user).expires_at
    assert ends is not None
    assert ends.date() == day + timedelta(days=1)
    assert api_keys.verify(user, secret, ends) is None
    clock.jump(ends)
    assert "Expired" in text(owner.get(HERE))
    assert "Give another key" not in text(owner.get(f"{HERE}/{api_keys.key(user).id}"))
    assert make(owner, expires=f"{day}").status_code == 400


def test_it_is_given_another_and_revoked(web: Web) -> None:
    owner, now = web.as_merchant_user("owner"), web.scene.clock.now()
    user, secret = made(make(owner))
    number = api_keys.key(user).id

    same, anew = made(owner.post(f"{HERE}/{number}/cycle"))
    assert same == user
    assert api_keys.verify(user, secret, now) is None
    assert api_keys.verify(user, anew, now) is not None

    assert owner.post(f"{HERE}/{number}/revoke").status_code == 303
    assert api_keys.verify(user, anew, now) is None
    words = [line.what for line in journal.lines(web.scene.book, f"key:{number}")]
    assert words == ["api_key_revoked", "api_key_cycled", "api_key_made"]
    assert owner.post(f"{HERE}/{number}/cycle").status_code == 303


@pytest.mark.parametrize(
    "form", [{"name": ""}, {"name": "no spaces here!"}, {"level": "house"}, {"scopes": []}, {"name": "shop"}]
)
def test_what_makes_no_key_is_said_beside_the_form(web: Web, form: dict[str, Any]) -> None:
    answer = make(web.as_owner(), **form)

    assert answer.status_code == 400
    assert 'class="error"' in text(answer)
    assert ApiKey.objects.count() == 0


def test_a_merchants_owner_makes_none_for_others(web: Web) -> None:
    ensure_book(web.scene.vault, "zebra", web.scene.clock.now())
    owner = web.as_merchant_user("owner")

    assert make(owner, level="warehouse").status_code == 400
    answer = owner.post(
        "/all/settings/api-keys/new", {"name": "x", "level": "merchant", "merchant": "zebra", "scopes": ["read"]}
    )
    assert answer.status_code == 400
    assert ApiKey.objects.count() == 0


def test_a_key_of_the_house_is_seen_and_touched_by_its_owners_alone(web: Web) -> None:
    user, _ = made(make(web.as_owner(), level="warehouse"))
    number = api_keys.key(user).id
    ours = web.as_merchant_user("owner")

    assert user in text(web.as_owner().get("/all/settings/api-keys"))
    assert user not in text(ours.get(HERE)) + text(ours.get("/all/settings/api-keys"))
    for path in (f"{HERE}/{number}", f"/all/settings/api-keys/{number}"):
        assert ours.get(path).status_code == 404
        assert ours.post(f"{path}/revoke").status_code == 404
    assert api_keys.key(number).revoked_at is None


def test_an_operator_makes_none(web: Web) -> None:
    for who in (web.as_operator(), web.as_viewer()):
        assert make(who).status_code == 403
        assert who.get(HERE).status_code == 403
