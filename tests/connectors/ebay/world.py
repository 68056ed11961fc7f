"""One simulated eBay account in this process, and a connector that is signed in to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tranter.connectors.ebay.connector import Ebay
from tranter.connectors.ebay.oauth import auth
from tranter.connectors.ebay.settings import EbaySettings
from tranter.connectors.ebay.simulator import simulator
from tranter.engine.clock import VirtualClock
from tranter.model import Order
from tranter.sdk.auth import Access
from tranter.sdk.budget import Budget
from tranter.sdk.call import Caller, CallNote
from tranter.sdk.http import Reply, Request, Transport
from tranter.sdk.manifest import Context
from tranter.sdk.ports import Credentials
from tranter.sdk.verbs import Raw
from tranter.testing.inprocess import InProcess
from tranter.testing.simulator import FaultPlan

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOST = "sim.ebay"


class Pocket:
    """Credentials in memory."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.held = Credentials(dict(values), 1)

    def load(self) -> Credentials:
        return self.held

    def begin_refresh(self, generation: int) -> bool:
        return generation == self.held.generation

    def save(self, values: Mapping[str, str], generation: int) -> bool:
        if generation != self.held.generation:
            return False
        self.held = Credentials({**self.held.values, **values}, generation + 1)
        return True

    def end_refresh(self) -> None:
        pass


class Tap:
    """Passes on, and remembers what went by; `answers` are given instead, first come first served."""

    def __init__(self, inner: Transport) -> None:
        self.inner = inner
        self.requests: list[Request] = []
        self.answers: list[Reply | Exception] = []
        self.passing = 0

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        self.requests.append(request)
        if self.answers and self.passing <= 0:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        self.passing -= 1
        return self.inner.send(request, timeout_seconds)

    def paths(self) -> list[str]:
        return [request.url.split(HOST)[1].split("?")[0] for request in self.requests]


@dataclass
class World:
    """`hub_clock` is the hub's own and may be wrong; `clock` is eBay's."""

    options: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    plan: FaultPlan = field(default_factory=FaultPlan)
    facts: dict[str, str] = field(default_factory=dict)
    hub_ahead: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        self.clock = VirtualClock(START)
        self.vendor = simulator(self.clock, seed=7, base_url=f"http://{HOST}", **self.options)
        self.tap = Tap(InProcess({HOST: (self.vendor, self.plan)}))
        self.hub_clock = self.clock if not self.hub_ahead else VirtualClock(START + self.hub_ahead)
        self.notes: list[CallNote] = []
        self.pocket = Pocket(self.vendor.credentials())
        self.budget = Budget(self.hub_clock, 100_000, 300)
        self.ebay = self.connector()

    def connector(self, **more: object) -> Ebay:
        settings = EbaySettings.read({"environment": "custom", "base_url": f"http://{HOST}", **self.settings, **more})
        access = Access(auth(settings), self.pocket, self.tap, self.hub_clock)
        caller = Caller(self.tap, self.hub_clock, self.budget, access, self.notes.append)
        return Ebay(
            Context(
                settings=settings,
                caller=caller,
                credentials=self.pocket,
                clock=self.hub_clock,
                account_id=self.vendor.shop.user_id,
                facts=self.facts,
            )
        )

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        if self.hub_clock is not self.clock:
            self.hub_clock.advance(seconds)

    def poll(self, cursor: str = "", since: datetime | None = None, sweep: bool = False) -> "Poll":
        """Pulls until there is no more."""
        records: list[Raw] = []
        calls = 0
        while True:
            page = self.ebay.pull_orders(cursor, since or START - timedelta(days=90), sweep)
            records.extend(page.records)
            cursor, calls = page.cursor, calls + 1
            if not page.more:
                return Poll(records, cursor, calls)
            assert calls < 100, "it never ends"

    def read(self, record: Raw) -> Order:
        return self.ebay.read_order(record.payload)

    def order(self, order_id: str) -> Order:
        return self.read(self.ebay.fetch_orders([order_id])[0])


@dataclass
class Poll:
    records: list[Raw]
    cursor: str
    pages: int

    @property
    def keys(self) -> list[str]:
        return [record.key for record in self.records]
