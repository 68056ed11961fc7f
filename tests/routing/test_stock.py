import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.routing.examples import HOUR, NOON, level, modestly
from tranter.model import StockLevel
from tranter.routing.stock import (
    Reservation,
    StockPolicy,
    expected_now,
    publishable,
    reserved_units,
    sum_levels,
)
from tranter.testing.faultmark import fault

ALL = StockPolicy()


@pytest.mark.parametrize(
    ("available", "reserved", "policy", "shown"),
    [
        (10, 0, ALL, 10),
        (10, 3, ALL, 7),
        (10, 10, ALL, 0),
        (10, 12, ALL, 0),
        (-4, 0, ALL, 0),
        (10, -3, ALL, 10),
        (10, 0, StockPolicy(buffer=-3), 10),
        (0, 0, ALL, 0),
        (None, 0, ALL, None),
        (None, 5, StockPolicy(maximum_shown=3), None),
        (10, 0, StockPolicy(buffer=2), 8),
        (1, 0, StockPolicy(buffer=2), 0),
        (10, 0, StockPolicy(share_percent=50), 5),
        (9, 0, StockPolicy(share_percent=50), 4),
        (1, 0, StockPolicy(share_percent=99), 0),
        (10, 2, StockPolicy(share_percent=50, buffer=2), 3),
        (10, 0, StockPolicy(share_percent=0), 0),
        (10, 0, StockPolicy(share_percent=300), 10),
        (4, 0, StockPolicy(minimum_level=5), 0),
        (5, 0, StockPolicy(minimum_level=5), 5),
        (100, 0, StockPolicy(maximum_shown=3), 3),
        (100, 0, StockPolicy(maximum_shown=3, minimum_level=5), 3),
        (100, 0, StockPolicy(maximum_shown=0), 0),
    ],
)
def test_what_is_shown_follows_from_what_is_free_and_the_policy(
    available: int | None, reserved: int, policy: StockPolicy, shown: int | None
) -> None:
    assert publishable(available, reserved, True, None, policy) == shown


@pytest.mark.parametrize(
    ("at_most", "maximum_shown", "shown"),
    [
        (None, None, None),
        (7, None, 7),
        (None, 5, 5),
        (7, 5, 5),
        (5, 7, 5),
        (0, None, None),
        (0, 5, 5),
        (-1, 0, None),
    ],
)
def test_a_product_that_is_not_counted_shows_its_cap_and_never_zero(
    at_most: int | None, maximum_shown: int | None, shown: int | None
) -> None:
    policy = StockPolicy(maximum_shown=maximum_shown, minimum_level=50)
    for available in (None, 0, -3, 100):
        assert publishable(available, 4, False, at_most, policy) == shown


def test_the_products_own_cap_counts_beside_the_policys() -> None:
    assert publishable(100, 0, True, 8, StockPolicy(maximum_shown=9)) == 8
    assert publishable(100, 0, True, 9, StockPolicy(maximum_shown=8)) == 8
    assert publishable(100, 0, True, -1, ALL) == 0


policies = st.builds(
    StockPolicy,
    share_percent=st.integers(0, 100),
    buffer=st.integers(0, 10),
    minimum_level=st.integers(0, 10),
    maximum_shown=st.none() | st.integers(0, 50),
)
some = st.none() | st.integers(-5, 60)


@fault("INV-01")
@modestly
@given(some, st.integers(0, 20), some, policies)
def test_no_policy_shows_more_than_is_free(
    available: int | None, reserved: int, at_most: int | None, policy: StockPolicy
) -> None:
    shown = publishable(available, reserved, True, at_most, policy)
    if available is None:
        assert shown is None
    else:
        assert shown is not None
        assert 0 <= shown <= max(available - reserved - policy.buffer, 0)
        less = publishable(available - 1, reserved, True, at_most, policy)
        assert less is not None
        assert less <= shown


HERE = frozenset({"here"})


@pytest.mark.parametrize(
    ("levels", "locations", "units"),
    [
        ([], frozenset(), None),
        ([], HERE, None),
        ([level(3)], frozenset(), 3),
        ([level(3)], HERE, None),
        ([level(3, "here"), level(4, "there")], frozenset(), 7),
        ([level(3, "here"), level(4, "there")], HERE, 3),
        ([level(3, "here"), level(None, "there")], HERE, 3),
        ([level(None, "here"), level(4, "there")], HERE, None),
        ([level(None, "here"), level(4, "there")], frozenset(), None),
        ([level(5), level(3, "here"), level(4, "there")], frozenset(), 5),
        ([level(None), level(3, "here")], frozenset(), None),
        ([level(4, "there")], HERE, None),
        ([level(3, "here"), level(-2, "there")], frozenset(), 1),
        ([level(3, "here"), level(4, "there")], frozenset({"here", "there", "new"}), 7),
    ],
)
def test_the_chosen_locations_count(levels: list[StockLevel], locations: frozenset[str], units: int | None) -> None:
    assert sum_levels(levels, locations) == units
    assert sum_levels(levels[::-1], locations) == units


@fault("INV-03")
@modestly
@given(st.permutations([level(9, "here", 0), level(4, "here", 1), level(7, "there", 2), level(2, "there", 3)]))
def test_an_older_reading_never_counts_whatever_sequence_it_comes_in(levels: list[StockLevel]) -> None:
    assert sum_levels(levels, frozenset()) == 6
    assert sum_levels(levels, HERE) == 4


@fault("INV-03")
def test_an_older_known_reading_does_not_hide_that_the_latest_is_unknown() -> None:
    assert sum_levels([level(None, "here", 1), level(9, "here", 0)], HERE) is None


@pytest.mark.parametrize(
    ("acknowledged", "hours_and_units", "shows"),
    [
        (None, [], None),
        (5, [], 5),
        (5, [(1, 2)], 3),
        (5, [(-1, 2)], 5),
        (5, [(0, 2)], 5),
        (5, [(-1, 2), (1, 1), (2, 1)], 3),
        (5, [(1, 9)], 0),
    ],
)
def test_a_listing_shows_the_last_quantity_less_what_was_sold_since(
    acknowledged: int | None, hours_and_units: list[tuple[int, int]], shows: int | None
) -> None:
    sold = [(NOON + hours * HOUR, units) for hours, units in hours_and_units]
    assert expected_now(acknowledged, NOON, sold) == shows
    assert expected_now(acknowledged, NOON, sold[::-1]) == shows


def test_a_quantity_acknowledged_at_an_unknown_time_is_unknown() -> None:
    assert expected_now(5, None, []) is None


@pytest.mark.parametrize(
    ("committed_hours", "included", "units"),
    [(None, True, 4), (-1, True, 0), (0, True, 4), (1, True, 4), (None, False, 4), (-1, False, 4)],
)
def test_a_sold_unit_is_reserved_until_a_reading_leaves_it_out(
    committed_hours: int | None, included: bool, units: int
) -> None:
    committed_at = None if committed_hours is None else NOON + committed_hours * HOUR
    assert reserved_units([Reservation(4, committed_at)], NOON, included) == units


def test_a_unit_committed_while_a_reading_began_is_held_back_rather_than_sold_twice() -> None:
    reserved = reserved_units([Reservation(1, NOON)], NOON)
    assert publishable(1, reserved, True, None, ALL) == 0
