"""The stock of very many SKUs: all of it, and what changed of it."""

from bench.counting import Stopwatch, most_megabytes
from bench.stage import Stage
from bench.stub.process import StubProcess
from tranter.engine.schedule import run_one
from tranter.ledger import schedule
from tranter.ledger.connections import ConnectionRecord

SKUS = 100_000


def hub(stub: StubProcess, stage: Stage, skus: int = SKUS) -> dict[str, dict[str, float]]:
    """By step: seconds, CPU, calls and rows."""
    stub.control(skus=skus)
    trade = stage.connect(stub.url)
    steps = [
        ("products read", trade.warehouse, "products"),
        ("listings read", trade.cart, "listings"),
        ("stock read", trade.warehouse, "stock"),
        ("pushed: all", trade.cart, "listing_stock"),
        ("pushed: nothing changed", trade.cart, "listing_stock"),
    ]
    found = {name: _step(stub, stage, connection, flow) for name, connection, flow in steps}
    stub.control(shift=1)
    found["stock read again"] = _step(stub, stage, trade.warehouse, "stock")
    found["pushed: 1 % changed"] = _step(stub, stage, trade.cart, "listing_stock")
    return found


def _step(stub: StubProcess, stage: Stage, connection: ConnectionRecord, flow: str) -> dict[str, float]:
    stub.control(forget=True)
    flow_id = schedule.flow_id(connection.id, flow)
    assert flow_id is not None
    watch = Stopwatch()
    run_one(stage.hub, flow_id)
    seconds, used = watch.seconds, watch.cpu
    counted = stub.counts()
    return {
        "seconds": seconds,
        "cpu": used,
        "calls": counted.vendor_calls,
        "rows": counted.rows,
        "rss_mb": most_megabytes(),
    }
