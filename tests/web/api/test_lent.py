"""Lending by program: the house's key lends and ends, a merchant's key sees a share."""

import pytest

from tests.flow.lent import Lent
from tests.flow.stage import Theatre
from tests.web.api.caller import Caller, caller, refused
from tests.web.house import Web
from tranter.ledger import connections
from tranter.ledger.api_keys import Level


@pytest.fixture
def lent(theatre: Theatre) -> Lent:
    return Lent(theatre.empty_ledger()).borrow()


@pytest.fixture
def web(lent: Lent) -> Web:
    return Web(lent)  # type: ignore[arg-type]


@pytest.fixture
def house(web: Web) -> Caller:
    return caller(web, Level.WAREHOUSE)


def test_the_house_lends_and_ends(lent: Lent, house: Caller) -> None:
    lent.move_in("gamma")
    [depot] = house.read("/lent-warehouses")["items"]
    assert [one["merchant"] for one in depot["loans"]] == ["acme", "beta"]

    given = {"merchant": "gamma", "location": str(lent.place), "prefix": "G-", "sku_prefix": "G-"}
    assert refused(house.post("/lent-warehouses/depot/loans", {**given, "prefix": "A-"}))[0] == 409
    assert house.done("/lent-warehouses/depot/loans", given)["connection"] == "depot"
    assert house.done("/lent-warehouses/depot/end-loan", {"merchant": "gamma"}) == {"count": 0}
    assert connections.all_of(lent.books["gamma"]) == []


def test_a_merchants_key_sees_its_share_alone(lent: Lent, web: Web) -> None:
    mine = caller(web, Level.MERCHANT, merchant="acme")

    assert refused(mine.get("/lent-warehouses"))[0] == 403
    [share] = mine.read("/connections")["items"]
    assert (share["name"], share["settings"], share["facts"], share["account_id"]) == ("depot", {}, {}, "")
    assert share["todo"] == []
    assert "beta" not in str(share)
    assert refused(mine.post("/connections/depot/pause"))[0] in (403, 409)
    assert lent.share("acme").runs


def test_not_even_the_house_changes_a_share_by_itself(lent: Lent, house: Caller) -> None:
    path, acme = "/connections/depot", {"X_Merchant": "acme"}
    flows = house.read(f"{path}/flows", **acme)
    flow = flows["items"][0]["name"]

    assert refused(house.post(f"{path}/pause", **acme)) == (409, "not-possible")
    assert refused(house.ask("PUT", f"{path}/flows/{flow}", {"seconds": 86400}, **acme)) == (409, "not-possible")
    assert lent.share("acme").runs
    assert house.read(f"{path}/flows", **acme) == flows
