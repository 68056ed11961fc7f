"""What a running hub does every few seconds or minutes beside the flows, each on a thread of its own."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import structlog
from msgspec import Struct

from tranter.engine.lines import join_all
from tranter.engine.mistakes import where
from tranter.ledger.setup import StorageTrouble, close_connections

STOP_SECONDS = 5.0


class Round(Struct, frozen=True):
    """`work` is done every `seconds`, beginning at once. What one round meets, the next one is made anyway."""

    name: str
    seconds: float
    work: Callable[[], object]


@contextmanager
def going_round(rounds: Sequence[Round], stop_seconds: float = STOP_SECONDS) -> Iterator[None]:
    """As long as the block runs. Rounds that hang are left behind at the end, all of them after `stop_seconds`."""
    stopping = threading.Event()
    threads = [threading.Thread(target=_go, args=(one, stopping), name=one.name, daemon=True) for one in rounds]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        join_all(threads, stop_seconds)


def _go(one: Round, stopping: threading.Event) -> None:
    while not stopping.is_set():
        try:
            one.work()
        except StorageTrouble:
            close_connections()  # the disk or the lock: the scheduler says so, and it comes right by itself
        except Exception as error:  # noqa: BLE001 - a mistake in one round must not end all later ones
            structlog.get_logger().error("mistake", thread=one.name, error=type(error).__name__, where=where(error))
        stopping.wait(one.seconds)
    close_connections()
