from collections.abc import Callable

import pytest

from tests.databases import Ledgers
from tests.storm.stage import Stage


@pytest.fixture(scope="session")
def stage(kind: str, ledgers_of: Callable[[str], Ledgers]) -> Stage:
    return Stage(ledgers_of(kind))
