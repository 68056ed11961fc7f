"""A consent that somebody else began, brought or planned: it connects nothing."""

import re
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest

from tests.engine.test_consent import give_ru_name, visit
from tests.flow.stage import Scene
from tests.hostile.browsers import another, text
from tests.web.house import BASE_URL, Web
from tranter.ledger import credentials
from tranter.ledger.connections import ConnectionState, set_state
from tranter.ledger.models import Merchant, SignIn
from tranter.testing.faultmark import fault

BEGIN = f"{BASE_URL}/m/default/connections/warehouse/sign-in"


@pytest.fixture
def waits(scene: Scene) -> Scene:
    state = ConnectionState.NEEDS_SIGN_IN
    for info in (scene.cart, scene.warehouse):
        set_state(scene.book, info.id, state, "expired", scene.clock.now())
    give_ru_name(scene)
    return scene


def ask(web: Web, method: str, url: str):
    return web.ask(method, url, b"", {"Content-Type": "application/x-www-form-urlencoded"})


def begun(web: Web, connection: str = "warehouse") -> str:
    """The vendor's page, as this browser is sent there."""
    page = ask(web, "POST", f"{BASE_URL}/m/default/connections/{connection}/sign-in")
    found = re.search(r'href="(http://sim\.[^"]+)"', text(page)) or re.search(r'content="0; ?url=([^"]+)"', text(page))
    assert found, text(page)[:2000]
    return found.group(1).replace("&amp;", "&")


def come_back(web: Web, returned: str):
    return web.get(f"{BASE_URL}/oauth/callback?{urlsplit(returned).query}")


@fault("SEC-05")
def test_the_answer_counts_in_the_browser_that_asked_and_once(waits: Scene, public: Web) -> None:
    ada, eve = public.as_owner(), public.as_operator()
    returned = visit(waits, begun(ada))

    for stranger in (eve, another(public)):
        answer = come_back(stranger, returned)
        assert answer.status_code == 400
        assert waits.warehouse.state is ConnectionState.NEEDS_SIGN_IN
    assert come_back(ada, returned).status_code == 200
    assert waits.warehouse.state is ConnectionState.LIVE
    assert come_back(ada, returned).status_code == 400


@fault("SEC-05")
def test_a_stranger_s_account_is_not_slipped_into_somebody_s_connection(waits: Scene, public: Web) -> None:
    """Eve signs in as herself and has Ada open the answer, alone or with Ada's own state."""
    ada, eve = public.as_owner(), public.as_operator()
    before = credentials.load(waits.vault, waits.warehouse.id)
    eves = visit(waits, begun(eve))
    adas = dict(parse_qsl(urlsplit(begun(ada)).query))

    assert come_back(ada, eves).status_code == 400
    made_up = urlencode({"code": "made-up-by-eve", "state": adas["state"]})
    assert come_back(ada, f"{BASE_URL}/oauth/callback?{made_up}").status_code == 400
    assert credentials.load(waits.vault, waits.warehouse.id) == before


@fault("SEC-05")
@pytest.mark.parametrize("spoil", ["none", "empty", "other", "long", "other connection", "late", "twice"])
def test_a_state_that_is_not_the_one_connects_nothing(waits: Scene, public: Web, spoil: str) -> None:
    ada = public.as_owner()
    fields = {name: values[0] for name, values in parse_qs(urlsplit(visit(waits, begun(ada))).query).items()}
    match spoil:
        case "none":
            fields.pop("state")
        case "empty":
            fields["state"] = ""
        case "other":
            fields["state"] = "x" * 43
        case "long":
            fields["state"] *= 10_000
        case "other connection":
            fields["state"] = parse_qs(urlsplit(begun(ada, "shop")).query)["state"][0]
        case "late":
            waits.clock.advance(601)
        case "twice":
            SignIn.objects.update(used_at=waits.clock.now())

    assert come_back(ada, f"?{urlencode(fields)}").status_code == 400
    assert waits.warehouse.state is ConnectionState.NEEDS_SIGN_IN


@fault("SEC-05")
def test_the_way_back_is_the_hub_s_own_and_leads_nowhere_else(waits: Scene, public: Web) -> None:
    ada = public.as_owner()
    more = urlencode({"redirect_uri": "https://evil.example/", "next": "//evil.example", "base_url": "//evil.example"})
    page = ask(ada, "POST", f"{BEGIN}?{more}")
    sent = text(page).replace("&amp;", "&")
    assert "evil" not in sent.replace(more, "")

    returned = visit(waits, begun(ada))
    answer = ada.get(
        f"{BASE_URL}/oauth/callback?{urlsplit(returned).query}&next=//evil.example/&redirect=//evil.example"
    )

    assert answer.status_code == 200
    assert "evil" not in text(answer)
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@fault("SEC-05")
def test_nobody_begins_a_sign_in_for_a_merchant_that_is_not_theirs(waits: Scene, public: Web) -> None:
    Merchant.objects.create(slug="other", name="Other", created_at=waits.clock.now())
    stranger = public.as_merchant_user(merchant="other")
    for who, status in ((stranger, 404), (public.as_viewer(), 403), (another(public), 302)):
        assert ask(who, "POST", BEGIN).status_code == status
    assert ask(public.as_owner(), "GET", BEGIN).status_code == 405
    assert not SignIn.objects.exists()
