"""The way from a connector to its vendor's stand-in, on which calls can be made to go wrong one by one."""

from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from typing import Protocol
from urllib.parse import urlsplit

from tranter.sdk.http import NeverSent, NoAnswer, Reply, Request
from tranter.sdk.ports import Clock
from tranter.testing.simulator.core import SimReply, SimRequest

CALL_SECONDS = 0.1


class StandIn(Protocol):
    """A vendor in miniature: requests in, replies out."""

    def handle(self, request: SimRequest) -> SimReply: ...


class Trouble(Enum):
    LOST_REQUEST = "lost_request"
    LOST_REPLY = "lost_reply"
    UNREACHABLE = "unreachable"
    THROTTLED = "throttled"
    EXPIRED = "expired"
    DOWN = "down"
    DOWN_AFTERWARDS = "down_afterwards"
    HTML = "html"
    TRUNCATED = "truncated"
    SIGNED_OUT = "signed_out"


class Habits(Protocol):
    """What the stand-in's author says of the vendor."""

    def is_token_request(self, request: SimRequest) -> bool: ...

    def is_write(self, request: SimRequest) -> bool: ...

    def refusal(self, status: int) -> SimReply: ...


class Line:
    """A transport. Every call takes a moment, so that the vendor's world moves on between any two."""

    def __init__(self, vendor: StandIn, habits: Habits, clock: Clock) -> None:
        self._vendor, self._habits, self._clock = vendor, habits, clock
        self._waiting: list[tuple[Trouble, Callable[[SimRequest], bool]]] = []
        self.always: Trouble | None = None
        self.requests: list[SimRequest] = []

    def next_call(self, *troubles: Trouble) -> None:
        """The next calls go wrong like this; token requests don't count."""
        self._waiting += [(trouble, lambda _: True) for trouble in troubles]

    def next_write(self, *troubles: Trouble, about: str = "") -> None:
        """`about`: only a write that has this text in its address or its body."""

        def is_meant(request: SimRequest) -> bool:
            is_about = about.encode() in request.body or about in request.raw_path
            return is_about and self._habits.is_write(request)

        self._waiting += [(trouble, is_meant) for trouble in troubles]

    @property
    def waiting(self) -> int:
        """Troubles that nobody has met yet."""
        return len(self._waiting)

    @property
    def token_requests(self) -> int:
        return sum(1 for request in self.requests if self._habits.is_token_request(request))

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        self._clock.sleep(CALL_SECONDS)
        headers = {name.lower(): value for name, value in request.headers}
        asked = SimRequest.from_url(request.method, request.url, headers, request.body)
        self.requests.append(asked)
        answer = self._answer(asked, self._trouble(asked), urlsplit(request.url).netloc)
        date = self._clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT")
        return Reply(answer.status, (("Date", date), *answer.headers), answer.body)

    def _trouble(self, request: SimRequest) -> Trouble | None:
        if self.always is not None:
            return self.always
        if self._habits.is_token_request(request) or not self._waiting or not self._waiting[0][1](request):
            return None
        return self._waiting.pop(0)[0]

    def _answer(self, request: SimRequest, trouble: Trouble | None, host: str) -> SimReply:
        match trouble:
            case None:
                return self._vendor.handle(request)
            case Trouble.UNREACHABLE:
                raise NeverSent(f"{host}: connection refused")
            case Trouble.LOST_REQUEST:
                raise NoAnswer(f"{host}: reset")
            case Trouble.LOST_REPLY:
                self._vendor.handle(request)
                raise NoAnswer(f"{host}: closed before the reply was whole")
            case Trouble.TRUNCATED:
                reply = self._vendor.handle(request)
                return replace(reply, body=reply.body[: len(reply.body) // 2])
            case Trouble.DOWN_AFTERWARDS:
                self._vendor.handle(request)
                return self._habits.refusal(503)
            case Trouble.THROTTLED:
                return self._habits.refusal(429)
            case Trouble.EXPIRED:
                return self._habits.refusal(401)
            case Trouble.DOWN:
                return self._habits.refusal(503)
            case Trouble.HTML:
                return SimReply(
                    200, b"<html><body>Down for maintenance</body></html>", (("Content-Type", "text/html"),)
                )
            case Trouble.SIGNED_OUT:
                return self._signed_out(request)

    def _signed_out(self, request: SimRequest) -> SimReply:
        if self._habits.is_token_request(request):
            body = b'{"error": "invalid_grant", "error_description": "the consent was withdrawn"}'
            return SimReply(400, body, (("Content-Type", "application/json"),))
        return self._habits.refusal(401)
