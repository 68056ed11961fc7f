"""Where the calls of a batch are made: on threads, or one after the other in seeded order."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from random import Random
from typing import Protocol, TypeVar

from tranter.engine.memory import keep_for_batches

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


class LanePool:
    """For many runs at once: each has at most `width` calls under way, so that one that hangs leaves the others theirs.

    `lanes` is how many runs there are.
    """

    def __init__(self, lanes: int, width: int) -> None:
        keep_for_batches()
        self._width = width
        self._executor = ThreadPoolExecutor(lanes * width, thread_name_prefix="call")

    def map(self, work: Callable[[Item], Answer], items: Sequence[Item]) -> list[Answer]:
        if len(items) == 1:
            return [work(items[0])]
        answers: dict[int, Answer] = {}
        numbered = iter(enumerate(items))
        lock = threading.Lock()

        def take() -> tuple[int, Item] | None:
            with lock:
                return next(numbered, None)

        def lane() -> None:
            while (one := take()) is not None:
                answers[one[0]] = work(one[1])

        lanes = [self._executor.submit(lane) for _ in range(min(self._width, len(items)))]
        wait(lanes)
        for each in lanes:
            each.result()
        return [answers[number] for number in range(len(items))]

    def close(self) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)
