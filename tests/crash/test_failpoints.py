"""SIGKILL at each named point of the way; the next worker finds everything as it must be."""

from typing import Any

import pytest

from tests.crash.world import CrashWorld
from tranter.testing.faultmark import fault

READS = [f"{point}.{kind}" for kind in ("order", "shipment", "cancellation") for point in ("page_read", "page_stored")]
VERBS = ("push_fulfillment", "push_shipment", "push_cancellation")
WRITES = [
    f"{point}.{verb}" for verb in VERBS for point in ("claimed", "before_call", "after_call", "answered", "settled")
]
STOCK = ["stock_planned", *(f"{point}.push_stock" for point in ("claimed", "before_call", "after_call", "answered"))]
POINTS = ["orders_recorded", "decided", *READS, *WRITES, *STOCK]
SECOND_TIME = [f"{point}.{verb}" for verb in (*VERBS, "push_stock") for point in ("before_call", "after_call")]


def _something_for_everybody(world: CrashWorld) -> list[Any]:
    """Work for every flow: two orders to deliver, one to stop, one parcel to tell, a level to push."""
    vendors = world.world
    first, second, third, fourth = [vendors.ebay.buy_one(sku) for sku in vendors.skus[:4]]
    world.leap(minutes=6)
    world.work()
    for _ in range(5):  # a busy machine answers late, and a late answer is looked up
        if world.at_warehouse(first) and world.at_warehouse(second):
            break
        world.leap(minutes=6)
        world.work()
    for order in (first, second):
        [there] = world.at_warehouse(order)
        vendors.gecko.ship(there.id)
    for order in (third, fourth):
        vendors.ebay.cancel(order.order_id)
    vendors.gecko.adjust_stock(vendors.skus[9], -1)
    vendors.gecko.adjust_stock(vendors.skus[12], -2)
    fresh = [vendors.ebay.buy_one(sku) for sku in vendors.skus[4:6]]
    world.leap(minutes=6)
    return [first, second, *fresh]


@fault("CRASH-01", "CRASH-02", "CRASH-03", "CRASH-04", "CRASH-05", "CRASH-06", "CRASH-09", "CRASH-10")
@pytest.mark.parametrize("point", [*POINTS, *(f"{point}:2" for point in SECOND_TIME)])
def test_a_worker_killed_there_loses_nothing_and_doubles_nothing(crash_world: CrashWorld, point: str) -> None:
    orders = _something_for_everybody(crash_world)

    assert crash_world.work(point).was_killed, f"no worker came by {point}"
    crash_world.work()
    crash_world.leap(minutes=10)
    crash_world.work()

    crash_world.check_nothing_doubled()
    assert [len(crash_world.at_warehouse(order)) for order in orders] == [1] * 4
    assert [order.all_units_shipped for order in orders[:2]] == [True, True]


@fault("CRASH-01", "CRASH-05", "CRASH-09")
def test_all_of_it_is_accounted_for_in_the_end(crash_world: CrashWorld) -> None:
    verdict = crash_world.come_to_rest()

    assert verdict.accounted_for, verdict
