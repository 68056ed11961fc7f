"""A connector for files, wired to a place in memory."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tranter.connectors.csv.manifest import manifest
from tranter.engine.clock import VirtualClock
from tranter.sdk.budget import Budget
from tranter.sdk.call import Caller
from tranter.sdk.http import NoAnswer, Reply, Request, Transport
from tranter.sdk.manifest import Context
from tranter.testing.builders import NOON
from tranter.testing.contract_world import Pocket
from tranter.testing.files import MemoryDrive

PLACE = "sftp://files.test/acme"
IN, OUT, OURS = "/acme/in", "/acme/out", "/acme/out/.tranter"


def wired(transport: Transport, clock: Any, settings: dict[str, object], secrets: dict[str, str] | None = None) -> Any:
    caller = Caller(transport, clock, Budget(clock, 10**6, 60), None, lambda note: None)
    read = manifest.settings.read({"place": PLACE, "user": "hub", "currency": "EUR", **settings})
    pocket = Pocket(secrets or {"password": "pw"})
    return manifest.build(Context(settings=read, caller=caller, credentials=pocket, clock=clock))


class Broken:
    """A transport on which the reply to every call that `is_meant` is lost, before or after it was done."""

    def __init__(self, drive: MemoryDrive, is_meant: Callable[[Request], bool], is_done: bool) -> None:
        self._drive, self._is_meant, self._is_done = drive, is_meant, is_done

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        if not self._is_meant(request):
            return self._drive.send(request, timeout_seconds)
        if self._is_done:
            self._drive.send(request, timeout_seconds)
        raise NoAnswer("files.test: closed")


class Rig:
    """`drive` is the place; `connector` looks at it. The other side's files are an hour old unless said otherwise."""

    def __init__(self, **settings: object) -> None:
        self.clock = VirtualClock(NOON)
        self.drive = MemoryDrive(self.clock)
        self.settings = settings
        self.connector = wired(self.drive, self.clock, settings)

    def comes(self, name: str, text: str, ago: float = 3600) -> None:
        self.drive.files[f"{IN}/{name}"] = (text.encode(), self.clock.now() - timedelta(seconds=ago))

    def over(self, transport: Transport) -> Any:
        return wired(transport, self.clock, self.settings)

    def taken(self, cursor: str = "", verb: str = "pull_orders") -> tuple[list[str], str]:
        """Keys of everything that is pulled from this cursor on, and the cursor behind it."""
        keys: list[str] = []
        more = [NOON, False] if verb == "pull_orders" else [NOON]
        while True:
            page = getattr(self.connector, verb)(cursor, *more)
            keys += [raw.key for raw in page.records]
            cursor = page.cursor
            if not page.more:
                return keys, cursor

    def orders(self) -> dict[str, Any]:
        """By number: what could be read, or why it could not."""
        from tranter.model import Unreadable

        found: dict[str, Any] = {}
        for raw in self.connector.pull_orders("", NOON, False).records:
            try:
                found[raw.key] = self.connector.read_order(raw.payload)
            except Unreadable as error:
                found[raw.key] = error.cause
        return found
