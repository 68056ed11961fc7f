"""The memory of a process that carries batches of orders on many threads."""

import contextlib
import ctypes
import gc

SELDOM = 50_000, 20, 20
"""After so many new objects Python looks for cycles among them: a batch makes very many that live for a moment."""
M_ARENA_MAX, ARENAS = -8, 2
"""glibc gives each thread a heap of its own, and each of them keeps the largest batch that it ever saw."""


def keep_for_batches() -> None:
    """Before the threads are there."""
    gc.set_threshold(*SELDOM)
    with contextlib.suppress(AttributeError, OSError):  # another C library has no such setting
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)
