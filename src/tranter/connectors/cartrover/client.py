"""Calls to CartRover. It answers 200 to nearly everything; the body says how it went."""

import base64
import re
from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct

from tranter.connectors.cartrover.settings import CartRoverSettings
from tranter.sdk.errors import AuthError, ConnectorError, RejectedError, TransientError, UnexpectedResponseError
from tranter.sdk.http import Reply, Request
from tranter.sdk.manifest import Context

LIMIT = 100
SLOWER_SECONDS = 60.0
ABOUT_THE_KEY = re.compile(r"api.?(user|key)|credential|authenti|unauthori|permission", re.IGNORECASE)
NOT_FOUND = re.compile(r"not.?found|does.?n.t exist|no such", re.IGNORECASE)

Query = Sequence[tuple[str, str]]
Shape = TypeVar("Shape")


class Envelope(Struct):
    """`status_message` is the older name of `message`."""

    success_code: bool
    response: msgspec.Raw = msgspec.Raw(b"null")
    cust_ref: str | None = None
    error_code: str = ""
    message: str = ""
    status_message: str = ""

    @property
    def words(self) -> str:
        return (self.message or self.status_message or self.error_code or "no reason given")[:300]


class Client:
    def __init__(self, context: Context, settings: CartRoverSettings) -> None:
        self._caller, self._credentials, self._settings = context.caller, context.credentials, settings

    def get(self, path: str, shape: type[Shape], query: Query = ()) -> Shape:
        return converted(self._sent("GET", path, query).response, shape)

    def post(self, path: str, body: object) -> Envelope:
        return self._sent("POST", path, (), msgspec.json.encode(body))

    def ask(self, path: str) -> None:
        """A GET that does something."""
        self._sent("GET", path, ())

    def _sent(self, method: str, path: str, query: Query, body: bytes = b"") -> Envelope:
        pair = f"{self._settings.api_user}:{self._credentials.load().get('api_key')}"
        headers = (
            ("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"),
            ("Content-Type", "application/json"),
            ("Accept", "application/json"),
        )
        asked = f"?{urlencode(query)}" if query else ""
        request = Request(method, f"{self._settings.base_url}/v1/{path}{asked}", headers, body)
        reply = self._caller.send(request, 60.0)
        _check(reply)
        try:
            envelope = msgspec.json.decode(reply.body, type=Envelope)
        except msgspec.ValidationError as error:
            raise UnexpectedResponseError("CartRover's reply has another shape", _excerpt(reply)) from error
        except msgspec.DecodeError as error:
            raise TransientError("CartRover's reply is no JSON") from error  # after a write: nobody knows
        if not envelope.success_code:
            raise _refusal(envelope)
        return envelope


def segment(text: str) -> str:
    return quote(text, safe="")


def converted(raw: msgspec.Raw, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.DecodeError as error:
        raise UnexpectedResponseError(f"CartRover's reply has another shape: {error}") from error


def _check(reply: Reply) -> None:
    match reply.status:
        case 200:
            return
        case 401 | 403:
            raise AuthError("CartRover refuses the API user or its key")
        case 429:
            raise _slower()
        case status if status >= 500:
            raise TransientError(f"CartRover answered {status}")
        case status:
            raise UnexpectedResponseError(f"CartRover answered {status}", _excerpt(reply))


def _refusal(envelope: Envelope) -> ConnectorError:
    if envelope.error_code == "RateLimit":
        return _slower()
    if ABOUT_THE_KEY.search(envelope.words):
        return AuthError(f"CartRover refuses the API user or its key: {envelope.words}")
    kind = "not_found" if NOT_FOUND.search(envelope.words) else "rejected"
    remedy = "Correct what it names, or look at the order in CartRover; then try again."
    return RejectedError(f"CartRover refused it: {envelope.words}.", remedy, kind=kind)


def _slower() -> TransientError:
    return TransientError("CartRover takes no more calls for now", retry_after=SLOWER_SECONDS, not_done=True)


def _excerpt(reply: Reply) -> str:
    return reply.body[:300].decode(errors="replace")
