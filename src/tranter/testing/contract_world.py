"""One connector, wired to its vendor's stand-in on a clock that stands still: what a contract test works with."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from msgspec import Struct

from tranter.engine.clock import VirtualClock
from tranter.sdk.auth import Access
from tranter.sdk.budget import Budget
from tranter.sdk.call import Caller, CallNote
from tranter.sdk.errors import TransientError
from tranter.sdk.manifest import Context, Manifest
from tranter.sdk.ports import Credentials
from tranter.sdk.verbs import Page, Raw, Seen
from tranter.testing.builders import NOON
from tranter.testing.contract_line import Habits, Line

MAX_PAGES = 1000
LONG_ENOUGH = timedelta(minutes=10)


class Pocket:
    """Credentials in memory, as the port wants them."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._held = Credentials(dict(values), 1)
        self.ever = set(values.values())

    def load(self) -> Credentials:
        return self._held

    def begin_refresh(self, generation: int) -> bool:
        return generation == self._held.generation

    def save(self, values: Mapping[str, str], generation: int) -> bool:
        if generation != self._held.generation:
            return False
        self._held = Credentials({**self._held.values, **values}, generation + 1)
        self.ever |= set(values.values())
        return True

    def end_refresh(self) -> None:
        """Nobody else waits for it."""


class Account(Struct, frozen=True, kw_only=True):
    """How a connection to the stand-in is set up."""

    manifest: Manifest
    settings: Mapping[str, object]
    secrets: Mapping[str, str]


class ContractWorld:
    """`vendor` is the author's own; `line` is where calls are made to go wrong."""

    def __init__(self, account: Account, vendor: Any, habits: Habits, clock: VirtualClock) -> None:
        self.account, self.vendor, self.clock = account, vendor, clock
        self.line = Line(vendor, habits, clock)
        self.notes: list[CallNote] = []
        self.pocket = Pocket(account.secrets)
        self.settings = account.manifest.settings.read(account.settings)
        pace = account.manifest.pace
        self._budget = Budget(clock, pace.calls, pace.seconds)
        self.connector: Any = self._built(Seen(account_id=""))
        self.seen: Seen = self.connector.verify()
        self.connector = self._built(self.seen)

    def _built(self, seen: Seen) -> Any:
        manifest, clock = self.account.manifest, self.clock
        auth = manifest.auth(self.settings) if manifest.auth is not None else None
        access = Access(auth, self.pocket, self.line, clock)
        context = Context(
            settings=self.settings,
            caller=Caller(self.line, clock, self._budget, access, self.notes.append),
            credentials=self.pocket,
            clock=clock,
            account_id=seen.account_id,
            facts=seen.facts,
        )
        return manifest.build(context)

    def wait(self, error: TransientError | None = None) -> None:
        """As long as the vendor asked for, or longer than any index of its lags."""
        asked = timedelta(seconds=error.retry_after or 0) if error is not None else timedelta(0)
        self.clock.advance((asked + LONG_ENOUGH).total_seconds())

    def pull(
        self, verb: str, *more: object, cursor: str = "", meanwhile: Callable[[], None] = lambda: None
    ) -> "Pulled":
        """Page after page until there is no more."""
        records: list[Raw] = []
        for pages in range(1, MAX_PAGES):
            page: Page = getattr(self.connector, verb)(cursor, *more)
            records += page.records
            cursor = page.cursor
            if not page.more:
                return Pulled(records=tuple(records), cursor=cursor, pages=pages)
            meanwhile()
        raise AssertionError(f"{verb} says that there is more after {MAX_PAGES} pages")

    def pull_orders(
        self, cursor: str = "", sweep: bool = False, meanwhile: Callable[[], None] = lambda: None
    ) -> "Pulled":
        """`meanwhile` happens after every page."""
        return self.pull("pull_orders", NOON - timedelta(days=30), sweep, cursor=cursor, meanwhile=meanwhile)

    def product_ids(self) -> dict[str, str]:
        """SKU → the warehouse's id of it."""
        read = [self.connector.read_product(raw.payload) for raw in self.pull("pull_products").records]
        return {product.sku: product.remote_id for product in read}


class Pulled(Struct, frozen=True, kw_only=True):
    records: tuple[Raw, ...]
    cursor: str
    pages: int

    @property
    def keys(self) -> list[str]:
        return [record.key for record in self.records]
