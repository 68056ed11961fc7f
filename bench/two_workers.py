"""Two workers on PostgreSQL: one is killed, one is frozen and woken, in the middle of many deliveries.

`make survive [ORDERS=10000]`. The stub counts what was lost and what was doubled.
"""

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from msgspec import Struct

from bench.crew import crew, environment
from bench.stub.process import ROOT, Counts, StubProcess, stub
from bench.waiting import PROGRESS, until

MOST_SECONDS = 60.0


class Verdict(Struct, frozen=True, kw_only=True):
    """`taken_over`: seconds after the kill, and after the freeze, until somebody else delivered."""

    counts: Counts
    taken_over: tuple[float, float]
    settled: int


class Watch:
    """What both sides know: the stub of its deliveries, the ledger of who makes them."""

    def __init__(self, vendor: StubProcess, ledger: "psycopg.Connection[tuple[object, ...]]") -> None:
        self._vendor, self._ledger = vendor, ledger

    def deliverer(self) -> int | None:
        """The process that has the lease."""
        found = self._ask("SELECT lease_owner FROM ledger_flow WHERE name = 'deliveries' AND lease_owner <> ''")
        return int(found.split("-")[-2]) if found else None

    def settled(self) -> int:
        return int(self._ask("SELECT count(*) FROM ledger_intent WHERE verb = 'push_fulfillment' AND state = 'done'"))

    def delivering(self, delivered: int) -> int:
        """The process that delivers, as soon as so much is delivered."""
        found: list[int] = []

        def there() -> bool:
            if self._vendor.delivered() >= delivered and (pid := self.deliverer()) is not None:
                found.append(pid)
            return bool(found)

        self.until(there)
        return found[0]

    def until_others_deliver(self, gone: int) -> float:
        """In seconds."""
        began = time.monotonic()
        self.until(lambda: self.deliverer() not in (None, gone))
        delivered = self._vendor.delivered()
        self.until(lambda: self._vendor.delivered() > delivered)
        return time.monotonic() - began

    def until(self, done: Callable[[], bool]) -> None:
        until(done, lambda: self._ledger.execute(PROGRESS).fetchone())

    def _ask(self, sentence: str) -> str:
        row = self._ledger.execute(sentence).fetchone()
        return str(row[0]) if row else ""


def survive(url: str, orders: int, home: Path, delay_seconds: float = 0.02) -> Verdict:
    """`url` is of an empty database. Raises `StandsStillError`."""
    given = environment(home, url)
    with stub() as vendor, psycopg.connect(url, autocommit=True) as ledger:
        prepare = [sys.executable, "-m", "bench.stub.hub", "prepare", vendor.url]
        subprocess.run(prepare, cwd=ROOT, env=given, check=True)
        vendor.sell(orders, delay_seconds=delay_seconds)
        watch = Watch(vendor, ledger)
        with crew(given) as workers:
            workers.hire()
            workers.hire()
            killed = watch.delivering(orders // 3)
            workers.tell(killed, signal.SIGKILL)
            first = watch.until_others_deliver(killed)
            workers.hire()
            frozen = watch.delivering(orders * 2 // 3)
            workers.tell(frozen, signal.SIGSTOP)
            second = watch.until_others_deliver(frozen)
            workers.tell(frozen, signal.SIGCONT)
            watch.until(lambda: watch.settled() >= orders)
            time.sleep(2.0)  # whatever the woken one still does
        return Verdict(counts=vendor.counts(), taken_over=(first, second), settled=watch.settled())


def main(orders: int) -> None:
    from tests.postgres import server

    with server() as postgres, tempfile.TemporaryDirectory(prefix="tranter-survive-") as home:
        verdict = survive(postgres.fresh(), orders, Path(home))
    counts = verdict.counts
    print(f"orders      {orders:>8,}")
    print(f"delivered   {counts.delivered:>8,}")
    print(f"settled     {verdict.settled:>8,}")
    print(f"lost        {orders - counts.delivered:>8,}")
    print(f"doubled     {counts.doubled:>8,}")
    print(f"repeated    {counts.repeated:>8,}   under the same key, done once")
    print(f"taken over  {verdict.taken_over[0]:>8.1f} s after a kill, {verdict.taken_over[1]:.1f} s after a freeze")
    if (counts.delivered, counts.doubled, verdict.settled) != (orders, 0, orders):
        sys.exit(1)
    if max(verdict.taken_over) > MOST_SECONDS:
        sys.exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
