"""`tranter up` as a process of its own, between two vendors behind real sockets."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random
from urllib.request import urlopen

import pytest

from tests.flow.trouble import Scripted
from tests.ledger.conftest import empty, home, vault
from tranter.demo.world import Connected, Scenario, World, connect
from tranter.engine.clock import RealClock, ScaledClock
from tranter.engine.dispatch import STOP_SECONDS
from tranter.engine.hub import Hub
from tranter.engine.pool import ThreadPool
from tranter.engine.ports import Ports, no_failpoint
from tranter.ledger import journal
from tranter.ledger.models import Flow, Intent
from tranter.ledger.setup import close_connections
from tranter.ledger.vault import Vault
from tranter.sdk.http import ReqwestTransport
from tranter.sdk.outbound import Outbound
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault, SocketFront

__all__ = ["empty", "home", "vault"]

SPEED = 10.0
LATE_SECONDS = 8.0  # of the 30 that the hub waits for a reply
STANDSTILL_SECONDS = 60.0
GONE = ("void", "deleted")


class Trade:
    """Both vendors, connected; the hub is whichever process is started."""

    def __init__(self, home: Path, vault: Vault) -> None:
        self.home = home
        anchor = RealClock().now()
        self.clock = ScaledClock(SPEED, anchor)
        self.world = World(Scenario(orders=0, seed=4), self.clock)
        self.plan = Scripted()
        self.plan.late_seconds = LATE_SECONDS
        self.fronts = [SocketFront(self.world.ebay).start(), SocketFront(self.world.gecko, self.plan).start()]
        urls = dict(zip(("ebay", "tradegecko"), (front.url for front in self.fronts), strict=True))
        self.world.ebay.base_url = urls["ebay"]
        transport = ReqwestTransport(Outbound(allow_hosts=frozenset({"127.0.0.1"})), 1 / SPEED)
        ports = Ports(
            clock=self.clock,
            transport=transport,
            pool=ThreadPool(2),
            random=Random(1),
            owner="the test",
            failpoint=no_failpoint,
        )
        self.connected: Connected = connect(Hub(vault, ports), self.world, urls)
        transport.close()
        close_connections()
        self.environment = {
            **os.environ,
            "TRANTER_HOME": str(home),
            "TRANTER_ALLOW_HOSTS": "127.0.0.1",
            "TRANTER_CLOCK": f"{SPEED:g}@{anchor.isoformat()}",
        }
        self.processes: list[subprocess.Popen[str]] = []

    def up(self, port: int = 0) -> tuple[subprocess.Popen[str], str]:
        """The process, and the address that it says it serves."""
        code = "from tranter.cli import main; main()"
        process = subprocess.Popen(
            [sys.executable, "-c", code, "up", "--port", str(port)],
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        assert process.stderr is not None
        for line in process.stderr:
            if found := re.search(r"url=(http://\S+)", line):
                threading.Thread(target=process.stderr.read, daemon=True).start()
                return process, found.group(1)
        raise AssertionError(f"it ended with {process.wait()}")

    def end(self, process: subprocess.Popen[str], how: signal.Signals = signal.SIGTERM) -> int:
        process.send_signal(how)
        return process.wait(STOP_SECONDS + STANDSTILL_SECONDS)

    def buy(self, count: int) -> list:
        skus = self.world.skus
        return [self.world.ebay.buy_one(skus[number % len(skus)]) for number in range(count)]

    def there(self, orders: list) -> list[int]:
        living = [one.reference_number for one in self.world.gecko.orders() if one.status not in GONE]
        return [living.count(order.order_id) for order in orders]

    def eventually(self, wanted) -> None:
        """However slow the machine is: as long as orders still arrive at the warehouse."""
        patience, clock, arrived = threading.Event(), RealClock(), -1
        while not wanted():
            if (now := len(self.world.gecko.orders())) != arrived:
                arrived, until = now, clock.monotonic() + STANDSTILL_SECONDS
            if clock.monotonic() > until:
                troubles = list(Flow.objects.exclude(trouble="").values())
                raise AssertionError(f"it never came to that; troubles: {troubles}")
            patience.wait(0.02)

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
            if process.stderr is not None:
                process.stderr.close()
        for front in self.fronts:
            front.close()


@pytest.fixture
def trade(home: Path, vault: Vault) -> Iterator[Trade]:
    made = Trade(home, vault)
    yield made
    made.close()


def test_it_carries_orders_and_serves_its_page(trade: Trade) -> None:
    orders = trade.buy(3)
    process, url = trade.up()

    trade.eventually(lambda: trade.there(orders) == [1, 1, 1])

    with urlopen(f"{url}/readyz") as answer:
        assert answer.status == 200
    with urlopen(url) as answer:
        assert b"Tranter" in answer.read()
    assert trade.end(process) == 0


@fault("CRASH-17")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_with_calls_under_way_it_hears_them_out(trade: Trade, how: signal.Signals) -> None:
    orders = trade.buy(20)
    trade.plan.next("POST", "/orders", Fault.LATE, times=1000)
    process, _ = trade.up()
    trade.eventually(lambda: len(trade.plan.met) >= 4)

    assert trade.end(process, how) == 0

    sent = Intent.objects.filter(verb="push_fulfillment", state="done").count()
    assert Intent.objects.filter(state__in=("claimed", "unknown")).count() == 0
    assert sum(trade.there(orders)) == sent
    assert not Flow.objects.exclude(lease_owner="").exists()
    close_connections()

    trade.plan.forget()
    process, _ = trade.up()
    trade.eventually(lambda: trade.there(orders) == [1] * 20)
    assert trade.end(process) == 0
    assert trade.there(orders) == [1] * 20
    assert journal.broken_at(trade.connected.book) is None


@fault("CRASH-17")
def test_killed_with_calls_under_way_the_next_one_looks_them_up(trade: Trade) -> None:
    orders = trade.buy(20)
    trade.plan.next("POST", "/orders", Fault.LATE, times=1000)
    process, _ = trade.up()
    trade.eventually(lambda: len(trade.plan.met) >= 4)

    assert trade.end(process, signal.SIGKILL) == -signal.SIGKILL

    assert Intent.objects.filter(state="claimed").count() > 0
    close_connections()
    trade.plan.forget()
    process, _ = trade.up()
    trade.eventually(lambda: trade.there(orders) == [1] * 20)
    trade.eventually(lambda: not Intent.objects.filter(state__in=("claimed", "unknown")).exists())
    assert trade.end(process) == 0
    assert trade.there(orders) == [1] * 20


def test_a_port_that_is_taken_is_named(trade: Trade) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = "from tranter.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, "up", "--port", str(port)],
            env=trade.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr
