"""From a webhook to the call that it leads to."""

import statistics
import time

from bench.stage import Stage, Trade
from bench.stub.process import StubProcess
from bench.waiting import until
from tranter.engine import inbox
from tranter.sdk.verbs import HookRequest

TIMES = 100
LOOK_SECONDS = 0.25


def hub(stub: StubProcess, stage: Stage, times: int = TIMES) -> dict[str, float]:
    """One order is bought and rung for, again and again. Milliseconds from the webhook's arrival to both calls; and
    what an order takes that comes alone."""
    stub.control(skus=1_000)
    trade = stage.connect(stub.url)
    stage.settle()
    stub.sell(0)
    began: list[float] = []
    before = stage.used()
    with stage.working() as wake:
        for number in range(times):
            stub.control(orders=number + 1)
            request = HookRequest(method="POST", url="", query=(), headers={"event": str(number)}, body=b"")
            began.append(time.monotonic())
            inbox.receive(stage.hub, trade.cart, request)
            wake()
            _until_settled(stub, stage, trade, number + 1)
    after = stage.used()
    asked, delivered = stub.times("GET /orders"), stub.times("POST /fulfillments")
    to_call = [_first_after(asked, at) for at in began]
    to_warehouse = [(at - begin) * 1000 for begin, at in zip(began, delivered, strict=True)]
    return {
        "call_p50_ms": statistics.median(to_call),
        "call_p95_ms": statistics.quantiles(to_call, n=20)[-1],
        "delivery_p50_ms": statistics.median(to_warehouse),
        "delivery_p95_ms": statistics.quantiles(to_warehouse, n=20)[-1],
        "cpu_ms": 1000 * (after.cpu_seconds - before.cpu_seconds) / times,
        "commits": (after.commits - before.commits) / times,
    }


def _until_settled(stub: StubProcess, stage: Stage, trade: Trade, orders: int) -> None:
    until(lambda: stub.delivered() >= orders and stage.all_settled(trade), stage.progress, LOOK_SECONDS)


def _first_after(times: list[float], begin: float) -> float:
    return (min(at for at in times if at >= begin) - begin) * 1000
