from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tranter.engine.clock import VirtualClock
from tranter.sdk.budget import Budget
from tranter.sdk.errors import BudgetUsedUp

START = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)  # a minute into a slot of five


def refused(budget: Budget) -> float:
    with pytest.raises(BudgetUsedUp) as caught:
        budget.take()
    assert caught.value.not_done
    assert caught.value.retry_after is not None
    return caught.value.retry_after


def test_calls_are_counted_in_slots_of_the_wall_clock() -> None:
    clock = VirtualClock(START)
    budget = Budget(clock, 3, 300)
    for _ in range(3):
        budget.take()
    assert refused(budget) == pytest.approx(240)
    clock.advance(239)
    refused(budget)
    clock.advance(1)
    budget.take()
    assert budget.left() == 2
    assert budget.count == 4


def test_the_vendors_count_goes_before_ours_and_the_lower_one_counts() -> None:
    clock = VirtualClock(START)
    budget = Budget(clock, 300, 300)
    reset = START + timedelta(seconds=240)
    budget.observe(5, reset)
    budget.observe(9, reset)
    assert budget.left() == 5


def test_a_vendor_that_has_none_left_closes_it_until_its_reset() -> None:
    clock = VirtualClock(START)
    budget = Budget(clock, 300, 300)
    budget.observe(0, START + timedelta(seconds=400))
    assert refused(budget) == pytest.approx(400)
    clock.advance(399)
    refused(budget)
    clock.advance(1)
    budget.take()


def test_a_count_of_a_slot_that_is_over_takes_nothing_from_the_new_one() -> None:
    """The reply to the last call of a slot may arrive in the next one."""
    clock = VirtualClock(START)
    budget = Budget(clock, 300, 300)
    clock.advance(240)
    budget.observe(0, START + timedelta(seconds=240))
    assert budget.left() == 300


def test_a_429_closes_it_for_as_long_as_the_vendor_says() -> None:
    clock = VirtualClock(START)
    budget = Budget(clock, 300, 300)
    budget.close(7)
    assert refused(budget) == pytest.approx(7)
    clock.advance(7)
    budget.take()


def test_a_wait_is_never_nothing_and_never_more_than_a_day() -> None:
    clock = VirtualClock(START)
    budget = Budget(clock, 300, 300)
    budget.close(0)
    assert refused(budget) == pytest.approx(1)
    budget.close(1e12)
    assert refused(budget) == pytest.approx(86400)
    clock.advance(86400)
    budget.observe(0, START + timedelta(days=900))
    assert refused(budget) == pytest.approx(86400)


def test_threads_never_take_more_than_there_are() -> None:
    budget = Budget(VirtualClock(START), 100, 300)

    def take(_: int) -> bool:
        try:
            budget.take()
        except BudgetUsedUp:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(take, range(500))) == 100
