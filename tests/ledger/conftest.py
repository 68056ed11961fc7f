import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.databases import SQLITE, Ledgers
from tests.flow.conftest import kind, scene, theatre
from tranter.ledger.book import Book, ensure_book
from tranter.ledger.setup import close_connections, open_ledger
from tranter.ledger.vault import Vault, read_key_file

__all__ = ["kind", "scene", "theatre"]

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder for a ledger of this test alone."""
    yield tmp_path / "home"
    close_connections()


@pytest.fixture(scope="session")
def empty(ledgers_of: Callable[[str], Ledgers]) -> Path:
    """A home whose ledger has been made and holds nothing."""
    return ledgers_of(SQLITE).home


@pytest.fixture
def vault(kind: str, request: pytest.FixtureRequest) -> Vault:
    """An empty ledger, opened: on SQLite the one in `home`."""
    home: Path = request.getfixturevalue("home")
    if kind != SQLITE:
        ledgers: Ledgers = request.getfixturevalue("ledgers")
        ledgers.fresh()
        home.mkdir()
        shutil.copy(ledgers.key_file, home)
        return read_key_file(home / "keys.json")
    empty: Path = request.getfixturevalue("empty")
    shutil.copytree(empty, home)
    return open_ledger(home, home / "keys.json", NOW)


@pytest.fixture
def book(vault: Vault) -> Book:
    """Of a merchant who has nothing yet."""
    return ensure_book(vault, "default", NOW)
