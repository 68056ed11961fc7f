"""How often a place is looked at."""

import pytest

from tranter.routing.polling import Watch, wait_seconds

MINUTE, HOUR, DAY = 60, 3600, 86400

BY_ITSELF = [
    # every, quiet for, calls left → wait
    (5 * MINUTE, 0, 1.0, MINUTE),
    (5 * MINUTE, 4 * MINUTE, 1.0, MINUTE),
    (5 * MINUTE, 0, 0.5, MINUTE),
    (5 * MINUTE, 0, 0.49, 5 * MINUTE),
    (5 * MINUTE, 5 * MINUTE, 1.0, 5 * MINUTE),
    (5 * MINUTE, HOUR - 1, 1.0, 5 * MINUTE),
    (5 * MINUTE, HOUR, 1.0, 10 * MINUTE),
    (5 * MINUTE, DAY, 1.0, 15 * MINUTE),
    (5 * MINUTE, 7 * DAY, 1.0, 30 * MINUTE),
    (5 * MINUTE, 400 * DAY, 0.0, 30 * MINUTE),
    (15 * MINUTE, 0, 1.0, 3 * MINUTE),
    (15 * MINUTE, 400 * DAY, 1.0, HOUR),
    (30, 0, 1.0, 30),
    (2 * HOUR, 400 * DAY, 1.0, 2 * HOUR),
]


@pytest.mark.parametrize(("every", "quiet", "left", "wait"), BY_ITSELF)
def test_busy_places_are_looked_at_more_often_and_quiet_ones_less(
    every: int, quiet: float, left: float, wait: int
) -> None:
    assert wait_seconds(Watch(every_seconds=every, quiet_seconds=quiet, calls_left=left)) == wait


@pytest.mark.parametrize(("every", "quiet", "left", "wait"), BY_ITSELF)
def test_an_interval_set_by_hand_is_never_exceeded(every: int, quiet: float, left: float, wait: int) -> None:
    watch = Watch(every_seconds=every, quiet_seconds=quiet, calls_left=left, by_hand=True)
    assert wait_seconds(watch) == min(wait, every)
