from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import SHARED
from tests.simulators.ebay.seller import Seller, StoppedClock
from tests.simulators.ebay.specification import undocumented_errors
from tranter.connectors.ebay.simulator import simulator

ERROR_TABLE = SHARED / "contracts/ebay/error_codes.json"


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def open_shop(clock: StoppedClock) -> Iterator[Callable[..., Seller]]:
    """Makes sellers; at the end every error that was sent must be one of eBay's for its operation."""
    made: list[Seller] = []

    def make(**options: Any) -> Seller:
        made.append(Seller(simulator(clock, 7, **options), clock))
        return made[-1]

    yield make
    if ERROR_TABLE.exists():
        for seller in made:
            assert undocumented_errors(ERROR_TABLE, seller.vendor.shop.history.sent_errors) == []


@pytest.fixture
def seller(open_shop: Callable[..., Seller]) -> Seller:
    return open_shop()
