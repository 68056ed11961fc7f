"""What an order costs when very many are in the ledger already."""

import sys
from pathlib import Path

from bench.measures.way import send
from bench.pages import hub_of
from bench.stage import Stage
from bench.stub.process import StubProcess
from tranter.engine.clock import RealClock
from tranter.ledger.models import Connection, Flow, OrderRow
from tranter.ledger.setup import open_ledger

WARM_UP = 200


def hub(stub: StubProcess, home: Path, before: int, orders: int) -> dict[str, float]:
    """Who has most of the `before` orders gets `orders` more, from a cart and to a warehouse of the stub."""
    from bench.many_orders import MERCHANTS, fill

    if not (home / "tranter.sqlite3").exists() or not _orders(home):
        filler, world = hub_of(open_ledger(home, home / "keys.json", RealClock().now()))
        fill(filler, world, home / "tranter.sqlite3", before, lambda text: print(text, file=sys.stderr))
    stub.control(skus=1_000)
    stage = Stage(home)
    Connection.objects.exclude(connector__startswith="stub").update(state="removed")
    trade = stage.connect(stub.url, MERCHANTS[0], names=("stub-shop", "stub-store"))
    stage.orders_bought = int(Flow.objects.get(connection_id=trade.cart.id, name="orders").cursor or 0)
    stage.settle()
    send(stub, stage, trade, WARM_UP)
    return {"before": _orders(home), **send(stub, stage, trade, orders)}


def _orders(home: Path) -> int:
    open_ledger(home, home / "keys.json", RealClock().now())
    return int(OrderRow.objects.count())
