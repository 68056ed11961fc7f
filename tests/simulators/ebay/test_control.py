"""The back door for tests in other processes."""

from tests.simulators.ebay.seller import Answer, Seller


def control(seller: Seller, name: str, **args: object) -> Answer:
    return seller.post("/__sim__/control", {"name": name, "args": args})


def test_orders_can_be_bought_one_by_one_or_by_plan(seller):
    line = {"sku": "LAMP-S", "quantity": 2, "unit_price": "9.99"}
    bought = seller.post("/__sim__/buy", {"lines": [line], "note": "hello"}).json["orders"]
    assert len(bought) == 1
    assert len(seller.post("/__sim__/buy", {"count": 12, "seed": 3}).json["orders"]) == 12
    assert seller.orders().json["total"] == 13
    assert seller.vendor.order(bought[0]).note == "hello"


def test_the_state_shows_orders_parcels_and_what_listings_show(seller):
    order = seller.vendor.buy_one("LAMP-S")
    seller.ship(order, shippingCarrierCode="UPS", trackingNumber="1Z1")
    state = seller.get("/__sim__/state").json
    assert state["orders"][0]["parcels"] == [
        {"tracking": "1Z1", "carrier": "UPS", "lines": {order.lines[0].line_item_id: 1}}
    ]
    assert state["orders"][0]["all_units_shipped"] is True
    assert state["duplicate_fulfillments"] == []
    assert len(state["listings"]) == len(seller.vendor.shown())


def test_the_history_can_be_read(seller):
    order = seller.vendor.buy_one("LAMP-S")
    events = seller.get("/__sim__/history").json["events"]
    assert (events[0]["kind"], events[0]["order_id"]) == ("order_created", order.order_id)


def test_the_world_can_be_pushed_from_outside(seller):
    order = seller.vendor.buy_one("LAMP-S")
    assert control(seller, "cancel", order_id=order.order_id, by="BUYER").status == 200
    assert order.cancel_state.value == "CANCELED"
    control(seller, "revoke")
    fresh = control(seller, "sign_in").json["result"]
    assert fresh == seller.vendor.credentials()


def test_what_makes_no_sense_is_refused(seller):
    assert control(seller, "handle").status == 400
    assert control(seller, "cancel", order="none").status == 400
    assert control(seller, "cancel", order_id="none").status == 400
    assert seller.get("/__sim__/nothing").status == 404
