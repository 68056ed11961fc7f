"""A connector wired to a simulated TradeGecko of the same process, with a clock that stands still."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tranter.connectors.tradegecko.connector import TradeGecko, build
from tranter.connectors.tradegecko.manifest import auth, manifest
from tranter.connectors.tradegecko.settings import TradeGeckoSettings
from tranter.connectors.tradegecko.simulator import Goods, TradeGeckoVendor, simulator
from tranter.engine.clock import VirtualClock
from tranter.model import Address, Buyer, Fulfillment, FulfillmentLine, Money, Product
from tranter.sdk.auth import Access
from tranter.sdk.budget import Budget
from tranter.sdk.call import Caller, CallNote
from tranter.sdk.http import Reply, Request, Transport
from tranter.sdk.manifest import Context
from tranter.sdk.ports import Credentials
from tranter.sdk.verbs import Page
from tranter.testing.inprocess import InProcess
from tranter.testing.simulator import FaultPlan

HOST = "sim.tradegecko"
BASE_URL = f"http://{HOST}"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOKEN = "privileged"
SKUS = ("LAMP", "MUG", "TENT")


@dataclass
class Memory:
    """Credentials as the ledger keeps them: a generation, and one refresh at a time."""

    values: dict[str, str]
    generation: int = 1
    claimed: bool = False

    def load(self) -> Credentials:
        return Credentials(dict(self.values), self.generation)

    def begin_refresh(self, generation: int) -> bool:
        if self.claimed or generation != self.generation:
            return False
        self.claimed = True
        return True

    def save(self, values: Mapping[str, str], generation: int) -> bool:
        if generation != self.generation:
            return False
        self.values |= values
        self.generation += 1
        self.claimed = False
        return True

    def end_refresh(self) -> None:
        self.claimed = False


@dataclass
class Script:
    """A transport that answers what it is told to, for replies that no simulator gives."""

    replies: list[Reply]
    requests: list[Request] = field(default_factory=list)

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        self.requests.append(request)
        return self.replies.pop(0)


@dataclass
class Rig:
    vendor: TradeGeckoVendor
    clock: VirtualClock
    plan: FaultPlan
    connector: TradeGecko
    memory: Memory
    budget: Budget
    notes: list[CallNote]

    def reconnected(self, settings: Mapping[str, object]) -> TradeGecko:
        """Another connection to the same account."""
        transport = InProcess({HOST: (self.vendor, self.plan)})
        return wired(transport, self.clock, self.memory, settings, {})[0]

    def product_id(self, sku: str) -> str:
        return next(product.remote_id for product in self.products() if product.sku == sku)

    def products(self) -> list[Product]:
        rows = self.vendor.rows("variants")
        return [Product(remote_id=str(row["id"]), sku=row["sku"] or "") for row in rows]

    def fulfillment(self, *lines: FulfillmentLine, **changes: object) -> Fulfillment:
        bought = lines or (self.line("LAMP", 2, 2000),)
        return fulfillment(*bought, **changes)

    def line(self, sku: str, quantity: int, minor: int, line_id: str = "") -> FulfillmentLine:
        return FulfillmentLine(
            line_id=line_id or f"line-{sku}",
            sku=sku,
            quantity=quantity,
            amount=Money(minor, "USD"),
            product_id=self.product_id(sku),
        )


def fulfillment(*lines: FulfillmentLine, **changes: object) -> Fulfillment:
    currency = lines[0].amount.currency
    values: dict[str, object] = {
        "key": "push_fulfillment/7/12-12345-12345/1",
        "reference": "12-12345-12345",
        "number": "12-12345-12345",
        "ordered_at": START,
        "currency": currency,
        "buyer": Buyer(remote_id="ada_l", name="Ada Lovelace", email="ada@example.com"),
        "ship_to": HOME,
        "lines": lines,
        "shipping": Money(0, currency),
        "discount": Money(0, currency),
        "tax": Money(0, currency),
        "collected_tax": Money(0, currency),
        "total": Money(sum(line.amount.minor for line in lines), currency),
    }
    return Fulfillment(**{**values, **changes})  # type: ignore[arg-type]


HOME = Address(
    name="Ada Lovelace",
    lines=("12 St James's Square", "Flat 3"),
    city="London",
    postal_code="SW1Y 4LB",
    country="GB",
    phone="+44 20 7946 0000",
    email="ada@example.com",
)


def rig(
    settings: Mapping[str, object] | None = None,
    facts: Mapping[str, str] | None = None,
    plan: FaultPlan | None = None,
    **options: object,
) -> Rig:
    clock = VirtualClock(START)
    options.setdefault("goods", Goods(skus=SKUS))
    options.setdefault("access_tokens", (TOKEN,))
    vendor = simulator(clock, base_url=BASE_URL, **options)
    faults = plan or FaultPlan()
    memory = Memory({"access_token": TOKEN, "client_secret": "simulated-secret"})
    connector, budget, notes = wired(InProcess({HOST: (vendor, faults)}), clock, memory, settings or {}, facts or {})
    return Rig(vendor, clock, faults, connector, memory, budget, notes)


def wired(
    transport: Transport,
    clock: VirtualClock,
    memory: Memory,
    settings: Mapping[str, object],
    facts: Mapping[str, str],
) -> tuple[TradeGecko, Budget, list[CallNote]]:
    read = TradeGeckoSettings.read({"base_url": BASE_URL, **settings})
    budget = Budget(clock, manifest.pace.calls, manifest.pace.seconds)
    notes: list[CallNote] = []
    caller = Caller(transport, clock, budget, Access(auth(read), memory, transport, clock), notes.append)
    context = Context(settings=read, caller=caller, credentials=memory, clock=clock, facts=facts)
    return build(context), budget, notes


def scripted(*replies: Reply, settings: Mapping[str, object] | None = None) -> tuple[TradeGecko, Script]:
    script = Script(list(replies))
    connector, _, _ = wired(script, VirtualClock(START), Memory({"access_token": TOKEN}), settings or {}, {})
    return connector, script


def reply(status: int, body: bytes, *headers: tuple[str, str]) -> Reply:
    return Reply(status, (("Content-Type", "application/json"), *headers), body)


def keys(page: Page) -> list[str]:
    return [record.key for record in page.records]
