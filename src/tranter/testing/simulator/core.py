"""A simulator's core: a request goes in, a reply comes out, and a clock that somebody else moves."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit


class SimClock(Protocol):
    def now(self) -> datetime: ...

    def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True)
class SimRequest:
    """`path` is percent-decoded, `raw_path` is as it came; header names are lower case."""

    method: str
    host: str
    raw_path: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    body: bytes = b""

    @classmethod
    def from_url(cls, method: str, url: str, headers: dict[str, str], body: bytes) -> "SimRequest":
        parts = urlsplit(url)
        return cls(
            method=method.upper(),
            host=headers.get("host", parts.netloc),
            raw_path=parts.path,
            path=unquote(parts.path),
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers=headers,
            body=body,
        )

    def param(self, name: str) -> str | None:
        return next((value for key, value in self.query if key == name), None)

    def params(self, name: str) -> list[str]:
        return [value for key, value in self.query if key == name]

    def json(self) -> Any:
        return json.loads(self.body or b"null")


@dataclass(frozen=True)
class SimReply:
    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = field(default=())


def json_reply(status: int, value: object, headers: tuple[tuple[str, str], ...] = ()) -> SimReply:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return SimReply(status, body, (("Content-Type", "application/json"), *headers))


class Vendor(Protocol):
    """One simulated system. `handle` is called under a lock: one request at a time."""

    name: str
    clock: SimClock

    def handle(self, request: SimRequest) -> SimReply: ...

    def is_token_request(self, request: SimRequest) -> bool: ...

    def refusal(self, status: int) -> SimReply:
        """The vendor's own body for a 429, 500, 503 or an expired token (401)."""
        ...

    def shuffled(self, reply: SimReply, seed: int) -> SimReply:
        """The same page with its rows in another order; any other reply unchanged."""
        ...

    def repeated(self, request: SimRequest) -> SimRequest:
        """The request for the page before this one; any other request unchanged."""
        ...
