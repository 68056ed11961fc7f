"""When something is tried again: one schedule, without end."""

from datetime import datetime, timedelta
from random import Random

DELAYS = (30.0, 120.0, 600.0, 1800.0, 3600.0)


def delay_seconds(failures: int, random: Random) -> float:
    """30 s, 2 m, 10 m, 30 m, then hourly, each up to a tenth longer so that many don't come back at once."""
    base = DELAYS[min(max(failures, 1), len(DELAYS)) - 1]
    return base * (1 + random.random() / 10)


def again_at(now: datetime, failures: int, retry_after: float | None, random: Random) -> datetime:
    """What the vendor said counts, within a second and a day."""
    if retry_after is not None:
        return now + timedelta(seconds=min(max(retry_after, 1.0), 86400.0))
    return now + timedelta(seconds=delay_seconds(failures, random))
