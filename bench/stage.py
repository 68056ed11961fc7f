"""A ledger with a merchant, a cart and a warehouse of the stub, and a hub that works on it as `tranter up` does."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from random import Random

from django.db import connection
from msgspec import Struct

from bench.counting import Commits, Used
from bench.stub.connector import SECRETS, StubSettings, manifest
from bench.waiting import PROGRESS
from tranter.engine.clock import RealClock
from tranter.engine.dispatch import Dispatcher
from tranter.engine.hub import Hub
from tranter.engine.job_line import JobLine
from tranter.engine.pool import LanePool
from tranter.engine.ports import Ports, no_failpoint
from tranter.engine.pulse import begin_life, clock_of
from tranter.engine.schedule import flow_times, run_due
from tranter.ledger import connections, credentials, intents
from tranter.ledger.book import Book, ensure_book
from tranter.ledger.connections import ConnectionRecord, NewConnection
from tranter.ledger.databases import on_postgresql
from tranter.ledger.setup import migrate_ledger
from tranter.sdk.http import ReqwestTransport
from tranter.sdk.outbound import Outbound

WORKERS, WIDTH = 8, 8
"""As `tranter up` has them."""


class Trade(Struct, frozen=True):
    """One merchant with both connections."""

    book: Book
    cart: ConnectionRecord
    warehouse: ConnectionRecord


class Stage:
    """`url` is of an empty database on PostgreSQL; without one the ledger is an SQLite file in `home`."""

    def __init__(self, home: Path, url: str = "") -> None:
        self.home, self.url = home, url
        vault = migrate_ledger(home, home / "keys.json", RealClock().now(), url)
        clock = clock_of(RealClock())
        self._life = begin_life(home, clock)
        ports = Ports(
            clock=clock,
            transport=ReqwestTransport(Outbound(allow_hosts=frozenset({"127.0.0.1"}))),
            pool=LanePool(WORKERS, WIDTH),
            random=Random(secrets.randbits(64)),
            owner=self._life.name,
            failpoint=no_failpoint,
            pulse=self._life.pulse,
        )
        self.hub = Hub(vault, ports, manifest)
        self.orders_bought = 0
        self._dispatcher: Dispatcher | None = None
        self._commits = Commits()

    def connect(
        self, url: str, merchant: str = "default", cart_path: str = "", names: tuple[str, str] = ("shop", "store")
    ) -> Trade:
        """Both sides live; stock goes to the cart without a question."""
        book = ensure_book(self.hub.vault, merchant, self.now())
        warehouse = self._plug_in(book, names[1], "stub-warehouse", url)
        cart = self._plug_in(book, names[0], "stub-cart", url + cart_path)
        connections.confirm_stock(book, cart, self.now())
        return Trade(book, connections.by_id(cart.id), connections.by_id(warehouse.id))

    def _plug_in(self, book: Book, name: str, slug: str, url: str) -> ConnectionRecord:
        settings, now = StubSettings(base_url=url), self.now()
        draft, _ = self.hub.draft(manifest(slug), settings, SECRETS)
        flows = flow_times(manifest(slug), draft)
        new = NewConnection(name=name, connector=slug, settings=settings.plain(), flows=flows)
        record = connections.save(book, new, now)
        credentials.save(self.hub.vault, record.id, SECRETS, None, now)
        seen = self.hub.plug(record).connector.verify()
        return connections.remember_account(book, record, (seen.account_id, seen.account_name), seen.facts, now)

    def settle(self) -> None:
        """Runs what is due, until nothing is."""
        while run_due(self.hub).runs:
            pass

    def all_settled(self, trade: Trade) -> bool:
        """The ledger knows of nothing that it still has to send to the warehouse."""
        return intents.next_due_at(trade.book, trade.warehouse.id, "push_fulfillment") is None

    def progress(self) -> object:
        """Another one whenever an order has come a step further."""
        with connection.cursor() as cursor:
            cursor.execute(PROGRESS)
            return cursor.fetchone()

    @contextmanager
    def working(self) -> Iterator[Callable[[], None]]:
        """Everything that is due runs on threads of this process. Gives what makes it look at once.

        Within another `working` it is that one: what a hub does as it begins, it does once.
        """
        if self._dispatcher is not None:
            yield self._dispatcher.wake
            return
        self.hub.stopping.clear()  # a stage works more than once
        line = (lambda size: JobLine(size, self.hub.ports.clock)) if on_postgresql() else None
        self._dispatcher = dispatcher = Dispatcher(self.hub, self._life.is_dead, WORKERS, line)
        dispatcher.start()
        try:
            yield dispatcher.wake
        finally:
            dispatcher.stop()
            self._dispatcher = None

    def used(self) -> Used:
        return self._commits.used()

    def ledger_bytes(self) -> int:
        """On SQLite; what is in the log besides counts too."""
        return sum(path.stat().st_size for path in self.home.glob("tranter.sqlite3*"))

    def now(self) -> datetime:
        return self.hub.ports.clock.now()

    def close(self) -> None:
        self._life.close()
