"""A place for files in memory, with a clock of its own: what a folder or an SFTP server is to a connector."""

from collections.abc import Iterator
from datetime import datetime

from tranter.sdk.files import Entry, answer
from tranter.sdk.http import Reply, Request
from tranter.sdk.ports import Clock
from tranter.testing.simulator.core import SimReply, SimRequest


class MemoryDrive:
    """By path. It is a transport of its own, and a stand-in that contract tests call over their line."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.files: dict[str, tuple[bytes, datetime]] = {}

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        return answer(self, request)

    def handle(self, request: SimRequest) -> SimReply:
        headers = tuple((name.title(), value) for name, value in request.headers.items())
        reply = answer(self, Request(request.method, f"memory://{request.raw_path}", headers, request.body))
        return SimReply(reply.status, reply.body, reply.headers)

    def drop(self, path: str, text: str) -> None:
        """Somebody else puts a file there."""
        self.drop_bytes(path, text.encode())

    def drop_bytes(self, path: str, body: bytes) -> None:
        self.files[path] = (body, self.clock.now())

    def names(self, folder: str) -> list[str]:
        return [entry.name for entry in self.list(folder)]

    def text(self, path: str) -> str:
        return self.files[path][0].decode()

    def list(self, folder: str) -> Iterator[Entry]:
        inside = {path.removeprefix(f"{folder}/"): held for path, held in self.files.items() if _is_in(path, folder)}
        for name, (body, modified_at) in sorted(inside.items()):
            if "/" not in name:
                yield Entry(name=name, size=len(body), modified_at=modified_at)

    def read(self, path: str) -> bytes:
        return self._held(path)[0]

    def write(self, path: str, body: bytes, new_only: bool) -> None:
        if new_only:
            self._refuse_taken(path)
        self.files[path] = (body, self.clock.now())

    def move(self, path: str, to: str) -> None:
        self._held(path)
        self._refuse_taken(to)
        self.files[to] = self.files.pop(path)

    def delete(self, path: str) -> None:
        self._held(path)
        del self.files[path]

    def _held(self, path: str) -> tuple[bytes, datetime]:
        if path not in self.files:
            raise FileNotFoundError(2, "no such file")
        return self.files[path]

    def _refuse_taken(self, path: str) -> None:
        if path in self.files:
            raise FileExistsError(17, "it is there already")


def _is_in(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")
