"""Orders from a cart to a warehouse: with and without a ledger between them."""

import time
from pathlib import Path

from bench.bare import BareLoop
from bench.counting import counting_commits, cpu_seconds, most_megabytes
from bench.stage import Stage, Trade
from bench.stub.process import StubProcess
from tranter.ledger import schedule

SKUS, BUYERS = 1_000, 1_000
LOOK_SECONDS = 0.1


def bare(stub: StubProcess, orders: int) -> dict[str, float]:
    stub.sell(orders, skus=SKUS, buyers=BUYERS)
    began, cpu = time.perf_counter(), cpu_seconds()
    count = BareLoop(stub.url).run()
    seconds = time.perf_counter() - began
    calls = stub.counts().vendor_calls
    return {"rate": count / seconds, "cpu_ms": 1000 * (cpu_seconds() - cpu) / count, "calls": calls / count}


def hub(stub: StubProcess, home: Path, orders: int) -> dict[str, float]:
    """Everything is connected and every buyer known before the first of the counted orders is bought."""
    stub.control(skus=SKUS)
    stage = Stage(home)
    trade = stage.connect(stub.url)
    stage.settle()
    send(stub, stage, trade, BUYERS)
    return send(stub, stage, trade, orders)


def send(stub: StubProcess, stage: Stage, trade: Trade, orders: int) -> dict[str, float]:
    """So many orders are bought at once; done when all are at the warehouse and the ledger says so."""
    bought = stage.orders_bought
    stage.orders_bought += orders
    stub.sell(bought + orders, skus=SKUS, buyers=BUYERS)
    before = cpu_seconds()
    with counting_commits() as commits, stage.working() as dispatcher:
        began = time.perf_counter()
        schedule.ring(trade.cart.id, ["orders"], stage.now())
        dispatcher.wake()
        while stub.delivered() < orders or not stage.all_settled(trade):
            time.sleep(LOOK_SECONDS)
        seconds = time.perf_counter() - began
    used, found = cpu_seconds() - before, stub.counts()
    return {
        "rate": orders / seconds,
        "cpu_ms": 1000 * used / orders,
        "calls": found.vendor_calls / orders,
        "deliveries": found.calls.get("POST /fulfillments", 0) / orders,
        "commits": commits.count / orders,
        "lost": orders - found.delivered,
        "doubled": found.doubled,
        "rss_mb": most_megabytes(),
    }
