import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.routing.examples import modestly
from tranter.routing.stock import Change, mass_change, plan_changes, within_revisions
from tranter.testing.faultmark import fault

keys = st.sampled_from([f"EBAY_US/{number}/" for number in range(12)])
quantities = st.none() | st.integers(0, 9)
wishes = st.dictionaries(keys, quantities)


def test_changes_are_sorted_by_the_harm_that_waiting_does() -> None:
    wanted = {"up": 9, "zero": 0, "down": 3, "new": 5, "same": 4, "unknown": None, "little": 1}
    expected = {"up": 2, "zero": 8, "down": 7, "same": 4, "unknown": 4, "little": 0, "other": 6}
    assert plan_changes(wanted, expected) == (
        Change("zero", 8, 0),
        Change("down", 7, 3),
        Change("new", None, 5),
        Change("little", 0, 1),
        Change("up", 2, 9),
    )


@fault("INV-02")
@modestly
@given(wishes, wishes)
def test_what_was_written_is_no_news_when_it_comes_back(
    wanted: dict[str, int | None], expected: dict[str, int | None]
) -> None:
    changes = plan_changes(wanted, expected)
    shown = expected | {change.key: change.wanted for change in changes}
    assert plan_changes(wanted, shown) == ()
    assert plan_changes(shown, shown) == ()


@modestly
@given(wishes, wishes)
def test_only_real_differences_are_planned_each_once_and_falling_first(
    wanted: dict[str, int | None], expected: dict[str, int | None]
) -> None:
    changes = plan_changes(wanted, expected)
    assert len({change.key for change in changes}) == len(changes)
    assert all(change.wanted == wanted[change.key] != change.expected for change in changes)
    known = {key: quantity for key, quantity in wanted.items() if quantity is not None}
    assert {change.key for change in changes} == {key for key in known if known[key] != expected.get(key)}
    falling = [change.falling for change in changes]
    assert falling == sorted(falling, reverse=True)


def to_zero(count: int, expected: int | None = 5) -> list[Change]:
    return [Change(f"k{number}", expected, 0) for number in range(count)]


@fault("INV-08")
@pytest.mark.parametrize(
    ("zeros", "total", "stops"),
    [
        (9, 9, False),
        (10, 10, True),
        (10, 49, True),
        (10, 50, False),
        (11, 54, True),
        (11, 55, False),
        (200, 999, True),
    ],
)
def test_too_many_zeros_at_once_stop_and_ask(zeros: int, total: int, stops: bool) -> None:
    rising = [Change(f"up{number}", 1, 2) for number in range(100)]
    reason = mass_change([*to_zero(zeros), *rising], total)
    assert (reason is not None) is stops
    if reason is not None:
        assert f"{zeros} of {total}" in reason


@fault("INV-08")
@modestly
@given(st.integers(10, 300), st.sampled_from(["empty", "half"]))
def test_a_catalogue_that_comes_back_empty_or_halved_never_empties_the_listings(count: int, how: str) -> None:
    expected: dict[str, int | None] = {f"k{number}": 3 for number in range(count)}
    kept = 0 if how == "empty" else count // 2
    unknown: dict[str, int | None] = {key: 3 if number < kept else None for number, key in enumerate(expected)}
    assert plan_changes(unknown, expected) == ()
    zeroed: dict[str, int | None] = {key: 3 if number < kept else 0 for number, key in enumerate(expected)}
    stopped = mass_change(plan_changes(zeroed, expected), count)
    assert (stopped is not None) is (count - kept >= 10)


def test_the_share_and_the_least_number_can_be_set() -> None:
    assert mass_change(to_zero(3), 10, share=0.3, at_least=1) is None
    assert mass_change(to_zero(4), 10, share=0.3, at_least=1)
    assert mass_change(to_zero(3, expected=None), 3, at_least=3)
    assert mass_change([], 0, at_least=0) is None


@pytest.mark.parametrize(
    ("used", "change", "passes"),
    [
        (0, Change("k", 1, 2), True),
        (224, Change("k", 1, 2), True),
        (225, Change("k", 1, 2), False),
        (225, Change("k", 2, 1), True),
        (225, Change("k", None, 1), True),
        (249, Change("k", 2, 0), True),
        (250, Change("k", 2, 0), False),
    ],
)
def test_the_last_tenth_of_the_days_revisions_is_for_falling_stock(used: int, change: Change, passes: bool) -> None:
    assert within_revisions([change], {"k": used}, 250) == ((change,) if passes else ())


def test_a_listing_is_written_to_once_with_its_last_quantity() -> None:
    changes = [Change("a", 9, 8), Change("b", 1, 2), Change("a", 9, 7)]
    assert within_revisions(changes, {}, 250) == (Change("a", 9, 7), Change("b", 1, 2))


@fault("INV-01")
@modestly
@given(st.lists(st.integers(0, 5), min_size=1, max_size=300), st.integers(1, 40))
def test_a_hot_listing_stays_within_its_revisions_and_is_never_left_too_high(demand: list[int], limit: int) -> None:
    shown, used = 100, 0
    for wanted in [*demand, 0]:
        for change in within_revisions(plan_changes({"k": wanted}, {"k": shown}), {"k": used}, limit):
            shown, used = change.wanted, used + 1
    assert used <= limit
    assert shown == 0 or used == limit
