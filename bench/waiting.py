"""Waiting for work that others do: as long as it goes on."""

import time
from collections.abc import Callable

PROGRESS = "SELECT " + ", ".join(
    f"(SELECT max(id) FROM ledger_{table})" for table in ("rawrecord", "orderrow", "intent", "attempt")
)
"""How far orders have come on their way: whatever step they are at, one of these rises."""
LOOK_SECONDS = 0.05
PATIENCE_SECONDS = 120.0


class StandsStillError(Exception):
    """Nothing moved any more, and it is not done."""


def until(
    done: Callable[[], bool],
    moved: Callable[[], object],
    look_seconds: float = LOOK_SECONDS,
    patience_seconds: float = PATIENCE_SECONDS,
) -> None:
    """`moved` tells how far it is, in any form. Raises `StandsStillError` when that stays the same for so long."""
    last, since = moved(), time.monotonic()
    while not done():
        if (now := moved()) != last:
            last, since = now, time.monotonic()
        elif time.monotonic() - since > patience_seconds:
            raise StandsStillError(f"for {patience_seconds:.0f} s nothing moved; it stands at {last}")
        time.sleep(look_seconds)
