"""How many calls a connection may make before the vendor refuses."""

import threading
from datetime import UTC, datetime, timedelta

from tranter.sdk.errors import BudgetUsedUp
from tranter.sdk.ports import Clock


class Budget:
    """`calls` per `seconds`, in fixed slots of the wall clock. What the vendor's own headers say goes before."""

    def __init__(self, clock: Clock, calls: int, seconds: float) -> None:
        self._clock, self._calls, self._seconds = clock, calls, seconds
        self._lock = threading.Lock()
        self._slot, self._left = -1, calls
        self._closed_until: datetime | None = None
        self._count = 0

    @property
    def count(self) -> int:
        """Calls made since the process began."""
        return self._count

    def take(self) -> None:
        """Uses one call, or raises `BudgetUsedUp`, which says when there are some again."""
        with self._lock:
            now = self._clock.now()
            self._renew(now)
            if self._closed_until is not None and now < self._closed_until:
                raise self._exhausted((self._closed_until - now).total_seconds())
            if self._left <= 0:
                raise self._exhausted((self._slot + 1) * self._seconds - now.timestamp())
            self._left -= 1
            self._count += 1

    @property
    def calls(self) -> int:
        """How many there are per `seconds`."""
        return self._calls

    @property
    def seconds(self) -> float:
        return self._seconds

    def left(self) -> int:
        with self._lock:
            self._renew(self._clock.now())
            return self._left

    def observe(self, remaining: int, reset_at: datetime) -> None:
        """The vendor's own count. Replies may arrive out of order, so the lower number counts within a slot."""
        with self._lock:
            now = self._clock.now()
            self._renew(now)
            if reset_at <= now:  # a late reply: it speaks of a slot that is over
                return
            self._left = min(self._left, remaining)
            if remaining <= 0:
                self._closed_until = min(reset_at, now + timedelta(days=1))

    def close(self, seconds: float) -> None:
        """The vendor said 429: nothing more is sent for `seconds`."""
        with self._lock:
            self._closed_until = self._clock.now() + timedelta(seconds=min(max(seconds, 1.0), 86400.0))

    def _renew(self, now: datetime) -> None:
        slot = int(now.astimezone(UTC).timestamp() // self._seconds)
        if slot != self._slot:
            self._slot, self._left = slot, self._calls
        if self._closed_until is not None and now >= self._closed_until:
            self._closed_until = None

    def _exhausted(self, seconds: float) -> BudgetUsedUp:
        wait = max(seconds, 0.1)
        return BudgetUsedUp(f"call budget used up, more in {wait:.0f} s", retry_after=wait, not_done=True)
