"""Who gets where: without a sign-in nowhere, and to nobody else's merchant."""

from tests.web.house import BASE_URL, Web
from tranter.ledger.book import ensure_book


def test_the_first_visitor_is_welcomed(web: Web) -> None:
    page = web.get("/m/default/today")

    assert page.status_code == 302
    assert page["Location"] == "/welcome"


def test_a_stranger_is_led_to_the_sign_in_and_back(web: Web) -> None:
    web.as_owner()

    page = web.get("/m/default/orders?tab=open")

    assert page["Location"] == "/sign-in?next=%2Fm%2Fdefault%2Forders%3Ftab%3Dopen"
    assert web.get("/m/default/orders", Accept="application/json").status_code == 401


def test_home_is_today(web: Web) -> None:
    owner = web.as_owner()

    assert owner.get("/")["Location"] == "/m/default/today"
    ensure_book(web.scene.vault, "other", web.scene.clock.now())
    assert owner.get("/")["Location"] == "/all/today"


def test_another_merchant_is_not_there(web: Web) -> None:
    ensure_book(web.scene.vault, "other", web.scene.clock.now())
    stranger = web.as_merchant_user(merchant="other")

    assert stranger.get("/m/other/orders").status_code == 200
    assert stranger.get("/m/default/orders").status_code == 404
    assert stranger.get("/m/nobody/orders").status_code == 404


def test_every_answer_carries_a_strict_policy(public: Web) -> None:
    page = public.as_owner().get(f"{BASE_URL}/m/default/today")

    policy = page["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page["Strict-Transport-Security"]


def test_something_that_happens_changes_the_mark(web: Web) -> None:
    owner = web.as_owner()
    before = owner.get("/m/default/live").content
    assert owner.get("/m/default/live").content == before

    web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=15)

    assert owner.get("/m/default/live").content != before
    assert owner.get("/all/live").status_code == 200
