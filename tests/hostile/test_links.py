"""Links that open something by themselves: guessed, sent again, looked at beforehand, told to others, overdue."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.hostile.browsers import another, is_in
from tests.web.crossing import addresses
from tests.web.house import BASE_URL, Web
from tests.web.test_people import PASSWORD, invited, known
from tranter.ledger import entering, sharing, team
from tranter.ledger.models import Invitation, ShareLink
from tranter.ledger.team import Role
from tranter.testing.faultmark import fault
from tranter.web.urls import ROUTES

SECRET_ROUTES = [one for one in ROUTES if any(word in one.address for word in (":token>", "<key>"))]
PREVIEWERS = ("Slackbot-LinkExpanding 1.0", "WhatsApp/2.23", "Mozilla/5.0 (compatible; bingbot/2.0)", "curl/8")


def entry(web: Web) -> str:
    known(web)
    return f"/enter/{entering.entry_token('ada@example.com')}"


def invitation(web: Web) -> str:
    known(web)
    return invited(web)


KINDS = (entry, invitation)
FORM = {"name": "Kim", "password": PASSWORD}


def set_up(web: Web) -> str:
    wanted = sharing.Wanted(connection_id=web.scene.cart.id, email="owner@shop.example", user_id=None)
    return f"/setup/{sharing.make(web.scene.book, wanted, web.scene.clock.now())[1]}"


@fault("SEC-14")
@pytest.mark.parametrize("made", KINDS)
def test_to_look_at_a_link_uses_nothing_up_and_signs_nobody_in(web: Web, made: Callable[[Web], str]) -> None:
    path = made(web)
    for agent in PREVIEWERS:
        looking = another(web)
        for method in ("GET", "HEAD"):
            assert looking.ask(method, path, b"", {"User-Agent": agent}).status_code == 200
        assert not is_in(looking)

    person = another(web)
    assert person.post(path, FORM).status_code in (302, 303)
    assert is_in(person)


@fault("SEC-14")
@pytest.mark.parametrize("made", KINDS)
def test_a_link_counts_once(web: Web, made: Callable[[Web], str]) -> None:
    path = made(web)
    another(web).post(path, FORM)

    thief = another(web)
    for answer in (thief.get(path), thief.post(path, FORM)):
        assert answer.status_code in (400, 410)
    assert not is_in(thief)


@fault("SEC-14")
def test_a_link_to_sign_in_is_over_after_an_hour_and_an_invitation_after_three_days(web: Web) -> None:
    path = invitation(web)
    web.scene.clock.jump(web.scene.clock.now() + timedelta(hours=72))

    assert web.post(path, FORM).status_code == 410
    assert timedelta(hours=1) >= entering.LIFE
    assert timedelta(hours=72) >= sharing.LIFE


@fault("SEC-14")
def test_a_link_opens_what_it_was_made_for_and_nothing_else(web: Web) -> None:
    """The token of one kind behind the address of another; another person's mark; a longer role."""
    tokens = [kind(web).rpartition("/")[2] for kind in (entry,)] + [invited(web).rpartition("/")[2]]
    tokens.append(set_up(web).rpartition("/")[2])
    kinds = ("enter", "invitation", "setup")
    thief = another(web)
    for number, token in enumerate(tokens):
        for kind in (*kinds[:number], *kinds[number + 1 :]):
            assert thief.post(f"/{kind}/{token}", {**FORM, "role": "owner"}).status_code in (400, 404, 410)
    assert not is_in(thief)


@fault("SEC-14", "SEC-17")
def test_who_is_invited_gets_what_he_was_invited_to_whatever_he_sends(web: Web) -> None:
    path = invitation(web)
    more = {"role": "owner", "staff": "on", "everywhere": "on", "email": "eve@example.com", "merchants": "default,x"}

    web.post(path, {**FORM, **more, "is_active": "on", "id": "1"})

    made = team.member("kim@example.com")
    assert (made.role, made.staff, made.everywhere, made.merchants) == (Role.OPERATOR, False, False, ("default",))


@fault("SEC-14")
def test_of_a_link_only_a_hash_is_kept(web: Web) -> None:
    tokens = [invitation(web).rpartition("/")[2], set_up(web).rpartition("/")[2]]

    for token, row in zip(tokens, (Invitation.objects.get(), ShareLink.objects.get()), strict=True):
        assert len(token) >= 43
        assert all(token not in str(getattr(row, field.attname)) for field in row._meta.concrete_fields)


@fault("SEC-14")
@pytest.mark.parametrize("one", SECRET_ROUTES, ids=lambda one: one.name)
def test_an_address_that_opens_something_is_told_to_no_other_page(public: Web, one) -> None:
    known(public)
    for path in addresses(one, "default", [1], ["guessed-canary"]):
        for method in ("GET", "POST"):
            answer = public.ask(method, f"{BASE_URL}{path}", b"", {})
            assert answer.headers["Referrer-Policy"] in ("no-referrer", "strict-origin")
            assert answer.headers["Cache-Control"] == "no-store"
            assert is_refused(answer.status_code, answer.headers.get("Location", ""))


def is_refused(status: int, location: str) -> bool:
    return status in (200, 400, 404, 405, 410, 403) or location.startswith(("/sign-in", "/forgotten"))


@fault("SEC-14", "SEC-12")
@pytest.mark.parametrize("made", [*KINDS, set_up])
def test_a_link_stands_in_no_log(web: Web, caplog: pytest.LogCaptureFixture, made: Callable[[Web], str]) -> None:
    path = made(web)
    token = path.rpartition("/")[2]
    caplog.set_level(logging.DEBUG)
    from tranter.web.server import speak_on_stderr

    speak_on_stderr()
    for method in ("GET", "POST", "PUT"):
        web.ask(method, path, b"", {})
        web.ask(method, f"{path}x", b"", {})
    good, web.house = web.house, None  # type: ignore[assignment]  # a mistake of our own
    web.get(path)
    web.house = good

    assert token[:20] not in caplog.text
