from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.live import Live
from tests.flow.conftest import scene, theatre
from tests.ledger.conftest import empty, home, vault
from tranter.ledger.vault import Vault

__all__ = ["empty", "home", "scene", "theatre", "vault"]


@pytest.fixture
def live(home: Path, vault: Vault) -> Iterator[Live]:
    """Both accounts connected, nothing read yet."""
    made = Live(home, vault)
    yield made
    made.doors.open()
    made.owner.close()
