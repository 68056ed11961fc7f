"""Whether somebody else keeps the machine busy: then figures are no figures."""

import os
import time
from pathlib import Path

LOOK_SECONDS = 2.0
QUIET = 0.1
"""Of all processors."""


def others_share() -> float:
    """Of all processors' time, while this program waits."""
    before = _times()
    time.sleep(LOOK_SECONDS)
    idle, everything = (now - then for now, then in zip(_times(), before, strict=True))
    return 1 - idle / everything if everything else 0.0


def told(shares: tuple[float, float]) -> str:
    """Of the machine before and after a measurement; empty when it was quiet."""
    most = max(shares)
    if most <= QUIET:
        return ""
    return f"UNDER LOAD: others had {most:.0%} of {os.cpu_count()} processors. These figures are not for quoting."


def _times() -> tuple[float, float]:
    """(idle, all) of all processors, in the kernel's ticks."""
    ticks = [float(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)
