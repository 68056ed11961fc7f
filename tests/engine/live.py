"""A hub that runs by itself between two small vendors, on a clock that is thirty times faster."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from tranter.demo.world import EBAY_URL, GECKO_URL, Connected, Scenario, World, connect
from tranter.engine.clock import RealClock, ScaledClock
from tranter.engine.dispatch import Dispatcher
from tranter.engine.hub import Hub
from tranter.engine.owner import Owner
from tranter.engine.pool import LanePool
from tranter.engine.ports import Ports, no_failpoint
from tranter.ledger import connections, exceptions, schedule
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.models import Flow, Intent, OrderRow
from tranter.ledger.setup import StorageTrouble
from tranter.ledger.vault import Vault
from tranter.sdk.http import NoAnswer, Reply, Request, Transport
from tranter.testing.inprocess import InProcess

SPEED = 30.0
PATIENCE_SECONDS = 30.0
GONE = ("void", "deleted")
Wanted = Callable[[], object]


class Doors:
    """The way to both vendors. A request whose path holds a shut word waits, before or after it is carried out."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self._changed = threading.Condition()
        self.shut_before: set[str] = set()
        self.shut_after: set[str] = set()
        self.under_way: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.heard: Counter[str] = Counter()

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        name = f"{request.method} {urlsplit(request.url).netloc}{urlsplit(request.url).path}"
        with self._changed:
            self.heard[name] += 1
            self.under_way[name] += 1
            self.most[name] = max(self.most[name], self.under_way[name])
        try:
            self._wait(name, self.shut_before)
            reply = self._inner.send(request, timeout_seconds)
            self._wait(name, self.shut_after)
            return reply
        finally:
            with self._changed:
                self.under_way[name] -= 1

    def _wait(self, name: str, shut: set[str]) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: not any(word in name for word in shut), PATIENCE_SECONDS):
                raise NoAnswer("nobody answered in time")

    def waiting(self, part: str) -> int:
        with self._changed:
            return sum(count for name, count in self.under_way.items() if part in name)

    def open(self) -> None:
        with self._changed:
            self.shut_before.clear()
            self.shut_after.clear()
            self._changed.notify_all()


class Live:
    def __init__(self, home: Path, vault: Vault, speed: float = SPEED) -> None:
        self.clock = ScaledClock(speed, RealClock().now())
        self.home, self.vault = home, vault
        self.world = World(Scenario(orders=0, seed=4), self.clock)
        ends = {
            urlsplit(EBAY_URL).netloc: (self.world.ebay, self.world.plans["ebay"]),
            urlsplit(GECKO_URL).netloc: (self.world.gecko, self.world.plans["tradegecko"]),
        }
        self.doors = Doors(InProcess(ends))
        self.owner = Owner(home)
        self.hub = self.another_hub(self.owner.name)
        self.connected: Connected = connect(self.hub, self.world, {"ebay": EBAY_URL, "tradegecko": GECKO_URL})

    def another_hub(self, owner: str) -> Hub:
        ports = Ports(
            clock=self.clock,
            transport=self.doors,
            pool=LanePool(8, 8),
            random=Random(owner),
            owner=owner,
            failpoint=no_failpoint,
        )
        return Hub(self.vault, ports)

    @contextmanager
    def dispatching(self, hub: Hub | None = None, workers: int = 8) -> Iterator[Dispatcher]:
        dispatcher = Dispatcher(hub or self.another_hub(self.owner.name), self.owner.is_dead, workers)
        dispatcher.start()
        try:
            yield dispatcher
        finally:
            self.doors.open()
            assert dispatcher.stop(20)

    def catch_up(self) -> None:
        """The catalogue is read, everything else has run once."""
        with self.dispatching():
            self.eventually(lambda: not Flow.objects.filter(every_seconds__gt=0, last_ok_at=None).exists())
            self.eventually(lambda: not Flow.objects.filter(lease_until__isnull=False).exists())

    def eventually(self, wanted: Wanted, seconds: float = 20.0) -> None:
        patience = threading.Event()
        for _ in range(int(seconds / 0.02)):
            try:
                if wanted():
                    return
            except StorageTrouble:
                pass
            patience.wait(0.02)
        raise AssertionError(f"it never came to that; {self.looks()}; heard: {dict(self.doors.heard)}")

    def looks(self) -> str:
        troubles = [(flow.name, flow.trouble) for flow in Flow.objects.exclude(trouble="")]
        return f"flows in trouble: {troubles}, waiting: {exceptions.open_exceptions(self.connected.book)}"

    def pause(self, seconds: float) -> None:
        threading.Event().wait(seconds)

    # the world

    def buy(self, count: int = 1) -> list[Any]:
        skus = self.world.skus
        return [self.world.ebay.buy_one(skus[number % len(skus)]) for number in range(count)]

    def ring(self, name: str, connection: ConnectionRecord) -> None:
        schedule.ring(connection.id, [name], self.clock.now())

    @property
    def cart(self) -> ConnectionRecord:
        return connections.by_name(self.connected.book, "shop")

    @property
    def warehouse(self) -> ConnectionRecord:
        return connections.by_name(self.connected.book, "warehouse")

    def at_warehouse(self, order: Any) -> list[Any]:
        living = [one for one in self.world.gecko.orders() if one.status not in GONE]
        return [one for one in living if one.reference_number == order.order_id]

    def all_there(self, orders: list[Any]) -> bool:
        return all(len(self.at_warehouse(order)) == 1 for order in orders)

    def settled(self, orders: list[Any]) -> bool:
        ids = [order.order_id for order in orders]
        rows = OrderRow.objects.filter(remote_id__in=ids)
        return rows.count() == len(ids) and not rows.filter(status="new").exists()

    def states(self) -> Counter[str]:
        return Counter(Intent.objects.filter(verb="push_fulfillment").values_list("state", flat=True))
