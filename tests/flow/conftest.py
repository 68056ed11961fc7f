from collections.abc import Callable

import pytest

from tests.databases import BOTH, Ledgers
from tests.flow.stage import Scene, Theatre


@pytest.fixture(scope="session", params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def theatre(kind: str, ledgers_of: Callable[[str], Ledgers]) -> Theatre:
    return Theatre(ledgers_of(kind))


@pytest.fixture
def scene(theatre: Theatre) -> Scene:
    return theatre.connected()
