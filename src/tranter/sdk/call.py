"""One signed call: budget, bearer token, one refresh when it is refused, and a note of what happened."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from tranter.sdk.auth import Access, asks_for_password
from tranter.sdk.budget import Budget
from tranter.sdk.errors import PasswordAsked, TransientError
from tranter.sdk.http import NeverSent, NoAnswer, Reply, Request, Transport
from tranter.sdk.ports import Clock
from tranter.sdk.text import without_nul

RENEWALS = 2
WRITTEN = ("json", "xml", "html")
"""Kinds of replies that are text in UTF-8. Files may be anything."""

Signer = Callable[[str], tuple[tuple[str, str], ...]]


class CallNote(Struct, frozen=True, kw_only=True, gc=False):
    """One call for the record: no query, no body, no header but the vendor's own request id and its time.

    `date` is the vendor's clock when it answered, as it wrote it.
    """

    at: datetime
    method: str
    path: str
    status: int
    seconds: float
    request_id: str = ""
    trouble: str = ""
    date: str = ""


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    return (("Authorization", f"Bearer {token}"),)


def is_unauthorized(reply: Reply) -> bool:
    return reply.status == 401


class Caller:
    """What a connector calls its vendor through. Raises `TransientError` and `AuthError`; returns other replies."""

    def __init__(
        self,
        transport: Transport,
        clock: Clock,
        budget: Budget,
        access: Access | None,
        note: Callable[[CallNote], None],
    ) -> None:
        self._transport, self._clock, self._access, self._note = transport, clock, access, note
        self.budget = budget
        self.transport = transport

    def call(
        self,
        request: Request,
        timeout_seconds: float = 30.0,
        sign: Signer = bearer,
        is_expired: Callable[[Reply], bool] = is_unauthorized,
    ) -> Reply:
        """Sends a signed request; a reply that `is_expired` leads to a refresh and another try.

        A second one follows when even the fresh token is refused: only then does it mean more than a bad moment.
        """
        if self._access is None:
            return self.send(request, timeout_seconds)
        token = self._access.token()
        reply = self.send(_with(request, sign(token)), timeout_seconds)
        for _ in range(RENEWALS):
            if not is_expired(reply):
                break
            token = self._access.renew(token)
            reply = self.send(_with(request, sign(token)), timeout_seconds)
        return reply

    def send(self, request: Request, timeout_seconds: float = 30.0) -> Reply:
        """Sends as it is, unsigned. Counts against the budget."""
        self.budget.take()
        at, began = self._clock.now(), self._clock.monotonic()
        try:
            reply = self._transport.send(request, timeout_seconds)
        except NeverSent as error:
            self._keep(request, at, began, None, f"never sent: {error}")
            raise TransientError(f"can't be reached: {error}", not_done=True) from error
        except NoAnswer as error:
            self._keep(request, at, began, None, f"no answer: {error}")
            raise TransientError(f"no answer: {error}") from error
        self._keep(request, at, began, reply, "")
        if asks_for_password(reply):
            raise PasswordAsked
        return _readable(reply)

    def _keep(self, request: Request, at: datetime, began: float, reply: Reply | None, trouble: str) -> None:
        request_id = date = ""
        if reply is not None:
            date = reply.header("date") or ""
            request_id = reply.header("x-request-id") or reply.header("x-ebay-c-request-id") or ""
        self._note(
            CallNote(
                at=at,
                method=request.method,
                path=urlsplit(request.url).path,
                status=reply.status if reply is not None else 0,
                seconds=self._clock.monotonic() - began,
                request_id=request_id[:100],
                trouble=trouble[:300],
                date=date,
            )
        )


def _readable(reply: Reply) -> Reply:
    kind = reply.header("content-type") or ""
    if not any(word in kind for word in WRITTEN):
        return reply
    body = without_nul(reply.body)
    return reply if body is reply.body else msgspec.structs.replace(reply, body=body)


def _with(request: Request, headers: tuple[tuple[str, str], ...]) -> Request:
    return msgspec.structs.replace(request, headers=(*request.headers, *headers))
