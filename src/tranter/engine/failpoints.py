"""Points at which a rehearsal lets the process die, as a power cut would."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable


class FailpointError(ValueError):
    pass


def parse_failpoint(text: str) -> Callable[[str], None]:
    """`NAME` or `NAME:K`: SIGKILL at the K-th time that NAME is passed. Empty: never."""
    name, _, count = text.partition(":")
    if count and not count.isdigit():
        raise FailpointError(f"TRANTER_FAILPOINT={text!r}: write NAME or NAME:K with a number K")
    passed: Counter[str] = Counter()
    lock = threading.Lock()

    def pass_by(point: str) -> None:
        if point != name:
            return
        with lock:
            passed[point] += 1
            if passed[point] == int(count or 1):
                os.kill(os.getpid(), signal.SIGKILL)

    return pass_by
