"""How many calls a connection may make before the vendor refuses."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol

from msgspec import Struct

from tranter.sdk.errors import BudgetUsedUp
from tranter.sdk.ports import Clock

PARTS = 30
"""Of the calls of a slot, a process that shares them keeps no more than one part without work for them."""
DRY_SECONDS = 1.0
"""So long nobody asks again for calls where there were none."""


class Ask(Struct, frozen=True, kw_only=True):
    """For `wanted` calls of a slot that has `calls`; `gone`: so many are used up, as the vendor counts."""

    slot: int
    calls: int
    wanted: int
    gone: int


class Granted(Struct, frozen=True):
    """`left`: how many are there still for everybody. None of them may be used before `closed_until`."""

    calls: int
    left: int
    closed_until: datetime | None = None


class SharedCalls(Protocol):
    """The calls of one account, from which several processes take. What was granted lapses with its slot."""

    def draw(self, ask: Ask) -> Granted: ...
    def give_back(self, slot: int, calls: int) -> None: ...
    def close(self, until: datetime) -> None: ...
    def left(self, slot: int, calls: int) -> int: ...


class Budget:
    """`calls` per `seconds`, in fixed slots of the wall clock. What the vendor's own headers say goes before.

    With `shared`, this process takes its calls from there in batches: `_left` are at hand, `_pool` may still be had.
    """

    def __init__(self, clock: Clock, calls: int, seconds: float, shared: SharedCalls | None = None) -> None:
        self._clock, self._calls, self._seconds, self._shared = clock, calls, seconds, shared
        self._lock = threading.Lock()
        self._slot, self._left, self._pool, self._gone = -1, 0, 0, 0
        self._least = max(calls // PARTS, 1)
        self._closed_until: datetime | None = None
        self._dry_until: datetime | None = None
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
            if self._left <= 0 and self._closed_until is None:
                self._draw(self._least, now)
            if self._closed_until is not None and now < self._closed_until:
                raise self._exhausted((self._closed_until - now).total_seconds())
            if self._left <= 0:
                raise self._exhausted((self._slot + 1) * self._seconds - now.timestamp())
            self._left -= 1
            self._gone += 1
            self._count += 1

    def reserve(self, calls: int) -> None:
        """So many will be needed in a moment: they are taken at once, as far as there are some, and not one by one."""
        with self._lock:
            now = self._clock.now()
            self._renew(now)
            if self._left < calls and self._closed_until is None:
                self._draw(max(calls - self._left, self._least), now)

    def give_back(self) -> None:
        """What was reserved and not used, for other processes."""
        with self._lock:
            self._renew(self._clock.now())
            if self._shared is not None and self._left > self._least:
                self._shared.give_back(self._slot, self._left - self._least)
                self._pool += self._left - self._least
                self._left = self._least

    @property
    def calls(self) -> int:
        """How many there are per `seconds`."""
        return self._calls

    @property
    def seconds(self) -> float:
        return self._seconds

    def left(self) -> int:
        """Of other processes' calls: as it was when this one last took some."""
        with self._lock:
            self._renew(self._clock.now())
            return self._left + self._pool

    def used(self) -> int:
        """By whichever process, what they hold in reserve with it."""
        if self._shared is None:
            return self._calls - self.left()
        with self._lock:
            self._renew(self._clock.now())
        return self._calls - self._shared.left(self._slot, self._calls)

    def observe(self, remaining: int, reset_at: datetime) -> None:
        """The vendor's own count. Replies may arrive out of order, so the lower number counts within a slot."""
        with self._lock:
            now = self._clock.now()
            self._renew(now)
            if reset_at <= now:  # a late reply: it speaks of a slot that is over
                return
            self._left, self._pool = min(self._left, remaining), min(self._pool, remaining)
            self._gone = max(self._gone, self._calls - remaining)
            if remaining <= 0:
                self._close(min(reset_at, now + timedelta(days=1)))

    def close(self, seconds: float) -> None:
        """The vendor said 429: nothing more is sent for `seconds`."""
        with self._lock:
            self._close(self._clock.now() + timedelta(seconds=min(max(seconds, 1.0), 86400.0)))

    def _close(self, until: datetime) -> None:
        if self._shared is not None and until != self._closed_until:
            self._shared.close(until)
        self._closed_until = until

    def _draw(self, calls: int, now: datetime) -> None:
        if self._shared is None or (self._dry_until is not None and now < self._dry_until):
            return
        ask = Ask(slot=self._slot, calls=self._calls, wanted=min(calls, self._calls), gone=self._gone)
        granted = self._shared.draw(ask)
        self._left, self._pool = self._left + granted.calls, granted.left
        self._dry_until = now + timedelta(seconds=DRY_SECONDS) if granted.calls == 0 else None
        if granted.closed_until is not None and granted.closed_until > now:
            self._closed_until = granted.closed_until

    def _renew(self, now: datetime) -> None:
        slot = int(now.astimezone(UTC).timestamp() // self._seconds)
        if slot != self._slot:
            self._slot, self._gone, self._dry_until = slot, 0, None
            self._left, self._pool = (self._calls, 0) if self._shared is None else (0, self._calls)
        if self._closed_until is not None and now >= self._closed_until:
            self._closed_until = None

    def _exhausted(self, seconds: float) -> BudgetUsedUp:
        wait = max(seconds, 0.1)
        return BudgetUsedUp(f"call budget used up, more in {wait:.0f} s", retry_after=wait, not_done=True)
