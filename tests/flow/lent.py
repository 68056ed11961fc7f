"""A house with one TradeGecko account, and two merchants who borrow it: each sells the same goods at eBay.

Both eBay accounts draw the same order numbers, so that whatever takes one for the other is seen.
"""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from tests.flow.stage import GONE, START
from tests.flow.trouble import Bent, Scripted
from tranter.connectors.ebay.simulator import EbayVendor
from tranter.connectors.ebay.simulator import simulator as ebay_simulator
from tranter.connectors.tradegecko.simulator import Goods, TradeGeckoVendor
from tranter.connectors.tradegecko.simulator import simulator as gecko_simulator
from tranter.demo.world import GECKO_URL, Travelling
from tranter.engine import consent, lending, sharing
from tranter.engine.clock import VirtualClock
from tranter.engine.connecting import Wish, check, connect
from tranter.engine.hub import Hub
from tranter.engine.lending import LoanWish
from tranter.engine.pool import SerialPool
from tranter.engine.ports import Ports, no_failpoint
from tranter.engine.run import Counts
from tranter.engine.schedule import run_due
from tranter.engine.sharing import Asked
from tranter.ledger import connections, credentials, exceptions, journal, schedule
from tranter.ledger.book import Book, ensure_book, house_book
from tranter.ledger.connections import ConnectionRecord, ConnectionState
from tranter.ledger.models import OrderRow
from tranter.ledger.vault import Vault
from tranter.model import Terms
from tranter.testing.simulator import FaultPlan

SKUS = ("LAMP", "BOOK", "SOAP-S")
STOCK = {"acme": 50, "beta": 30}
PREFIXES = {"acme": "A-", "beta": "B-"}


class Lent:
    def __init__(self, vault: Vault, faults: dict[str, FaultPlan] | None = None, **gecko: Any) -> None:
        self.clock, self.vault = VirtualClock(START), vault
        stock = {f"{PREFIXES[who]}{sku}": STOCK[who] for who in STOCK for sku in SKUS}
        goods = Goods(skus=tuple(stock), stock=stock)
        self.gecko: TradeGeckoVendor = gecko_simulator(self.clock, 6, GECKO_URL, goods=goods, **gecko)
        self.ebay: dict[str, EbayVendor] = {
            who: ebay_simulator(self.clock, 5, f"http://{who}.ebay", skus=SKUS) for who in STOCK
        }
        self.gecko_faults = Scripted()
        given = faults or {}
        hosts: dict[str, Any] = {"sim.tradegecko": (self.gecko, given.get("tradegecko", self.gecko_faults))}
        hosts |= {f"{who}.ebay": (self.ebay[who], given.get(who, Scripted())) for who in STOCK}
        self.bent = Bent(hosts)
        random = Random("lent")
        ports = Ports(
            clock=self.clock,
            transport=Travelling(self.bent, self.clock, 9),
            pool=SerialPool(random),
            random=random,
            owner="first",
            failpoint=no_failpoint,
        )
        self.hub, self.counts = Hub(vault, ports), Counts()
        now = self.clock.now()
        self.house: Book = house_book(vault, now)
        self.books: dict[str, Book] = {who: ensure_book(vault, who, now) for who in STOCK}

    def borrow(self) -> "Lent":
        secrets = {name: str(value) for name, value in self.gecko.credentials().items()}
        wish = Wish(connector="tradegecko", name="depot", settings={"base_url": GECKO_URL}, secrets=secrets)
        connect(self.hub, self.house, wish)
        for who in STOCK:
            self.lend(who)
        return self

    def connect(self) -> "Lent":
        self.borrow()
        for who in STOCK:
            secrets = {name: value for name, value in self.ebay[who].credentials().items() if name != "ru_name"}
            settings = {"environment": "custom", "base_url": f"http://{who}.ebay", "marketplaces": ["EBAY_US"]}
            made = connect(
                self.hub,
                self.books[who],
                Wish(connector="ebay", name="shop", settings=settings, secrets=secrets),
            )
            connections.confirm_stock(self.books[who], made.connection, self.clock.now())
        self.settle()
        return self

    def lend(self, who: str, **changes: Any) -> ConnectionRecord:
        prefix = PREFIXES.get(who, who)
        terms = {"location": str(self.place), "prefix": prefix, "sku_prefix": prefix} | changes
        wish = LoanWish(terms=Terms(**terms))
        return lending.lend(self.hub, self.house, self.depot, self.books[who], wish)

    def lend_alone(self, who: str, **terms: str) -> ConnectionRecord:
        wish = LoanWish(terms=Terms(**{"location": str(self.place), **terms}), alone=True)
        return lending.lend(self.hub, self.house, self.depot, self.books[who], wish)

    def move_in(self, who: str) -> None:
        self.books[who] = ensure_book(self.vault, who, self.clock.now())

    def sign_in_again(self) -> None:
        grant = self.gecko.sign_in()
        names = ("client_id", "client_secret", "refresh_token", "access_token")
        now = self.clock.now()
        fresh = {"access_token": "", **{name: str(grant[name]) for name in names}}
        credentials.save(self.vault, self.depot.id, fresh, None, now)
        connections.set_state(self.house, self.depot.id, ConnectionState.LIVE, "", now)

    def sign_in_where_needed(self) -> None:
        if self.depot.state is ConnectionState.NEEDS_SIGN_IN:
            self.sign_in_again()
        for who, book in self.books.items():
            for info in connections.all_of(book):
                if info.state is ConnectionState.NEEDS_SIGN_IN:
                    fresh = {name: value for name, value in self.ebay[who].sign_in().items() if name != "ru_name"}
                    credentials.save(self.vault, info.id, {"access_token": "", **fresh}, None, self.clock.now())
                    connections.set_state(book, info.id, ConnectionState.LIVE, "", self.clock.now())

    def deeds_on_a_share(self, who: str) -> list[Callable[[], object]]:
        book, share = self.books[who], self.share(who)
        wish = Wish(connector="tradegecko", name=share.name, secrets={"refresh_token": "mine"})
        asked = Asked(email="owner@acme.example", user_id=None, base_url="http://hub")
        return [
            lambda: connect(self.hub, book, wish),
            lambda: check(self.hub, book, share.name),
            lambda: consent.begin(self.hub, share),
            lambda: sharing.ask(self.hub, share, asked),
            lambda: connections.remove(book, share, "operator", self.clock.now()),
        ]

    @property
    def refusals(self) -> list[Any]:
        return [heard for heard in self.gecko.heard if getattr(heard, "status", 0) == 429]

    @property
    def place(self) -> int:
        return self.gecko.locations()["Main Warehouse"]

    @property
    def depot(self) -> ConnectionRecord:
        return connections.by_name(self.house, "depot")

    def share(self, who: str) -> ConnectionRecord:
        return connections.by_name(self.books[who], "depot")

    # time

    def settle(self) -> None:
        for _ in range(400):
            self._advance()
            done = run_due(self.hub)
            self.counts.add(done)
            if not done.runs and not schedule.due(self.clock.now()):
                return
        raise AssertionError("the flows never come to rest")

    def pass_time(self, **units: float) -> None:
        self.until(lambda: False, **units)

    def until(self, is_over: Callable[[], bool], **units: float) -> None:
        end = self.clock.now() + timedelta(**units)
        self.settle()
        while self.clock.now() < end and not is_over():
            times = [schedule.next_due_at(), *(one.next_event_at() for one in self.vendors), end]
            at = min(at for at in times if at is not None)
            self.clock.jump(min(max(at, self.clock.now() + timedelta(seconds=0.5)), end))
            self.settle()

    @property
    def vendors(self) -> list[Any]:
        return [self.gecko, *self.ebay.values()]

    def _advance(self) -> None:
        for vendor in self.vendors:
            vendor.advance()

    # looking

    def row(self, who: str, order: Any) -> OrderRow:
        return OrderRow.objects.get(merchant_id=self.books[who].merchant_id, remote_id=order.order_id)

    def status(self, who: str, order: Any) -> str:
        return self.row(who, order).status

    def at_warehouse(self, who: str) -> list[Any]:
        alive = [one for one in self.gecko.orders() if one.status not in GONE]
        return [one for one in alive if one.order_number.startswith(PREFIXES[who])]

    def kinds(self, who: str = "") -> list[str]:
        book = self.books[who] if who else self.house
        return sorted(line.kind for line in exceptions.open_exceptions(book))

    def shown(self, who: str, sku: str) -> set[int]:
        return {units for (_, code), units in self.ebay[who].shown().items() if code == sku}

    def lines(self) -> list[journal.JournalLine]:
        return journal.lines(self.house, limit=500)

    def noted(self, who: str = "") -> list[str]:
        book = self.books[who] if who else self.house
        return [line.what for line in journal.lines(book, limit=500)]
