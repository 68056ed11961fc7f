import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.flow.conftest import scene, theatre
from tranter.ledger.setup import close_connections, open_ledger
from tranter.ledger.vault import Vault

__all__ = ["scene", "theatre"]

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder for a ledger of this test alone."""
    yield tmp_path / "home"
    close_connections()


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose ledger has been made and holds nothing."""
    home = tmp_path_factory.mktemp("empty") / "home"
    open_ledger(home, home / "keys.json", NOW)
    close_connections()
    return home


@pytest.fixture
def vault(home: Path, empty: Path) -> Vault:
    """An empty ledger, opened."""
    shutil.copytree(empty, home)
    return open_ledger(home, home / "keys.json", NOW)
