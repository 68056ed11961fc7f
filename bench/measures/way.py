"""Orders from a cart to a warehouse: with and without a ledger between them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from bench.bare import BareLoop
from bench.counting import Stopwatch, Used
from bench.crew import crew, environment
from bench.stage import Stage, Trade
from bench.stub.process import StubProcess
from bench.waiting import until
from tranter.ledger import schedule

SKUS, BUYERS = 1_000, 1_000


class Team(Protocol):
    """Whoever carries orders: this process, or workers in processes of their own."""

    def working(self) -> AbstractContextManager[Callable[[], None]]: ...

    def used(self) -> Used: ...


def bare(stub: StubProcess, orders: int) -> dict[str, float]:
    stub.sell(orders, skus=SKUS, buyers=BUYERS)
    watch = Stopwatch()
    count = BareLoop(stub.url).run()
    seconds, used = watch.seconds, watch.cpu
    return {"rate": count / seconds, "cpu_ms": 1000 * used / count, "calls": stub.counts().vendor_calls / count}


def hub(stub: StubProcess, stage: Stage, orders: int) -> dict[str, float]:
    """In this process. Everything is connected and every buyer known before the counted orders are bought."""
    trade = _connected(stub, stage)
    with stage.working():
        send(stub, stage, trade, BUYERS, stage)
        before = stage.ledger_bytes()
        found = send(stub, stage, trade, orders, stage)
    return {**found, "ledger_kb": (stage.ledger_bytes() - before) / 1000 / orders}


def workers(stub: StubProcess, stage: Stage, orders: int, processes: int) -> dict[str, float]:
    """As `hub`, by so many processes; on PostgreSQL only."""
    trade = _connected(stub, stage)
    with crew(environment(stage.home, stage.url)) as team:
        for _ in range(processes):
            team.hire()
        send(stub, stage, trade, BUYERS, team)
        return send(stub, stage, trade, orders, team)


def _connected(stub: StubProcess, stage: Stage) -> Trade:
    stub.control(skus=SKUS)
    trade = stage.connect(stub.url)
    stage.settle()
    return trade


def send(stub: StubProcess, stage: Stage, trade: Trade, orders: int, team: Team) -> dict[str, float]:
    """So many orders are bought at once; done when all are at the warehouse and the ledger says so.

    What runs end with belongs to them: it counts, and what was before them does not.
    """
    bought = stage.orders_bought
    stage.orders_bought += orders
    stub.sell(bought + orders, skus=SKUS, buyers=BUYERS)
    with team.working() as wake:
        _at_rest(stage)
        before, watch = team.used(), Stopwatch()
        schedule.ring(trade.cart.id, ["orders"], stage.now())
        wake()
        until(lambda: stub.delivered() >= orders and stage.all_settled(trade), stage.progress)
        seconds = watch.seconds
        _at_rest(stage)
    after, found = team.used(), stub.counts()
    return {
        "rate": orders / seconds,
        "cpu_ms": 1000 * (after.cpu_seconds - before.cpu_seconds) / orders,
        "calls": found.vendor_calls / orders,
        "deliveries": found.calls.get("POST /fulfillments", 0) / orders,
        "commits": (after.commits - before.commits) / orders,
        "lost": orders - found.delivered,
        "doubled": found.doubled,
        "rss_mb": after.most_megabytes,
    }


def _at_rest(stage: Stage) -> None:
    until(lambda: not schedule.leased(stage.now()), stage.progress)
