import pytest

from tests.engine.test_consent import give_ru_name, visit
from tests.flow.stage import Scene
from tests.web.house import BASE_URL, Web
from tranter.engine import consent
from tranter.ledger.connections import ConnectionState, set_state


@pytest.fixture
def begun(scene: Scene) -> str:
    """Where the browser returns to, after a yes."""
    state = ConnectionState.NEEDS_SIGN_IN
    set_state(scene.book, scene.warehouse.id, state, "expired", scene.clock.now())
    return visit(scene, consent.begin(scene.hub, scene.warehouse, BASE_URL).url)


def test_the_browser_comes_back_and_the_connection_runs(scene: Scene, public: Web, begun: str) -> None:
    answer = public.get(begun)

    assert answer.status_code == 200
    assert b"Signed in" in answer.content
    assert scene.warehouse.state is ConnectionState.LIVE
    assert public.woken == 1


def test_to_come_back_twice_does_no_harm(scene: Scene, public: Web, begun: str) -> None:
    public.get(begun)

    answer = public.get(begun)

    assert answer.status_code == 400
    assert b"used before" in answer.content
    assert scene.warehouse.state is ConnectionState.LIVE


def test_whoever_only_looks_whether_the_address_is_there_uses_nothing_up(scene: Scene, public: Web, begun: str) -> None:
    assert public.ask("HEAD", begun, b"", {}).status_code == 405

    assert public.get(begun).status_code == 200


def test_a_refusal_is_said_plainly(scene: Scene, public: Web) -> None:
    give_ru_name(scene)
    returned = visit(scene, consent.begin(scene.hub, scene.cart, BASE_URL).url, decision="decline")
    query = returned.rpartition("?")[2]

    answer = public.get(f"{BASE_URL}/oauth/callback?{query}")

    assert answer.status_code == 400
    assert b"declined" in answer.content


def test_what_comes_in_the_address_never_becomes_markup(public: Web) -> None:
    answer = public.get(f"{BASE_URL}/oauth/callback?state=<b>x</b>&error=<script>alert(1)</script>")

    assert b"<script>" not in answer.content
    assert b"<b>x" not in answer.content


def test_the_page_gives_the_code_to_nobody(public: Web, begun: str) -> None:
    answer = public.get(begun)

    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert begun.partition("code=")[2].partition("&")[0].encode() not in answer.content
