"""SIGKILL when the other system has just done what it was asked for, in the middle of a sign-in, and at random."""

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from tests.crash.world import CrashWorld
from tranter.connectors.ebay.simulator import Purchase, Want
from tranter.demo.world import Scenario, sign_in_where_needed
from tranter.ledger import connections, exceptions
from tranter.ledger.connections import ConnectionState
from tranter.testing.faultmark import fault
from tranter.testing.simulator import SimRequest

MOMENTS = 100
SILENCE_SECONDS = 0.4
CALLS = 12
"""Of a worker who finds everything due, about so many."""


def _posts(part: str) -> Callable[[SimRequest], bool]:
    def wanted(request: SimRequest) -> bool:
        return request.method == "POST" and request.path.endswith(part)

    return wanted


@fault("CRASH-05", "CRASH-06")
@pytest.mark.parametrize("again", [1, 2, 3])
def test_killed_when_the_warehouse_has_made_the_order(crash_world: CrashWorld, again: int) -> None:
    """Killed in the first delivery, and in its repetitions too."""
    order = crash_world.world.ebay.buy_one(crash_world.world.skus[0])
    crash_world.leap(minutes=6)
    for _ in range(again):
        assert crash_world.killed_when("tradegecko", _posts("/orders")).was_killed
    crash_world.work()

    assert len(crash_world.at_warehouse(order)) == 1
    crash_world.check_nothing_doubled()


@fault("CRASH-09")
def test_killed_when_the_cart_has_taken_the_parcel(crash_world: CrashWorld) -> None:
    order = crash_world.world.ebay.buy_one(crash_world.world.skus[0])
    crash_world.leap(minutes=6)
    crash_world.work()
    crash_world.world.gecko.ship(crash_world.at_warehouse(order)[0].id)
    crash_world.leap(minutes=6)
    assert crash_world.killed_when("ebay", _posts("/shipping_fulfillment")).was_killed
    crash_world.work()

    assert len(crash_world.world.ebay.fulfillments(order.order_id)) == 1
    crash_world.check_nothing_doubled()


@fault("CRASH-10")
def test_killed_in_the_middle_of_a_stock_push(crash_world: CrashWorld) -> None:
    for sku in crash_world.world.skus:
        crash_world.world.gecko.adjust_stock(sku, -1)
    crash_world.leap(minutes=6)
    assert crash_world.killed_when("ebay", _posts("/bulk_update_price_quantity")).was_killed
    crash_world.leap(minutes=6)
    crash_world.work()

    assert {
        sku: shown for (_, sku), shown in crash_world.world.ebay.shown().items() if sku in crash_world.world.skus
    } == {sku: crash_world.world.gecko.available(sku) for sku in crash_world.world.skus}


@fault("CRASH-08")
def test_killed_between_the_calls_of_one_long_delivery(crash_world: CrashWorld) -> None:
    """More lines than fit into one call: the order is made first, the rest of its lines follow."""
    wants = tuple(Want(crash_world.world.skus[index % 20]) for index in range(300))
    order = crash_world.world.ebay.buy(Purchase(wants))
    crash_world.leap(minutes=6)
    assert crash_world.killed_when("tradegecko", _posts("/orders")).was_killed
    assert crash_world.killed_when("tradegecko", lambda request: request.method == "PUT").was_killed
    crash_world.work()
    crash_world.leap(minutes=6)
    crash_world.work()

    [there] = crash_world.at_warehouse(order)
    assert sum(line.quantity for line in there.lines if line.sku) == 300


@fault("CRASH-11")
def test_killed_when_the_refresh_token_has_been_rotated(crash_world: CrashWorld) -> None:
    """The new token died with the worker and the old one is dead: somebody has to sign in, and is told so."""
    crash_world.world.gecko.expire_access_tokens()
    order = crash_world.world.ebay.buy_one(crash_world.world.skus[0])
    crash_world.leap(hours=3)
    end = crash_world.killed_when("tradegecko", lambda request: request.path == "/oauth/token")
    assert end.was_killed
    crash_world.work()
    crash_world.leap(minutes=2)
    crash_world.work()
    book = crash_world.connected.book
    assert connections.by_name(book, "warehouse").state is ConnectionState.NEEDS_SIGN_IN
    assert "needs_sign_in" in [line.kind for line in exceptions.open_exceptions(book)]

    sign_in_where_needed(crash_world.hub, crash_world.world, book)
    crash_world.leap(minutes=6)
    crash_world.work()
    assert len(crash_world.at_warehouse(order)) == 1
    assert exceptions.count_open(book) == 0


@pytest.fixture(scope="module")
def busy_world() -> Iterator[CrashWorld]:
    scenario = Scenario(orders=40, seed=11, pace_seconds=360, stock_changes=40)
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        world = CrashWorld(Path(folder), scenario, speed=20)  # a busy machine answers late
        yield world
        world.close()


@fault("CRASH-18")
def test_killed_at_a_hundred_moments_of_a_busy_day(busy_world: CrashWorld) -> None:
    random = Random(11)
    busy_world.world.buy_from_now_on()
    tried = 0
    while busy_world.kills < MOMENTS:
        tried += 1
        assert tried < 3 * MOMENTS
        busy_world.leap(minutes=random.uniform(1, 5))
        wanted = busy_world.calls() + random.randint(0, CALLS)
        pid = busy_world.born(rounds=50)
        _calls_or_silence(busy_world, wanted)
        time.sleep(random.uniform(0, 0.03))
        os.kill(pid, signal.SIGKILL)
        busy_world.ended()

    verdict = busy_world.come_to_rest()
    assert verdict.accounted_for, verdict
    assert verdict.orders_placed == 40


def _calls_or_silence(world: CrashWorld, wanted: int) -> None:
    """Until so many calls were made in all, or none for a while: the moment is one of the work, not of the clock."""
    heard, since = world.calls(), time.monotonic()
    while heard < wanted and time.monotonic() - since < SILENCE_SECONDS:
        time.sleep(0.002)
        if (now := world.calls()) != heard:
            heard, since = now, time.monotonic()
