"""The second step: what only one person has."""

import base64
import hmac
import re
import struct

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from tests.web.house import Web
from tests.web.test_people import PASSWORD, is_in, known, served_again, sign_in, text
from tranter.engine.clock import RealClock
from tranter.ledger import factors, letters, team
from tranter.testing.faultmark import fault


@pytest.fixture(autouse=True)
def nobody_waits() -> None:
    """The limits of the test before."""
    cache.clear()


def code(secret: str, step: int = 0) -> str:
    """What the app shows, `step` half minutes from now."""
    counter = struct.pack(">Q", int(RealClock().now().timestamp()) // 30 + step)
    found = hmac.digest(base64.b32decode(secret), counter, "sha1")
    place = found[-1] & 15
    number = struct.unpack(">I", found[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def add_app(web: Web) -> str:
    assert web.post("/sign-in/again?next=/me/app/add", {"password": PASSWORD}).status_code == 302
    page = text(web.get("/me/app/add"))
    secret = re.findall(r'id="authenticator_secret"[^>]*value="(\w+)"', page)[0]
    assert web.post("/me/app/add", {"code": code(secret)}).status_code == 302
    return secret


@pytest.fixture
def ada(web: Web) -> Web:
    known(web)
    sign_in(web)
    return web


@fault("SEC-08")
def test_with_an_app_the_password_alone_is_not_enough(ada: Web) -> None:
    secret = add_app(ada)
    other = served_again(ada)

    assert sign_in(other)["Location"].startswith("/sign-in/code")
    assert not is_in(other)
    other.post("/sign-in/code", {"code": "000000"})
    assert not is_in(other)
    other.post("/sign-in/code", {"code": code(secret, 1)})
    assert is_in(other)


def test_guessing_codes_ends_soon(ada: Web) -> None:
    secret = add_app(ada)
    other = served_again(ada)
    sign_in(other)
    for number in range(6):
        other.post("/sign-in/code", {"code": f"{number:06d}"})

    other.post("/sign-in/code", {"code": code(secret, 1)})
    assert not is_in(other)


def test_a_recovery_code_counts_once(ada: Web) -> None:
    add_app(ada)
    spare = re.findall(r"\b\d{8}\b", text(ada.get("/me/codes")))
    assert len(spare) == 10

    other = served_again(ada)
    sign_in(other)
    other.post("/sign-in/code", {"code": spare[0]})
    assert is_in(other)
    third = served_again(ada)
    sign_in(third)
    third.post("/sign-in/code", {"code": spare[0]})
    assert not is_in(third)
    assert factors.factors(team.member("ada@example.com").id).codes_left == 9


def test_what_an_app_is_made_of_lies_sealed_and_a_new_key_opens_it(ada: Web, tmp_path) -> None:
    secret = add_app(ada)

    rows = list(Authenticator.objects.values_list("data", flat=True))
    assert secret not in str(rows)
    assert all(len(str(data.get("secret", data.get("seed")))) > 60 for data in rows)


def test_whoever_changes_how_they_sign_in_is_told_by_mail(ada: Web) -> None:
    add_app(ada)

    assert [one.to for one in letters.letters(ada.scene.vault)] == ["ada@example.com"]


def test_to_add_or_remove_one_the_password_is_asked_for_again(ada: Web) -> None:
    stranger = ada.signed_in("ada@example.com")  # somebody at a browser that was left open

    add_app(ada)

    for path in ("/me/app/remove", "/me/codes", "/me/codes/new", "/me/passkeys/add"):
        assert "/sign-in/again" in stranger.get(path)["Location"], path


def test_who_has_lost_everything_is_helped_at_the_terminal(ada: Web) -> None:
    add_app(ada)
    me = team.member("ada@example.com").id
    assert factors.protected([me]) == {me}

    factors.drop(me)

    other = served_again(ada)
    assert sign_in(other)["Location"] == "/"


def test_the_page_of_ones_own_account_shows_it_all(ada: Web) -> None:
    page = text(ada.get("/me/sign-in"))
    assert "Add an app" in page
    add_app(ada)
    assert "Remove the app" in text(ada.get("/me/sign-in"))


def test_one_sets_how_one_is_called_and_shown_things(ada: Web) -> None:
    form = {"name": "Ada L.", "language": "en-gb", "time_zone": "Europe/Berlin", "theme": "dark"}
    assert ada.post("/me", form).status_code == 303

    page = text(ada.get("/me"))
    assert 'value="Ada L."' in page
    assert 'data-theme="dark"' in page
    assert 'lang="en-gb"' in page
    assert ada.post("/me", {**form, "time_zone": "Mars/Olympus"}).status_code == 200


def test_another_browser_is_signed_out_from_here(ada: Web) -> None:
    other = served_again(ada)
    sign_in(other)
    page = text(ada.get("/me/sign-in"))
    [visit] = re.findall(r'name="visit" value="(\w+)"', page)

    ada.post("/me/visits/end", {"visit": visit})

    assert (is_in(ada), is_in(other)) == (True, False)
    sign_in(other)
    ada.post("/me/visits/end", {"which": "others"})
    assert (is_in(ada), is_in(other)) == (True, False)
