"""A run of the world from the first purchase until everything is accounted for, on a clock that jumps."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tranter.demo.verdict import Verdict, is_settled, judge
from tranter.demo.world import Connected, World, connect, jump_to_next, sign_in_where_needed
from tranter.engine.clock import VirtualClock
from tranter.engine.hub import Hub
from tranter.engine.run import Counts
from tranter.engine.schedule import run_due

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
GIVE_UP_AFTER = timedelta(days=5)
QUIET_TIME = timedelta(minutes=75)
"""Longer than the rarest look at a quiet shop."""


class Rehearsal:
    """`run` ends when all is settled and a quiet time without faults has passed, or after five days."""

    def __init__(self, world: World, hub: Hub, clock: VirtualClock, urls: dict[str, str]) -> None:
        self.world, self.hub, self.clock = world, hub, clock
        self.counts = Counts()
        self._urls = urls
        self.connected: Connected | None = None

    def run(self, look: Callable[[], None] = lambda: None) -> Verdict:
        """`look` is called whenever something may have changed: to draw it."""
        rates = {name: plan.rates for name, plan in self.world.plans.items()}
        for plan in self.world.plans.values():
            plan.rates = {}
        self.connected = connect(self.hub, self.world, self._urls)
        for name, plan in self.world.plans.items():
            plan.rates = rates[name]
        began = self.clock.now()
        self.world.buy_from_now_on()
        self._until(lambda: is_settled(self.world, self._both()), began + GIVE_UP_AFTER, look)
        self.world.calm_down()
        self._until(lambda: False, self.clock.now() + QUIET_TIME, look)
        seconds = (self.clock.now() - began).total_seconds()
        return judge(self.world, self._both(), self.counts.orders_pulled, seconds)

    def _both(self) -> Connected:
        assert self.connected is not None  # noqa: S101 - set first thing in run
        return self.connected

    def _until(self, is_over: Callable[[], bool], at_latest: datetime, look: Callable[[], None]) -> None:
        while self.clock.now() < at_latest:
            self.world.advance()
            sign_in_where_needed(self.hub, self.world, self._both().book)
            done = run_due(self.hub)
            self.counts.add(done)
            look()
            if done.runs:
                continue
            if is_over():
                return
            jump_to_next(self.clock, self.world)
