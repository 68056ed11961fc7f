"""Several orders of one buyer go in one delivery, and each is told its parcel."""

from typing import Any

import pytest

from tests.flow.stage import STOCK, Scene
from tranter.connectors.ebay.simulator.orders import Address
from tranter.connectors.ebay.simulator.purchases import Purchase, Want
from tranter.engine import changing, combining, operator, reconcile
from tranter.engine.operator import NotPossible
from tranter.ledger import combining as ledger
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault

SKUS = ("LAMP", "KETL", "BOOK")


def _taken(scene: Scene, count: int = 2) -> list[Any]:
    """Orders of one buyer, in the hub and not yet on their way."""
    first = scene.ebay.buy_one(SKUS[0])
    orders = [first]
    for sku in SKUS[1:count]:
        orders.append(scene.ebay.buy(Purchase((Want(sku, 1),), buyer=first.buyer)))
    scene.clock.advance(200)
    scene.run("orders")
    scene.run("decide")
    return orders


def _view(scene: Scene, order: Any) -> Any:
    return operator.find(scene.book, order.order_id)


def _combine(scene: Scene, orders: list[Any]) -> None:
    combining.combine(scene.hub, scene.book, [_view(scene, order) for order in orders])


def _combined(scene: Scene, count: int = 2) -> list[Any]:
    orders = _taken(scene, count)
    _combine(scene, orders)
    return orders


def _there(scene: Scene) -> list[dict[str, int]]:
    """Living orders at the warehouse, by their goods."""
    alive = [one for one in scene.gecko.orders() if one.status not in ("void", "deleted")]
    goods = [{line.sku: line.quantity for line in one.lines if line.sku} for one in alive]
    return sorted(goods, key=str)


def _statuses(scene: Scene, orders: list[Any]) -> list[str]:
    return [scene.status(order) for order in orders]


def test_orders_of_one_buyer_are_suggested_and_nothing_is_combined_by_itself(scene: Scene) -> None:
    first, second = _taken(scene)
    stranger = scene.ebay.buy_one("BOOK")
    scene.run("orders")

    found = combining.suggested(scene.book, scene.row(first).pk)
    assert [mate.number for mate in found] == [second.order_id]
    assert stranger.order_id not in [mate.number for mate in found]
    scene.pass_time(minutes=10)
    assert _there(scene) == [{"BOOK": 1}, {"KETL": 1}, {"LAMP": 1}]


@fault("API-23")
def test_they_go_in_one_delivery_and_its_tracking_is_told_to_each(scene: Scene) -> None:
    orders = _combined(scene, 3)
    scene.pass_time(minutes=10)
    assert _there(scene) == [{"LAMP": 1, "KETL": 1, "BOOK": 1}]
    assert _statuses(scene, orders) == ["at_wms"] * 3
    assert scene.posts() == 1

    [there] = scene.at_warehouse(orders[0])
    scene.gecko.ship(there.id)
    scene.pass_time(minutes=20)
    assert _statuses(scene, orders) == ["confirmed"] * 3
    told = [scene.ebay.fulfillments(order.order_id) for order in orders]
    assert [[len(parcels), sum(units for _, units in parcels[0].lines)] for parcels in told] == [[1, 1]] * 3
    assert len({parcels[0].tracking for parcels in told}) == 1
    assert scene.kinds() == []


@fault("API-23", "API-24")
def test_of_two_parcels_each_order_hears_of_its_own(scene: Scene) -> None:
    orders = _combined(scene)
    scene.pass_time(minutes=10)
    [there] = scene.at_warehouse(orders[0])
    scene.gecko.ship(there.id, partial={"LAMP": 1})
    scene.pass_time(minutes=20)
    assert _statuses(scene, orders) == ["confirmed", "at_wms"]
    scene.gecko.ship(there.id)
    scene.pass_time(minutes=20)

    assert _statuses(scene, orders) == ["confirmed", "confirmed"]
    assert [len(scene.ebay.fulfillments(order.order_id)) for order in orders] == [1, 1]


@fault("API-23", "NET-02")
@pytest.mark.parametrize("what", [Fault.LOST_REPLY, Fault.LOST_REQUEST])
def test_a_lost_reply_doubles_and_loses_nothing(scene: Scene, what: Fault) -> None:
    orders = _combined(scene)
    scene.gecko_faults.next("POST", "/orders", what)
    scene.pass_time(minutes=30)

    assert _there(scene) == [{"LAMP": 1, "KETL": 1}]
    assert _statuses(scene, orders) == ["at_wms", "at_wms"]


@fault("API-20", "API-23")
@pytest.mark.parametrize("which", [0, 1])
def test_one_that_is_canceled_before_sending_is_taken_out(scene: Scene, which: int) -> None:
    orders = _combined(scene, 3)
    scene.ebay.cancel(orders[which].order_id)
    scene.clock.advance(61)
    scene.pass_time(minutes=20)

    left = [order for order in orders if order is not orders[which]]
    assert _there(scene) == [{sku: 1 for sku in SKUS if sku != SKUS[which]}]
    assert (scene.status(orders[which]), _statuses(scene, left)) == ("canceled", ["at_wms", "at_wms"])


@fault("API-20", "API-23")
@pytest.mark.parametrize("which", [0, 1])
def test_one_that_is_canceled_after_sending_is_stopped_and_the_rest_is_sent_again(scene: Scene, which: int) -> None:
    orders = _combined(scene)
    scene.pass_time(minutes=10)
    scene.ebay.cancel(orders[which].order_id)
    scene.pass_time(minutes=30)

    assert _there(scene) == [{SKUS[1 - which]: 1}]
    assert (scene.status(orders[which]), scene.status(orders[1 - which])) == ("canceled", "at_wms")
    assert scene.kinds() == []
    assert scene.gecko.available(SKUS[which]) == STOCK


@fault("API-20", "API-23")
def test_one_that_is_canceled_after_packing_is_told_to_a_person(scene: Scene) -> None:
    orders = _combined(scene)
    scene.pass_time(minutes=10)
    scene.gecko.pack(scene.at_warehouse(orders[0])[0].id)
    scene.ebay.cancel(orders[1].order_id)
    scene.pass_time(minutes=30)

    assert [(one.kind, one.order) for one in scene.troubles()] == [("cancel_too_late", orders[1].order_id)]
    assert _there(scene) == [{"LAMP": 1, "KETL": 1}]
    assert _statuses(scene, orders) == ["at_wms", "at_wms"]


@fault("API-21", "API-23")
def test_another_address_before_sending_parts_them(scene: Scene) -> None:
    orders = _combined(scene)
    scene.ebay.edit_address(orders[1].order_id, Address("9 New Street", "Leeds", "US"))
    scene.clock.advance(61)
    scene.pass_time(minutes=20)

    assert _there(scene) == [{"KETL": 1}, {"LAMP": 1}]


@fault("API-22", "API-23")
def test_a_change_after_sending_is_told_and_all_are_sent_again(scene: Scene) -> None:
    orders = _combined(scene)
    scene.pass_time(minutes=10)
    scene.ebay.edit_line(orders[1].order_id, orders[1].lines[0].line_item_id, 4)
    scene.pass_time(minutes=20)
    assert [(one.kind, one.order) for one in scene.troubles()] == [("changed_at_cart", orders[1].order_id)]
    with pytest.raises(NotPossible):
        changing.accept(scene.hub, scene.book, _view(scene, orders[1]))
    changing.send_again(scene.hub, scene.book, _view(scene, orders[1]))
    scene.pass_time(minutes=20)

    assert _there(scene) == [{"LAMP": 1, "KETL": 4}]
    assert (_statuses(scene, orders), scene.kinds()) == (["at_wms", "at_wms"], [])


def test_they_are_parted_again_while_they_have_not_left(scene: Scene) -> None:
    orders = _combined(scene)
    combining.uncombine(scene.hub, scene.book, _view(scene, orders[1]))
    assert ledger.members(scene.book, scene.row(orders[0]).pk) == []
    scene.pass_time(minutes=10)

    assert _there(scene) == [{"KETL": 1}, {"LAMP": 1}]
    with pytest.raises(NotPossible, match="the warehouse has it"):
        _combine(scene, orders)


def test_one_that_is_held_keeps_the_others_waiting(scene: Scene) -> None:
    orders = _combined(scene)
    operator.hold(scene.hub, scene.book, _view(scene, orders[1]), "")
    scene.pass_time(minutes=10)
    assert _there(scene) == []
    assert scene.row(orders[0]).reason == f"waits for {orders[1].order_id}, with which it is combined"

    operator.release(scene.hub, scene.book, _view(scene, orders[1]))
    scene.pass_time(minutes=10)
    assert _there(scene) == [{"LAMP": 1, "KETL": 1}]


def test_strangers_are_not_combined(scene: Scene) -> None:
    orders = _taken(scene)
    other = scene.ebay.buy_one("BOOK")
    scene.clock.advance(200)
    scene.run("orders")
    with pytest.raises(NotPossible, match="not of the same buyer"):
        _combine(scene, [orders[0], other])


def test_what_the_warehouse_has_of_them_is_not_sent_twice(scene: Scene) -> None:
    orders = _combined(scene)
    scene.pass_time(minutes=10)
    outcome = operator.resend(scene.hub, scene.book, _view(scene, orders[1]))

    assert outcome.there_as == orders[0].order_id
    scene.pass_time(minutes=10)
    assert _there(scene) == [{"LAMP": 1, "KETL": 1}]


@fault("API-23")
def test_reconcile_counts_each_of_them(scene: Scene) -> None:
    _combined(scene)
    scene.pass_time(minutes=10)
    report = reconcile.reconcile(scene.hub, scene.book, 30)

    assert (report.orders, report.accounted_for, report.differences) == (2, 2, ())
