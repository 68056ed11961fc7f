"""A world that outlives its worker: simulators behind sockets in this process, the hub in one that is killed."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from msgspec import Struct

from tranter.demo.verdict import Verdict, is_settled, judge
from tranter.demo.world import Connected, Scenario, World, connect
from tranter.engine.clock import ScaledClock
from tranter.engine.hub import Hub
from tranter.engine.pool import ThreadPool
from tranter.engine.ports import Ports, no_failpoint
from tranter.ledger import schedule
from tranter.ledger.connections import all_of
from tranter.ledger.setup import close_connections, open_ledger, use_database
from tranter.sdk.http import ReqwestTransport
from tranter.sdk.outbound import Outbound
from tranter.testing.simulator import SimReply, SimRequest, SocketFront

ROOT = Path(__file__).resolve().parents[2]
SPEED = 60.0  # so the hub waits half a second for a reply
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
POLLED = ("orders", "products", "shipments", "stock", "cancellations")


class LeapingClock:
    """A scaled clock that can be put forward; `text` is what makes a worker's clock agree with it from then on."""

    def __init__(self, start: datetime, speed: float) -> None:
        self.scale = speed
        self._inner = self._agreeing(start)

    def now(self) -> datetime:
        return self._inner.now()

    def monotonic(self) -> float:
        return self._inner.monotonic()

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)

    def jump(self, at: datetime) -> None:
        if at > self.now():
            self._inner = self._agreeing(at)

    def text(self) -> str:
        return f"{self.scale:g}@{self._inner._anchor.isoformat()}"

    def _agreeing(self, at: datetime) -> ScaledClock:
        """now = anchor + (real - anchor) * speed, solved for the anchor."""
        real = datetime.now(UTC)
        return ScaledClock(self.scale, real - (at - real) / (self.scale - 1))


class Gate:
    """A vendor whose door is watched: `after` is called when a request was carried out, before its reply leaves.

    `calls`: how many there have been.
    """

    def __init__(self, vendor: Any) -> None:
        self._vendor, self.calls = vendor, 0
        self.after: Callable[[SimRequest, SimReply], None] = lambda request, reply: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._vendor, name)

    def handle(self, request: SimRequest) -> SimReply:
        reply: SimReply = self._vendor.handle(request)
        self.calls += 1
        self.after(request, reply)
        return reply


class Ended(Struct, frozen=True):
    code: int
    said: str

    @property
    def was_killed(self) -> bool:
        return self.code == -signal.SIGKILL


class CrashWorld:
    def __init__(self, home: Path, scenario: Scenario, speed: float = SPEED) -> None:
        self.clock = LeapingClock(START, speed)
        self.world = World(scenario, self.clock)
        self.gates = {"ebay": Gate(self.world.ebay), "tradegecko": Gate(self.world.gecko)}
        self._fronts = {name: SocketFront(gate, self.world.plans[name]).start() for name, gate in self.gates.items()}
        self.urls = {name: front.url for name, front in self._fronts.items()}
        self.world.ebay.base_url = self.urls["ebay"]
        self._home = home
        vault = open_ledger(home, home / "keys.json", self.clock.now())
        self._transport = ReqwestTransport(Outbound(allow_hosts=frozenset({"127.0.0.1"})), 1 / speed)
        ports = Ports(
            clock=self.clock,
            transport=self._transport,
            pool=ThreadPool(2),
            random=Random(1),
            owner="the test",
            failpoint=no_failpoint,
        )
        self.hub = Hub(vault, ports)
        self.connected: Connected = connect(self.hub, self.world, self.urls)
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.kills = 0

    def close(self) -> None:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.close()
        self._nursery.wait(20)
        self._nursery.stdout.close()
        self._transport.close()
        for front in self._fronts.values():
            front.close()
        close_connections()
        use_database(self._home / "elsewhere.sqlite3")

    # time

    def leap(self, **units: float) -> None:
        """Nobody works meanwhile; afterwards everything that is polled is due."""
        self.clock.jump(self.clock.now() + timedelta(**units))
        self.world.advance()
        for record in all_of(self.connected.book):
            schedule.ring(record.id, POLLED, self.clock.now())

    # workers

    def born(self, failpoint: str = "", rounds: int = 1) -> int:
        """A worker is at work now; its process id."""
        environment = {
            "TRANTER_HOME": str(self._home),
            "TRANTER_CLOCK": self.clock.text(),
            "TRANTER_ALLOW_HOSTS": "127.0.0.1",
            "TRANTER_FAILPOINT": failpoint,
            "TRANTER_WORKERS": "2",
            "ROUNDS": str(rounds),
        }
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(json.dumps(environment) + "\n")
        self._nursery.stdin.flush()
        return int(self._answer()["pid"])

    def calls(self) -> int:
        return sum(gate.calls for gate in self.gates.values())

    def ended(self) -> Ended:
        answer = self._answer()
        end = Ended(int(answer["code"]), answer["said"])
        self.kills += end.was_killed
        assert end.code not in (1, 2, 70), end.said
        return end

    def work(self, failpoint: str = "") -> Ended:
        self.born(failpoint)
        return self.ended()

    def killed_when(self, vendor: str, wanted: Callable[[SimRequest], bool]) -> Ended:
        """The worker dies when the vendor has done what it asked for, and before it hears so."""
        door, ready, pids = self.gates[vendor], threading.Event(), list[int]()

        def after(request: SimRequest, reply: SimReply) -> None:
            if wanted(request):
                ready.wait(10)
                os.kill(pids[0], signal.SIGKILL)
                door.after = lambda request, reply: None

        door.after = after
        pids.append(self.born())
        ready.set()
        end = self.ended()
        door.after = lambda request, reply: None
        return end

    def _answer(self) -> dict[str, Any]:
        assert self._nursery.stdout is not None
        line = self._nursery.stdout.readline()
        answer: dict[str, Any] = json.loads(line)
        return answer

    # judging

    def at_warehouse(self, order: Any) -> list[Any]:
        return [
            one
            for one in self.world.gecko.orders()
            if one.reference_number == order.order_id and one.status not in ("void", "deleted")
        ]

    def check_nothing_doubled(self) -> None:
        assert self.world.gecko.duplicate_orders() == {}
        assert self.world.ebay.duplicate_fulfillments() == []

    def come_to_rest(self, most: int = 60) -> Verdict:
        """Leaps and works until all is accounted for."""
        for _ in range(most):
            self.work()
            if is_settled(self.world, self.connected):
                break
            self.leap(minutes=20)
        for _ in range(2):
            self.leap(minutes=10)
            self.work()
        return judge(self.world, self.connected, 0, 0.0)
