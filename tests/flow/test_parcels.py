"""Parcels on their way back to the cart."""

from typing import Any

import pytest

from tests.flow.stage import Scene, Setting, Theatre
from tranter.connectors.ebay.simulator import Purchase, Repeat, Want
from tranter.ledger import mappings
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault


def _delivered(scene: Scene, *wants: Want) -> tuple[Any, Any]:
    order = scene.ebay.buy(Purchase(wants or (Want("LAMP", 2),)))
    scene.pass_time(minutes=10)
    [there] = scene.at_warehouse(order)
    return order, there


def _units(scene: Scene, order: Any) -> list[tuple[str, int]]:
    """(SKU, units) of all parcels that the cart knows."""
    skus = {line.line_item_id: line.sku for line in order.lines}
    return sorted(
        (skus[line], units) for parcel in scene.ebay.fulfillments(order.order_id) for line, units in parcel.lines
    )


def test_partial_parcels_are_told_one_by_one(scene: Scene) -> None:
    order, there = _delivered(scene, Want("LAMP", 3), Want("KETL", 1))
    scene.gecko.ship(there.id, partial={"LAMP": 2})
    scene.pass_time(minutes=10)
    assert _units(scene, order) == [("LAMP", 2)]
    assert scene.status(order) == "at_wms"

    scene.gecko.ship(there.id)
    scene.pass_time(minutes=10)
    assert _units(scene, order) == [("KETL", 1), ("LAMP", 1), ("LAMP", 2)]
    assert scene.status(order) == "confirmed"
    assert scene.kinds() == []


def test_two_lines_of_one_sku_keep_their_units_apart(scene: Scene) -> None:
    order, there = _delivered(scene, Want("LAMP", 1), Want("LAMP", 2), Want("LAMP", 1))
    scene.gecko.ship(there.id, partial={"LAMP": 2})
    scene.pass_time(minutes=10)
    scene.gecko.ship(there.id)
    scene.pass_time(minutes=10)

    assert sum(units for _, units in _units(scene, order)) == 4
    assert order.all_units_shipped
    assert scene.ebay.duplicate_fulfillments() == []
    assert scene.status(order) == "confirmed"


def test_two_parcels_of_one_sku_in_one_poll(scene: Scene) -> None:
    order, there = _delivered(scene, Want("LAMP", 4))
    scene.gecko.ship(there.id, partial={"LAMP": 1})
    scene.gecko.ship(there.id, partial={"LAMP": 1})
    scene.gecko.ship(there.id)
    scene.pass_time(minutes=10)

    assert sorted(_units(scene, order)) == [("LAMP", 1), ("LAMP", 1), ("LAMP", 2)]
    assert scene.status(order) == "confirmed"


def test_a_corrected_tracking_number_replaces_the_first_one(scene: Scene) -> None:
    order, there = _delivered(scene)
    parcel = scene.gecko.ship(there.id, tracking="1ZWRONG")
    scene.pass_time(minutes=10)
    scene.gecko.relabel(parcel, "UPS", "1ZRIGHT")
    scene.pass_time(minutes=10)

    assert [one.tracking for one in scene.ebay.fulfillments(order.order_id)] == ["1ZRIGHT"]
    assert scene.status(order) == "confirmed"
    scene.gecko.relabel(parcel, "UPS", "1ZRIGHTER")
    scene.pass_time(minutes=10)
    assert [one.tracking for one in scene.ebay.fulfillments(order.order_id)] == ["1ZRIGHTER"]


@pytest.mark.parametrize("what", [Fault.LOST_REPLY, Fault.LOST_REQUEST, Fault.ERROR_AFTER])
def test_a_correction_whose_call_goes_wrong_is_made_once(scene: Scene, what: Fault) -> None:
    order, there = _delivered(scene)
    parcel = scene.gecko.ship(there.id, tracking="1ZWRONG")
    scene.pass_time(minutes=10)
    scene.ebay_faults.next("POST", "/ws/api.dll", what)
    scene.gecko.relabel(parcel, "UPS", "1ZRIGHT")
    scene.pass_time(minutes=40)

    assert scene.ebay_faults.met == [what]
    assert [one.tracking for one in scene.ebay.fulfillments(order.order_id)] == ["1ZRIGHT"]
    assert scene.kinds() == []


def test_a_number_corrected_before_the_cart_was_told_is_told_once(scene: Scene) -> None:
    order, there = _delivered(scene)
    parcel = scene.gecko.ship(there.id, tracking="1ZWRONG")
    scene.bent.down.add("sim.ebay")
    scene.pass_time(minutes=10)
    scene.gecko.relabel(parcel, "UPS", "1ZRIGHT")
    scene.pass_time(minutes=10)
    scene.bent.down.clear()
    scene.pass_time(minutes=70)

    assert [one.tracking for one in scene.ebay.fulfillments(order.order_id)] == ["1ZRIGHT"]
    assert scene.status(order) == "confirmed"


@pytest.mark.parametrize("what", [Fault.LOST_REPLY, Fault.LOST_REQUEST])
def test_a_number_corrected_while_nobody_knows_whether_the_first_was_told(scene: Scene, what: Fault) -> None:
    order, there = _delivered(scene)
    scene.ebay_faults.next("POST", "/shipping_fulfillment", what)
    parcel = scene.gecko.ship(there.id, tracking="1ZWRONG")
    scene.run("shipments")
    scene.run("tracking")
    assert scene.ebay_faults.met == [what]
    scene.gecko.relabel(parcel, "UPS", "1ZRIGHT")
    scene.run("shipments")
    scene.pass_time(minutes=60)

    assert [one.tracking for one in scene.ebay.fulfillments(order.order_id)] == ["1ZRIGHT"]
    assert scene.status(order) == "confirmed"
    assert scene.kinds() == []


def test_a_parcel_without_a_number_is_told_and_its_number_follows(scene: Scene) -> None:
    order, there = _delivered(scene)
    parcel = scene.gecko.ship(there.id, carrier=None, tracking=None)
    scene.pass_time(minutes=10)
    assert scene.status(order) == "confirmed"
    scene.gecko.relabel(parcel, "UPS", "1ZLATE")
    scene.pass_time(minutes=10)

    assert "1ZLATE" in [one.tracking for one in scene.ebay.fulfillments(order.order_id)]
    assert scene.kinds() == []


def test_a_parcel_taken_back_before_it_was_told_is_never_told(scene: Scene) -> None:
    order, there = _delivered(scene)
    parcel = scene.gecko.ship(there.id)
    scene.bent.down.add("sim.ebay")
    scene.pass_time(minutes=10)
    scene.gecko.void_shipment(parcel)
    scene.pass_time(minutes=10)
    scene.bent.down.clear()
    scene.pass_time(minutes=70)

    assert scene.ebay.fulfillments(order.order_id) == []
    assert scene.status(order) == "at_wms"
    assert scene.kinds() == []


def test_a_parcel_taken_back_after_it_was_told_is_shown_and_the_next_one_is_told(scene: Scene) -> None:
    order, there = _delivered(scene)
    parcel = scene.gecko.ship(there.id, tracking="1ZFIRST")
    scene.pass_time(minutes=10)
    scene.gecko.void_shipment(parcel)
    scene.pass_time(minutes=10)

    assert scene.kinds() == ["voided_after_telling"]
    assert scene.status(order) == "at_wms"


@fault("API-25")
def test_a_carrier_that_ebay_does_not_know_goes_as_other(scene: Scene) -> None:
    order, there = _delivered(scene)
    scene.gecko.ship(there.id, carrier="Hofmann Kurier", tracking="HK 12-34")
    scene.pass_time(minutes=10)

    [parcel] = scene.ebay.fulfillments(order.order_id)
    assert (parcel.carrier, parcel.tracking) == ("Other", "HK1234")
    assert scene.kinds() == []


@fault("API-25")
def test_a_carrier_that_is_to_be_held_waits_for_its_mapping_and_flows_on(theatre: Theatre) -> None:
    scene = theatre.scene(Setting(cart={"unknown_carrier": "hold"})).connect()
    order, there = _delivered(scene)
    scene.gecko.ship(there.id, carrier="Hofmann Kurier")
    scene.pass_time(hours=2)
    [trouble] = scene.troubles()
    assert (trouble.kind, trouble.value) == ("carrier", "Hofmann Kurier")
    assert scene.ebay.fulfillments(order.order_id) == []

    mappings.set_carriers(scene.book, [("warehouse", "Hofmann Kurier", "DHL")], scene.clock.now())
    scene.pass_time(minutes=10)
    assert [one.carrier for one in scene.ebay.fulfillments(order.order_id)] == ["DHL"]
    assert scene.kinds() == []


@fault("API-26")
def test_a_parcel_that_was_told_by_hand_is_adopted(scene: Scene) -> None:
    order, there = _delivered(scene)
    scene.ebay.ship_by_hand(order.order_id, "UPS", "1Z SAME")
    scene.pass_time(minutes=10)
    assert scene.kinds() == ["shipped_at_cart"]
    scene.gecko.ship(there.id, carrier="UPS", tracking="1ZSAME")
    scene.pass_time(minutes=40)

    assert len(scene.ebay.fulfillments(order.order_id)) == 1
    assert scene.status(order) == "confirmed"
    assert scene.kinds() == []


@fault("API-26")
def test_a_parcel_that_was_told_by_hand_under_another_number_is_not_told_again(scene: Scene) -> None:
    order, there = _delivered(scene)
    scene.ebay.ship_by_hand(order.order_id, "UPS", "BYHAND1")
    scene.pass_time(minutes=10)
    scene.gecko.ship(there.id, carrier="UPS", tracking="1ZOURS")
    scene.pass_time(minutes=40)

    assert len(scene.ebay.fulfillments(order.order_id)) == 1
    assert scene.kinds() == ["shipped_at_cart"]


@fault("API-26")
def test_a_cart_that_answers_a_repetition_with_a_conflict_is_believed(theatre: Theatre) -> None:
    scene = theatre.scene(Setting(ebay={"repeat_fulfillment": Repeat.CONFLICT})).connect()
    order, there = _delivered(scene)
    scene.ebay_faults.next("POST", "/shipping_fulfillment", Fault.LOST_REPLY)
    scene.gecko.ship(there.id)
    scene.pass_time(minutes=40)

    assert len(scene.ebay.fulfillments(order.order_id)) == 1
    assert scene.status(order) == "confirmed"
    assert scene.kinds() == []


def test_shipped_by_hand_at_the_cart_while_the_warehouse_has_it_is_told_to_a_person(scene: Scene) -> None:
    order, _ = _delivered(scene)
    scene.ebay.ship_by_hand(order.order_id)
    scene.pass_time(minutes=20)

    assert scene.kinds() == ["shipped_at_cart"]


def test_shipped_by_hand_before_it_was_sent_is_not_sent(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.clock.advance(200)
    scene.run("orders")
    scene.run("decide")
    scene.ebay.ship_by_hand(order.order_id)
    scene.clock.advance(61)
    scene.pass_time(minutes=20)

    assert scene.posts() == 0
    assert scene.status(order) == "skipped"
    assert scene.kinds() == []


def test_a_refused_parcel_stays_in_sight_when_another_one_of_its_order_is_told(theatre: Theatre) -> None:
    scene = theatre.scene(Setting(cart={"unknown_carrier": "hold"})).connect()
    order, there = _delivered(scene, Want("LAMP", 1), Want("KETL", 1))
    first = scene.gecko.ship(there.id, partial={"LAMP": 1}, carrier="Hofmann Kurier")
    scene.pass_time(minutes=10)
    scene.gecko.ship(there.id, carrier="UPS")
    scene.pass_time(minutes=10)
    assert scene.kinds() == ["carrier"]
    assert _units(scene, order) == [("KETL", 1)]

    scene.gecko.relabel(first, "DHL", "JD01")
    scene.pass_time(minutes=10)
    assert scene.kinds() == []
    assert scene.status(order) == "confirmed"


def test_our_own_parcels_are_never_taken_for_somebodys_hand(scene: Scene) -> None:
    order, there = _delivered(scene, Want("LAMP", 2), Want("KETL", 1))
    scene.gecko.ship(there.id, partial={"LAMP": 1})
    scene.pass_time(minutes=20)
    scene.ebay.touch(order.order_id)
    scene.pass_time(minutes=20)
    scene.gecko.ship(there.id)
    scene.pass_time(minutes=20)
    scene.ebay.touch(order.order_id)
    scene.pass_time(minutes=20)

    assert scene.kinds() == []
    assert scene.status(order) == "confirmed"


def test_packed_is_not_shipped_unless_the_merchant_says_so(theatre: Theatre) -> None:
    scene = theatre.scene().connect()
    order, there = _delivered(scene)
    parcel = scene.gecko.pack(there.id)
    scene.pass_time(minutes=10)
    assert scene.ebay.fulfillments(order.order_id) == []
    scene.gecko.send(parcel, "UPS", "1ZNOW")
    scene.pass_time(minutes=10)

    assert [one.tracking for one in scene.ebay.fulfillments(order.order_id)] == ["1ZNOW"]
