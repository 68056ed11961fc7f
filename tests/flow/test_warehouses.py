"""Two warehouses of one merchant: rules, stock and priority say who sends, and what was sent stays so."""

import pytest

from tests.flow.second_warehouse import Second
from tests.flow.stage import SKUS, Scene, Setting, Theatre
from tranter.connectors.ebay.simulator import Purchase, Want
from tranter.engine import routing_plan, rule_book
from tranter.engine.operator import cancel, find
from tranter.engine.warehouses import plan_of
from tranter.ledger import connections
from tranter.ledger.connections import ConnectionState
from tranter.ledger.models import FulfillmentRow
from tranter.routing.plan import Place, RoutingPlan
from tranter.routing.rule import About, AddLine, Condition, Route, Rule, Test


@pytest.fixture
def pair(theatre: Theatre) -> tuple[Scene, Second]:
    nothing = dict.fromkeys(SKUS, 0)
    scene = theatre.scene(Setting(goods={"stock": {**nothing, "LAMP": 5, "KETL": 5, "BOOK": 5}})).connect()
    second = Second(scene, stock={**nothing, "LAMP": 7, "SOAP-S": 3})
    second.connect()
    scene.pass_time(minutes=20)
    return scene, second


def _numbers(scene: Scene, second: Second) -> tuple[list[str], list[str]]:
    first = [one.order_number for one in scene.gecko.orders() if one.status not in ("void", "deleted")]
    return sorted(first), sorted(one.order_number for one in second.orders())


def test_a_second_warehouse_changes_nothing_of_what_was_sent(theatre: Theatre) -> None:
    scene = theatre.scene().connect()
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=10)
    second = Second(scene)
    second.connect()
    routing_plan.save(scene.hub, scene.book, RoutingPlan(places=(Place(name="second"),)), "operator")
    scene.pass_time(minutes=30)
    assert len(scene.at_warehouse(order)) == 1
    assert second.orders() == []

    later = scene.ebay.buy_one("KETL")
    scene.pass_time(minutes=10)
    assert scene.at_warehouse(later) == []
    assert len(second.orders()) == 1


def test_listings_show_what_both_have_unless_one_is_left_out(pair: tuple[Scene, Second]) -> None:
    scene, _ = pair
    assert scene.shown("LAMP") == {12}
    assert scene.shown("SOAP-S") == {3}
    places = (Place(name="warehouse"), Place(name="second", stock=False))
    routing_plan.save(scene.hub, scene.book, RoutingPlan(places=places), "operator")
    scene.pass_time(minutes=20)
    assert scene.shown("LAMP") == {5}


def test_the_one_that_has_it_all_sends_and_the_last_unit_is_given_once(pair: tuple[Scene, Second]) -> None:
    scene, second = pair
    orders = [scene.ebay.buy_one("LAMP", 4) for _ in range(2)]
    scene.pass_time(minutes=10)
    here, there = _numbers(scene, second)
    assert (len(here), len(there)) == (1, 1)
    assert {scene.status(order) for order in orders} == {"at_wms"}


def test_an_order_in_two_shares_comes_back_as_one(pair: tuple[Scene, Second]) -> None:
    scene, second = pair
    routing_plan.save(scene.hub, scene.book, RoutingPlan(split=True), "operator")
    order = scene.ebay.buy(Purchase((Want("LAMP", 1), Want("BOOK", 1), Want("SOAP-S", 1))))
    scene.pass_time(minutes=10)
    [first], [other] = scene.at_warehouse(order), second.orders()
    assert other.order_number == f"{first.order_number}-2"
    assert scene.status(order) == "at_wms"

    scene.gecko.ship(first.id, carrier="UPS", tracking="1Z1")
    scene.pass_time(minutes=15)
    assert scene.status(order) == "at_wms"
    second.vendor.ship(other.id, carrier="UPS", tracking="1Z2")
    scene.pass_time(minutes=15)
    assert scene.status(order) == "confirmed"
    assert {parcel.tracking for parcel in scene.ebay.fulfillments(order.order_id)} == {"1Z1", "1Z2"}
    assert scene.kinds() == []


def test_canceling_stops_every_share(pair: tuple[Scene, Second]) -> None:
    scene, second = pair
    routing_plan.save(scene.hub, scene.book, RoutingPlan(split=True), "operator")
    order = scene.ebay.buy(Purchase((Want("BOOK", 1), Want("SOAP-S", 1))))
    scene.pass_time(minutes=10)
    cancel(scene.hub, scene.book, find(scene.book, order.order_id), "no longer wanted")
    scene.pass_time(minutes=10)
    assert scene.at_warehouse(order) == []
    assert second.orders() == []
    assert scene.status(order) == "canceled"


def test_a_rule_routes_and_its_gift_keeps_nobody_waiting(pair: tuple[Scene, Second]) -> None:
    scene, second = pair
    lamps = Condition(About.SKU, Test.IS, ("LAMP",))
    rule = Rule(name="Lamps", actions=(Route("second"), AddLine("SOAP-S")), conditions=(lamps,))
    tried = rule_book.test_alone(scene.hub, scene.book, rule)
    assert (tried.looked_at, tried.changed) == (0, 0)
    rule_book.add(scene.hub, scene.book, rule, "operator")
    order = scene.ebay.buy_one("LAMP", 1)
    scene.pass_time(minutes=10)
    [there] = second.orders()
    lines = {line.sku for line in FulfillmentRow.objects.get(order=scene.row(order)).lines.all()}
    assert lines == {"LAMP", "SOAP-S"}
    assert scene.row(order).ruled == [["Lamps", "goes to second, gets 1 × SOAP-S"]]

    second.vendor.ship(there.id, partial={"LAMP": 1}, carrier="UPS", tracking="1Z9")
    scene.pass_time(minutes=15)
    assert scene.status(order) == "confirmed"
    assert scene.kinds() == []

    tried = rule_book.test(scene.hub, scene.book, [])
    assert (tried.looked_at, tried.changed) == (1, 1)
    assert tried.examples[0].before.startswith("sent: from second 1 × LAMP + 1 × SOAP-S")
    assert tried.examples[0].after.startswith("sent: from warehouse 1 × LAMP")
    assert plan_of(scene.book) == RoutingPlan()


def test_one_that_is_paused_gets_nothing_while_there_is_another(pair: tuple[Scene, Second]) -> None:
    scene, second = pair
    places = (Place(name="warehouse", regions=("US",)),)
    routing_plan.save(scene.hub, scene.book, RoutingPlan(places=places), "operator")
    connections.set_state(scene.book, scene.warehouse.id, ConnectionState.PAUSED, "stocktaking", scene.clock.now())
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=10)
    assert scene.at_warehouse(order) == []
    assert len(second.orders()) == 1
