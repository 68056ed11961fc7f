from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.flow.stage import Scene
from tranter.engine import consent
from tranter.engine.consent import ConsentProblem
from tranter.ledger import connections, credentials
from tranter.ledger.connections import ConnectionState
from tranter.ledger.models import SignIn
from tranter.testing.simulator import SimRequest

HUB = "https://hub.example"


def visit(scene: Scene, url: str, decision: str = "grant") -> str:
    """The person looks at the consent page and decides; where the browser ends."""
    vendor = scene.ebay if "sim.ebay" in url else scene.gecko
    page = vendor.handle(SimRequest.from_url("GET", url, {}, b""))
    assert page.status == 200
    fields = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    body = urlencode({**fields, "decision": decision}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = vendor.handle(SimRequest.from_url("POST", url.partition("?")[0], headers, body))
    return next((value for name, value in answer.headers if name == "Location"), answer.body.decode())


def give_ru_name(scene: Scene) -> None:
    settings = {**scene.cart.settings, "ru_name": scene.ebay.options.ru_name}
    connections.Connection.objects.filter(pk=scene.cart.id).update(settings=settings, version=50)


@pytest.fixture
def shop(scene: Scene):
    """The cart has lost its consent."""
    give_ru_name(scene)
    scene.ebay.revoke()
    scene.pass_time(hours=3)
    assert scene.cart.state is ConnectionState.NEEDS_SIGN_IN
    return scene.cart


def test_a_consent_gives_tokens_and_the_connection_runs_again(scene: Scene, shop) -> None:
    begun = consent.begin(scene.hub, shop, HUB)

    done = consent.finish(scene.hub, visit(scene, begun.url), shop.id)

    assert done.seen.account_id == shop.account_id
    assert scene.cart.state is ConnectionState.LIVE
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)
    assert scene.status(order) == "at_wms"
    assert scene.kinds() == []


def test_the_query_alone_will_do(scene: Scene, shop) -> None:
    returned = visit(scene, consent.begin(scene.hub, shop, HUB).url)

    consent.finish(scene.hub, f"?{urlsplit(returned).query}", shop.id)

    assert scene.cart.state is ConnectionState.LIVE


def test_a_refusal_changes_nothing_and_says_so(scene: Scene, shop) -> None:
    before = credentials.load(scene.vault, shop.id)
    returned = visit(scene, consent.begin(scene.hub, shop, HUB).url, decision="decline")

    with pytest.raises(ConsentProblem, match="declined"):
        consent.finish(scene.hub, returned, shop.id)

    assert credentials.load(scene.vault, shop.id) == before
    assert scene.cart.state is ConnectionState.NEEDS_SIGN_IN


def test_an_answer_counts_once(scene: Scene, shop) -> None:
    returned = visit(scene, consent.begin(scene.hub, shop, HUB).url)
    consent.finish(scene.hub, returned, shop.id)

    with pytest.raises(ConsentProblem, match="used before"):
        consent.finish(scene.hub, returned, shop.id)


def test_an_answer_counts_for_ten_minutes(scene: Scene, shop) -> None:
    begun = consent.begin(scene.hub, shop, HUB)
    returned = visit(scene, begun.url)
    assert begun.expires_at - scene.clock.now() == timedelta(minutes=10)
    scene.clock.advance(600)

    with pytest.raises(ConsentProblem, match="10 minutes"):
        consent.finish(scene.hub, returned, shop.id)


@pytest.mark.parametrize("returned", ["?state=made-up&code=abc", "?code=abc", "", "https://hub.example/oauth/callback"])
def test_an_answer_that_nobody_asked_for_is_refused(scene: Scene, shop, returned: str) -> None:
    with pytest.raises(ConsentProblem):
        consent.finish(scene.hub, returned)

    assert scene.cart.state is ConnectionState.NEEDS_SIGN_IN


def test_an_answer_for_another_connection_is_refused_and_not_used_up(scene: Scene, shop) -> None:
    returned = visit(scene, consent.begin(scene.hub, shop, HUB).url)

    with pytest.raises(ConsentProblem, match="another connection"):
        consent.finish(scene.hub, returned, scene.warehouse.id)

    consent.finish(scene.hub, returned, shop.id)


def test_a_made_up_code_is_refused(scene: Scene, shop) -> None:
    state = parse_qs(urlsplit(consent.begin(scene.hub, shop, HUB).url).query)["state"][0]

    with pytest.raises(ConsentProblem, match="refused"):
        consent.finish(scene.hub, f"?state={state}&code=made-up", shop.id)


def test_the_tokens_of_another_account_are_not_kept(scene: Scene, shop) -> None:
    before = credentials.load(scene.vault, shop.id)[0]
    returned = visit(scene, consent.begin(scene.hub, shop, HUB).url)
    scene.ebay.shop.user_id = "somebody-else"

    with pytest.raises(ConsentProblem, match="somebody-else"):
        consent.finish(scene.hub, returned, shop.id)

    assert credentials.load(scene.vault, shop.id)[0] == before
    assert scene.cart.state is ConnectionState.NEEDS_SIGN_IN


def test_a_paused_connection_stays_paused(scene: Scene) -> None:
    give_ru_name(scene)
    connections.set_state(scene.book, scene.cart.id, ConnectionState.PAUSED, "holidays", scene.clock.now())
    returned = visit(scene, consent.begin(scene.hub, scene.cart, HUB).url)

    consent.finish(scene.hub, returned, scene.cart.id)

    assert scene.cart.state is ConnectionState.PAUSED


def test_when_the_vendor_is_down_it_says_so_and_may_be_begun_again(scene: Scene, shop) -> None:
    returned = visit(scene, consent.begin(scene.hub, shop, HUB).url)
    scene.bent.down.add("sim.ebay")

    with pytest.raises(ConsentProblem, match="can't be reached"):
        consent.finish(scene.hub, returned, shop.id)

    scene.bent.down.clear()
    consent.finish(scene.hub, visit(scene, consent.begin(scene.hub, shop, HUB).url), shop.id)
    assert scene.cart.state is ConnectionState.LIVE


def test_tradegecko_returns_to_the_hub_s_own_address(scene: Scene) -> None:
    begun = consent.begin(scene.hub, scene.warehouse, HUB)
    returned = visit(scene, begun.url)

    assert returned.startswith("https://hub.example/oauth/callback?")
    consent.finish(scene.hub, returned)

    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)
    assert scene.status(order) == "at_wms"


def test_a_page_that_shows_only_a_code_is_answered_with_it(scene: Scene) -> None:
    settings = {**scene.warehouse.settings, "redirect_uri": "urn:ietf:wg:oauth:2.0:oob"}
    connections.Connection.objects.filter(pk=scene.warehouse.id).update(settings=settings, version=50)
    code = visit(scene, consent.begin(scene.hub, scene.warehouse).url)

    done = consent.finish(scene.hub, f" {code}\n", scene.warehouse.id)

    assert done.connection.state is ConnectionState.LIVE
    with pytest.raises(ConsentProblem, match="no sign-in"):
        consent.finish(scene.hub, code, scene.warehouse.id)


def test_a_bare_code_from_a_browser_is_nobody_s(scene: Scene, shop) -> None:
    consent.begin(scene.hub, shop, HUB)

    with pytest.raises(ConsentProblem):
        consent.finish(scene.hub, "v%5E1.1-made-up-code")


def test_the_ledger_never_holds_a_state_that_could_be_used(scene: Scene, shop) -> None:
    state = parse_qs(urlsplit(consent.begin(scene.hub, shop, HUB).url).query)["state"][0]

    assert len(state) >= 43
    assert SignIn.objects.get().state_hash != state


def test_old_sign_ins_are_forgotten(scene: Scene, shop) -> None:
    for _ in range(3):
        consent.begin(scene.hub, shop, HUB)
        scene.clock.advance(2 * 86400)

    assert SignIn.objects.count() == 1


def test_without_the_application_s_keys_there_is_no_sign_in(scene: Scene) -> None:
    credentials.save(scene.vault, scene.cart.id, {"client_id": ""}, None, scene.clock.now())

    with pytest.raises(ConsentProblem, match="client_id"):
        consent.begin(scene.hub, scene.cart, HUB)
