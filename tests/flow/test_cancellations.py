"""The buyer changes his mind, at every point of an order's way."""

from typing import Any

import pytest

from tests.flow.stage import STOCK, Scene, Setting, Theatre
from tranter.ledger import exceptions
from tranter.ledger.models import Intent, OrderRow
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault


def _bought(scene: Scene) -> Any:
    return scene.ebay.buy_one("LAMP", 2)


@fault("API-20")
def test_canceled_before_it_was_pulled(scene: Scene) -> None:
    order = _bought(scene)
    scene.ebay.cancel(order.order_id)
    scene.pass_time(minutes=20)

    assert scene.posts() == 0
    assert scene.status(order) == "canceled"
    assert scene.kinds() == []


@fault("API-20")
def test_canceled_after_it_was_pulled_and_before_it_was_decided(scene: Scene) -> None:
    order = _bought(scene)
    scene.clock.advance(200)
    scene.run("orders")
    assert scene.row(order).undecided
    scene.ebay.cancel(order.order_id)
    scene.clock.advance(61)
    scene.pass_time(minutes=20)

    assert scene.at_warehouse(order) == []
    assert scene.status(order) == "canceled"
    assert scene.kinds() == []


@fault("API-20")
def test_canceled_after_it_was_decided_and_before_it_was_sent(scene: Scene) -> None:
    order = _bought(scene)
    scene.clock.advance(200)
    scene.run("orders")
    scene.run("decide")
    assert scene.intent(order).state == "ready"
    scene.ebay.cancel(order.order_id)
    scene.clock.advance(61)
    scene.pass_time(minutes=20)

    assert scene.posts() == 0
    assert scene.status(order) == "canceled"
    assert scene.intent(order).state == "canceled"
    assert scene.kinds() == []


@fault("API-20")
def test_canceled_while_its_call_is_on_the_way(scene: Scene) -> None:
    """Read again less than a minute ago, canceled as the request leaves."""
    order = _bought(scene)

    def cancel_now(request: Any) -> None:
        if request.method == "POST" and request.url.endswith("/orders"):
            scene.ebay.cancel(order.order_id)

    scene.bent.before = cancel_now
    scene.pass_time(minutes=20)

    assert scene.posts() == 1
    assert scene.at_warehouse(order) == []
    assert scene.status(order) == "canceled"
    assert scene.kinds() == []


@fault("API-20", "NET-02")
@pytest.mark.parametrize("what", [Fault.LOST_REPLY, Fault.LOST_REQUEST])
def test_canceled_while_nobody_knows_whether_it_arrived(scene: Scene, what: Fault) -> None:
    order = _bought(scene)
    scene.gecko_faults.next("POST", "/orders", what)
    scene.deliver_now()
    assert scene.gecko_faults.met == [what]
    scene.ebay.cancel(order.order_id)
    scene.pass_time(minutes=30)

    assert scene.at_warehouse(order) == []
    assert scene.status(order) == "canceled"
    assert scene.unknown() == 0
    assert scene.kinds() == []


@fault("API-20", "INV-05")
def test_canceled_after_it_was_delivered(scene: Scene) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    assert len(scene.at_warehouse(order)) == 1
    scene.ebay.cancel(order.order_id)
    scene.pass_time(minutes=30)

    assert scene.at_warehouse(order) == []
    assert scene.status(order) == "canceled"
    assert scene.kinds() == []
    assert scene.gecko.available("LAMP") == STOCK
    assert scene.shown("LAMP") == {STOCK}


@fault("API-20")
@pytest.mark.parametrize("what", [Fault.LOST_REPLY, Fault.LOST_REQUEST, Fault.ERROR_AFTER, Fault.HTML])
def test_a_stop_whose_call_goes_wrong_stops_it_once(scene: Scene, what: Fault) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    scene.gecko_faults.next("POST", "/actions/void", what)
    scene.ebay.cancel(order.order_id)
    scene.pass_time(minutes=30)

    assert scene.gecko_faults.met == [what]
    assert scene.at_warehouse(order) == []
    assert scene.status(order) == "canceled"
    assert scene.kinds() == []


@fault("API-20")
def test_canceled_after_it_was_packed_is_told_to_a_person(scene: Scene) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    parcel = scene.gecko.pack(scene.at_warehouse(order)[0].id)
    scene.ebay.cancel(order.order_id)
    scene.pass_time(minutes=30)
    assert scene.kinds() == ["cancel_too_late"]
    assert scene.status(order) == "at_wms"

    scene.gecko.void_shipment(parcel)
    scene.gecko.set_order_status(scene.at_warehouse(order)[0].id, "void")
    scene.pass_time(minutes=30)
    assert scene.kinds() == []
    assert scene.status(order) == "canceled"


@fault("API-20")
def test_canceled_after_it_was_shipped_is_told_to_a_person(scene: Scene) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    scene.gecko.ship(scene.at_warehouse(order)[0].id)
    scene.ebay.cancel(order.order_id)
    scene.pass_time(minutes=30)

    assert scene.kinds() == ["cancel_too_late"]
    assert len(scene.at_warehouse(order)) == 1
    assert scene.posts() == 1


@fault("API-20")
def test_canceled_after_it_was_confirmed_is_told_to_a_person(scene: Scene) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    scene.gecko.ship(scene.at_warehouse(order)[0].id)
    scene.pass_time(minutes=10)
    assert scene.status(order) == "confirmed"
    scene.ebay.cancel(order.order_id)
    scene.pass_time(minutes=30)

    assert scene.kinds() == ["cancel_too_late"]


@fault("API-05")
def test_a_request_to_cancel_holds_an_order_and_its_withdrawal_releases_it(scene: Scene) -> None:
    order = _bought(scene)
    scene.ebay.request_cancel(order.order_id)
    scene.pass_time(minutes=20)
    assert scene.posts() == 0
    assert scene.kinds() == ["cancel_requested"]
    assert scene.status(order) == "error"

    scene.ebay.reject_cancel(order.order_id)
    scene.pass_time(minutes=20)
    assert len(scene.at_warehouse(order)) == 1
    assert scene.status(order) == "at_wms"
    assert scene.kinds() == []


@fault("API-05")
def test_a_request_to_cancel_that_is_granted_ends_the_order(scene: Scene) -> None:
    order = _bought(scene)
    scene.ebay.request_cancel(order.order_id)
    scene.pass_time(minutes=20)
    scene.ebay.cancel(order.order_id)
    scene.pass_time(minutes=20)

    assert scene.posts() == 0
    assert scene.status(order) == "canceled"
    assert scene.kinds() == []


@fault("API-05")
def test_a_request_to_cancel_after_delivery_is_told_and_its_withdrawal_clears_it(scene: Scene) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    scene.ebay.request_cancel(order.order_id)
    scene.pass_time(minutes=10)
    assert scene.kinds() == ["cancel_requested"]
    assert len(scene.at_warehouse(order)) == 1

    scene.ebay.reject_cancel(order.order_id)
    scene.pass_time(minutes=10)
    assert scene.kinds() == []
    assert scene.status(order) == "at_wms"


@fault("API-05")
def test_a_request_between_decision_and_delivery_holds_the_order(scene: Scene) -> None:
    order = _bought(scene)
    scene.clock.advance(200)
    scene.run("orders")
    scene.run("decide")
    scene.ebay.request_cancel(order.order_id)
    scene.clock.advance(61)
    scene.pass_time(minutes=20)
    assert scene.posts() == 0
    assert scene.kinds() == ["cancel_requested"]

    scene.ebay.reject_cancel(order.order_id)
    scene.pass_time(minutes=20)
    assert len(scene.at_warehouse(order)) == 1
    assert scene.kinds() == []


@fault("INV-05")
def test_canceling_twice_and_refunding_gives_stock_back_once(scene: Scene) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    scene.ebay.cancel(order.order_id)
    scene.pass_time(minutes=10)
    scene.ebay.touch(order.order_id)
    scene.ebay.refund_all(order.order_id)
    scene.pass_time(minutes=30)

    assert scene.gecko.available("LAMP") == STOCK
    assert scene.shown("LAMP") == {STOCK}
    assert scene.kinds() == []


def test_a_refunded_line_waits_for_a_person_and_the_rest_of_the_account_flows(scene: Scene) -> None:
    order = _bought(scene)
    scene.ebay.refund_line(order.order_id, order.lines[0].line_item_id)
    other = scene.ebay.buy_one("KETL")
    scene.pass_time(minutes=20)

    assert len(scene.at_warehouse(other)) == 1
    assert scene.status(order) in ("canceled", "error")
    assert scene.at_warehouse(order) == []


def test_voided_at_the_warehouse_while_the_buyer_still_waits_is_told_to_a_person(scene: Scene) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    scene.gecko.set_order_status(scene.at_warehouse(order)[0].id, "void")
    scene.pass_time(minutes=70)

    assert scene.kinds() == ["voided_at_warehouse"]
    assert scene.posts() == 1

    scene.ebay.cancel(order.order_id)
    scene.pass_time(minutes=70)
    assert (scene.status(order), scene.kinds()) == ("canceled", [])


def test_what_the_warehouse_refused_worries_nobody_once_the_buyer_cancels(scene: Scene) -> None:
    order = _bought(scene)
    scene.bent.down.add("sim.tradegecko")
    scene.pass_time(minutes=10)
    order_id = scene.row(order).pk
    refused = exceptions.Trouble(kind="address", subject="14", cause="the street is too long", order_id=order_id)
    exceptions.raise_exceptions(scene.book, [refused], scene.clock.now())
    Intent.objects.filter(order_id=order_id).update(state="rejected")
    OrderRow.objects.filter(pk=order_id).update(held_kind="address", status="error")

    scene.ebay.cancel(order.order_id)
    scene.pass_time(minutes=10)

    assert (scene.status(order), scene.kinds()) == ("canceled", [])
    assert scene.row(order).final_at is not None


@fault("NET-04", "API-20")
def test_a_stop_is_written_down_even_when_the_warehouse_is_down(scene: Scene) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    scene.bent.down.add("sim.tradegecko")
    scene.ebay.cancel(order.order_id)
    scene.pass_time(hours=2)
    scene.bent.down.clear()
    scene.pass_time(hours=2)

    assert scene.at_warehouse(order) == []
    assert scene.status(order) == "canceled"


def test_no_order_is_sent_while_the_cart_cannot_say_whether_it_is_still_wanted(theatre: Theatre) -> None:
    scene = theatre.scene(Setting()).connect()
    order = _bought(scene)
    scene.clock.advance(200)
    scene.run("orders")
    scene.run("decide")
    scene.bent.down.add("sim.ebay")
    scene.clock.advance(61)
    scene.pass_time(minutes=20)
    assert scene.posts() == 0
    scene.bent.down.clear()
    scene.pass_time(hours=1, minutes=10)

    assert len(scene.at_warehouse(order)) == 1


def test_voided_at_the_warehouse_is_canceled_at_the_cart_where_the_merchant_wants_that(theatre: Theatre) -> None:
    scene = theatre.scene(Setting(cart={"push_cancellations": True})).connect()
    order = _bought(scene)
    scene.pass_time(minutes=10)
    scene.gecko.set_order_status(scene.at_warehouse(order)[0].id, "void")
    scene.pass_time(minutes=70)

    assert scene.kinds() == []
    assert scene.ebay.order(order.order_id).cancel_state.value == "CANCELED"


@fault("API-20", "NET-02", "NET-03")
@pytest.mark.parametrize("what", [Fault.LOST_REQUEST, Fault.LOST_REPLY])
def test_canceled_while_nobody_knows_whether_it_arrived_is_over_soon(scene: Scene, what: Fault) -> None:
    scene.gecko_faults.next("POST", "/orders", what)
    order = _bought(scene)
    while scene.unknown() == 0:
        scene.pass_time(seconds=1)
    scene.ebay.cancel(order.order_id)
    scene.run("orders")
    scene.pass_time(hours=3)

    assert scene.status(order) == "canceled"
    assert scene.at_warehouse(order) == []
    assert scene.gecko.duplicate_orders() == {}
    assert (scene.unknown(), scene.kinds()) == (0, [])
    assert scene.gecko.delivery_calls() < 20
