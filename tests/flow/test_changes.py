"""The cart changes an order, at every point of its way."""

from typing import Any

import pytest

from tests.flow.stage import STOCK, Scene
from tranter.connectors.ebay.simulator.orders import Address
from tranter.engine import changing
from tranter.engine import operator as hands
from tranter.engine.operator import NotPossible
from tranter.ledger import exceptions
from tranter.routing.changes import Field
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault

MOVED = Address(line1="9 New Street", city="Leeds", country="US", state="NY", postal_code="10001")


def _bought(scene: Scene) -> Any:
    return scene.ebay.buy_one("LAMP", 2)


def _view(scene: Scene, order: Any) -> Any:
    return hands.find(scene.book, order.order_id)


def _streets(scene: Scene, order: Any) -> list[str]:
    """Where the warehouse sends what it has of it."""
    return [one.shipping_address["address1"] for one in scene.at_warehouse(order)]


def _units(scene: Scene, order: Any) -> list[dict[str, int]]:
    return [{line.sku: int(line.quantity) for line in one.lines if line.sku} for one in scene.at_warehouse(order)]


def _edit(scene: Scene, order: Any, what: str) -> None:
    match what:
        case "address":
            scene.ebay.edit_address(order.order_id, MOVED)
        case "quantity":
            scene.ebay.edit_line(order.order_id, order.lines[0].line_item_id, 3)
        case "added":
            scene.ebay.add_line(order.order_id, "KETL")


EDITS = ("address", "quantity", "added")
WANTED: dict[str, dict[str, int]] = {"address": {"LAMP": 2}, "quantity": {"LAMP": 3}, "added": {"LAMP": 2, "KETL": 1}}
SAID = {"address": "another street", "quantity": "LAMP 2 → 3", "added": "KETL added (1)"}


@fault("API-21", "API-22")
@pytest.mark.parametrize("what", EDITS)
def test_what_changes_before_it_is_decided_is_sent_so(scene: Scene, what: str) -> None:
    order = _bought(scene)
    scene.clock.advance(200)
    scene.run("orders")
    _edit(scene, order, what)
    scene.clock.advance(61)
    scene.pass_time(minutes=20)

    assert _units(scene, order) == [WANTED[what]]
    assert scene.kinds() == []


@fault("API-21", "API-22")
@pytest.mark.parametrize("what", EDITS)
def test_what_changes_between_decision_and_delivery_is_sent_so(scene: Scene, what: str) -> None:
    order = _bought(scene)
    scene.clock.advance(200)
    scene.run("orders")
    scene.run("decide")
    _edit(scene, order, what)
    scene.clock.advance(61)
    scene.pass_time(minutes=20)

    assert _units(scene, order) == [WANTED[what]]
    assert _streets(scene, order) == ["9 New Street" if what == "address" else order.buyer.address.line1]
    assert (scene.posts(), scene.kinds()) == (1, [])


@fault("API-21", "API-22")
@pytest.mark.parametrize("what", EDITS)
def test_what_changes_at_the_warehouse_is_told_field_by_field(scene: Scene, what: str) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    _edit(scene, order, what)
    scene.pass_time(minutes=20)

    [trouble] = scene.troubles()
    assert trouble.kind == "changed_at_cart"
    assert SAID[what] in trouble.cause
    assert "New Street" not in trouble.cause
    assert _units(scene, order) == [{"LAMP": 2}]
    assert scene.status(order) == "at_wms"


@fault("API-21")
def test_the_change_of_an_address_shows_both(scene: Scene) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    scene.ebay.edit_address(order.order_id, MOVED)
    scene.pass_time(minutes=20)

    found = {
        one.field: (one.before, one.now) for one in changing.of_orders(scene.book, [scene.row(order).pk]).popitem()[1]
    }
    assert found[Field.STREET] == (order.buyer.address.line1, "9 New Street")


@fault("API-21", "API-22")
@pytest.mark.parametrize("what", EDITS)
def test_it_is_stopped_at_the_warehouse_and_sent_again_as_it_is_now(scene: Scene, what: str) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    _edit(scene, order, what)
    scene.pass_time(minutes=20)
    changing.send_again(scene.hub, scene.book, _view(scene, order))
    scene.pass_time(minutes=20)

    assert _units(scene, order) == [WANTED[what]]
    assert _streets(scene, order) == ["9 New Street" if what == "address" else order.buyer.address.line1]
    assert (scene.status(order), scene.kinds(), scene.row(order).wish) == ("at_wms", [], "")


@fault("API-21", "API-22", "NET-02")
@pytest.mark.parametrize("what", [Fault.LOST_REPLY, Fault.LOST_REQUEST])
def test_what_changes_while_nobody_knows_whether_it_arrived_is_told_or_sent(scene: Scene, what: Fault) -> None:
    order = _bought(scene)
    scene.gecko_faults.next("POST", "/orders", what)
    scene.deliver_now()
    scene.ebay.edit_line(order.order_id, order.lines[0].line_item_id, 3)
    scene.pass_time(minutes=30)

    sent = _units(scene, order)
    assert (sent, scene.kinds()) in ([([{"LAMP": 2}], ["changed_at_cart"]), ([{"LAMP": 3}], [])])
    assert scene.gecko.duplicate_orders() == {}


@fault("API-21")
def test_what_changes_after_packing_is_too_late_and_says_so(scene: Scene) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    scene.gecko.pack(scene.at_warehouse(order)[0].id)
    scene.ebay.edit_address(order.order_id, MOVED)
    scene.pass_time(minutes=20)
    changing.send_again(scene.hub, scene.book, _view(scene, order))
    scene.pass_time(minutes=20)

    assert scene.kinds() == ["change_too_late", "changed_at_cart"]
    assert len(scene.at_warehouse(order)) == 1
    assert (scene.status(order), scene.row(order).wish) == ("at_wms", "")


@fault("API-21")
def test_what_changes_after_it_left_says_that_it_has_left(scene: Scene) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    scene.gecko.ship(scene.at_warehouse(order)[0].id)
    scene.pass_time(minutes=10)
    scene.ebay.edit_address(order.order_id, MOVED)
    scene.pass_time(minutes=20)

    [trouble] = scene.troubles()
    assert "after a parcel of it had left" in trouble.cause
    with pytest.raises(NotPossible, match="has left"):
        changing.send_again(scene.hub, scene.book, _view(scene, order))


@fault("API-22")
@pytest.mark.parametrize("what", EDITS)
def test_a_change_that_the_warehouse_was_told_of_counts_as_sent(scene: Scene, what: str) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    _edit(scene, order, what)
    scene.pass_time(minutes=20)
    changing.accept(scene.hub, scene.book, _view(scene, order))
    assert scene.kinds() == []
    scene.ebay.touch(order.order_id)
    scene.pass_time(minutes=20)

    assert (scene.kinds(), scene.posts()) == ([], 1)
    sent = {line.sku: line.quantity for row in scene.row(order).fulfillmentrow_set.all() for line in row.lines.all()}
    assert sent == WANTED[what]


@fault("API-22")
def test_a_change_that_is_ignored_is_told_again_only_when_it_changes_once_more(scene: Scene) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    _edit(scene, order, "quantity")
    scene.pass_time(minutes=20)
    changing.ignore(scene.hub, scene.book, _view(scene, order))
    scene.ebay.touch(order.order_id)
    scene.pass_time(minutes=20)
    assert scene.kinds() == []

    scene.ebay.edit_line(order.order_id, order.lines[0].line_item_id, 5)
    scene.pass_time(minutes=20)
    assert ["LAMP 2 → 5" in one.cause for one in scene.troubles()] == [True]


def test_a_change_that_is_taken_back_worries_nobody_any_more(scene: Scene) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    _edit(scene, order, "quantity")
    scene.pass_time(minutes=20)
    scene.ebay.edit_line(order.order_id, order.lines[0].line_item_id, 2)
    scene.pass_time(minutes=20)

    assert scene.kinds() == []
    assert scene.row(order).before is None


@fault("API-22")
def test_a_line_that_is_refunded_before_it_is_sent_is_not_sent(scene: Scene) -> None:
    order = _bought(scene)
    added = scene.ebay.add_line(order.order_id, "KETL")
    scene.clock.advance(200)
    scene.run("orders")
    scene.run("decide")
    scene.ebay.refund_line(order.order_id, added)
    scene.clock.advance(61)
    scene.pass_time(minutes=20)

    assert scene.at_warehouse(order) == []
    assert scene.kinds() == ["line_trouble"]


@fault("API-20", "API-21")
def test_a_cancel_goes_before_a_change(scene: Scene) -> None:
    order = _bought(scene)
    scene.pass_time(minutes=10)
    _edit(scene, order, "address")
    scene.pass_time(minutes=20)
    changing.send_again(scene.hub, scene.book, _view(scene, order))
    scene.ebay.cancel(order.order_id)
    scene.run("orders")
    scene.pass_time(minutes=30)

    assert scene.at_warehouse(order) == []
    assert (scene.status(order), scene.kinds()) == ("canceled", [])
    assert scene.gecko.available("LAMP") == STOCK


def test_a_touch_that_changes_nothing_sends_nothing_anew(scene: Scene) -> None:
    order = _bought(scene)
    scene.clock.advance(200)
    scene.run("orders")
    scene.run("decide")
    scene.ebay.touch(order.order_id)
    scene.clock.advance(61)
    scene.pass_time(minutes=20)

    assert scene.row(order).fulfillmentrow_set.count() == 1
    assert exceptions.count_open(scene.book) == 0
