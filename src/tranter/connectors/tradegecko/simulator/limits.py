"""What stands between a request and its handling: the call budget, and replies that were given before."""

from collections import Counter
from datetime import datetime, timedelta

from tranter.connectors.tradegecko.simulator.state import State
from tranter.testing.simulator import SimReply

KEPT_FOR = timedelta(hours=24)
Headers = tuple[tuple[str, str], ...]


class CallBudget:
    """So many calls per application in each slot of the wall clock, not in a sliding window."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._slot = 0
        self._used: Counter[str] = Counter()

    def take(self, application: str) -> bool:
        """False when the budget of this slot is spent."""
        window = self.state.options.rate_window_seconds
        slot = int(self.state.now().timestamp()) // window
        if slot != self._slot:
            self._slot = slot
            self._used.clear()
        self._used[application] += 1
        return self._used[application] <= self.state.options.rate_limit

    def headers(self, application: str | None = None) -> Headers:
        """Without an application: those of a spent budget."""
        window, limit = self.state.options.rate_window_seconds, self.state.options.rate_limit
        reset = (int(self.state.now().timestamp()) // window + 1) * window
        left = max(limit - self._used[application], 0) if application else 0
        return (
            ("X-Rate-Limit-Limit", str(limit)),
            ("X-Rate-Limit-Remaining", str(left)),
            ("X-Rate-Limit-Reset", str(reset)),
        )


class Replays:
    """The first reply to each `Idempotency-Key`, for a day. Only of requests that were really carried out."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._kept: dict[tuple[str, str], tuple[datetime, SimReply]] = {}

    def find(self, application: str, key: str) -> SimReply | None:
        at, reply = self._kept.get((application, key), (None, None))
        return reply if at is not None and self.state.now() - at < KEPT_FOR else None

    def keep(self, application: str, key: str, reply: SimReply) -> None:
        rejected = reply.status == 422 and self.state.options.replay_rejections
        if reply.status < 300 or rejected:
            self._kept[application, key] = (self.state.now(), reply)
            self._forget()

    def _forget(self) -> None:
        """Entries are in the order of their time, so the old ones stand in front."""
        oldest = next(iter(self._kept))
        while self.state.now() - self._kept[oldest][0] >= KEPT_FOR:
            del self._kept[oldest]
            oldest = next(iter(self._kept))
