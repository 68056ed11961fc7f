"""The delay window: late changes are caught, and somebody may send it now."""

import pytest

from tests.flow.stage import Scene, Setting, Theatre
from tranter.connectors.ebay.simulator import Purchase, Want
from tranter.connectors.ebay.simulator.purchases import Action, Later
from tranter.engine import operator
from tranter.engine.explain import explain


@pytest.fixture
def patient(theatre: Theatre) -> Scene:
    return theatre.scene(Setting(cart={"delay_minutes": 60})).connect()


def test_an_order_waits_its_time_and_then_goes_by_itself(patient: Scene) -> None:
    order = patient.ebay.buy_one("LAMP")
    patient.pass_time(minutes=20)
    assert patient.at_warehouse(order) == []
    assert patient.status(order) == "new"
    [told] = explain(patient.hub, patient.book, order.order_id)
    assert told.next_at == patient.row(order).waits_until
    assert "tranter release" in told.next
    assert patient.shown("LAMP") == {49}, "it is sold all the same"

    patient.pass_time(minutes=45)
    assert len(patient.at_warehouse(order)) == 1
    assert patient.row(order).waits_until is None


def test_one_that_is_canceled_meanwhile_never_leaves(patient: Scene) -> None:
    order = patient.ebay.buy_one("LAMP")
    patient.pass_time(minutes=20)
    patient.ebay.cancel(order.order_id)
    patient.pass_time(minutes=90)
    assert patient.at_warehouse(order) == []
    assert patient.posts() == 0
    assert patient.status(order) == "canceled"


def test_somebody_sends_it_now(patient: Scene) -> None:
    order = patient.ebay.buy_one("LAMP")
    patient.pass_time(minutes=10)
    outcome = operator.release(patient.hub, patient.book, operator.find(patient.book, order.order_id))
    assert outcome.said == "released (delay)"
    patient.pass_time(minutes=5)
    assert len(patient.at_warehouse(order)) == 1


@pytest.mark.parametrize(("begins", "waits"), [("ordered", False), ("paid", True)])
def test_an_order_that_was_paid_late_waits_from_then_where_that_is_chosen(
    theatre: Theatre, begins: str, waits: bool
) -> None:
    scene = theatre.scene(Setting(cart={"delay_minutes": 60, "delay_from": begins})).connect()
    order = scene.ebay.buy(Purchase((Want("LAMP", 1),), paid=False, later=(Later(90 * 60, Action.PAY),)))
    scene.pass_time(minutes=80)
    assert scene.at_warehouse(order) == []
    scene.pass_time(minutes=30)
    assert (scene.at_warehouse(order) == []) is waits
    scene.pass_time(minutes=60)
    assert len(scene.at_warehouse(order)) == 1
