"""What a run costs that finds nothing, and what the schedule asks the database for it.

`python -m bench.measures.empty_run [RUNS=300] [URL of an empty database on PostgreSQL]`
"""

import sys
import time
from pathlib import Path

from bench.counting import cpu_seconds
from bench.places import on_disk
from bench.stub.process import stub
from tranter.ledger.setup import configure

WARM_UP = 5


def main(runs: int, url: str) -> None:
    with on_disk() as home, stub() as vendor:
        configure(url or home / "tranter.sqlite3")
        for name, figures in measured(vendor.url, Path(home), url, runs).items():
            print(f"{name:<12} {figures[0]:>7.2f} ms CPU {figures[1]:>7.2f} ms {figures[2]:>4} statements")


def measured(vendor: str, home: Path, url: str, runs: int) -> dict[str, tuple[float, float, int]]:
    """Flow → milliseconds of processor time, milliseconds, statements: of one run that finds nothing."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench.stage import Stage
    from tranter.engine.schedule import run_one
    from tranter.ledger import schedule

    stage, found = Stage(home, url), {}
    trade = stage.connect(vendor, cart_path="/quiet")
    for name, record in (("orders", trade.cart), ("shipments", trade.warehouse)):
        flow_id = schedule.flow_id(record.id, name)
        assert flow_id is not None
        for _ in range(WARM_UP):
            run_one(stage.hub, flow_id)
        with CaptureQueriesContext(connection) as asked:
            run_one(stage.hub, flow_id)
        began, used = time.perf_counter(), cpu_seconds()
        for _ in range(runs):
            run_one(stage.hub, flow_id)
        cpu, elapsed = cpu_seconds() - used, time.perf_counter() - began
        found[name] = (1000 * cpu / runs, 1000 * elapsed / runs, len(asked))
    stage.close()
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300, sys.argv[2] if len(sys.argv) > 2 else "")
