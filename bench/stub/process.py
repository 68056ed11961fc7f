"""The stub in a process of its own, and what one asks it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

ROOT = Path(__file__).resolve().parents[2]


class Counts(msgspec.Struct, frozen=True):
    """As `GET /counts` says it."""

    delivered: int
    doubled: int
    repeated: int
    told: int
    told_twice: int
    rows: int
    calls: dict[str, int]

    @property
    def vendor_calls(self) -> int:
        """Without our own questions to the stub."""
        return sum(count for place, count in self.calls.items() if place.split(" ")[1] not in OURS)


OURS = ("/control", "/counts", "/delivered", "/times")


class StubProcess:
    def __init__(self, url: str, pid: int) -> None:
        self.url, self.pid = url, pid
        self._line = HTTPConnection(urlsplit(url).netloc, timeout=60)

    def control(self, **goods: Any) -> None:
        """Fields of `Goods`; `forget=True` empties the counts before."""
        self._ask("/control", msgspec.json.encode(goods))

    def sell(self, orders: int, **goods: Any) -> None:
        """So many orders from now on, the first one bought at this moment."""
        self.control(orders=orders, first_at=time.time(), forget=True, **goods)

    def counts(self) -> Counts:
        return msgspec.json.decode(self._ask("/counts"), type=Counts)

    def delivered(self) -> int:
        return int(self._ask("/delivered"))

    def times(self, of: str) -> list[float]:
        """When it heard `of` ("GET /orders"), by `time.monotonic()`."""
        asked = of.replace(" ", "%20").replace("/", "%2F")
        return msgspec.json.decode(self._ask(f"/times?of={asked}"), type=list[float])

    def close(self) -> None:
        self._line.close()

    def _ask(self, path: str, body: bytes | None = None) -> bytes:
        """Over one connection: who measures looks many times, on the processors that are measured."""
        self._line.request("GET" if body is None else "POST", path, body)
        return self._line.getresponse().read()


@contextmanager
def stub() -> Iterator[StubProcess]:
    """Ends with the block, or with this process."""
    command = [sys.executable, "-m", "bench.stub.server"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            with closing(StubProcess(process.stdout.readline().strip(), process.pid)) as one:
                yield one
        finally:
            process.stdin.close()
