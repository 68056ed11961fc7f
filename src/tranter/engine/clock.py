"""The only place that reads the time."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class RealClock:
    """The machine's time."""

    scale = 1.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(max(seconds, 0.0))


def running_seconds() -> float:
    """Since some moment; goes on while the process is frozen or the machine asleep."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class SharedClock(RealClock):
    """The time of a clock that several machines share: as it was at the last look, and what has passed since."""

    def __init__(self, ask: Callable[[], datetime]) -> None:
        self._ask = ask
        self.look()

    def look(self) -> None:
        before = running_seconds()
        at = self._ask()
        self._seen = at, (before + running_seconds()) / 2

    def now(self) -> datetime:
        at, since = self._seen
        return at + timedelta(seconds=running_seconds() - since)


class ScaledClock:
    """Real time made `scale` times faster since `anchor`; the same for every process with the same two values."""

    def __init__(self, scale: float, anchor: datetime) -> None:
        self.scale, self._anchor = scale, anchor

    def now(self) -> datetime:
        return self._anchor + (datetime.now(UTC) - self._anchor) * self.scale

    def monotonic(self) -> float:
        return time.monotonic() * self.scale

    def sleep(self, seconds: float) -> None:
        time.sleep(max(seconds, 0.0) / self.scale)


class VirtualClock:
    """Stands still until it is moved. To sleep moves it; `on_move` lets a simulated world follow."""

    scale = 1.0

    def __init__(self, start: datetime) -> None:
        self._start = self._now = start
        self._lock = threading.Lock()
        self.on_move: Callable[[], None] | None = None

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._start).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.advance(max(seconds, 0.0))

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._now += timedelta(seconds=seconds)
        if self.on_move is not None:
            self.on_move()

    def jump(self, at: datetime) -> None:
        """Forward only: nothing happens when `at` is past."""
        if at > self._now:
            self.advance((at - self._now).total_seconds())


def parse_clock(text: str) -> RealClock | ScaledClock:
    """`real`, or `SPEED@ISO-TIME` for a rehearsal in which several processes share a faster clock."""
    if text in ("", "real"):
        return RealClock()
    speed, _, anchor = text.partition("@")
    try:
        return ScaledClock(float(speed), datetime.fromisoformat(anchor).astimezone(UTC))
    except ValueError as error:
        raise ValueError(
            f"TRANTER_CLOCK={text!r}: write `real`, or a speed and a start, 60@2026-01-31T00:00:00+00:00"
        ) from error
