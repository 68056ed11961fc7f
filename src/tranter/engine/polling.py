"""Which flows are run more often while something happens, and less often while nothing does."""

from datetime import datetime
from typing import TYPE_CHECKING

from tranter.ledger import schedule
from tranter.routing.polling import Watch, wait_seconds

if TYPE_CHECKING:
    from tranter.engine.run import Run

MINUTES_5 = 300
ADAPTING = {"orders": MINUTES_5, "shipments": MINUTES_5}
"""Flow → its regular seconds. Stock is not among them: a late level sells what is not there."""


def set_every(connection_id: int, flow: str, seconds: int | None, now: datetime) -> bool:
    """Seconds by hand are the longest wait from now on; None: as it comes. False when there is no such flow."""
    if seconds is not None:
        return schedule.set_every(connection_id, flow, seconds, now)
    if flow not in ADAPTING:
        return False
    return schedule.set_every(connection_id, flow, ADAPTING[flow], now, by_hand=False)


def next_look(run: "Run") -> int | None:
    """Seconds until the next one, after a run that went well. None: the flow's own."""
    held = run.lease
    if held.name not in ADAPTING or not held.every_seconds:
        return None
    quiet = (run.now() - held.quiet_since).total_seconds() if held.quiet_since is not None else held.every_seconds
    watch = Watch(
        every_seconds=held.every_seconds,
        quiet_seconds=0.0 if run.counts.done() else quiet,
        by_hand=held.by_hand,
        calls_left=run.plug.budget.left() / run.plug.budget.calls,
    )
    return wait_seconds(watch)
