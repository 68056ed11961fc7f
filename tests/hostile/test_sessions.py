"""A session that was stolen, planted, ended or outlived its owner's rights."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache

from tests.hostile.browsers import another, is_in, with_cookies
from tests.web.house import Web
from tests.web.test_people import PASSWORD, hand, known, sign_in
from tranter.ledger import team
from tranter.ledger.book import ensure_book
from tranter.ledger.models import User
from tranter.ledger.team import NewPerson, Role
from tranter.testing.faultmark import fault

NEW = "another lamp, another day"


@pytest.fixture
def ada(web: Web) -> Web:
    cache.clear()
    known(web)
    sign_in(web)
    assert is_in(web)
    return web


@fault("SEC-15")
def test_a_copy_of_the_cookies_ends_with_the_sign_out(ada: Web) -> None:
    copied = with_cookies(ada)
    assert is_in(copied)

    ada.post("/sign-out")

    assert not is_in(copied)


@fault("SEC-15")
def test_a_new_password_ends_every_other_session_and_keeps_this_one(ada: Web) -> None:
    elsewhere = another(ada)
    sign_in(elsewhere)
    assert is_in(elsewhere)

    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW, "password": NEW}
    assert ada.post("/me/password", form).status_code == 302

    assert not is_in(elsewhere)
    assert is_in(ada)


def switched_off(web: Web) -> None:
    team.set_active(hand(web), people_id(web), active=False)


def removed_from_reach(web: Web) -> None:
    ensure_book(web.scene.vault, "other", web.scene.clock.now())
    elsewhere = NewPerson(email="bob@example.com", role=Role.OWNER, merchants=("other",))
    team.change(hand(web), people_id(web), elsewhere)


def made_a_viewer(web: Web) -> None:
    team.change(hand(web), people_id(web), NewPerson(email="bob@example.com", role=Role.VIEWER, merchants=("default",)))


def people_id(web: Web) -> int:
    return User.objects.get(email="bob@example.com").pk


@fault("SEC-15", "SEC-03")
@pytest.mark.parametrize(
    ("change", "path", "status"),
    [
        (switched_off, "/m/default/today", 302),
        (removed_from_reach, "/m/default/today", 404),
        (made_a_viewer, "/m/default/stock/map-sku", 403),
    ],
)
def test_what_was_taken_away_counts_from_the_next_click(
    ada: Web, change: Callable[[Web], None], path: str, status: int
) -> None:
    team.add(hand(ada), NewPerson(email="bob@example.com", role=Role.OWNER, merchants=("default",)), PASSWORD)
    bob = another(ada)
    sign_in(bob, "bob@example.com")
    assert is_in(bob)

    change(ada)

    assert bob.get(path).status_code == status


@fault("SEC-15")
def test_a_made_up_session_is_nobody_s(ada: Web) -> None:
    """As it stands in the header: newer Pythons refuse to write some of these, a stranger does not."""
    stranger = another(ada)
    semicolon, zero = "\\073", "\\000"
    for value in (
        '""',
        "x" * 32,
        "../../etc/passwd",
        f'"\'{semicolon} DROP TABLE django_session{semicolon} --"',
        f'"{zero}"',
    ):
        stranger._client.defaults["HTTP_COOKIE"] = f"tranter={value}"
        assert not is_in(stranger)


@fault("SEC-15")
def test_a_session_ends_although_it_is_never_idle(ada: Web) -> None:
    for _ in range(20):
        ada.scene.clock.jump(ada.scene.clock.now() + timedelta(days=1))
        ada.get("/me")

    assert not is_in(ada)


@fault("SEC-15")
def test_signing_out_takes_a_form_not_a_link(ada: Web) -> None:
    """An image on somebody's page signs nobody out."""
    ada.get("/sign-out")

    assert is_in(ada)
