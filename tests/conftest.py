import os
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import structlog

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


@pytest.fixture(autouse=True)
def _speech_ends() -> Iterator[None]:
    """Whoever set the log up for a test spoke into a stream that ends with it."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def kind() -> str:
    """Which database. Suites that run on both say so in their own conftest."""
    return SQLITE


@pytest.fixture(scope="session")
def ledgers_of(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Ledgers]]:
    """By kind. What is kept longer than a test asks here: a kept `ledgers` would outlive its kind."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:

        @cache
        def of(kind: str) -> Ledgers:
            server = request.getfixturevalue("postgres") if kind == POSTGRESQL else None
            (folder := Path(name) / kind).mkdir()
            return Ledgers(folder, server)

        yield of


@pytest.fixture
def ledgers(kind: str, ledgers_of: Callable[[str], Ledgers]) -> Ledgers:
    """Empty ones, as many as wanted."""
    return ledgers_of(kind)
