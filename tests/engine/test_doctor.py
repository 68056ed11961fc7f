from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.ledger.conftest import NOW
from tranter.engine.doctor import checks
from tranter.engine.residence import settle
from tranter.ledger import connections, installation, journal
from tranter.ledger.book import Book, ensure_book, pause_pushes, pushes_paused, resume_pushes
from tranter.ledger.connections import ConnectionState, NewConnection
from tranter.ledger.journal import Entry
from tranter.ledger.models import Flow, JournalEntry
from tranter.ledger.setup import close_connections
from tranter.ledger.vault import Vault, create_key_file
from tranter.testing.faultmark import fault


@dataclass(frozen=True)
class Installed:
    home: Path
    key_file: Path
    clock: str = f"1.0@{NOW.isoformat()}"
    database_url: str = ""
    base_url: str = ""


@pytest.fixture
def place(home: Path) -> Installed:
    return Installed(home, home / "keys.json")


@pytest.fixture
def book(vault: Vault) -> Book:
    """One live connection that runs on time."""
    book = ensure_book(vault, "harbour", NOW)
    new = NewConnection(name="shop", connector="ebay", settings={}, flows={"orders": 300})
    connections.save(book, new, NOW)
    Flow.objects.update(due_at=NOW + timedelta(days=365 * 100))
    return book


def wrong(place: Installed) -> dict[str, str]:
    return {check.name: check.text for check in checks(place) if not check.ok}


@fault("OPS-09")
def test_a_copy_that_starts_at_another_address_sends_nothing_until_somebody_says_so(vault: Vault, book: Book) -> None:
    assert not settle(vault, "https://hub.example")
    assert not settle(vault, "https://hub.example")
    assert pushes_paused() == ""

    assert settle(vault, "https://staging.example")
    assert "https://hub.example" in pushes_paused()
    assert not settle(vault, "https://staging.example")
    assert pushes_paused() != ""
    resume_pushes()
    assert settle(vault, "")
    assert "no public address" in pushes_paused()


@fault("OPS-14")
def test_when_the_public_address_changes_it_is_said_what_to_change_where(book: Book, place: Installed) -> None:
    installation.note_served_at("https://hub.example")
    assert wrong(replace(place, base_url="https://hub.example")) == {}

    told = wrong(replace(place, base_url="https://new.example"))["public address"]
    for part in ("https://hub.example", "ebay", "https://new.example/oauth/callback", "https://new.example/hooks/"):
        assert part in told


def test_a_sound_installation_has_nothing_wrong(book: Book, place: Installed) -> None:
    assert wrong(place) == {}


def test_before_the_first_command_nothing_is_wrong_either(place: Installed) -> None:
    assert wrong(place) == {}
    assert not (place.home / "tranter.sqlite3").exists()


def test_a_key_file_that_others_can_read_is_named_with_the_way_out(book: Book, place: Installed) -> None:
    place.key_file.chmod(0o644)

    assert "chmod 600" in wrong(place)["key file"]


def test_a_missing_key_file_is_named(book: Book, place: Installed) -> None:
    place.key_file.unlink()

    assert "TRANTER_KEY_FILE" in wrong(place)["key file"]
    assert "ledger" in wrong(place)
    assert not place.key_file.exists()


def test_a_foreign_key_file_is_named(book: Book, place: Installed) -> None:
    create_key_file(place.key_file)

    assert "another ledger" in wrong(place)["ledger"]


def test_a_damaged_ledger_is_named_with_the_way_out(book: Book, place: Installed) -> None:
    close_connections()
    (place.home / "tranter.sqlite3").write_bytes(b"nothing that SQLite could read" * 100)

    assert "restore" in wrong(place)["integrity"]


def test_a_changed_journal_is_named(book: Book, place: Installed) -> None:
    JournalEntry.objects.filter(number=1).update(subject="14-999")

    assert "entry 1" in wrong(place)["harbour: journal"]


def test_who_has_to_sign_in_is_named(book: Book, place: Installed) -> None:
    connections.needs_sign_in(book, connections.by_name(book, "shop"), "the consent was withdrawn", NOW)

    found = wrong(place)

    assert "withdrawn" in found["harbour: shop"]
    assert "tranter exceptions" in found["harbour: exceptions"]


def test_a_flow_that_nobody_runs_is_named(book: Book, place: Installed) -> None:
    Flow.objects.update(due_at=NOW - timedelta(hours=1))

    assert "tranter up" in wrong(place)["harbour: flows"]


def test_a_paused_connection_s_flows_are_not_late(book: Book, place: Installed) -> None:
    Flow.objects.update(due_at=NOW - timedelta(hours=1))
    state = ConnectionState.PAUSED
    connections.set_state(book, connections.by_name(book, "shop").id, state, "holidays", NOW)

    assert "harbour: flows" not in wrong(place)


def test_a_flow_that_fails_is_named_with_its_trouble(book: Book, place: Installed) -> None:
    Flow.objects.update(failures=3, trouble="eBay answered 503")

    assert "503" in wrong(place)["harbour: shop orders"]


def test_paused_sending_is_named(book: Book, place: Installed) -> None:
    pause_pushes("restored from a backup")

    assert wrong(place)["sending"] == "restored from a backup"


def test_a_clock_behind_the_journal_is_named(book: Book, place: Installed) -> None:
    journal.append(book, [Entry(what="order_taken")], NOW + timedelta(days=365 * 100))

    assert "set the clock" in wrong(place)["harbour: clock"]


def test_a_folder_that_can_t_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "a file").write_bytes(b"")
    place = Installed(tmp_path / "a file" / "home", tmp_path / "keys.json")

    assert "TRANTER_HOME" in wrong(place)["home"]
