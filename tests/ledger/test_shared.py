"""A ledger on PostgreSQL, where many write at once."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import connection

from tests.databases import POSTGRESQL
from tests.postgres import Server
from tranter.config import ConfigError, read_config
from tranter.engine.clock import SharedClock
from tranter.ledger import bell, exceptions, journal, processes, turns
from tranter.ledger.book import Book, ensure_book
from tranter.ledger.databases import named, settings_of
from tranter.ledger.setup import LedgerProblem, close_connections, migrate_ledger, open_ledger, use_database
from tranter.ledger.vault import KeyProblem, Vault
from tranter.ledger.writing import writing
from tranter.testing.faultmark import fault

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
URL = "postgresql://hub:s3cret@db.example:5433/trade?sslmode=require"

NEWEST_GONE = """DELETE FROM django_migrations
                 WHERE id = (SELECT max(id) FROM django_migrations WHERE app = 'ledger')"""


@pytest.fixture(scope="session")
def kind() -> str:
    return POSTGRESQL


@pytest.fixture
def book(vault: Vault) -> Book:
    return ensure_book(vault, "default", NOW)


@pytest.fixture
def place(tmp_path: Path, postgres: Server) -> tuple[Path, str]:
    """A home and the URL of an empty database."""
    return tmp_path / "home", postgres.fresh()


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path) -> Iterator[None]:
    yield
    use_database(tmp_path / "elsewhere.sqlite3")


def side_by_side(work: Sequence[Callable[[], object]]) -> None:
    def alone(one: Callable[[], object]) -> None:
        try:
            one()
        finally:
            close_connections()

    threads = [threading.Thread(target=alone, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_url_is_read_and_told_without_its_password() -> None:
    settings = settings_of(URL)

    assert [settings[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "trade",
        "hub",
        "s3cret",
        "db.example",
        "5433",
    ]
    assert settings["OPTIONS"]["sslmode"] == "require"
    assert named(URL) == "db.example:5433/trade"


@pytest.mark.parametrize("url", ["mysql://host/name", "postgresql://host", "postgresql://u:s3cret@host:x y/name?a"])
def test_a_url_that_leads_nowhere_is_told_with_the_way_out_and_without_the_password(url: str) -> None:
    with pytest.raises(ConfigError, match="postgresql://user:password@host/name") as caught:
        read_config({"TRANTER_DATABASE_URL": url})

    assert "TRANTER_DATABASE_URL" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_shared_ledger_is_made_by_its_own_command_and_by_no_other(place: tuple[Path, str]) -> None:
    home, url = place

    with pytest.raises(LedgerProblem, match="tranter migrate"):
        open_ledger(home, home / "keys.json", NOW, url)
    made = migrate_ledger(home, home / "keys.json", NOW, url)
    opened = open_ledger(home, home / "keys.json", NOW, url)

    assert opened.fingerprint == made.fingerprint
    assert migrate_ledger(home, home / "keys.json", NOW, url).fingerprint == made.fingerprint


@fault("OPS-08")
def test_a_ledger_of_an_older_version_waits_for_its_migration(place: tuple[Path, str]) -> None:
    home, url = place
    migrate_ledger(home, home / "keys.json", NOW, url)
    with connection.cursor() as cursor:
        cursor.execute(NEWEST_GONE)

    with pytest.raises(LedgerProblem, match="older version"):
        open_ledger(home, home / "keys.json", NOW, url)


def test_another_machine_needs_the_same_key(place: tuple[Path, str], tmp_path: Path) -> None:
    home, url = place
    migrate_ledger(home, home / "keys.json", NOW, url)

    with pytest.raises(KeyProblem, match="missing"):
        open_ledger(tmp_path / "other", tmp_path / "other" / "keys.json", NOW, url)


@fault("STOR-01")
def test_what_one_has_read_stays_true_until_it_has_written(book: Book) -> None:
    """Both see that nothing is open yet; one of them has to wait for the other."""
    trouble = exceptions.Trouble(kind="unknown_sku", subject="14-1", cause="no such item", remedy="map it")
    together = threading.Barrier(4)

    def complain() -> None:
        together.wait()
        with writing(book):
            exceptions.raise_exceptions(book, [trouble], NOW)

    side_by_side([complain] * 4)

    assert exceptions.count_open(book) == 1
    assert journal.broken_at(book) is None


def test_one_merchant_does_not_wait_for_another(book: Book, vault: Vault) -> None:
    other = ensure_book(vault, "other", NOW)
    began, done = threading.Event(), threading.Event()

    def hold() -> None:
        with writing(book):
            began.set()
            assert done.wait(30)

    def write() -> None:
        assert began.wait(30)
        with writing(other):
            journal.append(other, [journal.Entry(what="order_taken")], NOW)
        done.set()

    side_by_side([hold, write])

    assert [line.what for line in journal.lines(other)] == ["order_taken"]


def test_whoever_says_nothing_for_half_a_minute_is_dead(book: Book) -> None:
    processes.beat("here-1", NOW)

    assert not processes.is_dead("here-1", NOW + timedelta(seconds=29))
    assert processes.is_dead("here-1", NOW + timedelta(seconds=31))
    assert processes.is_dead("never heard of", NOW)


def test_the_database_has_the_clock(book: Book) -> None:
    clock = SharedClock(processes.database_time)

    assert abs(clock.now() - processes.database_time()) < timedelta(seconds=2)


def test_a_bell_is_heard_elsewhere_when_what_rang_it_is_committed(book: Book) -> None:
    heard, listening = threading.Semaphore(0), threading.Event()
    done = threading.Event()

    def note() -> None:
        listening.set()
        heard.release()

    def listen() -> None:
        bell.listen(note, lambda: not done.is_set())

    def ring() -> None:
        assert listening.wait(30)
        assert heard.acquire(timeout=30)  # of the beginning: whatever rang before it listened
        with writing(book):
            bell.ring_out()
            assert not heard.acquire(timeout=0.5)
        assert heard.acquire(timeout=30)
        done.set()

    side_by_side([listen, ring])

    assert done.is_set()


def test_work_for_all_is_done_by_one_at_a_time(book: Book) -> None:
    won: list[str] = []
    together = threading.Barrier(4)

    def want(name: str) -> None:
        together.wait()
        if turns.take("notices", name, 30, NOW):
            won.append(name)

    side_by_side([partial(want, name) for name in ("a", "b", "c", "d")])

    [first] = won
    other = "b" if first == "a" else "a"
    assert turns.take("notices", first, 30, NOW + timedelta(seconds=10))
    assert not turns.take("notices", other, 30, NOW + timedelta(seconds=39))
    assert turns.take("notices", other, 30, NOW + timedelta(seconds=41))
    assert not turns.take("notices", first, 30, NOW + timedelta(seconds=42))
