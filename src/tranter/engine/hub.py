"""A running hub: connectors built from what the ledger holds, each with its tokens, each account with one budget."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct

from tranter.engine.borrowed import Borrowed
from tranter.engine.calls import CallLog, TwoClocks
from tranter.engine.credentials import DraftCredentials, LedgerCredentials
from tranter.engine.ports import Ports
from tranter.engine.progress import Progress
from tranter.engine.shared_calls import account_of, budget_of
from tranter.ledger import lending
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.order_list import Tally
from tranter.ledger.vault import Vault
from tranter.model import Terms
from tranter.sdk import registry
from tranter.sdk.auth import Access, OAuth2
from tranter.sdk.budget import Budget
from tranter.sdk.call import Caller
from tranter.sdk.forms import Settings
from tranter.sdk.manifest import Context, Manifest
from tranter.sdk.ports import CredentialStore
from tranter.sdk.verbs import Connector


def _versions(info: ConnectionRecord) -> tuple[int, int]:
    return info.version, info.source.version


def _at_location(manifest: Manifest, terms: Terms | None) -> dict[str, object]:
    return {} if terms is None else {manifest.location_setting: terms.location}


class Plug(Struct, frozen=True, kw_only=True):
    """One connection, ready to be used."""

    info: ConnectionRecord
    manifest: Manifest
    settings: Settings
    connector: Connector
    calls: CallLog
    budget: Budget
    credentials: CredentialStore


class Hub:
    """`manifests` finds a connector by its name: by entry point, unless somebody tries one that is not installed."""

    def __init__(self, vault: Vault, ports: Ports, manifests: Callable[[str], Manifest] = registry.manifest) -> None:
        self.vault, self.ports, self._manifests = vault, ports, manifests
        self.doubt_before: datetime | None = None
        """Set after a power cut: what left earlier may have been told to the carts by a hub that forgot it."""
        self.tally = Tally()
        self._lock = threading.Lock()
        self._plugs: dict[int, Plug] = {}
        self._gauges: dict[str, tuple[Budget, CallLog]] = {}
        self.progress = Progress()
        self.stopping = threading.Event()
        """Set when the process is asked to end: runs come to an end before their next call."""

    def book(self, info: ConnectionRecord) -> Book:
        return Book(info.merchant_id, self.vault)

    def plug(self, info: ConnectionRecord) -> Plug:
        """The same object for all threads, until the connection's settings or account change."""
        with self._lock:
            held = self._plugs.get(info.id)
            if held is None or _versions(held.info) != _versions(info):
                held = self._build(info)
                self._plugs[info.id] = held
            return held

    def calls_made(self) -> int:
        return sum(log.count for _, log in self._gauges.values())

    def clocks(self) -> list[TwoClocks]:
        """Our clock beside each vendor's, as of its last answers to this process."""
        with self._lock:
            return [log.clocks for _, log in self._gauges.values() if log.clocks is not None]

    def _build(self, info: ConnectionRecord) -> Plug:
        source = info.source
        manifest = self._manifests(source.connector)
        settings = manifest.settings.read({**source.settings, **_at_location(manifest, info.terms)})
        store = LedgerCredentials(self.vault, source.id, self.ports.clock)
        account = account_of(info)
        if account not in self._gauges:
            self._gauges[account] = (budget_of(info, self.ports.clock, manifest.pace), CallLog())
        budget, calls = self._gauges[account]
        caller = self._caller(manifest, settings, store, (budget, calls))
        context = Context(
            settings=settings,
            caller=caller,
            credentials=store,
            clock=self.ports.clock,
            account_id=source.account_id,
            facts=source.facts,
        )
        connector = manifest.build(context)
        if info.terms is not None:
            connector = Borrowed(connector, info.terms, lending.shares(source))
        return Plug(
            info=info,
            manifest=manifest,
            settings=settings,
            connector=connector,
            calls=calls,
            budget=budget,
            credentials=store,
        )

    def _caller(
        self, manifest: Manifest, settings: Settings, store: CredentialStore, gauge: tuple[Budget, CallLog]
    ) -> Caller:
        auth: OAuth2 | None = manifest.auth(settings) if manifest.auth is not None else None
        access = Access(auth, store, self.ports.transport, self.ports.clock)
        budget, calls = gauge
        return Caller(self.ports.transport, self.ports.clock, budget, access, calls.note)

    def draft(
        self, manifest: Manifest, settings: Settings, secrets: Mapping[str, str]
    ) -> tuple[Connector, DraftCredentials]:
        """A connector that is not saved yet, to be verified; the tokens that it gets are in the credentials."""
        store = DraftCredentials(secrets)
        return self.trial(manifest, settings, store), store

    def trial(self, manifest: Manifest, settings: Settings, store: CredentialStore) -> Connector:
        """A connector with settings that are not saved yet."""
        gauge = (Budget(self.ports.clock, manifest.pace.calls, manifest.pace.seconds), CallLog())
        caller = self._caller(manifest, settings, store, gauge)
        context = Context(settings=settings, caller=caller, credentials=store, clock=self.ports.clock)
        return manifest.build(context)
