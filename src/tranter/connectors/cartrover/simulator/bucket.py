"""A leaky bucket of 100 calls, of which one comes back every 0.6 seconds."""

from tranter.testing.simulator import SimClock

SIZE, SECONDS_A_CALL = 100, 0.6


class Bucket:
    def __init__(self, clock: SimClock) -> None:
        self._clock, self._used, self._at = clock, 0.0, clock.now()

    @property
    def left(self) -> int:
        return int(SIZE - self._used)

    def take(self) -> bool:
        now = self._clock.now()
        self._used = max(self._used - (now - self._at).total_seconds() / SECONDS_A_CALL, 0.0)
        self._at = now
        if self._used + 1 > SIZE:
            return False
        self._used += 1
        return True
