"""How long to wait before the next look at a place where something may have happened.

Quiet ones are looked at less often, busy ones more.
"""

from msgspec import Struct

QUICKER = 5
"""So many times as often while something is found."""
LEAST_SECONDS, MOST_SECONDS = 60, 3600
HOUR, DAY = 3600, 86400
QUIET = ((7 * DAY, 6), (DAY, 3), (HOUR, 2))
"""Nothing found for longer than this: so many times the regular wait."""
ENOUGH = 0.5
"""Of the vendor's calls, what has to be left for looking more often than regularly."""


class Watch(Struct, frozen=True, kw_only=True):
    """`quiet_seconds`: since something was found. `by_hand`: a person set the interval, and it is never exceeded.

    `calls_left`: the share of the vendor's calls that are left, 0 to 1.
    """

    every_seconds: int
    quiet_seconds: float
    by_hand: bool = False
    calls_left: float = 1.0


def wait_seconds(watch: Watch) -> int:
    every = watch.every_seconds
    if watch.quiet_seconds < every:
        return min(every, max(every // QUICKER, LEAST_SECONDS)) if watch.calls_left >= ENOUGH else every
    if watch.by_hand:
        return every
    times = next((times for quiet, times in QUIET if watch.quiet_seconds >= quiet), 1)
    return max(every, min(every * times, MOST_SECONDS))
