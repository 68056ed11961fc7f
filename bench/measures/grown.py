"""What an order costs when very many are in the ledger already."""

import sys
import time

from bench.demo_hub import hub_of
from bench.measures.way import send
from bench.stage import Stage, Trade
from bench.stub.process import StubProcess
from bench.turns import middle
from tranter.engine.clock import RealClock
from tranter.ledger.models import Connection, Flow, OrderRow

WARM_UP = 1_000
TURNS = 3
STOCK_SECONDS = 4.0


def hub(stub: StubProcess, stage: Stage, before: int, orders: int) -> dict[str, float]:
    """Who has most of the `before` orders gets `orders` more, from a cart and to a warehouse of the stub.

    That three times, and the middle one counts.

    Filled is an SQLite ledger only.
    """
    from bench.many_orders import MERCHANTS, fill

    if not OrderRow.objects.exists():
        filler, world = hub_of(stage.hub.vault, RealClock())
        fill(filler, world, stage.home / "tranter.sqlite3", before, lambda text: print(text, file=sys.stderr))
    stub.control(skus=1_000)
    Connection.objects.exclude(connector__startswith="stub").update(state="removed")
    trade = stage.connect(stub.url, MERCHANTS[0], names=("stub-shop", "stub-store"))
    stage.orders_bought = int(Flow.objects.get(connection_id=trade.cart.id, name="orders").cursor or 0)
    stage.settle()
    with stage.working():  # what it does once a day, it does while it warms up
        _send(stub, stage, trade, WARM_UP)
        before = OrderRow.objects.count()
        turns = [_send(stub, stage, trade, orders) for _ in range(TURNS)]
    return {"before": before, **middle(turns, "cpu_ms")}


def _send(stub: StubProcess, stage: Stage, trade: Trade, orders: int) -> dict[str, float]:
    """The stock of these is told a moment later: it is not the next ones'."""
    found = send(stub, stage, trade, orders, stage)
    with stage.working() as wake:
        wake()
        time.sleep(STOCK_SECONDS)
    return found
