"""A hub between two small vendors, on a clock that a test moves by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.databases import Ledgers
from tests.flow.copies import copied
from tests.flow.trouble import Bent, Scripted
from tranter.connectors.ebay.simulator import EbayVendor
from tranter.connectors.ebay.simulator import simulator as ebay_simulator
from tranter.connectors.tradegecko.simulator import Goods, TradeGeckoVendor
from tranter.connectors.tradegecko.simulator import simulator as gecko_simulator
from tranter.demo.world import EBAY_URL, GECKO_URL, Travelling
from tranter.engine.clock import VirtualClock
from tranter.engine.hub import Hub
from tranter.engine.pool import SerialPool
from tranter.engine.ports import Ports, no_failpoint
from tranter.engine.run import Counts
from tranter.engine.schedule import flow_times, run_due, run_one
from tranter.ledger import connections, credentials, exceptions, intents, schedule
from tranter.ledger.book import Book, ensure_book
from tranter.ledger.connections import ConnectionRecord, ConnectionState, NewConnection
from tranter.ledger.exceptions import ExceptionLine
from tranter.ledger.models import Flow, Intent, OrderRow
from tranter.ledger.vault import Vault
from tranter.sdk import registry
from tranter.sdk.ports import Clock

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SKUS = ("LAMP", "KETL", "ROPE-S", "ROPE-M", "ROPE-L", "BOOK", "SOAP-S", "SOAP-L")
STOCK = 50
GONE = ("void", "deleted")


@dataclass
class Setting:
    """What differs from the plain scene: options of the simulators, settings of the connections."""

    ebay: dict[str, Any] = field(default_factory=dict)
    gecko: dict[str, Any] = field(default_factory=dict)
    cart: dict[str, Any] = field(default_factory=dict)
    warehouse: dict[str, Any] = field(default_factory=dict)
    goods: dict[str, Any] = field(default_factory=dict)
    stock_live: bool = True


class Scene:
    """One ledger, one hub, one eBay account (`cart`) and one TradeGecko account (`warehouse`).

    Nothing happens by itself: nobody packs, nobody buys. `pass_time` lets flows run as they fall due.
    """

    def __init__(self, vault: Vault, setting: Setting) -> None:
        self.clock = VirtualClock(START)
        self.vault, self.setting = vault, setting
        self.ebay: EbayVendor = ebay_simulator(self.clock, 5, EBAY_URL, **{"skus": SKUS, **setting.ebay})
        goods = Goods(**{"skus": SKUS, "stock": dict.fromkeys(SKUS, STOCK), **setting.goods})
        self.gecko: TradeGeckoVendor = gecko_simulator(self.clock, 6, GECKO_URL, goods=goods, **setting.gecko)
        self.ebay_faults, self.gecko_faults = Scripted(), Scripted()
        self.bent = Bent({"sim.ebay": (self.ebay, self.ebay_faults), "sim.tradegecko": (self.gecko, self.gecko_faults)})
        self.hub = self.another_hub("first")
        self.counts = Counts()
        self.book: Book = ensure_book(vault, "default", self.clock.now())

    def another_hub(
        self, owner: str, failpoint: Callable[[str], None] = no_failpoint, clock: Clock | None = None
    ) -> Hub:
        """One more hub on the same ledger, as if in another process."""
        random = Random(owner)
        ports = Ports(
            clock=clock or self.clock,
            transport=Travelling(self.bent, self.clock, 9),
            pool=SerialPool(random),
            random=random,
            owner=owner,
            failpoint=failpoint,
        )
        return Hub(self.vault, ports)

    # connecting

    def connect(self) -> "Scene":
        self.plug_in("warehouse", "tradegecko", {"base_url": GECKO_URL, **self.setting.warehouse})
        self.plug_in("shop", "ebay", self.cart_settings(**self.setting.cart))
        if self.setting.stock_live:
            connections.confirm_stock(self.book, self.cart, self.clock.now())
        self.settle()
        return self

    def cart_settings(self, **values: Any) -> dict[str, Any]:
        return {"environment": "custom", "base_url": EBAY_URL, "marketplaces": ["EBAY_US"], **values}

    def plug_in(
        self, name: str, slug: str, values: dict[str, Any], secrets: dict[str, str] | None = None
    ) -> ConnectionRecord:
        """Without `secrets`, those of the scene's own account."""
        manifest, now = registry.manifest(slug), self.clock.now()
        settings, secrets = manifest.settings.read(values), secrets or self.secrets(slug)
        connector, _ = self.hub.draft(manifest, settings, secrets)
        flows = flow_times(manifest, connector)
        new = NewConnection(name=name, connector=slug, settings=settings.plain(), flows=flows, live=False)
        record = connections.save(self.book, new, now)
        credentials.save(self.vault, record.id, secrets, None, now)
        seen = self.hub.plug(record).connector.verify()
        record = connections.remember_account(self.book, record, (seen.account_id, seen.account_name), seen.facts, now)
        connections.set_state(self.book, record.id, ConnectionState.LIVE, "", now)
        return connections.by_id(record.id)

    def secrets(self, slug: str) -> dict[str, str]:
        vendor = self.ebay if slug == "ebay" else self.gecko
        return {name: value for name, value in vendor.credentials().items() if name != "ru_name"}

    def sign_in_again(self, name: str) -> None:
        record, now = connections.by_name(self.book, name), self.clock.now()
        secrets = self.ebay.sign_in() if record.connector == "ebay" else self._gecko_grant()
        fresh = {key: value for key, value in secrets.items() if key != "ru_name"}
        credentials.save(self.vault, record.id, {"access_token": "", **fresh}, None, now)
        connections.set_state(self.book, record.id, ConnectionState.LIVE, "", now)

    def _gecko_grant(self) -> dict[str, str]:
        grant = self.gecko.sign_in()
        return {name: str(grant[name]) for name in ("client_id", "client_secret", "refresh_token", "access_token")}

    @property
    def cart(self) -> ConnectionRecord:
        return connections.by_name(self.book, "shop")

    @property
    def warehouse(self) -> ConnectionRecord:
        return connections.by_name(self.book, "warehouse")

    # time

    def settle(self) -> None:
        """Runs what is due now, until nothing is."""
        for _ in range(200):
            self.ebay.advance()
            self.gecko.advance()
            done = run_due(self.hub)
            self.counts.add(done)
            if not done.runs and not schedule.due(self.clock.now()):
                return
        raise AssertionError("the flows never come to rest")

    def pass_time(self, **units: float) -> None:
        """`pass_time(minutes=20)`: flows run whenever they fall due meanwhile."""
        until = self.clock.now() + timedelta(**units)
        self.settle()
        while self.clock.now() < until:
            times = [schedule.next_due_at(), self.ebay.next_event_at(), self.gecko.next_event_at(), until]
            at = min(at for at in times if at is not None)
            self.clock.jump(min(max(at, self.clock.now() + timedelta(seconds=0.5)), until))
            self.settle()

    def poll_rarely(self) -> None:
        """For tests that wait for days."""
        Flow.objects.filter(every_seconds__gt=0, every_seconds__lt=7200).update(every_seconds=7200)

    def run(self, name: str, connection: str = "", hub: Hub | None = None) -> Counts:
        """One flow, now."""
        record = connections.by_name(self.book, connection or _owner_of(name))
        flow_id = schedule.flow_id(record.id, name)
        assert flow_id is not None
        return run_one(hub or self.hub, flow_id)

    def deliver_now(self) -> None:
        """What was bought goes to the warehouse, by one run of each flow and no more."""
        self.clock.advance(200)
        for name in ("orders", "decide", "deliveries"):
            self.run(name)

    def run_everything(self, hub: Hub) -> None:
        """All that is polled, due or not."""
        for record in connections.all_of(self.book):
            schedule.ring(record.id, ("orders", "products", "shipments", "stock"), hub.ports.clock.now())
        for _ in range(20):
            done = run_due(hub)
            if not done.runs:
                return
        raise AssertionError("the flows never come to rest")

    # looking

    def row(self, order: Any) -> OrderRow:
        return OrderRow.objects.get(merchant_id=self.book.merchant_id, remote_id=order.order_id)

    def flow(self, name: str, connection: str = "") -> Flow:
        return Flow.objects.get(connection__name=connection or _owner_of(name), name=name)

    def status(self, order: Any) -> str:
        return self.row(order).status

    def at_warehouse(self, order: Any) -> list[Any]:
        """Living orders of TradeGecko that bear this order's id."""
        return [one for one in self.gecko.orders() if one.reference_number == order.order_id and one.status not in GONE]

    def troubles(self) -> list[ExceptionLine]:
        return exceptions.open_exceptions(self.book)

    def kinds(self) -> list[str]:
        return sorted(line.kind for line in self.troubles())

    def intent(self, order: Any, verb: str = "push_fulfillment") -> Intent:
        return Intent.objects.filter(order=self.row(order), verb=verb).latest("pk")

    def unknown(self) -> int:
        return intents.count_unknown(self.book.merchant_id)

    def listings_of(self, sku: str) -> list[str]:
        return [listing for listing, code in self.ebay.shown() if code == sku]

    def shown(self, sku: str) -> set[int]:
        return {units for (_, code), units in self.ebay.shown().items() if code == sku}

    def posts(self, path: str = "/orders") -> int:
        """How often TradeGecko was asked to create one, refused requests too."""
        return sum(1 for heard in self.gecko.heard if (heard.method, heard.path) == ("POST", path))


def _owner_of(name: str) -> str:
    at_cart = ("orders", "orders_daily", "orders_weekly", "decide", "tracking", "listings", "listing_stock")
    return "shop" if name in at_cart else "warehouse"


class Theatre:
    """Makes scenes, each with a ledger of its own."""

    def __init__(self, ledgers: Ledgers) -> None:
        self.ledgers = ledgers
        self._connected: tuple[Scene, Path | str] | None = None

    def connected(self) -> Scene:
        """The plain scene with both accounts connected, the catalogue read, the first stock push done."""
        if self._connected is None:
            place = self.ledgers.fresh()
            scene = Scene(self.ledgers.vault, Setting()).connect()
            self.ledgers.keep()
            self._connected = scene, place
        scene, place = self._connected
        self.ledgers.copy(place)
        return copied(scene)

    def scene(self, setting: Setting | None = None) -> Scene:
        return Scene(self.empty_ledger(), setting or Setting())

    def empty_ledger(self) -> Vault:
        self.ledgers.fresh()
        return self.ledgers.vault
