"""Two workers on PostgreSQL: one is killed, one is frozen and woken, in the middle of many deliveries.

`make survive [ORDERS=10000]`. The stub counts what was lost and what was doubled.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from msgspec import Struct

from bench.stub.process import ROOT, Counts, StubProcess, stub

PATIENCE_SECONDS = 900.0
LOOK_SECONDS = 0.1


class Verdict(Struct, frozen=True, kw_only=True):
    """`taken_over`: seconds after the kill, and after the freeze, until somebody else delivered."""

    counts: Counts
    taken_over: tuple[float, float]
    settled: int


class Crew:
    """The workers, by process id."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def hire(self) -> None:
        process = subprocess.Popen([sys.executable, "-m", "bench.stub.hub", "work"], cwd=ROOT, env=self._environment)
        self._processes[process.pid] = process

    def tell(self, pid: int, word: signal.Signals) -> None:
        self._processes[pid].send_signal(word)

    def dismiss(self) -> None:
        for process in self._processes.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self._processes.values():
            process.wait(60)


@contextmanager
def crew(environment: dict[str, str]) -> Iterator[Crew]:
    made = Crew(environment)
    try:
        yield made
    finally:
        made.dismiss()


def survive(url: str, orders: int, home: Path, delay_seconds: float = 0.02) -> Verdict:
    """`url` is of an empty database. Raises `TimeoutError` when the work stands still."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "TRANTER_HOME": str(home),
        "TRANTER_DATABASE_URL": url,
        "TRANTER_ALLOW_HOSTS": "127.0.0.1",
    }
    with stub() as vendor, psycopg.connect(url, autocommit=True) as ledger:
        prepare = [sys.executable, "-m", "bench.stub.hub", "prepare", vendor.url]
        subprocess.run(prepare, cwd=ROOT, env=environment, check=True)
        vendor.sell(orders, delay_seconds=delay_seconds)
        with crew(environment) as workers:
            workers.hire()
            workers.hire()
            killed = _when(vendor, ledger, orders // 3)
            workers.tell(killed, signal.SIGKILL)
            first = _until_others_deliver(vendor, ledger, killed)
            workers.hire()
            frozen = _when(vendor, ledger, orders * 2 // 3)
            workers.tell(frozen, signal.SIGSTOP)
            second = _until_others_deliver(vendor, ledger, frozen)
            workers.tell(frozen, signal.SIGCONT)
            _until(lambda: _settled(ledger) >= orders)
            time.sleep(2.0)  # whatever the woken one still does
        return Verdict(counts=vendor.counts(), taken_over=(first, second), settled=_settled(ledger))


def _when(vendor: StubProcess, ledger: "psycopg.Connection[tuple[object, ...]]", delivered: int) -> int:
    """The process that delivers, as soon as so much is delivered."""
    _until(lambda: vendor.counts().delivered >= delivered and _deliverer(ledger) is not None)
    found = _deliverer(ledger)
    if found is None:
        return _when(vendor, ledger, delivered)
    return found


def _until_others_deliver(vendor: StubProcess, ledger: "psycopg.Connection[tuple[object, ...]]", gone: int) -> float:
    began = time.monotonic()
    _until(lambda: _deliverer(ledger) not in (None, gone))
    delivered = vendor.counts().calls.get("POST /fulfillments", 0)
    _until(lambda: vendor.counts().calls.get("POST /fulfillments", 0) > delivered)
    return time.monotonic() - began


def _deliverer(ledger: "psycopg.Connection[tuple[object, ...]]") -> int | None:
    asked = "SELECT lease_owner FROM ledger_flow WHERE name = 'deliveries' AND lease_owner <> ''"
    row = ledger.execute(asked).fetchone()
    return int(str(row[0]).split("-")[-2]) if row else None


def _settled(ledger: "psycopg.Connection[tuple[object, ...]]") -> int:
    asked = "SELECT count(*) FROM ledger_intent WHERE verb = 'push_fulfillment' AND state = 'done'"
    row = ledger.execute(asked).fetchone()
    return int(str(row[0])) if row else 0


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not done():
        if time.monotonic() > end:
            raise TimeoutError("the work stands still")
        time.sleep(LOOK_SECONDS)


def main(orders: int) -> None:
    from tests.postgres import server

    with server() as postgres, tempfile.TemporaryDirectory(prefix="tranter-survive-") as home:
        verdict = survive(postgres.fresh(), orders, Path(home))
    counts = verdict.counts
    print(f"orders      {orders:>8,}")
    print(f"delivered   {counts.delivered:>8,}")
    print(f"lost        {orders - counts.delivered:>8,}")
    print(f"doubled     {counts.doubled:>8,}")
    print(f"repeated    {counts.repeated:>8,}   under the same key, done once")
    print(f"taken over  {verdict.taken_over[0]:>8.1f} s after a kill, {verdict.taken_over[1]:.1f} s after a freeze")
    if (counts.delivered, counts.doubled) != (orders, 0) or max(verdict.taken_over) > 60:
        sys.exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
