"""What is measured, part by part: each asks processes of its own and puts what they found into a table."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from bench import bars
from bench.asking import Bench
from bench.places import on_disk
from bench.report import Cell, figure
from bench.turns import middle

TURNS, GROWN_TURNS = 5, 3


def way(bench: Bench) -> None:
    """Orders from the cart to the warehouse, each buyer known. Bare loop and hub in turns: of each the middle one."""
    orders = bench.count(10_000)
    bares, hubs = [], []
    for _ in range(TURNS):
        bares.append(bench.ask("bare", orders=orders))
        hubs.append(bench.ask("way", orders=orders))
    bare, embedded = (middle(turns, "rate") for turns in (bares, hubs))
    shared = _on_postgresql(bench, orders)
    columns = "orders/s", "of bare", "CPU ms", "of bare", "calls", "deliveries", "commits", "MB", "lost", "doubled"
    bench.report.head(f"the way of {orders:,} orders", *columns)
    bench.report.row("bare client loop", *_way_cells(bare, bare, judged=False)[:5])
    bench.report.row("hub on SQLite", *_way_cells(embedded, bare, judged=True))
    for name, found in shared.items():
        cells = _way_cells(found, bare, judged=False) if found else [Cell("not measured")]
        bench.report.row(f"hub on PostgreSQL, {name}", *cells)
    if bench.no_postgres:
        bench.report.note(f"Nothing on PostgreSQL was measured. {bench.no_postgres}.")
    each = ", ".join(f"{one['rate']:,.0f} beside {hub['rate']:,.0f}" for one, hub in zip(bares, hubs, strict=True))
    bench.report.note(f"The bare loop and the hub on SQLite, one after the other: {each}.")


def _on_postgresql(bench: Bench, orders: int) -> dict[str, Any]:
    """Each in a database of its own; None where there is no server."""
    alone = bench.ask_on_postgresql("way", orders=orders)
    return {"1 worker": alone, "2 workers": bench.ask_on_postgresql("workers", orders=orders, processes=2)}


def _way_cells(found: Any, bare: Any, *, judged: bool) -> list[Cell]:
    """Speed is judged on SQLite; that nothing is lost and nothing doubled, everywhere."""
    rate, cpu = found["rate"] / bare["rate"], found["cpu_ms"] / bare["cpu_ms"]
    cells = [
        figure(found["rate"], ",.0f", bars.ORDERS_A_SECOND if judged else None),
        figure(rate, ".0%", bars.SHARE_OF_BARE if judged else None),
        figure(found["cpu_ms"], ".2f", bars.CPU_MS_AN_ORDER if judged else None),
        Cell(f"{cpu:.1f} x"),
        figure(found["calls"], ".3f"),
    ]
    if "commits" not in found:
        return cells
    return [
        *cells,
        figure(found["deliveries"], ".3f", bars.CALLS_FOR_KNOWN),
        figure(found["commits"], ".3f"),
        figure(found["rss_mb"], ".0f"),
        figure(found["lost"], ",.0f", bars.NONE),
        figure(found["doubled"], ",.0f", bars.NONE),
    ]


def memory(bench: Bench) -> None:
    """The most that the process ever had, after so many orders."""
    bench.report.head("memory", "MB", "orders/s", "CPU ms", "ledger, kB each")
    for whole in (1_000, 10_000, 100_000):
        orders = bench.count(whole)
        found = bench.ask("way", orders=orders)
        cells = figure(found["rss_mb"], ".0f", bars.MEGABYTES), figure(found["rate"], ",.0f")
        size = figure(found["ledger_kb"], ".1f")
        bench.report.row(f"{orders:,} orders", *cells, figure(found["cpu_ms"], ".2f"), size)
        bench.found["way"] = found


def latency(bench: Bench) -> None:
    """A webhook rings: how long until the cart is asked, and until the order is at the warehouse."""
    found = bench.ask("latency", times=bench.count(100))
    bench.report.head("from a webhook", "p50 ms", "p95 ms")
    late = figure(found["call_p95_ms"], ".0f", bars.TRIGGER_MS)
    bench.report.row("to the call that it leads to", figure(found["call_p50_ms"], ".0f"), late)
    cells = figure(found["delivery_p50_ms"], ".0f"), figure(found["delivery_p95_ms"], ".0f")
    bench.report.row("to the order at the warehouse", *cells)
    bench.report.head("an order that comes alone", "CPU ms", "commits")
    bench.report.row("all steps", figure(found["cpu_ms"], ".1f"), figure(found["commits"], ".1f"))
    bench.found["alone"] = found


def connections(bench: Bench) -> None:
    """Merchants with one cart each, all due at once, nobody buying anything."""
    count = bench.count(10_000)
    found = bench.ask("connections", connections=count)
    bench.report.head(f"{count:,} connections", "runs/s", "CPU ms a run", "CPU when idle", "MB")
    cells = figure(found["runs_per_second"], ",.0f"), figure(found["cpu_ms_per_run"], ".1f")
    bench.report.row("all polled", *cells, figure(found["idle_share"], ".1%"), figure(found["rss_mb"], ".0f"))
    bench.found["polls"] = found


def stock(bench: Bench) -> None:
    """The stock of one merchant, from the warehouse to the listings."""
    skus = bench.count(100_000)
    found = bench.ask("stock", skus=skus)
    bench.report.head(f"stock of {skus:,} SKUs", "seconds", "CPU s", "calls", "rows sent", "MB")
    for name, step in found.items():
        cells = figure(step["seconds"], ".1f"), figure(step["cpu"], ".1f"), figure(step["calls"], ",.0f")
        bench.report.row(name, *cells, figure(step["rows"], ",.0f"), figure(step["rss_mb"], ".0f"))


def vendors(bench: Bench) -> None:
    """The real connectors, eBay to TradeGecko."""
    found = bench.ask("vendors", buyers=bench.count(200))
    bench.report.head("calls per order, eBay to TradeGecko", "to TradeGecko", "to eBay", "orders")
    judged = {"new buyers": bars.CALLS_FOR_NEW, "known buyers": bars.CALLS_FOR_KNOWN}
    for name, made in found.items():
        cells = figure(made["delivery_calls"], ".3f", judged[name]), figure(made["reading_calls"], ".3f")
        bench.report.row(name, *cells, figure(made["orders"], ",.0f"))


def grown(bench: Bench) -> None:
    """One more order, when so many are there already: a small ledger and a large one in turns, of each the middle one.

    With --keep the large one is filled once. It grows by some thousands in each turn; the small one is always new.
    """
    orders, many = bench.count(4_000), bench.count(1_000_000)
    smalls, larges = [], []
    kept = bench.kept("grown")
    with on_disk() if kept is None else nullcontext(kept) as home:
        for _ in range(GROWN_TURNS):
            larges.append(bench.ask("grown", before=many, orders=orders, home=str(home)))
            smalls.append(bench.ask("grown", before=1_000, orders=orders))
    small, large = (middle(turns, "cpu_ms") for turns in (smalls, larges))
    bench.report.head("one order, in a ledger with", "CPU ms", "of the first", "orders/s")
    for found in (small, large):
        ratio = figure(found["cpu_ms"] / small["cpu_ms"], ".0%", bars.GROWN)
        cells = figure(found["cpu_ms"], ".2f"), ratio, figure(found["rate"], ",.0f")
        bench.report.row(f"{found['before']:,} orders", *cells)
    each = ", ".join(f"{a['cpu_ms']:.2f} and {b['cpu_ms']:.2f}" for a, b in zip(smalls, larges, strict=True))
    bench.report.note(f"CPU ms in the small ledger and in the large one, one after the other: {each}.")


def pages(bench: Bench) -> None:
    """Every page, with very many orders in the ledger; the slowest ones are shown."""
    orders = bench.count(1_000_000)
    found = bench.ask_pages(orders)
    slow = sorted(found["pages"], key=lambda page: -page["p95_ms"])
    bench.report.head(f"the slowest of {len(slow)} pages, {found['orders']:,} orders", "p50 ms", "p95 ms", "kB")
    for page in slow[:SLOWEST]:
        late = figure(page["p95_ms"], ".0f", bars.PAGE_MS)
        bench.report.row(page["page"], figure(page["p50_ms"], ".0f"), late, figure(page["bytes"] / 1000, ".1f"))
    bench.report.head("scripts of a page", "bytes")
    bench.report.row("all together, compressed", figure(found["script_bytes"], ",.0f", bars.SCRIPT_BYTES))


def house(bench: Bench) -> None:
    """What a 3PL with 10,000 accounts and 1,000,000 orders a day would take, from what the other parts have found."""
    missing = {"way", "alone", "polls"} - set(bench.found)
    if missing:
        bench.report.note("What a large house needs follows from memory, latency and connections: ask for them too.")
        return
    way, alone, polls = bench.found["way"], bench.found["alone"], bench.found["polls"]
    work = [
        ("orders, each alone", BUSY_ORDERS, alone["cpu_ms"], alone["commits"]),
        ("or: orders in batches", BUSY_ORDERS, way["cpu_ms"], way["commits"]),
        ("polls every five minutes", ACCOUNTS / 300, polls["cpu_ms_per_run"], 0.0),
    ]
    title = f"{ACCOUNTS:,} accounts, {DAY_ORDERS:,} orders a day, in the busiest hour"
    bench.report.head(title, "a second", "CPU ms each", "processors", "commits/s")
    for name, rate, cpu_ms, commits in work:
        cells = figure(rate, ".0f"), figure(cpu_ms, ".1f"), figure(rate * cpu_ms / 1000, ".2f")
        bench.report.row(name, *cells, figure(rate * commits, ".0f"))
    bench.report.note(f"The ledger grows by {DAY_ORDERS * way['ledger_kb'] / 1e6:,.0f} GB a day.")


SLOWEST = 10
ACCOUNTS, DAY_ORDERS = 10_000, 1_000_000
BUSY_ORDERS = DAY_ORDERS / 86_400 * 5
"""A second: five times as many as on the average of the day."""
PARTS: dict[str, Callable[[Bench], None]] = {
    "way": way,
    "memory": memory,
    "latency": latency,
    "connections": connections,
    "stock": stock,
    "vendors": vendors,
    "grown": grown,
    "pages": pages,
    "house": house,
}
