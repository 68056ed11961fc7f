from collections.abc import Callable
from typing import Any

import pytest

from tests.simulators.ebay.seller import Seller, StoppedClock
from tranter.connectors.ebay.simulator import simulator


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def open_shop(clock: StoppedClock) -> Callable[..., Seller]:
    def make(**options: Any) -> Seller:
        return Seller(simulator(clock, 7, **options), clock)

    return make


@pytest.fixture
def seller(open_shop: Callable[..., Seller]) -> Seller:
    return open_shop()
