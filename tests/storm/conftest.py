import pytest

from tests.databases import Ledgers
from tests.storm.stage import Stage


@pytest.fixture(scope="session")
def stage(ledgers: Ledgers) -> Stage:
    return Stage(ledgers)
