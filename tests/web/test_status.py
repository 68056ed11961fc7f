import base64

import pytest

from tests.flow.stage import Scene
from tests.web.house import BASE_URL, Web, served
from tranter.connectors.ebay.simulator import Purchase, Want
from tranter.ledger import connections
from tranter.ledger.book import pause_pushes

TOKEN = "a token that nobody guesses"


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anybody:{password}".encode()).decode()


def test_the_page_says_how_things_are(scene: Scene, web: Web) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)

    page = web.get("/").content.decode()

    assert "One order. Nothing needs you." in page
    assert "at the warehouse" in page
    assert page.count("Healthy") == 2
    assert order.buyer.name not in page
    assert order.buyer.username not in page
    assert order.ship_to.line1 not in page


def test_the_page_shows_what_waits_for_a_person(scene: Scene, web: Web) -> None:
    scene.ebay.buy(Purchase((Want("LAMP", 1, as_sku="BLU-MUG-2"),)))
    scene.pass_time(minutes=15)

    page = web.get("/").content.decode()

    assert "One thing needs you." in page
    assert "BLU-MUG-2" in page


def test_the_page_shows_who_has_to_sign_in(scene: Scene, web: Web) -> None:
    connections.needs_sign_in(scene.book, scene.cart, "the consent was withdrawn", scene.clock.now())

    page = web.get("/").content.decode()

    assert "Needs sign-in" in page
    assert "the consent was withdrawn" in page


def test_the_page_says_so_when_work_waits(scene: Scene) -> None:
    with served(scene, trouble=lambda: "database or disk is full") as web:
        assert "database or disk is full" in web.get("/").content.decode()


def test_the_page_says_so_when_sending_is_paused(scene: Scene, web: Web) -> None:
    pause_pushes("restored from a backup")

    assert "restored from a backup" in web.get("/").content.decode()


def test_names_from_outside_stay_text(scene: Scene, web: Web) -> None:
    scene.ebay.buy(Purchase((Want("LAMP", 1, as_sku="<script>alert(1)</script>"),)))
    scene.pass_time(minutes=15)

    page = web.get("/").content.decode()

    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_name_that_is_not_ours_gets_no_page(web: Web) -> None:
    assert web.get("http://evil.example/").status_code == 400
    assert web.get("http://localhost/").status_code == 200


@pytest.mark.parametrize(("host", "base_url"), [("0.0.0.0", ""), ("192.168.1.5", ""), ("127.0.0.1", BASE_URL)])
def test_where_others_can_come_the_page_is_shut_without_a_token(scene: Scene, host: str, base_url: str) -> None:
    with served(scene, host=host, base_url=base_url) as web:
        answer = web.get("http://localhost/")

    assert answer.status_code == 403
    assert b"TRANTER_STATUS_TOKEN" in answer.content


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
def test_with_a_token_only_who_shows_it_sees_the_page(scene: Scene, host: str) -> None:
    with served(scene, host=host, status_token=TOKEN) as web:
        refused = web.get("http://localhost/")
        answers = [
            web.get("http://localhost/", Authorization=shown).status_code
            for shown in (
                f"Bearer {TOKEN}",
                basic(TOKEN),
                "Bearer wrong",
                basic("wrong"),
                "Basic ???",
                TOKEN,
                "Bearer ",
            )
        ]

    assert refused.status_code == 401
    assert "Basic" in refused.headers["WWW-Authenticate"]
    assert answers == [200, 200, 401, 401, 401, 401, 401]


def test_nothing_is_connected_yet(theatre) -> None:
    with served(theatre.scene()) as web:
        page = web.get("/").content.decode()

    assert "No orders yet" in page
    assert "tranter connect" in page
