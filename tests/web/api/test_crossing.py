"""Every operation of the API, every kind of key, two merchants: nobody sees or changes what isn't theirs."""

import pytest

from tests.web.api.caller import ALL, Caller, caller, refused
from tests.web.api.samples import address, body
from tests.web.crossing import FAR, NOT_OURS, OTHER, far_ids, far_rows, neighbour
from tests.web.house import Web
from tranter.ledger.api_keys import Level, Scope
from tranter.ledger.models import Flow
from tranter.testing.faultmark import fault
from tranter.web.api.operation import Operation
from tranter.web.api.resources import OPERATIONS

FAR_WORDS = (OTHER, f"{OTHER}-LAMP", f"{OTHER}-depot", f"{OTHER}-share")
ASKS_OTHERS = {"ask_carts", "pull_order", "reconcile_all"}
"""These ask the vendors; what they may see of the ledger is tried elsewhere."""


@pytest.fixture
def busy(web: Web) -> Web:
    """The first merchant's orders, a problem among them; the other one has moved in."""
    for sku in ("LAMP", "KETL"):
        web.scene.ebay.buy_one(sku)
    web.scene.pass_time(minutes=20)
    neighbour(web)
    Flow.objects.filter(pk__gte=FAR).update(due_at="2099-01-01T00:00:00Z")
    return web


def call(who: Caller, one: Operation, number: int = 1, word: str = "shop", **headers: str):
    return who.ask(one.method, address(one, number, word), body(one, number, word), **headers)


def test_no_operation_answers_without_a_key(busy: Web) -> None:
    nobody = Caller(busy)
    assert [one.name for one in OPERATIONS if refused(call(nobody, one)) != (401, "sign-in")] == []


def test_every_operation_wants_its_scope(busy: Web) -> None:
    wrong = []
    for scope in Scope:
        lacks = caller(busy, Level.WAREHOUSE, scopes=ALL - {scope})
        for one in (operation for operation in OPERATIONS if operation.scope is scope):
            answer = call(lacks, one, X_Merchant="default")
            if refused(answer) != (403, "scope"):
                wrong.append((one.name, answer.content))
    assert wrong == []


def test_a_key_of_one_connection_and_one_of_a_merchant_reach_no_further(busy: Web) -> None:
    cart = caller(busy, Level.CART, connection_id=busy.scene.cart.id)
    merchant = caller(busy)

    assert [one.name for one in OPERATIONS if not one.carts and refused(call(cart, one)) != (403, "scope")] == []
    assert [one.name for one in OPERATIONS if one.house and refused(call(merchant, one)) != (403, "scope")] == []


@fault("SEC-02")
@pytest.mark.parametrize("whose", NOT_OURS)
def test_the_neighbours_name_opens_nothing(busy: Web, whose: str) -> None:
    """A key of one merchant that says that it is for another one, or for the house."""
    key = caller(busy)
    before, wrong = far_rows(), []
    for one in OPERATIONS:
        answer = call(key, one, X_Merchant=whose)
        found_it = answer.status_code < 400 or refused(answer) != (404, "not-found")
        if not one.house and _asks_whose(one) and found_it:
            wrong.append((one.name, answer.status_code, answer.content))
    assert wrong == []
    assert far_rows() == before


def _asks_whose(one: Operation) -> bool:
    """Some are of the key, not of a merchant: what the key reaches is all that they show."""
    return one.name not in WITHOUT_MERCHANT


WITHOUT_MERCHANT = {
    *("get_key", "list_keys", "make_key", "list_merchants", "get_hub"),
    *("list_connectors", "list_events", "add_connection"),
    *("list_people", "get_person", "change_person", "switch_person_off", "switch_person_on", "list_invitations"),
    *("invite_person", "invite_again", "revoke_invitation", "list_rules", "add_rule", "remove_rule", "try_rule"),
    "start_errand",
}


@fault("SEC-02")
@pytest.mark.parametrize("level", [Level.MERCHANT, Level.CART])
def test_the_neighbours_numbers_and_names_open_nothing(busy: Web, level: Level) -> None:
    where = {"connection_id": busy.scene.cart.id} if level is Level.CART else {}
    key = caller(busy, level, **where)
    before, wrong = far_rows(), []
    for one in (operation for operation in OPERATIONS if operation.name not in ASKS_OTHERS):
        for place, number in enumerate(sorted(far_ids().values())):
            for word in FAR_WORDS[: None if place == 0 else 1]:
                answer = call(key, one, number, word)
                told = answer.content.decode().lower()
                asked = (address(one, number, word) + str(body(one, number, word))).lower()
                if answer.status_code >= 500 or (OTHER in told.replace(word.lower(), "") and OTHER not in asked):
                    wrong.append((one.name, number, answer.status_code, answer.content))
            if "_id" not in one.path and body(one, 1, OTHER) == body(one, 2, OTHER):
                break
    assert wrong == []
    assert far_rows() == before


@fault("SEC-02")
def test_lists_hold_nothing_of_the_neighbours(busy: Web) -> None:
    key = caller(busy)
    for one in (operation for operation in OPERATIONS if operation.method == "GET" and "{" not in operation.path):
        if one.name not in ASKS_OTHERS and not one.house:
            assert OTHER not in call(key, one, word="LAMP").content.decode().lower(), one.name


def test_a_key_of_the_installation_reaches_both_each_by_name(busy: Web) -> None:
    house = caller(busy, Level.WAREHOUSE)
    ours = {order["id"] for order in house.read("/orders", X_Merchant="default")["items"]}
    theirs = {order["id"] for order in house.read("/orders", X_Merchant=OTHER)["items"]}

    assert ours
    assert theirs
    assert not ours & theirs
    assert refused(house.get(f"/orders/{min(theirs)}", X_Merchant="default")) == (404, "not-found")


def test_no_operation_breaks(busy: Web) -> None:
    """In one's own house, with what is there and with what is not: never a mistake of ours."""
    house, wrong = caller(busy, Level.WAREHOUSE), []
    own = house.read("/orders", X_Merchant="default")["items"][0]["id"]
    for one in (operation for operation in OPERATIONS if operation.name != "remove_connection"):
        for number, word in ((own, "shop"), (own, "warehouse"), (1, "LAMP"), (2**63 - 1, "é" * 20)):
            answer = call(house, one, number, word, X_Merchant="default")
            if answer.status_code >= 500:
                wrong.append((one.name, number, word, answer.status_code, answer.content))
    assert wrong == []
