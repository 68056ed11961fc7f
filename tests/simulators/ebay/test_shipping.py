from datetime import timedelta

import pytest

from tranter.connectors.ebay.simulator import Program, Purchase, Repeat, Want
from tranter.connectors.ebay.simulator.times import stamp

ORDER = "/sell/fulfillment/v1/order"
PARCEL = {"shippingCarrierCode": "UPS", "trackingNumber": "1Z999AA10123456784"}


def test_a_parcel_is_named_after_its_tracking_number(seller):
    order = seller.vendor.buy_one("LAMP-S")
    answer = seller.ship(order, **PARCEL)
    assert (answer.status, answer.json) == (201, {})
    path = f"{ORDER}/{order.order_id}/shipping_fulfillment/1Z999AA10123456784"
    assert answer.headers["Location"] == f"http://sim.ebay{path}"
    parcel = seller.get(path).json
    assert parcel["shipmentTrackingNumber"] == "1Z999AA10123456784"
    assert "trackingNumber" not in parcel
    assert seller.parcels(order) == {"fulfillments": [parcel], "total": 1}


def test_a_parcel_without_tracking_gets_a_number_of_ebays_own(seller):
    order = seller.vendor.buy_one("LAMP-S")
    assert seller.ship(order).status == 201
    parcel = seller.parcels(order)["fulfillments"][0]
    assert parcel["fulfillmentId"].isdecimal()
    assert "shipmentTrackingNumber" not in parcel


def test_the_first_unit_makes_a_line_fulfilled_and_the_others_may_follow(seller):
    order = seller.vendor.buy_one("LAMP-S", 3)
    line = order.lines[0].line_item_id
    seller.ship(order, lineItems=[{"lineItemId": line, "quantity": 1}], **PARCEL)
    body = seller.get(f"{ORDER}/{order.order_id}").json
    assert (body["orderFulfillmentStatus"], len(body["fulfillmentHrefs"])) == ("FULFILLED", 1)
    rest = {"lineItems": [{"lineItemId": line, "quantity": 2}], "trackingNumber": "SECOND1"}
    assert seller.ship(order, shippingCarrierCode="UPS", **rest).status == 201
    assert order.all_units_shipped


def test_one_line_of_two_leaves_the_order_in_progress(seller):
    order = seller.vendor.buy(Purchase((Want("LAMP-S"), Want("LAMP-M"))))
    seller.ship(order, lineItems=[{"lineItemId": order.lines[0].line_item_id, "quantity": 1}], **PARCEL)
    assert seller.get(f"{ORDER}/{order.order_id}").json["orderFulfillmentStatus"] == "IN_PROGRESS"


def test_shipping_changes_the_modification_time(seller, clock):
    order = seller.vendor.buy_one("LAMP-S")
    clock.sleep(3600)
    seller.ship(order, **PARCEL)
    assert order.modified_at == clock.now()


@pytest.mark.parametrize(
    ("body", "error_id"),
    [
        ({"lineItems": []}, 32600),
        ({"lineItems": [{"lineItemId": "1", "quantity": 1}]}, 32200),
        ({"shippingCarrierCode": "UPS"}, 32300),
        ({"trackingNumber": "1Z9"}, 32300),
        ({"shippingCarrierCode": "UPS", "trackingNumber": "1Z 999-AA1"}, 32300),
        ({"shippedDate": "last week"}, 32500),
        ({"shippedDate": "2026-11-20T10:00:00.000Z"}, 32500),
        ({"shippedDate": "2026-11-19T10:00:00.000Z"}, 32500),
    ],
)
def test_each_wrong_parcel_has_its_own_error(seller, body, error_id):
    order = seller.vendor.buy_one("LAMP-S")
    answer = seller.ship(order, **body)
    assert (answer.status, answer.error_ids) == (400, [error_id])
    assert order.parcels == []


def test_a_line_may_stand_only_once_in_a_parcel(seller):
    order = seller.vendor.buy_one("LAMP-S", 2)
    row = {"lineItemId": order.lines[0].line_item_id, "quantity": 1}
    assert seller.ship(order, lineItems=[row, row]).error_ids == [32210]


def test_more_than_was_bought_cannot_be_sent(seller):
    order = seller.vendor.buy_one("LAMP-S", 2)
    row = {"lineItemId": order.lines[0].line_item_id, "quantity": 3}
    assert seller.ship(order, lineItems=[row]).error_ids == [32600]
    assert seller.ship(order, **PARCEL).status == 201
    assert seller.ship(order, shippingCarrierCode="UPS", trackingNumber="OTHER").error_ids == [32600]


def test_several_lines_of_an_international_order_go_one_by_one(seller):
    wants = (Want("LAMP-S"), Want("LAMP-M"))
    order = seller.vendor.buy(Purchase(wants, program=Program.INTERNATIONAL_SHIPPING))
    assert seller.ship(order, **PARCEL).error_ids == [34300]


def test_a_suspended_seller_and_too_many_parcels_are_refused(open_shop):
    seller = open_shop(suspended=True)
    assert seller.ship(seller.vendor.buy_one("LAMP-S")).error_ids == [32400]
    few = open_shop(max_tracking_numbers=0)
    assert few.ship(few.vendor.buy_one("LAMP-S"), **PARCEL).error_ids == [34100]


def test_a_shipped_date_may_be_given_and_is_kept(seller, clock):
    order = seller.vendor.buy_one("LAMP-S")
    clock.sleep(7000)
    at = stamp(clock.now() - timedelta(hours=1))
    seller.ship(order, shippedDate=at, **PARCEL)
    assert seller.parcels(order)["fulfillments"][0]["shippedDate"] == at


def test_a_repeated_parcel_is_taken_twice_and_counted_as_a_double(seller):
    order = seller.vendor.buy_one("LAMP-S")
    assert [seller.ship(order, **PARCEL).status for _ in range(2)] == [201, 201]
    assert seller.parcels(order)["total"] == 2
    assert seller.vendor.duplicate_fulfillments() == [(order.order_id, PARCEL["trackingNumber"])]


def test_a_repeated_parcel_can_be_a_conflict(open_shop):
    seller = open_shop(repeat_fulfillment=Repeat.CONFLICT)
    order = seller.vendor.buy_one("LAMP-S")
    assert [seller.ship(order, **PARCEL).status for _ in range(2)] == [201, 409]
    assert seller.vendor.duplicate_fulfillments() == []


def test_two_parcels_of_different_lines_are_no_doubles(seller):
    order = seller.vendor.buy(Purchase((Want("LAMP-S", 2), Want("LAMP-M"))))
    first, second = (line.line_item_id for line in order.lines)
    seller.ship(order, lineItems=[{"lineItemId": first, "quantity": 1}], **PARCEL)
    rest = [{"lineItemId": first, "quantity": 1}, {"lineItemId": second, "quantity": 1}]
    seller.ship(order, lineItems=rest, shippingCarrierCode="UPS", trackingNumber="B2")
    assert order.all_units_shipped
    assert seller.vendor.duplicate_fulfillments() == []


def test_a_shipment_made_by_hand_is_seen_by_programs(seller):
    order = seller.vendor.buy_one("LAMP-S")
    parcel = seller.vendor.ship_by_hand(order.order_id)
    assert seller.parcels(order)["fulfillments"][0]["shipmentTrackingNumber"] == parcel.tracking


def test_an_unknown_parcel_is_an_invalid_id(seller):
    order = seller.vendor.buy_one("LAMP-S")
    answer = seller.get(f"{ORDER}/{order.order_id}/shipping_fulfillment/NONE")
    assert answer.error_ids == [32110]
