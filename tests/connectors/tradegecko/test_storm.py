"""Deliveries through a storm, sent as the hub sends them: what is unknown goes again under its key."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.connectors.tradegecko.rig import START, Rig, rig
from tranter.connectors.tradegecko.simulator import Goods
from tranter.model import Buyer, Fulfillment
from tranter.sdk.errors import ConnectorError, TransientError
from tranter.sdk.verbs import Verdict
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault, FaultPlan
from tranter.testing.simulator.faults import STORM

SKUS = tuple(f"S{number}" for number in range(12))


def bought(world: Rig, count: int) -> list[Fulfillment]:
    """Every third order is by a buyer who bought before."""
    orders = []
    for number in range(count):
        name = f"buyer-{number % (count * 2 // 3)}"
        lines = [
            world.line(SKUS[(number + step) % 12], step + 1, 1000 + number, f"l{step}")
            for step in range(number % 3 + 1)
        ]
        orders.append(
            world.fulfillment(
                *lines,
                key=f"push_fulfillment/7/r{number}/1",
                reference=f"r{number}",
                number=f"n{number}",
                buyer=Buyer(remote_id=name, name=name, email=f"{name}@example.com"),
            )
        )
    return orders


def delivered(world: Rig, orders: list[Fulfillment]) -> dict[str, str]:
    done: dict[str, str] = {}
    for _ in range(60):
        for order in orders:
            if order.key not in done:
                try:
                    done[order.key] = world.connector.push_fulfillment(order).remote_id
                except TransientError as error:
                    world.clock.advance(error.retry_after or 5)
        if len(done) == len(orders):
            return done
    raise AssertionError("some never arrived")


@fault("NET-02", "NET-03", "API-16")
@pytest.mark.parametrize("seed", range(8))
def test_every_order_of_a_storm_arrives_once(seed: int) -> None:
    rates = {kind: rate for kind, rate in STORM.items() if kind is not Fault.EXPIRED}
    world = rig(goods=Goods(skus=SKUS), plan=FaultPlan(rates, seed))
    orders = bought(world, 45)
    done = delivered(world, orders)
    world.plan.stop()
    seen = {order.reference_number: order for order in world.vendor.orders()}
    assert len(world.vendor.orders()) == len(seen) == 45
    assert {order.reference: done[order.key] for order in orders} == {
        str(reference): str(order.id) for reference, order in seen.items()
    }
    assert len(world.vendor.rows("companies")) == 30
    world.clock.advance(300)
    sightings = world.connector.look_up_fulfillments(orders)
    assert {sighting.verdict for sighting in sightings} == {Verdict.FOUND}


@pytest.mark.parametrize("seed", range(20))
def test_whatever_goes_wrong_only_the_four_errors_come_out(seed: int) -> None:
    rates = dict.fromkeys(Fault, 0.06) | {Fault.HANG: 0.01}
    world = rig(goods=Goods(skus=SKUS), plan=FaultPlan(rates, seed), rate_limit=10_000)
    for order in bought(world, 12):
        steps: tuple[Callable[[], object], ...] = (
            partial(world.connector.push_fulfillment, order),
            partial(world.connector.look_up_fulfillments, [order]),
            partial(world.connector.pull_shipments, "", START),
            partial(world.connector.pull_stock, ""),
            world.connector.verify,
        )
        for step in steps:
            reason = failed(step)
            assert "@example.com" not in reason
            world.clock.advance(60 if reason else 0)


def failed(step: Callable[[], object]) -> str:
    """Why it failed; empty when it did not."""
    try:
        step()
    except ConnectorError as error:
        return error.reason or "no reason"
    return ""
