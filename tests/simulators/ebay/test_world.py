import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.simulators.ebay.seller import Seller, StoppedClock
from tranter.connectors.ebay.simulator import (
    Action,
    Address,
    Later,
    Mix,
    Purchase,
    Want,
    default_skus,
    plan_orders,
    simulator,
)
from tranter.testing.simulator import SimRequest


def play(seller: Seller) -> None:
    """Lets a virtual clock jump from event to event until the world has nothing more to do."""
    while at := seller.vendor.next_event_at():
        seller.clock.at = max(seller.clock.at, at)
        seller.vendor.advance()


def test_a_clock_can_jump_to_the_next_event(seller, clock):
    assert seller.vendor.next_event_at() is None
    at = clock.now() + timedelta(minutes=5)
    seller.vendor.schedule(Purchase((Want("LAMP-S"),)), at)
    assert seller.vendor.next_event_at() == at
    assert seller.vendor.orders() == []
    clock.at = at
    assert [order.created_at for order in seller.vendor.orders()] == [at]


def test_events_that_are_due_together_happen_at_their_own_times(seller, clock):
    start = clock.now()
    seller.vendor.schedule_plan(plan_orders(1, 3), every_seconds=60)
    clock.sleep(86_400)
    created = [order.created_at for order in seller.vendor.orders()]
    assert created == [start + timedelta(seconds=60 * n) for n in range(3)]


@pytest.mark.parametrize("mix", list(Mix))
def test_a_plan_marks_what_must_arrive_and_what_must_be_asked(mix):
    plan = plan_orders(7, 300, mix=mix)
    assert len(plan) == 300
    planted = {planned.kind for planned in plan if planned.planted}
    assert {"unknown_sku", "empty_sku"} <= planted
    assert all(not planned.deliverable for planned in plan if planned.planted or planned.canceled)
    assert sum(planned.deliverable for planned in plan) > 260
    assert len({planned.purchase.buyer.username for planned in plan}) < 220


def test_what_was_planned_is_what_happens(open_shop):
    seller = open_shop()
    plan = plan_orders(7, 120, mix=Mix.EVERYTHING)
    seller.vendor.schedule_plan(plan, every_seconds=20)
    play(seller)
    orders = seller.vendor.orders()
    assert len(orders) == 120
    planted = [planned.planted for planned in plan if planned.planted]
    assert sorted(order.planted for order in orders if order.planted) == sorted(planted)
    canceled = [order for order in orders if order.cancel_state.value == "CANCELED"]
    assert len(canceled) == sum(planned.kind == "canceled" for planned in plan)


def test_a_plan_needs_only_the_skus_of_the_warehouse(open_shop):
    skus = tuple(f"SKU-{n}" for n in range(9))
    seller = open_shop(skus=skus)
    for planned in plan_orders(3, 40, skus=skus):
        seller.vendor.buy(planned.purchase)
    bought = {line.sku for order in seller.vendor.orders() for line in order.lines}
    assert bought <= {*skus, "", "NOT-AT-THE-WAREHOUSE"}


def test_buyers_take_something_else_when_a_listing_is_empty(seller):
    for listing_id, sku in seller.vendor.shown():
        if sku != "SOAP-S":
            seller.vendor.set_quantity(listing_id, sku, 0)
    order = seller.vendor.buy(Purchase((Want("LAMP-S"),), substitute=True))
    assert order.lines[0].sku == "SOAP-S"


def test_a_purchase_beyond_the_stock_is_written_down_as_oversold(seller):
    listing_id = seller.offers("LAMP-M")[0]["listing"]["listingId"]
    seller.vendor.set_quantity(listing_id, "LAMP-M", 1)
    seller.vendor.buy_one("LAMP-M", 2)
    assert [event.ids["sku"] for event in seller.vendor.shop.history.of_kind("oversold")] == ["LAMP-M"]
    assert seller.vendor.quantity(listing_id, "LAMP-M") == 0


def test_a_life_can_be_planned_with_the_purchase(seller, clock):
    later = (Later(60, Action.PAY), Later(120, Action.REQUEST_CANCEL), Later(180, Action.CANCEL))
    order = seller.vendor.buy(Purchase((Want("LAMP-S"),), paid=False, later=later))
    seen = []
    for _ in range(4):
        seen.append((order.payment.value, order.cancel_state.value))
        clock.sleep(60)
        seller.vendor.advance()
    assert seen == [
        ("PENDING", "NONE_REQUESTED"),
        ("PAID", "NONE_REQUESTED"),
        ("PAID", "IN_PROGRESS"),
        ("FULLY_REFUNDED", "CANCELED"),
    ]


def test_an_address_can_change_after_the_purchase(seller):
    order = seller.vendor.buy_one("LAMP-S")
    seller.vendor.edit_address(order.order_id, Address("1 New Street", "Boise", "US", state="ID"))
    body = seller.get(f"/sell/fulfillment/v1/order/{order.order_id}").json
    contact = body["fulfillmentStartInstructions"][0]["shippingStep"]["shipTo"]["contactAddress"]
    assert contact["addressLine1"] == "1 New Street"


def test_an_order_can_say_what_no_document_foresees(seller):
    order = seller.vendor.buy_one("LAMP-S")
    seller.vendor.distort(order.order_id, "orderPaymentStatus", "PAID_IN_BEADS")
    seller.vendor.distort(order.order_id, "lineItems.0.quantity", 0)
    body = seller.orders().json["orders"][0]
    assert (body["orderPaymentStatus"], body["lineItems"][0]["quantity"]) == ("PAID_IN_BEADS", 0)


def test_purchases_and_calls_of_many_threads_do_not_disturb_each_other(seller):
    def buy(_: int) -> int:
        seller.vendor.buy_one("LAMP-S")
        return seller.orders(limit="1").status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(buy, range(200))) == {200}
    assert seller.orders().json["total"] == 200


def test_the_history_tells_everything_in_order(seller, clock):
    order = seller.vendor.buy_one("LAMP-S")
    clock.sleep(1)
    seller.vendor.request_cancel(order.order_id)
    seller.vendor.cancel(order.order_id)
    assert [event.kind for event in seller.vendor.history] == ["order_created", "cancel_requested", "canceled"]
    seller.orders()
    assert seller.vendor.calls["getOrders"] == 1


def test_a_page_can_be_shuffled_and_the_one_before_repeated(seller):
    for _ in range(20):
        seller.vendor.buy_one("LAMP-S")
    url = "http://sim.ebay/sell/fulfillment/v1/order?limit=10&offset=10"
    headers = {"authorization": f"Bearer {seller.token}", "host": "sim.ebay"}
    request = SimRequest.from_url("GET", url, headers, b"")
    reply = seller.vendor.handle(request)
    shuffled = seller.vendor.shuffled(reply, 5)
    rows, mixed = ([row["orderId"] for row in json.loads(each.body)["orders"]] for each in (reply, shuffled))
    assert rows != mixed
    assert sorted(rows) == sorted(mixed)
    assert seller.vendor.repeated(request).param("offset") == "0"
    items = SimRequest.from_url("GET", "http://s/sell/inventory/v1/inventory_item?offset=2", {}, b"")
    assert seller.vendor.repeated(items).param("offset") == "1"


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_refusals_look_like_ebays(seller, status):
    reply = seller.vendor.refusal(status)
    assert reply.status == status
    assert json.loads(reply.body)["errors"][0]["domain"] in ("OAuth", "ACCESS")


def test_prices_follow_the_currency_of_the_site(open_shop):
    seller = open_shop(marketplaces=("EBAY_JP",))
    price = seller.offers("LAMP-S")[0]["pricingSummary"]["price"]
    assert price["currency"] == "JPY"
    assert Decimal(price["value"]) % 1 == 0


REPLAY = """
from tests.simulators.ebay.test_world import transcript
print(transcript())
"""


def transcript() -> str:
    """Everything that a short, busy life of the simulator says, in one text."""
    clock = StoppedClock()
    seller = Seller(simulator(clock, 5), clock)
    seller.vendor.schedule_plan(plan_orders(5, 30, mix=Mix.EVERYTHING), every_seconds=30)
    clock.sleep(3600)
    page = seller.orders(limit="200").body.decode()
    events = [event.as_json() for event in seller.vendor.history]
    return json.dumps([page, events, seller.token])


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_same_seed_tells_the_same_story_in_another_process(hash_seed):
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    run = [sys.executable, "-c", REPLAY]
    told = subprocess.run(run, env=environment, capture_output=True, text=True, check=True).stdout
    assert told.strip() == transcript()


def test_other_seeds_tell_other_stories():
    assert plan_orders(1, 50) != plan_orders(2, 50)
    assert plan_orders(1, 50) == plan_orders(1, 50, default_skus())
