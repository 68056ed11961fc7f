"""A whole hub as `tranter up` runs it, with both vendors behind real sockets, for a real browser."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.test import Client

from tests.flow.trouble import Scripted
from tranter.config import Config
from tranter.demo.world import Connected, Scenario, World, connect
from tranter.engine.clock import RealClock, ScaledClock
from tranter.ledger import schedule
from tranter.ledger.book import Book, ensure_book
from tranter.ledger.models import Flow, Merchant, OrderRow, Reach, User
from tranter.ledger.setup import close_connections
from tranter.testing.simulator import SocketFront
from tranter.web.house import House
from tranter.web.process import running
from tranter.web.server import Address

SPEED = 10.0
"""`sync` waits for no poll. The hub waits three seconds for a reply: faster, and a busy machine answers too late."""
NEVER = (10**8, 10**8)


class Stage:
    """`url` is the hub's. `world.ebay` and `world.gecko` are the vendors, `plan` is what goes wrong on the way."""

    def __init__(self, house: House, address: Address, world: World, fronts: dict[str, SocketFront]) -> None:
        self.house, self.address, self.world, self._fronts = house, address, world, fronts
        self.hub = house.hub
        self.url = address.url
        self.urls = {name: front.url for name, front in fronts.items()}
        self.connected: Connected | None = None
        self.book: Book = ensure_book(self.hub.vault, "default", self.hub.ports.clock.now())

    def plan(self, name: str) -> Scripted:
        """Faults by appointment on the way to `ebay` or `tradegecko`."""
        plan = self._fronts[name].plan
        assert isinstance(plan, Scripted)
        return plan

    def connect(self) -> Connected:
        """Both accounts, as if the set-up were done: the short way."""
        self.connected = connect(self.hub, self.world, self.urls)
        self.house.wake()
        return self.connected

    def buy(self, count: int = 1, sku: str = "") -> list[Any]:
        skus = [sku] if sku else self.world.skus
        return [self.world.ebay.buy_one(skus[number % len(skus)]) for number in range(count)]

    def sync(self) -> None:
        """All that the connections do is due now."""
        now = self.hub.ports.clock.now()
        for connection_id, name in Flow.objects.values_list("connection_id", "name"):
            schedule.ring(connection_id, [name], now)
        self.house.wake()

    def eventually(self, wanted: Callable[[], object], seconds: float = 90.0) -> None:
        patience = threading.Event()
        for _ in range(int(seconds / 0.05)):
            if wanted():
                return
            patience.wait(0.05)
        raise AssertionError("it never came to that")

    def arrived(self, orders: list[Any]) -> None:
        """Waits until the hub has these orders."""
        numbers = [order.order_id for order in orders]
        self.sync()
        self.eventually(lambda: OrderRow.objects.filter(number__in=numbers).count() == len(numbers))

    def at_warehouse(self, orders: list[Any]) -> None:
        numbers = {order.order_id for order in orders}
        self.arrived(orders)
        self.sync()
        self.eventually(lambda: numbers <= {one.reference_number for one in self.world.gecko.orders()})

    def ship(self, orders: list[Any]) -> None:
        """The warehouse packs and sends them."""
        numbers = {order.order_id for order in orders}
        for one in self.world.gecko.orders():
            if one.reference_number in numbers:
                self.world.gecko.ship(one.id)
        self.sync()

    def user(self, email: str, *, merchants: tuple[str, ...] = (), **given: Any) -> User:
        row, _ = User.objects.get_or_create(email=email, defaults={"created_at": self.hub.ports.clock.now(), **given})
        for slug in merchants:
            Reach.objects.get_or_create(user=row, merchant=Merchant.objects.get(slug=slug))
        return row

    def owner(self) -> User:
        return self.user("owner@hub.example", name="Ada Brandt", role="owner", staff=True, everywhere=True)

    def cookie(self, user: User) -> dict[str, Any]:
        """A session, as Playwright takes cookies."""
        client = Client()
        client.force_login(user)
        return {"name": "tranter", "value": client.cookies["tranter"].value, "url": self.url}


@contextmanager
def staged(home: Path, empty: Path, **config: Any) -> Iterator[Stage]:
    """Everything started in a ledger of its own, nothing connected; everything ended. `config` as in `Config`."""
    shutil.copytree(empty, home)
    anchor = RealClock().now()
    world = World(Scenario(orders=0, seed=4, pack_seconds=NEVER), ScaledClock(SPEED, anchor))
    fronts = {
        "ebay": SocketFront(world.ebay, Scripted()).start(),
        "tradegecko": SocketFront(world.gecko, Scripted()).start(),
    }
    address = Address("127.0.0.1", _free_port())
    world.ebay.base_url, world.gecko.base_url = fronts["ebay"].url, fronts["tradegecko"].url
    world.ebay.options.accepted_url = world.ebay.options.declined_url = f"{address.url}/oauth/callback"
    given = {
        "home": home,
        "key_file": home / "keys.json",
        "base_url": address.url,
        "allow_hosts": frozenset({"127.0.0.1"}),
        "clock": f"{SPEED:g}@{anchor.isoformat()}",
        "workers": 4,
        **config,
    }
    try:
        with running(Config(**given), address) as (house, bound):
            yield Stage(house, bound, world, fronts)
    finally:
        for front in fronts.values():
            front.close()
        close_connections()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def chromium() -> str:
    """Where the system has it; empty where it has none."""
    named = os.environ.get("TRANTER_CHROMIUM", "")
    found = (
        [named] if named else [shutil.which(name) or "" for name in ("chromium", "chromium-browser", "google-chrome")]
    )
    return next((path for path in found if path and Path(path).exists()), "")
