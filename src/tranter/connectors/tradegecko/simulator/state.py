"""Everything one simulated account holds, and the one place where it changes."""

import random
from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime

from tranter.connectors.tradegecko.simulator.facts_account import ACCOUNT_RESOURCES
from tranter.connectors.tradegecko.simulator.facts_goods import GOODS
from tranter.connectors.tradegecko.simulator.facts_sales import SALES
from tranter.connectors.tradegecko.simulator.options import Options
from tranter.connectors.tradegecko.simulator.stock import StockBook
from tranter.connectors.tradegecko.simulator.store import Row, Store
from tranter.connectors.tradegecko.simulator.webhooks import Outgoing, Post
from tranter.testing.simulator import SimClock

RESOURCES = {resource.plural: resource for resource in (*SALES, *GOODS, *ACCOUNT_RESOURCES)}
APPLICATION_ID = 24


@dataclass(frozen=True)
class Event:
    """Something that happened: `order.create`, `fulfillment.fulfilled`, `variant.stock_level_update` …"""

    at: datetime
    name: str
    id: int


@dataclass(frozen=True)
class Heard:
    """A request that arrived, with the status that it was answered with."""

    at: datetime
    method: str
    path: str
    status: int


class State:
    def __init__(self, clock: SimClock, seed: int, base_url: str, options: Options) -> None:
        self.clock, self.seed, self.base_url, self.options = clock, seed, base_url.rstrip("/"), options
        self.random = random.Random(seed)
        self.store = Store(RESOURCES.values())
        self.stock = StockBook(self.store, self._stock_changed)
        self.history: list[Event] = []
        self.heard: deque[Heard] = deque(maxlen=50_000)
        self.calls: Counter[tuple[str, str]] = Counter()
        self.outbox: list[Outgoing] = []
        self.pending: list[Post] = []
        self.pretended_now: datetime | None = None
        self.highest_number = 0

    def now(self) -> datetime:
        """The world's own deeds carry the time at which they were due, not the time they were looked at."""
        return self.pretended_now or self.clock.now()

    def add(self, plural: str, row: Row) -> Row:
        return self.store.table(plural).add(row, self.now())

    def change(self, plural: str, row: Row, values: Row) -> None:
        self.store.table(plural).change(row, values, self.now())

    def remove(self, plural: str, row: Row) -> None:
        """Soft where the vendor is soft: the row stays, archived or deleted, and lists leave it out."""
        gone = RESOURCES[plural].deleted_status
        if gone:
            self.change(plural, row, {"status": gone})
        else:
            self.store.table(plural).remove(row)

    def emit(self, name: str, identity: int) -> None:
        self.history.append(Event(self.now(), name, identity))
        for webhook in list(self.store.table("webhooks").rows.values()):
            if webhook["event"] == name:
                self._post(webhook, name, identity)

    def _post(self, webhook: Row, name: str, identity: int) -> None:
        post = Post.about(self, webhook, name, identity)
        self.outbox.append((post.url, post.headers, post.body))
        if self.options.deliver is not None:
            self.pending.append(post)

    def _stock_changed(self, variant_id: int) -> None:
        self.change("variants", self.store.get("variants", variant_id), {})
        self.emit("variant.stock_level_update", variant_id)

    def account(self) -> Row:
        return next(iter(self.store.table("accounts").rows.values()))

    def find(self, plural: str, identity: object) -> Row | None:
        return self.store.find(plural, identity)
