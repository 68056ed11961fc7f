"""Passwords and codes by the thousand, and whether an answer tells who has an account."""

import time
from collections.abc import Callable, Iterator
from statistics import median

import pytest
from django.core.cache import cache

from tests.hostile.browsers import another, is_in, post_from, text
from tests.web.house import Web
from tests.web.test_people import PASSWORD, hand, known, mailing
from tranter.ledger.models import User
from tranter.testing.faultmark import fault

__all__ = ["mailing"]
ADA = "ada@example.com"
TOO_MANY = "Too many failed"


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def machines(count: int) -> list[str]:
    return [f"198.51.{number // 250}.{number % 250 + 1}" for number in range(count)]


@fault("SEC-08")
def test_a_thousand_guesses_from_a_thousand_machines_are_five(web: Web) -> None:
    known(web)
    thief, heard = another(web), 0
    for machine in machines(1000):
        answer = post_from(thief, machine, "/sign-in", {"login": ADA, "password": f"guess {machine}"})
        heard += answer.status_code != 429 and TOO_MANY not in text(answer)

    assert heard <= 5
    post_from(thief, "203.0.113.9", "/sign-in", {"login": ADA, "password": PASSWORD})
    assert not is_in(thief)


@fault("SEC-08")
def test_who_tries_one_password_at_many_accounts_is_stopped_whatever_machine_he_claims_to_be(web: Web) -> None:
    known(web)
    thief, heard = another(web), 0
    for number, machine in enumerate(machines(100)):
        form = {"login": f"user{number}@example.com", "password": PASSWORD}
        headers = {"X-Forwarded-For": machine, "X-Real-Ip": machine, "Forwarded": f"for={machine}"}
        answer = post_from(thief, "203.0.113.9", "/sign-in", form, **headers)
        heard += answer.status_code != 429 and TOO_MANY not in text(answer)

    assert heard <= 10


@fault("SEC-08")
def test_writing_an_address_otherwise_is_no_fresh_start(web: Web) -> None:
    known(web)
    thief = another(web)
    spellings = [ADA, ADA.upper(), ADA.title(), f" {ADA}", f"{ADA} ", "Ada@example.com", "ada@EXAMPLE.com"]
    for number, machine in enumerate(machines(40)):
        form = {"login": spellings[number % len(spellings)], "password": f"guess {number}"}
        last = text(post_from(thief, machine, "/sign-in", form))

    assert TOO_MANY in last


@fault("SEC-08")
@pytest.mark.parametrize("path", ["/sign-in", "/forgotten"])
def test_neither_words_nor_time_tell_who_has_an_account(web: Web, path: str) -> None:
    """Measured in this process's own work: what else the machine does meanwhile does not count."""
    known(web)
    off = known(web, "off@example.com")
    User.objects.filter(pk=off.id).update(is_active=False)
    asked = {name: f"{name}@example.com" for name in ("ada", "off", "nobody")}

    def ask(email: str) -> tuple[str, int, float]:
        cache.clear()
        form = {"login": email, "email": email, "password": "not the right one"}
        began = time.process_time()
        answer = another(web).post(path, form)
        return text(answer).replace(email, "…"), answer.status_code, time.process_time() - began

    rounds = [{name: ask(email) for name, email in asked.items()} for _ in range(5)]

    said = {name: {without_token(one[name][0]) for one in rounds} for name in asked}
    assert len(set.union(*said.values())) == 1
    took = {name: median(one[name][2] for one in rounds) for name in asked}
    assert max(took.values()) < min(took.values()) * 1.5 + 0.02, took


def without_token(page: str) -> str:
    import re

    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]+"', "", page)


@fault("SEC-08")
def test_a_second_factor_is_not_guessed_either(web: Web) -> None:
    from allauth.mfa.totp.internal import auth as totp

    member = known(web)
    user = User.objects.get(pk=member.id)
    with_context(web, lambda: totp.TOTP.activate(user, totp.generate_totp_secret()))
    thief = another(web)
    thief.post("/sign-in", {"login": ADA, "password": PASSWORD})
    assert thief.get("/me").status_code == 302

    said = [text(thief.post("/sign-in/code", {"code": f"{number:06}"})) for number in range(60)]

    assert sum(TOO_MANY in page for page in said) >= 50
    assert not is_in(thief)


def with_context(web: Web, act: Callable[[], object]) -> None:
    """As in a request to the hub."""
    from allauth.core import context
    from django.test import RequestFactory

    from tranter.web.house import KEY

    with context.request_context(RequestFactory().get("/", **{KEY: web.house})):
        act()


@fault("SEC-08")
@pytest.mark.parametrize("password", ["short", "1234567890", "password1234", "qwertyuiop", "ada@example.com"])
def test_a_password_that_everybody_would_try_is_not_taken(web: Web, password: str) -> None:
    from tranter.ledger import team

    known(web, "other@example.com")
    with pytest.raises(team.TeamProblem):
        team.add(hand(web), team.NewPerson(email=ADA, role=team.Role.VIEWER, merchants=("default",)), password)


@fault("SEC-08")
def test_passwords_are_kept_as_argon2(web: Web) -> None:
    known(web)

    assert User.objects.get(email=ADA).password.startswith("argon2$argon2id$")
