from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tranter.engine.clock import VirtualClock
from tranter.sdk.budget import Ask, Budget, Granted
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


class OnePot:
    """The calls of one account, in memory."""

    def __init__(self) -> None:
        self.slot, self.taken, self.asked = -1, 0, 0
        self.closed_until: datetime | None = None

    def draw(self, ask: Ask) -> Granted:
        self.asked += 1
        if ask.slot != self.slot:
            self.slot, self.taken = ask.slot, 0
        self.taken = max(self.taken, ask.gone)
        calls = min(ask.wanted, max(ask.calls - self.taken, 0))
        self.taken += calls
        return Granted(calls, max(ask.calls - self.taken, 0), self.closed_until)

    def give_back(self, slot: int, calls: int) -> None:
        if slot == self.slot:
            self.taken -= calls

    def close(self, until: datetime) -> None:
        self.closed_until = until

    def left(self, slot: int, calls: int) -> int:
        return calls - self.taken if slot == self.slot else calls


def spend(budget: Budget) -> int:
    for count in range(1000):
        try:
            budget.take()
        except BudgetUsedUp:
            return count
    raise AssertionError("there is no end to it")


def test_two_processes_together_make_no_more_calls_than_the_account_has() -> None:
    clock, pot = VirtualClock(START), OnePot()
    one, other = Budget(clock, 300, 300, pot), Budget(clock, 300, 300, pot)
    for _ in range(100):
        one.take()
    assert spend(other) + 100 <= 300
    assert spend(one) + other.count + 100 == 300
    assert one.used() == other.used() == 300
    clock.advance(240)
    assert spend(other) == 300


def test_calls_are_asked_for_in_batches() -> None:
    pot = OnePot()
    budget = Budget(VirtualClock(START), 300, 300, pot)
    budget.reserve(64)
    for _ in range(64):
        budget.take()
    assert pot.asked == 1
    spend(budget)
    assert pot.asked < 30


def test_what_was_reserved_and_not_used_goes_back_but_for_a_small_part() -> None:
    clock, pot = VirtualClock(START), OnePot()
    one, other = Budget(clock, 300, 300, pot), Budget(clock, 300, 300, pot)
    one.reserve(300)
    assert other.left() == 300  # it has not asked yet
    assert refused(other) == pytest.approx(240)
    one.give_back()
    clock.advance(1)
    assert spend(other) == 290


def test_a_reserve_lapses_with_its_slot() -> None:
    clock, pot = VirtualClock(START), OnePot()
    budget = Budget(clock, 300, 300, pot)
    budget.reserve(200)
    clock.advance(240)
    budget.give_back()
    assert (budget.left(), spend(budget)) == (300, 300)


def test_a_429_of_one_process_stops_the_others_when_they_ask_next() -> None:
    clock, pot = VirtualClock(START), OnePot()
    one, other = Budget(clock, 300, 300, pot), Budget(clock, 300, 300, pot)
    one.take()
    one.close(7)
    assert refused(other) == pytest.approx(7)
    clock.advance(7)
    other.take()


def test_calls_that_only_the_vendor_saw_are_nobodys_any_more() -> None:
    clock, pot = VirtualClock(START), OnePot()
    one, other = Budget(clock, 300, 300, pot), Budget(clock, 300, 300, pot)
    one.take()
    one.observe(100, START + timedelta(seconds=240))
    assert spend(one) + spend(other) <= 100
