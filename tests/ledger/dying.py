"""Runs in a process of its own: forks children that kill themselves at the k-th step, then lets one finish.

Steps are the files a child opens, renames or removes, the databases that it connects to, and its SQL statements.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

FILE_EVENTS = {
    "open",
    "os.rename",
    "os.remove",
    "os.link",
    "os.mkdir",
    "os.rmdir",
    "sqlite3.connect",
    "shutil.copyfile",
}


class Countdown:
    def __init__(self, steps: int) -> None:
        self.left, self.passed = steps, 0

    def step(self) -> None:
        self.passed += 1
        if self.passed == self.left:
            os.kill(os.getpid(), signal.SIGKILL)

    def heed(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in FILE_EVENTS:
            self.step()

    def statement(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.step()
        return execute(*arguments)


def in_child(work: Callable[[], object], steps: int = 0) -> tuple[bool, int]:
    """Whether it lived to the end, and how many steps it took then. Zero steps: it is let live."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _live(work, steps, write)
    os.close(write)
    with os.fdopen(read) as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False, 0
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"the child failed: {told}")
    return True, int(told)


def _live(work: Callable[[], object], steps: int, pipe: int) -> None:
    from django.db import connection

    try:
        count = Countdown(steps)
        sys.addaudithook(count.heed)
        with connection.execute_wrapper(count.statement):
            work()
        os.write(pipe, str(count.passed).encode())
        code = 0
    except BaseException as error:  # noqa: BLE001 - told to the parent, whatever it is
        os.write(pipe, repr(error).encode())
        code = 1
    os._exit(code)


def at_every_step(
    prepare: Callable[[Path], None], work: Callable[[Path], object], check: Callable[[Path], object]
) -> int:
    """`work` is killed at a dozen points of its way; each time `check` looks at what is left."""
    root = Path(sys.argv[1])
    origin, calm = root / "origin", root / "calm"
    origin.mkdir()
    in_child(lambda: prepare(origin))
    shutil.copytree(origin, calm)
    _, steps = in_child(lambda: work(calm))
    in_child(lambda: check(calm))
    killed = 0
    for number in range(1, steps + 1, max(steps // 12, 1)):
        home = root / str(number)
        shutil.copytree(origin, home)
        lived, _ = in_child(partial(work, home), number)
        killed += not lived
        in_child(partial(check, home))
    return killed
