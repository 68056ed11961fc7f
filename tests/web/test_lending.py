"""A lent warehouse on the pages: the house manages it, each borrower sees a share and nothing beside it."""

import re

import pytest

from tests.flow.lent import STOCK, Lent
from tests.flow.stage import Theatre
from tests.web.house import Web
from tranter.ledger import connections, lending
from tranter.testing.faultmark import fault

PAGES = (
    "today",
    "orders",
    "problems",
    "stock",
    "stock/catalogue",
    "connections",
    "connections/new",
    "connections/depot",
    "connections/depot/mapping",
    "connections/depot/runs",
    "settings",
    "settings/journal",
)


@pytest.fixture
def lent(theatre: Theatre) -> Lent:
    return Lent(theatre.empty_ledger()).connect()


@pytest.fixture
def web(lent: Lent) -> Web:
    return Web(lent)  # type: ignore[arg-type]


@fault("SEC-02")
def test_a_borrower_sees_nothing_of_the_other_nor_of_the_account(lent: Lent, web: Web) -> None:
    orders = {who: lent.ebay[who].buy_one("LAMP") for who in STOCK}
    lent.pass_time(minutes=15)
    for who in STOCK:
        [there] = lent.at_warehouse(who)
        lent.gecko.ship(there.id, carrier="UPS", tracking=f"1Z{who}")
    lent.pass_time(minutes=15)
    user = web.as_merchant_user("owner", "acme")
    row = lent.row("acme", orders["acme"])

    for page in (*PAGES, f"orders/{row.pk}"):
        answer = user.get(f"/m/acme/{page}")
        text = answer.content.decode()
        assert answer.status_code == 200, page
        assert "beta" not in text, page
        assert "B-LAMP" not in text, page
        assert "1Zbeta" not in text, page
        assert lent.depot.account_name not in text, page
        assert "refresh_token" not in text, page


def test_a_share_says_what_it_is_and_has_nothing_to_change(lent: Lent, web: Web) -> None:
    user = web.as_merchant_user("owner", "acme")

    text = user.get("/m/acme/connections/depot").content.decode()
    assert "What is lent to you" in text
    assert "A-" in text
    assert "connections/depot/settings" not in text
    for page in ("settings", "access", "go-live"):
        assert user.get(f"/m/acme/connections/depot/{page}").status_code == 303
    for who in (user, web.as_owner()):
        for deed in ("pause", "remove"):
            assert who.post(f"/m/acme/connections/depot/{deed}").status_code == 403
    assert lent.share("acme").runs


def test_the_houses_book_is_the_houses(lent: Lent, web: Web) -> None:
    user = web.as_merchant_user("owner", "acme")

    assert user.get("/m/house/connections").status_code == 404
    assert user.get("/m/acme/settings/lending").status_code == 403
    assert user.post("/m/acme/settings/lending/end", {"warehouse": "depot", "merchant": "beta"}).status_code == 403
    assert len(lending.current(lent.depot)) == 2


def test_the_house_lends_and_ends_on_one_page(lent: Lent, web: Web) -> None:
    lent.move_in("gamma")
    owner = web.as_owner()
    page = owner.get("/m/acme/settings/lending").content.decode()
    assert all(who in page for who in STOCK)

    given = {"warehouse": "depot", "merchant": "gamma", "location": str(lent.place), "order_prefix": "G-"}
    refused = owner.post("/m/acme/settings/lending/lend", {**given, "sku_prefix": "A-"})
    assert refused.status_code == 400
    assert "told apart" in refused.content.decode()
    assert owner.post("/m/acme/settings/lending/lend", {**given, "sku_prefix": "G-"}).status_code == 303
    assert [info.name for info in connections.all_of(lent.books["gamma"])] == ["depot"]

    assert owner.post("/m/acme/settings/lending/end", {"warehouse": "depot", "merchant": "gamma"}).status_code == 303
    assert connections.all_of(lent.books["gamma"]) == []
    by = [line.actor for line in lent.lines() if line.what in ("warehouse_lent", "warehouse_loan_ended")]
    assert sum(1 for actor in by if re.fullmatch(r"user:\d+", actor)) == 2


def test_the_houses_own_connection_has_its_pages(lent: Lent, web: Web) -> None:
    owner = web.as_owner()

    for page in ("connections", "connections/depot", "connections/depot/settings", "problems", "settings/journal"):
        assert owner.get(f"/m/house/{page}").status_code == 200, page
    assert owner.post("/m/house/connections/depot/remove").status_code == 303
    assert lent.depot.runs


def test_a_house_without_a_warehouse_can_connect_one(theatre: Theatre) -> None:
    web = Web(theatre.scene())
    owner = web.as_owner()

    assert owner.get("/m/default/settings/lending").status_code == 200
    answer = owner.post("/m/default/settings/lending/open")
    assert answer.headers["Location"] == "/m/house/connections/new"
    assert owner.get("/m/house/connections/new").status_code == 200
