"""Made-up calls of every operation of both APIs: nothing breaks. `make fuzz` makes ten thousand."""

import pytest

from tests.web.api.fuzzing import fuzz_cartrover, fuzz_ours
from tests.web.house import Web

EXAMPLES = 3


@pytest.fixture
def busy(web: Web) -> Web:
    for sku in ("LAMP", "KETL"):
        web.scene.ebay.buy_one(sku)
    web.scene.pass_time(minutes=20)
    return web


def test_made_up_calls_of_our_own_api_break_nothing(busy: Web) -> None:
    tally = fuzz_ours(busy, EXAMPLES)

    assert tally.wrong == []
    assert 0 < tally.carried_out < tally.calls
    assert sum(tally.statuses[status] for status in (400, 404, 422))


def test_made_up_calls_of_the_cartrover_api_break_nothing(busy: Web) -> None:
    tally = fuzz_cartrover(busy, EXAMPLES)

    assert tally.wrong == []
    assert 0 < tally.carried_out < tally.calls
