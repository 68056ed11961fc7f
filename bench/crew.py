"""Workers on PostgreSQL, each in a process of its own, as `tranter worker` is."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

import msgspec

from bench.counting import Used
from bench.stub.process import ROOT


def environment(home: Path, url: str) -> Mapping[str, str]:
    """Of a process that works on the ledger at `url`."""
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "TRANTER_HOME": str(home),
        "TRANTER_DATABASE_URL": url,
        "TRANTER_ALLOW_HOSTS": "127.0.0.1",
    }


class Worker:
    def __init__(self, given: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "bench.stub.hub", "work"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=given, stdout=subprocess.PIPE)
        self._speaks = False

    def used(self) -> Used:
        """Its first word says that it understands the question."""
        if not self._speaks:
            self._line()
            self._speaks = True
        self.process.send_signal(signal.SIGUSR1)
        return msgspec.json.decode(self._line(), type=Used)

    def _line(self) -> bytes:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


class Crew:
    """The workers, by process id."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._environment = given
        self._workers: dict[int, Worker] = {}

    def hire(self) -> None:
        worker = Worker(self._environment)
        self._workers[worker.process.pid] = worker

    def tell(self, pid: int, word: signal.Signals) -> None:
        self._workers[pid].process.send_signal(word)

    def working(self) -> "nullcontext[Callable[[], None]]":
        """They always are, and hear the ledger's own bell."""
        return nullcontext(lambda: None)

    def used(self) -> Used:
        """By all of them together."""
        each = [worker.used() for worker in self._workers.values()]
        return Used(
            sum(one.cpu_seconds for one in each),
            sum(one.commits for one in each),
            max(one.most_megabytes for one in each),
        )

    def dismiss(self) -> None:
        for worker in self._workers.values():
            worker.process.send_signal(signal.SIGCONT)
            worker.process.terminate()
        for worker in self._workers.values():
            worker.process.communicate(timeout=60)


@contextmanager
def crew(given: Mapping[str, str]) -> Iterator[Crew]:
    made = Crew(given)
    try:
        yield made
    finally:
        made.dismiss()
