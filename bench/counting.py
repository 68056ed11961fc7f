"""What a process has used, and how often it committed."""

import resource
import threading
import time
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from msgspec import Struct

WRITES = ("INSERT", "UPDATE", "DELETE")


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def most_megabytes() -> float:
    """The most memory that this process ever had."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


class Stopwatch:
    """Runs from the moment when it is made."""

    def __init__(self) -> None:
        self._began, self._used = time.perf_counter(), cpu_seconds()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._began

    @property
    def cpu(self) -> float:
        """Seconds of this process's own processor time."""
        return cpu_seconds() - self._used


class Used(Struct, frozen=True):
    """By one process, or by several together; the memory is the most that one of them ever had."""

    cpu_seconds: float
    commits: int
    most_megabytes: float


class Commits:
    """Of all threads of this process, from when it is made until the process ends: those of transactions, and each
    statement that writes outside of one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.count = 0
        commit, execute = BaseDatabaseWrapper._commit, CursorWrapper._execute

        def counted_commit(connection: Any) -> None:
            self._add()
            commit(connection)

        def counted_execute(cursor: Any, sql: str, params: Any, *rest: Any) -> Any:
            if not cursor.db.in_atomic_block and sql.startswith(WRITES):
                self._add()
            return execute(cursor, sql, params, *rest)

        BaseDatabaseWrapper._commit, CursorWrapper._execute = counted_commit, counted_execute

    def used(self) -> Used:
        return Used(cpu_seconds(), self.count, most_megabytes())

    def _add(self) -> None:
        with self._lock:
            self.count += 1
