"""A world with a cart, a warehouse and a hub between them, all on one clock."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any, Protocol

from msgspec import Struct

from tranter.demo.simulators import parts_of, plan_of, simulator
from tranter.engine.clock import VirtualClock
from tranter.engine.hub import Hub
from tranter.engine.schedule import flow_times
from tranter.ledger import connections, credentials, schedule
from tranter.ledger.book import Book, ensure_book
from tranter.ledger.connections import ConnectionRecord, ConnectionState, NewConnection
from tranter.sdk import registry
from tranter.sdk.http import Reply, Request, Transport
from tranter.testing.simulator import FaultPlan

EBAY_URL, GECKO_URL = "http://sim.ebay", "http://sim.tradegecko"
STOCK_CHANGES = 60


class Clockwork(Protocol):
    """What the world needs of a clock beyond reading it."""

    @property
    def scale(self) -> float: ...

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class Scenario(Struct, frozen=True, kw_only=True):
    """`pace_seconds` between purchases; the staff packs within `pack_seconds` and ships within `ship_seconds`."""

    orders: int
    seed: int
    faults: str = "none"
    pace_seconds: float = 20.0
    pack_seconds: tuple[int, int] = (900, 3600)
    ship_seconds: tuple[int, int] = (300, 1800)
    stock_changes: int = STOCK_CHANGES


class Travelling:
    """A transport that takes time: the world moves on between any two calls."""

    def __init__(self, inner: Transport, clock: Clockwork, seed: int) -> None:
        self._inner, self._clock, self._random = inner, clock, Random(seed)

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        self._clock.sleep(self._random.uniform(0.02, 0.3))
        return self._inner.send(request, timeout_seconds)


class World:
    """Both vendors with their plans. The hub is plugged in by `connect`."""

    def __init__(self, scenario: Scenario, clock: Clockwork) -> None:
        self.scenario, self.clock = scenario, clock
        self.ebay = simulator("ebay", clock, scenario.seed, EBAY_URL)
        skus = sorted({sku for _, sku in self.ebay.shown() if sku and sku not in self._odd()})
        gecko = parts_of("tradegecko")
        staff = gecko.Staff(
            at_work=True, pack_after_seconds=scenario.pack_seconds, ship_after_seconds=scenario.ship_seconds
        )
        stock = self._stock(skus)
        self.gecko = simulator(
            "tradegecko", clock, scenario.seed, GECKO_URL, goods=gecko.Goods(skus=tuple(skus), stock=stock), staff=staff
        )
        self.skus = skus
        self.plans = {
            "ebay": FaultPlan.parse(scenario.faults, scenario.seed),
            "tradegecko": FaultPlan.parse(scenario.faults, scenario.seed + 1),
        }
        # eBay's refresh token does not rotate: only a warehouse's can be lost on its way.
        self.plans["ebay"].stop_rotations()
        self.sign_ins = 0
        self._last_purchase_at = clock.now()
        self._restless: list[tuple[datetime, Callable[[], None]]] = []

    def _odd(self) -> set[str]:
        return {parts_of("ebay").UNKNOWN_SKU}

    def _stock(self, skus: list[str]) -> dict[str, int]:
        random = Random(self.scenario.seed + 2)
        return {sku: random.randrange(60, 400) for sku in skus}

    def buy_from_now_on(self) -> None:
        """The purchases of the plan, and deliveries of goods to the warehouse while they go on."""
        plan = plan_of("ebay")(self.scenario.seed, self.scenario.orders, tuple(self.skus))
        self.ebay.schedule_plan(plan, self.scenario.pace_seconds)
        self._last_purchase_at = self.clock.now() + timedelta(seconds=len(plan) * self.scenario.pace_seconds)
        random = Random(self.scenario.seed + 3)
        lasts = self.scenario.orders * self.scenario.pace_seconds + 3600
        start = self.clock.now()
        for _ in range(self.scenario.stock_changes):
            at = start + timedelta(seconds=random.uniform(60, lasts))
            sku, delta = random.choice(self.skus), random.choice((-9, -3, 2, 5, 12, 25))
            self._restless.append((at, partial(self.gecko.adjust_stock, sku, delta)))
        self._restless.sort(key=lambda happening: happening[0])

    def advance(self) -> None:
        """The world catches up with the clock."""
        while self._restless and self._restless[0][0] <= self.clock.now():
            self._restless.pop(0)[1]()
        self.ebay.advance()
        self.gecko.advance()

    def next_event_at(self) -> datetime | None:
        times = [self.ebay.next_event_at(), self.gecko.next_event_at()]
        times += [at for at, _ in self._restless[:1]]
        return min((at for at in times if at is not None), default=None)

    def next_purchase_at(self) -> datetime | None:
        """None when all of the plan is bought."""
        return self._last_purchase_at if self.clock.now() < self._last_purchase_at else None

    def calm_down(self) -> None:
        for plan in self.plans.values():
            plan.stop()

    def secrets(self, name: str) -> dict[str, str]:
        """What a seller's sign-in leaves with the hub."""
        if name == "ebay":
            found: dict[str, str] = dict(self.ebay.credentials())
            found.pop("ru_name", None)
            return found
        grant = self.gecko.sign_in("tranter")
        options = self.gecko.options
        return {
            "client_id": options.client_id or "tranter",
            "client_secret": options.client_secret,
            "refresh_token": grant["refresh_token"],
            "access_token": grant["access_token"],
            "access_token_expires_at": (self.clock.now() + timedelta(seconds=grant["expires_in"])).isoformat(),
        }


class Connected(Struct, frozen=True, kw_only=True):
    book: Book
    cart: ConnectionRecord
    warehouse: ConnectionRecord


def connect(hub: Hub, world: World, urls: dict[str, str], merchant: str = "default") -> Connected:
    """Both accounts connected, and the first stock push confirmed, as a merchant would have done."""
    book = ensure_book(hub.vault, merchant, hub.ports.clock.now())
    warehouse = _connection(hub, book, world, "tradegecko", {"base_url": urls["tradegecko"]})
    cart = _connection(
        hub, book, world, "ebay", {"environment": "custom", "base_url": urls["ebay"], "marketplaces": ["EBAY_US"]}
    )
    connections.confirm_stock(book, cart, hub.ports.clock.now())
    return Connected(book=book, cart=connections.by_id(cart.id), warehouse=connections.by_id(warehouse.id))


NAMES = {"ebay": "shop", "tradegecko": "warehouse"}


def _connection(hub: Hub, book: Book, world: World, slug: str, values: dict[str, Any]) -> ConnectionRecord:
    manifest, now = registry.manifest(slug), hub.ports.clock.now()
    settings = manifest.settings.read(values)
    draft, _ = hub.draft(manifest, settings, world.secrets(slug))
    new = NewConnection(
        name=NAMES[slug], connector=slug, settings=settings.plain(), flows=flow_times(manifest, draft), live=False
    )
    record = connections.save(book, new, now)
    credentials.save(hub.vault, record.id, world.secrets(slug), None, now)
    seen = hub.plug(record).connector.verify()
    record = connections.remember_account(book, record, (seen.account_id, seen.account_name), seen.facts, now)
    connections.set_state(book, record.id, ConnectionState.LIVE, "", now)
    return connections.by_id(record.id)


def sign_in_where_needed(hub: Hub, world: World, book: Book) -> None:
    """The scripted operator: whoever asks for a sign-in gets one."""
    for record in connections.all_of(book):
        if record.state is ConnectionState.NEEDS_SIGN_IN:
            now = hub.ports.clock.now()
            secrets = world.ebay.sign_in() if record.connector == "ebay" else world.secrets(record.connector)
            secrets.pop("ru_name", None)
            credentials.save(hub.vault, record.id, {"access_token": "", **secrets}, None, now)
            connections.set_state(book, record.id, ConnectionState.LIVE, "", now)
            world.sign_ins += 1


def jump_to_next(clock: VirtualClock, world: World) -> datetime:
    """Nothing is due: time goes on to whatever comes first, a flow or something in the world."""
    times = [schedule.next_due_at(), world.next_event_at()]
    at = min((at for at in times if at is not None), default=clock.now() + timedelta(seconds=60))
    clock.jump(max(at, clock.now() + timedelta(seconds=0.5)))
    return at
