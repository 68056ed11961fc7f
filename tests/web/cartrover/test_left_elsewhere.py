"""Orders that the old hub has: a cart brings them here, too, and they are not sent twice."""

import pytest
from msgspec.structs import replace

from tests.web.api.caller import caller
from tests.web.cartrover.client import Client, client
from tests.web.cartrover.test_moving_over import OLD, ToTheOldHub
from tests.web.house import Web
from tranter.engine import moving_over, operator
from tranter.engine.moving_over import Moved
from tranter.engine.order_plan import order_plan
from tranter.ledger import journal, lists
from tranter.ledger.book import ensure_book
from tranter.ledger.lists import OrderView

HAD = "already at CartRover (new): left there"


@pytest.fixture
def till(web: Web) -> Client:
    """Where the old hub takes orders: it is another house's, behind the same door."""
    ensure_book(web.scene.vault, "old", web.scene.clock.now())
    web.scene.hub.ports = replace(web.scene.hub.ports, transport=ToTheOldHub(web))
    return client(web, "cart", "till", merchant="old")


def moved(web: Web) -> Moved:
    merchant = client(web, "merchant", "moving", merchant="old")
    settings: dict[str, object] = {"base_url": OLD, "api_user": merchant.user}
    plan = moving_over.look(web.scene.hub, web.scene.book, "cartrover", settings, {"api_key": merchant.key})
    return moving_over.carry_out(web.scene.hub, web.scene.book, plan, web.scene.clock.now(), "operator")


def view(web: Web, order_id: str) -> OrderView:
    [found] = lists.find_orders(web.scene.book, order_id)
    return found


def test_what_the_old_hub_has_is_skipped_and_the_next_one_is_sent(web: Web, till: Client) -> None:
    had, new = web.scene.ebay.buy_one("LAMP"), web.scene.ebay.buy_one("LAMP")
    till.hand_in("A-1", cust_po_no=had.order_id)

    assert moved(web).left_there == 1
    web.scene.pass_time(minutes=20)

    assert (view(web, had.order_id).status, view(web, had.order_id).reason) == ("skipped", HAD)
    assert web.scene.at_warehouse(had) == []
    assert len(web.scene.at_warehouse(new)) == 1
    assert "orders_left_elsewhere" in {line.what for line in journal.lines(web.scene.book, limit=500)}


def test_it_stays_there_when_the_cart_changes_it_and_when_the_old_hub_is_done(web: Web, till: Client) -> None:
    had = web.scene.ebay.buy_one("LAMP")
    till.hand_in(had.order_id)
    moved(web)
    web.scene.pass_time(minutes=20)
    till.post("cart/orders/cancel", {"cust_ref": had.order_id})

    assert moved(web).left_there == 0
    web.scene.ebay.edit_note(had.order_id, "please hurry")
    web.scene.pass_time(minutes=20)

    assert view(web, had.order_id).reason == HAD
    assert web.scene.posts() == 0


def test_a_person_takes_it_after_all_and_it_goes_once(web: Web, till: Client) -> None:
    had = web.scene.ebay.buy_one("LAMP")
    till.hand_in(had.order_id)
    moved(web)
    web.scene.pass_time(minutes=20)

    operator.send_anyway(web.scene.hub, web.scene.book, view(web, had.order_id))
    web.scene.pass_time(minutes=20)
    moved(web)
    web.scene.ebay.edit_note(had.order_id, "please hurry")
    web.scene.pass_time(minutes=20)

    assert view(web, had.order_id).status == "at_wms"
    assert len(web.scene.at_warehouse(had)) == 1
    assert web.scene.posts() == 1


def test_one_that_waits_here_already_is_looked_at_again_and_one_that_was_sent_stays_sent(
    web: Web, till: Client
) -> None:
    sent = web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=20)
    late = web.scene.ebay.buy_one("LAMP")
    operator.pull(web.scene.hub, web.scene.book, late.order_id)
    operator.hold(web.scene.hub, web.scene.book, view(web, late.order_id), "wait")
    for one in (sent, late):
        till.hand_in(one.order_id)

    moved(web)
    web.scene.pass_time(minutes=20)

    assert [view(web, one.order_id).status for one in (sent, late)] == ["at_wms", "skipped"]
    assert web.scene.posts() == 1


def test_going_live_counts_it_as_not_sent(web: Web, till: Client) -> None:
    web.scene.ebay.buy_one("LAMP")
    had = web.scene.ebay.buy_one("LAMP")
    till.hand_in(had.order_id)
    moved(web)

    plan = order_plan(web.scene.hub, web.scene.book, web.scene.cart)

    assert plan is not None
    assert (plan.sends, plan.held) == (1, 0)


def test_the_import_by_program_says_how_many_stay(web: Web, till: Client) -> None:
    till.hand_in("A-1", cust_po_no="B-1")
    merchant = client(web, "merchant", "moving", merchant="old")
    given = {"url": OLD, "user": merchant.user, "key": merchant.key}

    program = caller(web)
    plan = program.done("/import/cartrover/plan", given)
    assert plan["open"]["orders"] == [{"numbers": ["A-1", "B-1"], "status": "new"}]
    assert program.done("/import/cartrover", given)["left_there"] == 1
