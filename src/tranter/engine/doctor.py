"""Is the installation well? Each check says what it saw, and what to do when it is not."""

import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from tranter.engine.clock import parse_clock
from tranter.engine.residence import moved
from tranter.ledger import book, connections, exceptions, installation, intents, journal, processes, schedule
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionState
from tranter.ledger.databases import named
from tranter.ledger.setup import LedgerProblem, integrity, open_ledger
from tranter.ledger.vault import KeyProblem, Vault, read_key_file

SCARCE_BYTES = 500 * 1024 * 1024
OVERDUE = timedelta(minutes=15)
CLOCK_LIMIT = timedelta(minutes=5)


class Check(Struct, frozen=True):
    name: str
    ok: bool
    text: str


class Place(Protocol):
    """The part of the configuration that is looked at."""

    @property
    def home(self) -> Path: ...
    @property
    def key_file(self) -> Path: ...
    @property
    def clock(self) -> str: ...
    @property
    def database_url(self) -> str: ...
    @property
    def base_url(self) -> str: ...


def checks(place: Place) -> list[Check]:
    """Files first; what lies in the ledger only if it can be opened."""
    found = [_home(place.home), _space(place.home), *_keys(place)]
    if place.database_url:
        return [*found, *_opened(place)]
    database = place.home / "tranter.sqlite3"
    if not database.exists():
        return [*found, Check("ledger", True, f"there is none yet in {place.home}; the first command makes it")]
    whole = _whole(database)
    return [*found, whole, *(_opened(place) if whole.ok else [])]


def _opened(place: Place) -> Iterator[Check]:
    now = parse_clock(place.clock).now()
    try:
        vault = open_ledger(place.home, place.key_file, now, place.database_url)
    except (LedgerProblem, KeyProblem) as problem:
        yield Check("ledger", False, str(problem))
        return
    if place.database_url:
        yield Check("ledger", True, f"it is at {named(place.database_url)}")
        yield _apart(now)
        yield Check("processes", True, f"{len(processes.living(processes.database_time()))} work at it")
    yield _address(vault, place.base_url)
    yield _paused()
    for slug in book.merchants():
        yield from _of_merchant(vault, slug, now)


def _apart(now: datetime) -> Check:
    """Due times and leases are the database's; what a vendor is told is signed with this machine's."""
    apart = abs(now - processes.database_time())
    text = f"this machine's clock and the database's are {apart.total_seconds():.1f} s apart"
    return Check("clocks", apart < CLOCK_LIMIT, text if apart < CLOCK_LIMIT else f"{text}: set them")


def _home(home: Path) -> Check:
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / ".doctor"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return Check("home", False, f"{home} can't be written ({error.strerror}): correct its owner, or TRANTER_HOME")
    return Check("home", True, f"{home} can be written")


def _space(home: Path) -> Check:
    if not home.exists():
        return Check("disk", False, f"{home} does not exist")
    free = shutil.disk_usage(home).free
    text = f"{free / 1024**3:.1f} GiB free"
    return Check("disk", free > SCARCE_BYTES, text if free > SCARCE_BYTES else f"only {text}: make room")


def _keys(place: Place) -> Iterator[Check]:
    path = place.key_file
    if not path.exists():
        fresh = not place.database_url and not (place.home / "tranter.sqlite3").exists()
        text = "made by the first command" if fresh else f"{path} is missing: put it back, or set TRANTER_KEY_FILE"
        yield Check("key file", fresh, text)
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    private = mode & 0o077 == 0
    yield Check("key file", private, f"{path} has the mode {mode:o}" + ("" if private else f": chmod 600 {path}"))
    try:
        yield Check("key", True, f"its fingerprint is {read_key_file(path).fingerprint}; keep a copy elsewhere")
    except KeyProblem as problem:
        yield Check("key", False, str(problem))


def _whole(database: Path) -> Check:
    problems = integrity(database)
    text = f"{problems[0]}: restore the last good backup" if problems else "the ledger's file is whole"
    return Check("integrity", not problems, text)


def _address(vault: Vault, base_url: str) -> Check:
    before = installation.served_at()
    if before in ("", base_url):
        return Check("public address", True, base_url or "there is none")
    return Check("public address", False, moved(vault, before, base_url))


def _paused() -> Check:
    reason = book.pushes_paused()
    return Check("sending", not reason, reason or "not paused")


def _of_merchant(vault: Vault, slug: str, now: datetime) -> Iterator[Check]:
    page = book.open_book(vault, slug)
    broken = journal.broken_at(page)
    text = f"entry {broken} does not follow from the one before: it was changed" if broken else "the chain is whole"
    yield Check(f"{slug}: journal", broken is None, text)
    yield _clock(page, slug, now)
    for info in connections.all_of(page):
        well = info.state in (ConnectionState.LIVE, ConnectionState.DRAFT)
        reason = f": {info.state_reason}" if info.state_reason and not well else ""
        yield Check(f"{slug}: {info.name}", well, f"{info.state.value}{reason}")
    yield from _flows(page, slug, now)
    unknown = intents.count_unknown(page.merchant_id)
    yield Check(f"{slug}: unknown", True, f"{unknown} pushes wait to be looked up")
    waiting = exceptions.count_open(page)
    yield Check(f"{slug}: exceptions", waiting == 0, f"{waiting} wait for a person: tranter exceptions")


def _clock(page: Book, slug: str, now: datetime) -> Check:
    last = journal.lines(page, limit=1)
    if last and last[0].at - now > CLOCK_LIMIT:
        text = f"it says {now:%Y-%m-%d %H:%M} UTC, and the journal's last entry is of {last[0].at:%Y-%m-%d %H:%M}"
        return Check(f"{slug}: clock", False, f"{text}: set the clock")
    return Check(f"{slug}: clock", True, f"{now:%Y-%m-%d %H:%M:%S} UTC")


def _flows(page: Book, slug: str, now: datetime) -> Iterator[Check]:
    live = {info.name for info in connections.all_of(page) if info.runs}
    flows = [flow for flow in schedule.flows_of(page.merchant_id) if flow.connection in live]
    for flow in flows:
        if flow.failures:
            yield Check(
                f"{slug}: {flow.connection} {flow.name}", False, f"failed {flow.failures} times: {flow.trouble}"
            )
    late = [flow for flow in flows if not flow.running and flow.due_at < now - OVERDUE]
    names = ", ".join(f"{flow.connection} {flow.name}" for flow in late[:3])
    text = f"{len(late)} have waited for more than 15 minutes ({names}): is `tranter up` running?"
    yield Check(f"{slug}: flows", not late, text if late else f"{len(flows)} on time")
