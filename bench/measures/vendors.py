"""How many calls an order takes with the real connectors, eBay to TradeGecko, at simulators in this process."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.demo_hub import URLS, hub_of
from tranter.connectors.ebay.simulator import Purchase, Want
from tranter.demo.world import Connected, World, connect
from tranter.engine.clock import VirtualClock
from tranter.engine.hub import Hub
from tranter.engine.schedule import run_due, run_one
from tranter.ledger import connections, intents, schedule
from tranter.ledger.setup import open_ledger

BUYERS = 200


def hub(home: Path, buyers: int = BUYERS) -> dict[str, dict[str, float]]:
    """Each of `buyers` people buys for the first time; later each buys once more."""
    clock = VirtualClock(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    stage, world = hub_of(open_ledger(home, home / "keys.json", clock.now()), clock)
    trade = connect(stage, world, URLS)
    while run_due(stage).runs:
        pass
    people: dict[int, Any] = {}
    return {name: _buy(stage, world, trade, people, buyers) for name in ("new buyers", "known buyers")}


def _buy(stage: Hub, world: World, trade: Connected, people: dict[int, Any], count: int) -> dict[str, float]:
    """Delivery calls are those to TradeGecko, reading calls those to eBay before the delivery."""
    for number in range(count):
        bought = world.ebay.buy(Purchase((Want(world.skus[number % len(world.skus)], 1),), buyer=people.get(number)))
        people[number] = bought.buyer
        world.clock.jump(world.clock.now() + timedelta(seconds=1))
    made = {trade.cart.id: 0, trade.warehouse.id: 0}
    before = {pk: _calls(stage, pk) for pk in (trade.cart.id, trade.warehouse.id)}
    _run(stage, world, trade.cart.id, "orders")
    _run(stage, world, trade.cart.id, "decide")
    _run(stage, world, trade.warehouse.id, "deliveries")
    while intents.next_due_at(trade.book, trade.warehouse.id, "push_fulfillment") is not None:
        _run(stage, world, trade.cart.id, "decide")  # what the cart changed before it left
        _run(stage, world, trade.warehouse.id, "deliveries")
    made = {pk: _calls(stage, pk) - calls for pk, calls in before.items()}
    return {
        "orders": count,
        "delivery_calls": made[trade.warehouse.id] / count,
        "reading_calls": made[trade.cart.id] / count,
        "at_warehouse": len([one for one in world.gecko.orders() if one.status not in ("void", "deleted")]),
    }


def _run(stage: Hub, world: World, connection_id: int, flow: str) -> None:
    """After five minutes: TradeGecko takes 300 calls in each five."""
    world.clock.jump(world.clock.now() + timedelta(seconds=301))
    flow_id = schedule.flow_id(connection_id, flow)
    assert flow_id is not None
    run_one(stage, flow_id)


def _calls(stage: Hub, connection_id: int) -> int:
    return stage.plug(connections.by_id(connection_id)).calls.count
