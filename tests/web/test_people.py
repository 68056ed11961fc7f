"""Coming in: the first visitor, the invited, the sign-in and what tries to get around it."""

import re
from copy import copy
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from tests.flow.stage import Scene
from tests.web.house import BASE_URL, Web, served
from tranter.config import Config
from tranter.engine import team as inviting
from tranter.engine.smtp import parse_mail_url
from tranter.engine.team import Inviter
from tranter.ledger import letters, team
from tranter.ledger.installation import hub_name
from tranter.ledger.models import User
from tranter.ledger.team import Hand, NewPerson, Role
from tranter.testing.faultmark import fault
from tranter.web.house import KEY

PASSWORD = "a lamp on the harbour"
NOWHERE = Path("nowhere")
FIRST = {"hub_name": "Harbour Goods", "name": "Ada", "email": "Ada@Example.com", "password": PASSWORD}


@pytest.fixture(autouse=True)
def nobody_waits() -> None:
    """The limits of the test before."""
    cache.clear()


def hand(web: Web) -> Hand:
    return Hand(vault=web.scene.vault, actor="operator", now=web.scene.clock.now())


def known(web: Web, email: str = "ada@example.com") -> team.Member:
    return team.add(hand(web), NewPerson(email=email, role=Role.OWNER, staff=True, everywhere=True), PASSWORD)


def sign_in(web: Web, email: str = "ada@example.com", password: str = PASSWORD, **more: str):
    return web.post("/sign-in", {"login": email, "password": password, **more})


def is_in(web: Web) -> bool:
    return web.get("/me").status_code == 200


def text(answer) -> str:
    return answer.content.decode()


# the first visitor


def test_the_first_visitor_becomes_the_owner_and_is_in(web: Web) -> None:
    assert "become its owner" in text(web.get("/welcome"))
    assert "Set-up code" not in text(web.get("/welcome"))

    answer = web.post("/welcome", FIRST)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_in(web)
    [owner] = team.members()
    assert (owner.email, owner.rules_the_house, hub_name()) == ("ada@example.com", True, "Harbour Goods")


def test_the_second_visitor_is_asked_to_sign_in(web: Web) -> None:
    known(web)

    for answer in (web.get("/welcome"), web.post("/welcome", {**FIRST, "email": "eve@example.com"})):
        assert answer["Location"] == "/sign-in"
    assert len(team.members()) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"password": "short"}, "too short"),
        ({"password": "password1234"}, "too common"),
        ({"email": "ada"}, "valid email"),
        ({"hub_name": ""}, "required"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(web: Web, changed: dict[str, str], said: str) -> None:
    answer = web.post("/welcome", {**FIRST, **changed})

    assert answer.status_code == 400
    assert said in text(answer)
    assert 'class="error"' in text(answer)
    assert PASSWORD not in text(answer)
    assert not User.objects.exists()


@fault("SEC-28")
def test_where_others_can_get_here_the_first_visitor_needs_the_code_of_the_terminal(scene: Scene) -> None:
    with served(scene, base_url=BASE_URL, setup_code="0123456789ab") as web:
        assert "Set-up code" in text(web.get(f"{BASE_URL}/welcome"))
        for code in ("", "0123456789ac"):
            answer = web.post("/welcome", {**FIRST, "code": code})
            assert answer.status_code == 400
        assert not User.objects.exists()
        assert web.post("/welcome", {**FIRST, "code": " 0123456789AB "}).status_code == 302


def test_without_a_code_nobody_becomes_the_owner_of_a_public_hub(scene: Scene) -> None:
    with served(scene, base_url=BASE_URL) as web:
        assert web.post("/welcome", {**FIRST, "code": ""}).status_code == 400
    assert not User.objects.exists()


# signing in


def test_who_knows_the_password_is_in_and_out_again(web: Web) -> None:
    known(web)
    assert sign_in(web)["Location"] == "/"
    assert is_in(web)

    web.post("/sign-out")
    assert not is_in(web)


def test_a_wrong_password_and_an_unknown_address_are_told_alike(web: Web) -> None:
    known(web)
    answers = [sign_in(web, password="not this one"), sign_in(web, "nobody@example.com")]

    told = [re.findall(r'class="banner bad" role="alert">([^<]+)', text(answer)) for answer in answers]
    assert told[0] == told[1] != []
    assert not is_in(web)


@fault("SEC-08")
def test_guessing_ends_soon_even_with_the_right_password(web: Web) -> None:
    known(web)
    for number in range(5):
        sign_in(web, password=f"guess {number}")

    answer = sign_in(web)

    assert "Too many failed" in text(answer)
    assert not is_in(web)


def test_guessing_many_accounts_from_one_place_ends_too(web: Web) -> None:
    known(web)
    for number in range(10):
        sign_in(web, f"user{number}@example.com")

    assert "Too many failed" in text(sign_in(web))


@fault("SEC-15")
def test_a_session_that_somebody_planted_is_not_the_one_that_is_signed_in(web: Web) -> None:
    known(web)
    web.get("/sign-in")
    session = web._client.session
    session["planted"] = "yes"
    session.save()
    before = session.session_key
    web._client.cookies["tranter"] = before

    sign_in(web)

    after = web._client.cookies["tranter"].value
    assert after != before
    thief = Client()
    thief.cookies["tranter"] = before
    assert thief.get("/me", **{KEY: web.house, "SERVER_NAME": "127.0.0.1"}).status_code == 302


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/x", "/\\evil.example", "javascript:alert(1)", "http:evil.example"],
)
def test_a_sign_in_leads_nowhere_else(web: Web, target: str) -> None:
    known(web)

    answer = sign_in(web, next=target)

    assert urlsplit(answer["Location"]).netloc == ""
    assert "evil" not in answer["Location"]
    assert "javascript" not in answer["Location"]


def test_a_sign_in_leads_back_to_where_one_wanted_to_go(web: Web) -> None:
    known(web)
    page = web.get("/sign-in?next=%2Fm%2Fdefault%2Forders%3Ftab%3Dopen")

    assert 'name="next" value="/m/default/orders?tab=open"' in text(page)
    assert sign_in(web, next="/m/default/orders?tab=open")["Location"] == "/m/default/orders?tab=open"


def test_who_was_switched_off_is_out_at_once_and_stays_out(web: Web) -> None:
    known(web)
    bob = known(web, "bob@example.com")
    sign_in(web, "bob@example.com")
    assert is_in(web)

    team.set_active(hand(web), bob.id, active=False)

    assert not is_in(web)
    sign_in(web, "bob@example.com")
    assert not is_in(web)


@fault("SEC-01")
@pytest.mark.parametrize("path", ["/welcome", "/sign-in", "/sign-out", "/forgotten", "/me", "/me/visits/end"])
def test_a_form_from_elsewhere_changes_nothing(web: Web, path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    if path != "/welcome":
        strict.force_login(User.objects.get(pk=known(web).id))

    answer = strict.post(path, {"name": "Eve"}, **{KEY: web.house, "SERVER_NAME": "127.0.0.1"})

    assert answer.status_code == 403


# how long a visit lasts


def test_a_visit_ends_after_two_weeks_however_busy(web: Web) -> None:
    known(web)
    sign_in(web)
    for _ in range(13):
        web.scene.clock.advance(86400)
        assert is_in(web)

    web.scene.clock.advance(2 * 86400)
    assert not is_in(web)


def test_the_owner_sets_how_long_visits_last(web: Web) -> None:
    config = Config(home=NOWHERE, key_file=NOWHERE, session_days=1)
    with served(web.scene, config=config) as short:
        known(short)
        sign_in(short)
        assert is_in(short)
        short.scene.clock.advance(2 * 86400)
        assert not is_in(short)


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(public: Web) -> None:
    known(public)
    answer = public._client.post(
        "/sign-in",
        {"login": "ada@example.com", "password": PASSWORD},
        secure=True,
        **{KEY: public.house, "SERVER_NAME": "hub.example"},
    )

    cookie = answer.cookies["tranter"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")


# a forgotten password


def test_without_a_mail_server_the_page_says_how_to_get_a_new_password(web: Web) -> None:
    known(web)

    assert "tranter user password" in text(web.get("/forgotten"))
    web.post("/forgotten", {"email": "ada@example.com"})
    assert letters.letters(web.scene.vault) == []


@pytest.fixture
def mailing(scene: Scene):
    config = Config(
        home=NOWHERE, key_file=NOWHERE, mail=parse_mail_url("smtp://mail.example.com/?from=hub@example.com")
    )
    with served(scene, config=config) as made:
        yield made


def link_in(web: Web) -> str:
    [line] = letters.claim(web.scene.vault, web.scene.clock.now() + timedelta(hours=1), ["mail"])
    return urlsplit(re.findall(r"https?://\S+", line.text)[0]).path


def test_a_forgotten_password_is_set_anew_by_a_link_that_counts_once(mailing: Web) -> None:
    known(mailing)
    assert mailing.post("/forgotten", {"email": "ada@example.com"})["Location"] == "/forgotten/sent"
    path = link_in(mailing)

    form = mailing.get(mailing.get(path)["Location"])
    assert form.status_code == 200
    fresh = "another lamp, another day"
    where = form.request["PATH_INFO"]
    mailing.post(where, {"password1": fresh, "password2": fresh})

    assert sign_in(mailing, password=fresh)["Location"] == "/"
    assert "reset link was invalid" in text(mailing.get(path))


def test_an_unknown_address_gets_no_letter_and_the_same_answer(mailing: Web) -> None:
    known(mailing)

    assert mailing.post("/forgotten", {"email": "nobody@example.com"})["Location"] == "/forgotten/sent"
    assert letters.letters(mailing.scene.vault) == []


def test_the_link_of_a_reset_is_shown_to_no_other_owner(mailing: Web) -> None:
    known(mailing)
    mailing.post("/forgotten", {"email": "ada@example.com"})

    assert letters.letters(mailing.scene.vault)[0].text == ""


# the invited


def invited(web: Web, **new: object) -> str:
    wanted = NewPerson(**{"email": "kim@example.com", "role": Role.OPERATOR, "merchants": ("default",), **new})  # type: ignore[arg-type]
    _, link = inviting.invite(hand(web), Inviter(id=None, name="Ada", reach=None), wanted, BASE_URL)
    return urlsplit(link).path


def test_who_is_invited_chooses_a_password_and_is_in(web: Web) -> None:
    known(web)
    path = invited(web)
    assert "kim@example.com" in text(web.get(path))
    web.get(path)

    assert web.post(path, {"name": "Kim", "password": PASSWORD})["Location"] == "/"

    assert is_in(web)
    assert team.member("kim@example.com").role is Role.OPERATOR


def test_an_invitation_opens_nothing_a_second_time(web: Web) -> None:
    known(web)
    path = invited(web)
    assert web.post(path, {"name": "Kim", "password": "short"}).status_code == 400
    web.post(path, {"name": "Kim", "password": PASSWORD})
    other = served_again(web)

    for answer in (other.get(path), other.post(path, {"name": "Eve", "password": PASSWORD})):
        assert answer.status_code == 410
    assert not is_in(other)
    assert other.get("/invitation/guessed").status_code == 410


def served_again(web: Web) -> Web:
    """Another browser, nobody signed in."""
    other = copy(web)
    other._client = Client(raise_request_exception=False)
    return other


def test_an_invitation_of_last_week_has_run_out(web: Web) -> None:
    known(web)
    path = invited(web)
    web.scene.clock.advance(73 * 3600)

    assert web.get(path).status_code == 410


# nothing else of allauth is there


@pytest.mark.parametrize(
    "path", ["/signup", "/accounts/signup/", "/signup/", "/email/", "/confirm-email/", "/login/code/", "/me/email"]
)
def test_nobody_signs_up(web: Web, path: str) -> None:
    known(web)

    assert web.get(path).status_code == 404
    assert web.post(path, {"email": "eve@example.com", "password1": PASSWORD}).status_code == 404


@override_settings(DEBUG=False)
def test_pages_of_the_signed_out_hold_no_script_of_their_own(web: Web) -> None:
    assert not re.search(r"<script(?![^>]*(src=|application/json))", text(web.get("/welcome")))
    known(web)
    pages = [text(web.get(path)) for path in ("/sign-in", "/forgotten", "/forgotten/sent")]

    for page in pages:
        assert not re.search(r"<script(?![^>]*(src=|application/json))|\son\w+=|\sstyle=", page)
