import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import POSTGRESQL, SQLITE, Ledgers, missing
from tests.postgres import NoServer, Server, server
from tranter.ledger.setup import configure
from tranter.web.face import face

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


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server for the databases of these tests."""
    try:
        with server() as found:
            yield found
    except NoServer as reason:
        missing(str(reason))


@pytest.fixture(scope="session")
def kind() -> str:
    """Which database. Suites that run on both say so in their own conftest."""
    return SQLITE


@pytest.fixture(scope="session")
def ledgers(kind: str, request: pytest.FixtureRequest) -> Iterator[Ledgers]:
    """Empty ones, as many as wanted."""
    server = request.getfixturevalue("postgres") if kind == POSTGRESQL else None
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Ledgers(Path(folder), server)
