"""What a process has used, and how often it committed."""

import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

WRITES = ("INSERT", "UPDATE", "DELETE")


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def most_megabytes() -> float:
    """The most memory that this process ever had."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


class Commits:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.count = 0

    def add(self) -> None:
        with self._lock:
            self.count += 1


@contextmanager
def counting_commits() -> Iterator[Commits]:
    """Of all threads: those of transactions, and each statement that writes outside of one."""
    commits = Commits()
    commit, execute = BaseDatabaseWrapper._commit, CursorWrapper._execute

    def counted_commit(self: Any) -> None:
        commits.add()
        commit(self)

    def counted_execute(self: Any, sql: str, params: Any, *rest: Any) -> Any:
        if not self.db.in_atomic_block and sql.startswith(WRITES):
            commits.add()
        return execute(self, sql, params, *rest)

    BaseDatabaseWrapper._commit, CursorWrapper._execute = counted_commit, counted_execute
    try:
        yield commits
    finally:
        BaseDatabaseWrapper._commit, CursorWrapper._execute = commit, execute
