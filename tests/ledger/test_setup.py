import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.databases import SQLITE
from tests.ledger.conftest import NOW
from tranter.ledger.book import ensure_book, merchants
from tranter.ledger.setup import LedgerProblem, close_connections, open_ledger
from tranter.ledger.vault import KeyProblem, Vault, create_key_file
from tranter.testing.faultmark import fault

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def kind() -> str:
    """The embedded ledger, a file."""
    return SQLITE


def test_the_first_start_makes_a_ledger_and_a_key_that_only_its_owner_reads(home: Path) -> None:
    open_ledger(home, home / "keys.json", NOW)

    assert (home / "tranter.sqlite3").exists()
    assert stat.S_IMODE((home / "keys.json").stat().st_mode) == 0o600


def test_the_ledger_is_written_through_to_the_disk(vault: Vault, home: Path) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        modes = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]

    assert modes == ["wal", 2]


@fault("AUTH-11")
def test_without_its_key_file_a_ledger_does_not_open_and_no_new_key_is_made(vault: Vault, home: Path) -> None:
    close_connections()
    (home / "keys.json").unlink()

    with pytest.raises(KeyProblem, match="TRANTER_KEY_FILE"):
        open_ledger(home, home / "keys.json", NOW)

    assert not (home / "keys.json").exists()


@fault("AUTH-11")
def test_with_another_key_file_a_ledger_does_not_open(vault: Vault, home: Path) -> None:
    close_connections()
    before = (home / "keys.json").read_bytes()
    create_key_file(home / "other.json")

    with pytest.raises(KeyProblem, match="TRANTER_KEY_FILE"):
        open_ledger(home, home / "other.json", NOW)

    assert (home / "keys.json").read_bytes() == before
    open_ledger(home, home / "keys.json", NOW)


@fault("AUTH-11")
@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"keys": []}', b'{"keys": [{"id": "zz", "key": "00"}]}', b"\xff\xfe"]
)
def test_a_spoilt_key_file_is_named_and_left_alone(vault: Vault, home: Path, content: bytes) -> None:
    close_connections()
    (home / "keys.json").write_bytes(content)

    with pytest.raises(KeyProblem, match="key"):
        open_ledger(home, home / "keys.json", NOW)

    assert (home / "keys.json").read_bytes() == content


@fault("OPS-08")
def test_a_ledger_of_a_newer_version_is_not_touched(vault: Vault, home: Path) -> None:
    close_connections()
    with closing(sqlite3.connect(home / "tranter.sqlite3")) as connection, connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '9999_of_tomorrow', '2027-01-01')"
        )

    with pytest.raises(LedgerProblem, match="9999_of_tomorrow"):
        open_ledger(home, home / "keys.json", NOW)


def test_a_damaged_ledger_is_named_and_left_alone(vault: Vault, home: Path) -> None:
    close_connections()
    content = b"nothing that SQLite could read" * 100
    (home / "tranter.sqlite3").write_bytes(content)

    with pytest.raises(LedgerProblem, match="restore"):
        open_ledger(home, home / "keys.json", NOW)

    assert (home / "tranter.sqlite3").read_bytes() == content


def test_a_second_start_finds_what_the_first_wrote(vault: Vault, home: Path) -> None:
    ensure_book(vault, "harbour", NOW)
    close_connections()

    open_ledger(home, home / "keys.json", NOW)

    assert merchants() == ["harbour"]


@fault("CRASH-12")
@pytest.mark.parametrize("what", ["make", "update"])
def test_a_ledger_whose_migration_was_cut_off_opens_and_is_whole(tmp_path: Path, what: str) -> None:
    script = Path(__file__).with_name("dies_migrating.py")

    done = subprocess.run(
        [sys.executable, "-m", f"tests.ledger.{script.stem}", str(tmp_path), what],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
