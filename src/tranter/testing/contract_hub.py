"""A whole hub around the connector: its ledger in a folder of its own, and the plain counterpart at the other end."""

import shutil
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from msgspec import Struct

from tranter.sdk.manifest import Manifest
from tranter.testing.builders import NOON
from tranter.testing.contract_counterpart import PlainSettings
from tranter.testing.contract_world import Account, ContractWorld

if TYPE_CHECKING:
    from tranter.ledger.book import Book
    from tranter.ledger.connections import ConnectionRecord
    from tranter.ledger.vault import Vault

ROUNDS = 2000


class Ledgers:
    """Makes fresh ledgers, each copied from an empty one."""

    def __init__(self, folder: Path) -> None:
        from tranter.ledger.setup import open_ledger, use_database

        self._folder, self._count = folder, 0
        template = folder / "template"
        self.vault: Vault = open_ledger(template, template / "keys.json", NOON)
        use_database(folder / "elsewhere.sqlite3")

    def fresh(self) -> Path:
        from tranter.ledger.setup import use_database

        self._count += 1
        database = self._folder / f"{self._count}.sqlite3"
        shutil.copy(self._folder / "template" / "tranter.sqlite3", database)
        use_database(database)
        return database


class End(Struct, frozen=True):
    """What is connected at one end of the way."""

    manifest: Manifest
    settings: Mapping[str, object]
    secrets: Mapping[str, str]


class Way:
    """A hub with a connection to the stand-in and one to the counterpart, both live, stock confirmed."""

    def __init__(self, ledgers: Ledgers, world: ContractWorld, counterpart: Manifest) -> None:
        from tranter.engine.hub import Hub
        from tranter.engine.pool import SerialPool
        from tranter.engine.ports import Ports, no_failpoint
        from tranter.ledger.book import ensure_book

        self.world, self.database = world, ledgers.fresh()
        account: Account = world.account
        ends = {
            account.manifest.slug: End(account.manifest, account.settings, account.secrets),
            counterpart.slug: End(counterpart, PlainSettings().plain(), {}),
        }
        random = Random(7)
        ports = Ports(
            clock=world.clock,
            transport=world.line,
            pool=SerialPool(random),
            random=random,
            owner="contract",
            failpoint=no_failpoint,
        )
        self.hub: Hub = Hub(ledgers.vault, ports, lambda name: ends[name].manifest)
        self.book: Book = ensure_book(ledgers.vault, "default", NOON)
        for end in ends.values():
            self._connect(end)

    def _connect(self, end: End) -> None:
        from tranter.engine.schedule import flow_times
        from tranter.ledger import connections, credentials
        from tranter.ledger.connections import ConnectionState, NewConnection

        now, manifest = self.world.clock.now(), end.manifest
        settings = manifest.settings.read(end.settings)
        draft, _ = self.hub.draft(manifest, settings, end.secrets)
        new = NewConnection(
            name=manifest.slug,
            connector=manifest.slug,
            settings=settings.plain(),
            flows=flow_times(manifest, draft),
            live=False,
        )
        record = connections.save(self.book, new, now)
        credentials.save(self.hub.vault, record.id, end.secrets, None, now)
        seen = self.hub.plug(record).connector.verify()
        account = (seen.account_id, seen.account_name)
        record = connections.remember_account(self.book, record, account, seen.facts, now)
        connections.set_state(self.book, record.id, ConnectionState.LIVE, "", now)
        connections.confirm_stock(self.book, record, now)

    def run_until(self, is_done: Callable[[], bool]) -> None:
        """Runs what is due and lets time jump to what will be, until it is done. Fails after `ROUNDS` jumps."""
        for _ in range(ROUNDS):
            self._run_due()
            if is_done():
                return
            self._jump()
        raise AssertionError(f"it is not done at {self.world.clock.now():%Y-%m-%d %H:%M}: {self.troubles()}")

    def run_for(self, seconds: float) -> None:
        end = self.world.clock.now() + timedelta(seconds=seconds)
        while self.world.clock.now() < end:
            self._run_due()
            self._jump()

    def troubles(self) -> list[str]:
        """What waits for a person."""
        from tranter.ledger import exceptions

        return [f"{line.kind} {line.subject}: {line.cause}" for line in exceptions.open_exceptions(self.book)]

    def connections(self) -> "list[ConnectionRecord]":
        from tranter.ledger import connections

        return connections.all_of(self.book)

    def readable(self) -> bytes:
        """All bytes that are on the disk."""
        files = [self.database, self.database.with_name(f"{self.database.name}-wal")]
        return b"".join(path.read_bytes() for path in files if path.exists())

    def _run_due(self) -> None:
        from tranter.engine.schedule import run_due

        while run_due(self.hub).runs:
            pass

    def _jump(self) -> None:
        from tranter.ledger import schedule

        clock = self.world.clock
        clock.jump(max(schedule.next_due_at() or clock.now(), clock.now() + timedelta(seconds=1)))
