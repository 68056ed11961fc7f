import os
from pathlib import Path

import pytest

from tests.entry_points import show_new_ones
from tranter.ledger.setup import configure
from tranter.web.face import face

show_new_ones()

# The ledger's models can be imported once Django is configured; each test opens a ledger of its own.
configure(Path("no-ledger-opened-yet.sqlite3"), face("", "127.0.0.1"))

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of contracts and reference tables beside the repository."""
    if not SHARED.is_dir():
        reason = "the folder ../shared (contracts, reference tables) is missing"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}, and CI must not skip")
        pytest.skip(reason)
    return SHARED
