from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.connectors.ebay.world import START, World
from tranter.connectors.ebay.simulator.orders import Order, Program
from tranter.connectors.ebay.simulator.purchases import Purchase, Want
from tranter.model import Shipment, ShipmentLine, ShipmentState
from tranter.sdk.errors import AuthError, RejectedError, TransientError, UnexpectedResponseError
from tranter.sdk.http import NeverSent, NoAnswer, Reply
from tranter.sdk.verbs import Verdict
from tranter.testing.faultmark import fault


def bought(world: World, *wants: Want, program: Program = Program.NONE) -> Order:
    order = world.vendor.buy(Purchase(wants or (Want("LAMP-S", 2),), program=program))
    world.pass_time(600)
    return order


def parcel(order: Order, *lines: tuple[int, int], **changes: Any) -> Shipment:
    """(line's place, units); all of the order when none is given."""
    units = lines or tuple((place, line.quantity) for place, line in enumerate(order.lines))
    shipment = Shipment(
        remote_id="f1",
        remote_order_id=order.order_id,
        state=ShipmentState.SHIPPED,
        carrier="UPS",
        tracking_number="1Z 999-AA1",
        shipped_at=START + timedelta(minutes=5),
        modified_at=START,
        lines=tuple(ShipmentLine(quantity=count, line_id=order.lines[place].line_item_id) for place, count in units),
        key="push_shipment/1",
    )
    return msgspec.structs.replace(shipment, **changes)


def test_a_parcel_is_told_with_its_lines_carrier_number_and_date() -> None:
    world = World()
    order = bought(world)
    receipt = world.ebay.push_shipment(parcel(order))
    (told,) = world.vendor.fulfillments(order.order_id)
    assert receipt.remote_id == told.fulfillment_id == "1Z999AA1"
    assert (told.carrier, told.tracking) == ("UPS", "1Z999AA1")
    assert told.shipped_at == START + timedelta(minutes=5)
    assert told.lines == ((order.lines[0].line_item_id, 2),)
    assert world.order(order.order_id).state.value == "shipped"


def test_each_of_several_parcels_is_told_although_ebay_says_fulfilled_after_the_first() -> None:
    world = World()
    order = bought(world, Want("LAMP-S", 3), Want("LAMP-M", 1))
    world.ebay.push_shipment(parcel(order, (0, 1), tracking_number="A1"))
    assert world.order(order.order_id).shipped_quantities
    world.ebay.push_shipment(parcel(order, (0, 2), (1, 1), tracking_number="A2"))
    assert [told.tracking for told in world.vendor.fulfillments(order.order_id)] == ["A1", "A2"]
    assert world.vendor.order(order.order_id).all_units_shipped
    assert world.vendor.duplicate_fulfillments() == []


def test_a_line_named_twice_is_told_once_with_both_amounts() -> None:
    world = World()
    order = bought(world)
    world.ebay.push_shipment(parcel(order, (0, 1), (0, 1)))
    assert world.vendor.fulfillments(order.order_id)[0].lines == ((order.lines[0].line_item_id, 2),)


def test_a_parcel_without_a_number_goes_without_a_carrier_too() -> None:
    world = World()
    order = bought(world)
    receipt = world.ebay.push_shipment(parcel(order, tracking_number=" ", carrier="UPS"))
    (told,) = world.vendor.fulfillments(order.order_id)
    assert (told.carrier, told.tracking) == ("", "")
    assert receipt.remote_id == told.fulfillment_id
    assert receipt.notes


@fault("API-25")
def test_an_unknown_carrier_goes_as_other_with_a_note() -> None:
    world = World()
    order = bought(world)
    receipt = world.ebay.push_shipment(parcel(order, carrier="Bike messenger"))
    assert world.vendor.fulfillments(order.order_id)[0].carrier == "Other"
    assert "Bike messenger" in receipt.notes[0]


@fault("API-25")
def test_an_unknown_carrier_waits_for_a_person_where_the_merchant_chose_that() -> None:
    world = World(settings={"unknown_carrier": "hold"})
    order = bought(world)
    with pytest.raises(RejectedError) as caught:
        world.ebay.push_shipment(parcel(order, carrier="Bike messenger"))
    assert (caught.value.kind, caught.value.value) == ("carrier", "Bike messenger")
    assert world.vendor.fulfillments(order.order_id) == []


@fault("API-25")
def test_a_refused_carrier_is_held_with_its_name_and_never_loops() -> None:
    world = World()
    order = bought(world)
    world.ebay.verify()
    world.tap.passing, world.tap.answers = 0, [refusal(32300, "Invalid shipment tracking number or carrier")]
    with pytest.raises(RejectedError) as caught:
        world.ebay.push_shipment(parcel(order))
    assert (caught.value.kind, caught.value.value) == ("carrier", "UPS")
    assert caught.value.remedy


def refusal(error_id: int, message: str = "no", status: int = 400) -> Reply:
    body = {"errors": [{"errorId": error_id, "category": "REQUEST", "message": message}]}
    return Reply(status, (), msgspec.json.encode(body))


@fault("API-30")
def test_a_date_in_the_future_becomes_now_and_one_before_the_order_too() -> None:
    world = World()
    order = bought(world, Want("LAMP-S", 2))
    world.ebay.push_shipment(parcel(order, (0, 1), tracking_number="A1", shipped_at=START + timedelta(days=3)))
    world.ebay.push_shipment(parcel(order, (0, 1), tracking_number="A2", shipped_at=START - timedelta(days=3)))
    assert [told.shipped_at for told in world.vendor.fulfillments(order.order_id)] == [world.clock.now()] * 2


def test_a_parcel_whose_line_is_unknown_is_not_guessed() -> None:
    world = World()
    order = bought(world)
    stray = parcel(order, lines=(ShipmentLine(quantity=1, sku="LAMP-S"),))
    with pytest.raises(RejectedError) as caught:
        world.ebay.push_shipment(stray)
    assert caught.value.kind == "line"


def test_a_parcel_that_was_taken_back_is_not_told() -> None:
    world = World()
    with pytest.raises(RejectedError):
        world.ebay.push_shipment(parcel(bought(world), state=ShipmentState.VOID))


def test_lines_of_a_forwarded_order_are_told_one_by_one() -> None:
    world = World()
    order = bought(world, Want("LAMP-S", 1), Want("LAMP-M", 2), program=Program.INTERNATIONAL_SHIPPING)
    world.ebay.push_shipment(parcel(order))
    assert world.vendor.order(order.order_id).all_units_shipped
    assert {told.tracking for told in world.vendor.fulfillments(order.order_id)} == {"1Z999AA1"}
    (sighting,) = world.ebay.look_up_shipments([parcel(order)])
    assert sighting.verdict is Verdict.FOUND


def test_a_forwarded_order_goes_on_after_the_line_that_got_through() -> None:
    world = World()
    order = bought(world, Want("LAMP-S", 1), Want("LAMP-M", 2), program=Program.INTERNATIONAL_SHIPPING)
    world.ebay.verify()
    world.tap.passing, world.tap.answers = 3, [NeverSent("refused")]  # the second line's call
    with pytest.raises(TransientError) as caught:
        world.ebay.push_shipment(parcel(order))
    assert not caught.value.not_done, "a part of it is done"
    assert world.ebay.look_up_shipments([parcel(order)])[0].verdict is Verdict.ABSENT
    world.ebay.push_shipment(parcel(order))
    assert world.vendor.order(order.order_id).all_units_shipped
    assert world.vendor.duplicate_fulfillments() == []


# look-ups


@fault("API-26", "NET-02")
def test_a_lost_reply_is_found_by_number_lines_and_quantities() -> None:
    world = World()
    order = bought(world)
    world.ebay.push_shipment(parcel(order))
    (sighting,) = world.ebay.look_up_shipments([parcel(order, tracking_number="1z999 aa1")])
    assert (sighting.verdict, sighting.key) == (Verdict.FOUND, "push_shipment/1")
    assert sighting.receipt is not None
    assert sighting.receipt.remote_id == "1Z999AA1"


@fault("API-26")
def test_a_lost_request_is_absent() -> None:
    world = World()
    order = bought(world)
    assert world.ebay.look_up_shipments([parcel(order)])[0].verdict is Verdict.ABSENT


@fault("API-26")
def test_the_second_parcel_of_an_order_is_absent_while_only_the_first_is_there() -> None:
    world = World()
    order = bought(world, Want("LAMP-S", 3))
    world.ebay.push_shipment(parcel(order, (0, 1), tracking_number="A1"))
    sightings = world.ebay.look_up_shipments(
        [parcel(order, (0, 1), tracking_number="A1"), parcel(order, (0, 2), tracking_number="A2")]
    )
    assert [sighting.verdict for sighting in sightings] == [Verdict.FOUND, Verdict.ABSENT]


@fault("API-26", "API-27")
def test_units_sent_under_another_number_are_in_doubt() -> None:
    world = World()
    order = bought(world)
    world.vendor.ship_by_hand(order.order_id, tracking="BYHAND1")
    (sighting,) = world.ebay.look_up_shipments([parcel(order)])
    assert sighting.verdict is Verdict.DOUBT
    assert "BYHAND1" in sighting.reason


def test_our_number_with_other_lines_is_in_doubt() -> None:
    world = World()
    order = bought(world, Want("LAMP-S", 2), Want("LAMP-M", 1))
    world.ebay.push_shipment(parcel(order, (1, 1)))
    assert world.ebay.look_up_shipments([parcel(order, (0, 2))])[0].verdict is Verdict.DOUBT


def test_an_order_that_ebay_does_not_know_is_in_doubt() -> None:
    world = World()
    lost = parcel(bought(world), remote_order_id="99-99999-99999")
    assert world.ebay.look_up_shipments([lost])[0].verdict is Verdict.DOUBT


@fault("API-27")
@pytest.mark.parametrize("habit", ["accept", "conflict"])
def test_a_parcel_shipped_by_hand_is_an_exception(habit: str) -> None:
    world = World(options={"repeat_fulfillment": habit})
    order = bought(world)
    world.vendor.ship_by_hand(order.order_id, tracking="BYHAND1")
    with pytest.raises(RejectedError) as caught:
        world.ebay.push_shipment(parcel(order))
    assert caught.value.kind == "shipped_already"
    assert len(world.vendor.fulfillments(order.order_id)) == 1


def test_a_conflict_with_ourselves_is_an_answer() -> None:
    world = World(options={"repeat_fulfillment": "conflict"})
    order = bought(world)
    first = world.ebay.push_shipment(parcel(order))
    assert world.ebay.push_shipment(parcel(order)).remote_id == first.remote_id
    assert len(world.vendor.fulfillments(order.order_id)) == 1


def test_a_conflict_with_a_parcel_that_is_not_listed_yet_is_waited_out() -> None:
    world = World()
    order = bought(world)
    world.ebay.verify()
    world.tap.passing, world.tap.answers = 0, [refusal(34500, status=409)]
    with pytest.raises(TransientError) as caught:
        world.ebay.push_shipment(parcel(order))
    assert not caught.value.not_done


# corrections


@fault("API-31")
def test_a_corrected_number_replaces_the_wrong_one_and_keeps_the_others() -> None:
    world = World()
    order = bought(world, Want("LAMP-S", 3))
    world.ebay.push_shipment(parcel(order, (0, 1), tracking_number="WRONG1"))
    world.ebay.push_shipment(parcel(order, (0, 2), tracking_number="KEPT2"))
    corrected = parcel(order, (0, 1), tracking_number="RIGHT-3", replaces="WRONG 1", carrier="Royal Mail 48")
    assert world.ebay.look_up_shipments([corrected])[0].verdict is Verdict.ABSENT
    world.ebay.push_shipment(corrected)
    told = {each.tracking: (each.carrier, each.lines) for each in world.vendor.fulfillments(order.order_id)}
    line = order.lines[0].line_item_id
    assert told == {"RIGHT3": ("RoyalMail", ((line, 1),)), "KEPT2": ("UPS", ((line, 2),))}
    assert world.ebay.look_up_shipments([corrected])[0].verdict is Verdict.FOUND


def test_a_number_can_not_be_corrected_into_none() -> None:
    world = World()
    with pytest.raises(RejectedError):
        world.ebay.push_shipment(parcel(bought(world), tracking_number="", replaces="X1"))


# what may have been done


@fault("NET-02", "API-26")
@pytest.mark.parametrize(
    ("answer", "not_done"),
    [
        (NeverSent("refused"), True),
        (NoAnswer("reset"), False),
        (Reply(500, (), b""), False),
        (Reply(408, (), b""), False),
        (Reply(502, (), b"<html>Bad gateway</html>"), False),
        (Reply(200, (), b"<html>Under maintenance</html>"), False),
        (Reply(429, (("Retry-After", "7"),), b""), True),
    ],
)
def test_what_may_have_been_done_is_never_called_undone(answer: Reply | Exception, not_done: bool) -> None:
    world = World()
    order = bought(world)
    world.ebay.verify()
    world.tap.passing, world.tap.answers = 0, [answer]
    with pytest.raises(TransientError) as caught:
        world.ebay.push_shipment(parcel(order))
    assert caught.value.not_done is not_done


def test_an_odd_success_stops() -> None:
    world = World()
    order = bought(world)
    world.ebay.verify()
    world.tap.passing, world.tap.answers = 0, [Reply(200, (), b'{"state": "pondering"}')]
    with pytest.raises(UnexpectedResponseError):
        world.ebay.push_shipment(parcel(order))


def test_a_suspended_seller_is_told_so() -> None:
    world = World(options={"suspended": True})
    with pytest.raises(RejectedError) as caught:
        world.ebay.push_shipment(parcel(bought(world)))
    assert caught.value.kind == "account"


@fault("AUTH-01")
def test_an_expired_token_is_refreshed_once_and_the_parcel_is_told_once() -> None:
    world = World()
    order = bought(world)
    world.ebay.verify()
    world.vendor.expire_access_tokens()
    world.ebay.push_shipment(parcel(order))
    assert len(world.vendor.fulfillments(order.order_id)) == 1
    assert world.tap.paths().count("/identity/v1/oauth2/token") == 2


@fault("AUTH-02")
def test_a_withdrawn_consent_asks_for_a_new_sign_in() -> None:
    world = World()
    order = bought(world)
    world.ebay.verify()
    world.vendor.revoke()
    with pytest.raises(AuthError):
        world.ebay.push_shipment(parcel(order))
    assert world.vendor.fulfillments(order.order_id) == []
