"""Every figure of docs/performance.md, in one run on one machine: `python bench/run.py [--only way,stock] [--short]`.

Each measurement has a process of its own, the server under it another. The bare client loop is measured before and
after the hub, and the better of the two is what the ratios are of. `--short` takes a tenth of everything.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
Figures = Mapping[str, Any]


class Bench:
    def __init__(self, share: float, keep: Path | None) -> None:
        self._share, self.keep = share, keep

    def count(self, whole: int) -> int:
        return max(int(whole * self._share), 20)

    def ask(self, name: str, **given: Any) -> Any:
        """What a process of its own found."""
        print(f"… {name} {json.dumps(given)}", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "bench.child", name, json.dumps(given)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(done.stdout.splitlines()[-1])


def way(bench: Bench) -> None:
    """Orders from the cart to the warehouse, each buyer known."""
    orders = bench.count(10_000)
    before = bench.ask("bare", orders=orders)
    hub = bench.ask("way", orders=orders)
    after = bench.ask("bare", orders=orders)
    bare = max(before, after, key=lambda figures: float(figures["rate"]))
    rows = [("bare client loop", bare), ("hub on SQLite", hub)]
    head(f"the way of {orders:,} orders", "orders/s", "of bare", "CPU ms", "of bare", "calls", "deliveries", "commits")
    for name, found in rows:
        line(
            name,
            f"{found['rate']:,.0f}",
            f"{found['rate'] / bare['rate']:.0%}",
            f"{found['cpu_ms']:.2f}",
            f"{found['cpu_ms'] / bare['cpu_ms']:.1f} x",
            f"{found['calls']:.3f}",
            f"{found['deliveries']:.3f}" if "deliveries" in found else "",
            f"{found['commits']:.3f}" if "commits" in found else "",
        )
    print(f"lost {hub['lost']}, doubled {hub['doubled']}, by the server's own count")


def memory(bench: Bench) -> None:
    """The most that the process ever had, after so many orders."""
    head("memory", "MB", "orders/s", "CPU ms")
    for orders in (1_000, 10_000, 100_000):
        found = bench.ask("way", orders=bench.count(orders))
        line(
            f"{bench.count(orders):,} orders",
            f"{found['rss_mb']:.0f}",
            f"{found['rate']:,.0f}",
            f"{found['cpu_ms']:.2f}",
        )


def latency(bench: Bench) -> None:
    """A webhook rings: how long until the cart is asked, and until the order is at the warehouse."""
    found = bench.ask("latency", times=bench.count(100))
    head("from a webhook", "p50 ms", "p95 ms")
    line("to the call that it leads to", f"{found['call_p50_ms']:.0f}", f"{found['call_p95_ms']:.0f}")
    line("to the order at the warehouse", f"{found['delivery_p50_ms']:.0f}", f"{found['delivery_p95_ms']:.0f}")


def connections(bench: Bench) -> None:
    """Merchants with one cart each, all due at once, nobody buying anything."""
    count = bench.count(10_000)
    found = bench.ask("connections", connections=count)
    head(f"{count:,} connections", "runs/s", "CPU ms per run", "CPU when idle", "MB")
    cells = f"{found['runs_per_second']:,.0f}", f"{found['cpu_ms_per_run']:.1f}", f"{found['idle_share']:.1%}"
    line("all polled", *cells, f"{found['rss_mb']:.0f}")


def stock(bench: Bench) -> None:
    """The stock of one merchant, from the warehouse to the listings."""
    skus = bench.count(100_000)
    found = bench.ask("stock", skus=skus)
    head(f"stock of {skus:,} SKUs", "seconds", "CPU s", "calls", "rows sent", "MB")
    for name, step in found.items():
        cells = f"{step['seconds']:.1f}", f"{step['cpu']:.1f}", f"{step['calls']:,}", f"{step['rows']:,}"
        line(name, *cells, f"{step['rss_mb']:.0f}")


def grown(bench: Bench) -> None:
    """One more order, when so many are there already. With --keep the large ledger is filled once."""
    head("one order, in a ledger with", "CPU ms", "of the first", "orders/s")
    first = 0.0
    for before in (1_000, 1_000_000):
        given: dict[str, Any] = {
            "before": before if before == 1_000 else bench.count(before),
            "orders": bench.count(4_000),
        }
        if bench.keep is not None and before > 1_000:
            given["home"] = str(bench.keep)
        found = bench.ask("grown", **given)
        first = first or found["cpu_ms"]
        ratio = f"{found['cpu_ms'] / first:.0%}"
        line(f"{found['before']:,} orders", f"{found['cpu_ms']:.2f}", ratio, f"{found['rate']:,.0f}")


def vendors(bench: Bench) -> None:
    """The real connectors, eBay to TradeGecko."""
    found = bench.ask("vendors", buyers=bench.count(200))
    head("calls per order, eBay to TradeGecko", "to TradeGecko", "to eBay", "orders")
    for name, made in found.items():
        line(name, f"{made['delivery_calls']:.3f}", f"{made['reading_calls']:.3f}", f"{made['orders']}")


def pages(bench: Bench) -> None:
    """Every page, with very many orders in the ledger."""
    print("\n## pages", flush=True)
    kept = ["--keep", str(bench.keep)] if bench.keep is not None else []
    command = [sys.executable, "bench/pages.py", "--orders", str(bench.count(1_000_000)), *kept]
    subprocess.run(command, cwd=ROOT, check=False)


PARTS: dict[str, Callable[[Bench], None]] = {
    "way": way,
    "memory": memory,
    "latency": latency,
    "connections": connections,
    "stock": stock,
    "vendors": vendors,
    "grown": grown,
    "pages": pages,
}


def head(title: str, *columns: str) -> None:
    print(f"\n## {title}\n")
    line("", *columns)


def line(name: str, *cells: str) -> None:
    print(f"{name:32}" + "".join(f"{cell:>16}" for cell in cells), flush=True)


def main(arguments: Sequence[str]) -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--only", default=",".join(PARTS), help=f"some of {', '.join(PARTS)}")
    asked.add_argument("--short", action="store_true", help="a tenth of everything")
    asked.add_argument("--keep", type=Path, help="where the ledger with very many orders stays, for the next time")
    given = asked.parse_args(arguments)
    bench = Bench(0.1 if given.short else 1.0, given.keep)
    print(f"{os.cpu_count()} processors; load before: {os.getloadavg()[0]:.1f}")
    for name in given.only.split(","):
        PARTS[name](bench)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
