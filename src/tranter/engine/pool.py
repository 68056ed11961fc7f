"""Where the calls of a batch are made: on threads, or one after the other in seeded order."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Protocol, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Pool(Protocol):
    def map(self, work: Callable[[Item], Answer], items: Sequence[Item]) -> list[Answer]:
        """The answers in the sequence of the items."""
        ...


class ThreadPool:
    def __init__(self, threads: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="call")

    def map(self, work: Callable[[Item], Answer], items: Sequence[Item]) -> list[Answer]:
        if len(items) == 1:
            return [work(items[0])]
        return list(self._executor.map(work, items))

    def close(self) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)


class SerialPool:
    """Deterministic: the same seed makes the same sequence."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def map(self, work: Callable[[Item], Answer], items: Sequence[Item]) -> list[Answer]:
        order = list(range(len(items)))
        self._random.shuffle(order)
        answers = {index: work(items[index]) for index in order}
        return [answers[index] for index in range(len(items))]
