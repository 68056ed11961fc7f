"""What every answer carries, and what a request may claim about where it came to."""

from collections.abc import Iterator

import pytest

from tests.hostile.browsers import text
from tests.web.crossing import addresses
from tests.web.house import BASE_URL, Web, served
from tests.web.test_people import hand, known
from tranter.engine import team as inviting
from tranter.engine.team import Inviter
from tranter.ledger import letters
from tranter.ledger.team import NewPerson, Role
from tranter.testing.faultmark import fault
from tranter.web.headers import HEADERS, HSTS
from tranter.web.urls import ROUTES

STATIC = ("app.css", "app.js", "icons.svg", "no-such-file.js", "../face.py")
WORDS = ["shop", "order", "x"]
REFERRERS = {"no-referrer", "same-origin", "strict-origin"}


def every_address() -> Iterator[str]:
    for one in ROUTES:
        yield from list(addresses(one, "default", [1], WORDS))[:1]
    yield from (f"/static/tranter/{name}" for name in STATIC)
    yield from ("/no/such/page", "/m/nobody/today", "/m/default/orders/999999", "/%00", "/..%2f..%2fetc/passwd")


@fault("SEC-19")
@pytest.mark.parametrize("who", ["nobody", "owner"])
def test_every_answer_to_anybody_carries_every_header(public: Web, who: str) -> None:
    web = public.as_owner() if who == "owner" else public
    wanted, wrong = {**HEADERS, "Strict-Transport-Security": HSTS}, {}
    for path in every_address():
        for method in ("GET", "POST", "TRACE", "OPTIONS", "PUT"):
            answer = web.ask(method, f"{BASE_URL}{path}", b"", {})
            lacking = [name for name, value in wanted.items() if answer.headers.get(name) != value]
            if lacking or answer.headers.get("Referrer-Policy") not in REFERRERS:
                wrong[method, path] = (answer.status_code, lacking)
            answer.close()
    assert wrong == {}


@fault("SEC-19")
def test_an_answer_to_a_mistake_of_our_own_carries_them_too_and_tells_nothing(public: Web) -> None:
    owner = public.as_owner()
    broken = owner.house.__class__
    owner.house = broken(hub=None, wake=print, alive=lambda: True, trouble=lambda: "", base_url=BASE_URL)  # type: ignore[arg-type]

    answer = owner.get(f"{BASE_URL}/m/default/today")

    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    for word in ("Traceback", "AttributeError", "site-packages", "DEBUG", "settings"):
        assert word not in text(answer)


@fault("SEC-19")
def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    policy = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))

    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "connect-src", "form-action")} == {"'self'"}
    assert "unsafe" not in str(policy)
    assert "*" not in str(policy)
    assert "http" not in str(policy)


@fault("SEC-18")
@pytest.mark.parametrize(
    "claimed",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example", "X-Forwarded-Host": "hub.example"},
        {"Host": "hub.example.evil.example"},
        {"Host": "hub.example@evil.example"},
        {"Host": "hub.example:443@evil.example"},
        {"Host": ""},
        {"Host": "[::1"},
    ],
)
def test_a_host_that_is_not_ours_gets_no_page(public: Web, claimed: dict[str, str]) -> None:
    answer = public.get("/sign-in", **claimed)

    assert answer.status_code in (400, 302)
    assert "evil" not in answer.headers.get("Location", "")
    assert "evil" not in text(answer)


@fault("SEC-18")
@pytest.mark.parametrize(
    "name", ["X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "X-Original-Url", "X-Rewrite-Url"]
)
def test_what_a_proxy_could_say_is_not_believed_of_a_visitor(public: Web, name: str) -> None:
    for path in ("/sign-in", "/welcome", "/m/default/today"):
        answer = public.get(f"{BASE_URL}{path}", **{name: "evil.example"})
        assert "evil" not in answer.headers.get("Location", "") + text(answer)
    assert public.get(f"{BASE_URL}/no/such", **{name: "/sign-in"}).status_code == 404


@fault("SEC-18")
def test_a_link_in_a_letter_leads_to_the_public_address_whatever_the_request_claimed(web: Web) -> None:
    known(web)
    new = NewPerson(email="kim@example.com", role=Role.OPERATOR, merchants=("default",))

    _, link = inviting.invite(hand(web), Inviter(id=None, name="Ada", reach=None), new, BASE_URL)

    assert link.startswith(f"{BASE_URL}/invitation/")
    assert letters.letters(web.scene.vault)[0]


@fault("SEC-18")
def test_a_reset_asked_for_under_another_name_leads_home(scene) -> None:
    from pathlib import Path

    from tranter.config import Config
    from tranter.engine.smtp import parse_mail_url

    mail = parse_mail_url("smtp://mail.example.com/?from=hub@example.com")
    config = Config(home=Path("x"), key_file=Path("x"), mail=mail, base_url=BASE_URL)
    with served(scene, base_url=BASE_URL, config=config) as web:
        known(web)
        for host in ("127.0.0.1", "localhost", "hub.example"):
            web.post("/forgotten", {"email": "ada@example.com"}, Host=host, **{"X-Forwarded-Host": "evil.example"})
        later = scene.clock.now()
        sent = letters.claim(scene.vault, later.replace(year=later.year + 1), ["mail"])

    assert sent
    assert [line.text for line in sent if f"{BASE_URL}/forgotten/" not in line.text] == []


@fault("SEC-18")
@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "DEBUG", "PROPFIND", "DELETE", "PATCH", "PUT"])
def test_methods_that_nobody_needs_do_nothing(web: Web, method: str) -> None:
    owner = web.as_owner()
    for path in ("/", "/sign-in", "/m/default/today", "/static/tranter/app.css"):
        answer = owner.ask(method, path, b"x", {"Cookie-Canary": "canary"})
        assert answer.status_code in (400, 403, 405), (path, answer.status_code)
        assert "canary" not in text(answer)
