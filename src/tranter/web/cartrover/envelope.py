"""How every answer looks: an envelope, and with HTTP 200 whatever is wrong, for clients read no other."""

import secrets
from collections.abc import Mapping
from enum import Enum

import msgspec
from django.http import HttpResponse

PROCESS, LEFT, TOTAL = "X-CartRover-Process-ID", "X-CartRover-Api-Minute-Hits-Remaining", "total-records"


class Code(Enum):
    INVALID = "Invalid"
    FAILURE = "Failure"
    RATE_LIMIT = "RateLimit"


class Refusal(Exception):
    """Told to the client as it stands. `details` goes out as `error_response`."""

    def __init__(self, message: str, code: Code = Code.INVALID, details: object = None) -> None:
        super().__init__(message)
        self.message, self.code, self.details = message, code, details


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`beside` stands beside `success_code`; `response` is left out where there is none."""

    response: object = msgspec.UNSET
    beside: Mapping[str, object] = {}
    total: int | None = None

    @property
    def records(self) -> int:
        if self.total is not None:
            return self.total
        return len(self.response) if isinstance(self.response, list) else 1


def answered(answer: Answer) -> HttpResponse:
    body: dict[str, object] = {"success_code": True, **answer.beside}
    if answer.response is not msgspec.UNSET:
        body["response"] = answer.response
    return _json(body, answer.records)


def refused(refusal: Refusal, status: int = 200) -> HttpResponse:
    body: dict[str, object] = {"success_code": False, "error_code": refusal.code.value, "message": refusal.message}
    if refusal.details is not None:
        body["error_response"] = refusal.details
    return _json(body, 0, status)


def _json(body: Mapping[str, object], records: int, status: int = 200) -> HttpResponse:
    response = HttpResponse(msgspec.json.encode(body), status=status, content_type="application/json")
    response.headers[PROCESS] = secrets.token_hex(8)
    response.headers[TOTAL] = str(records)
    return response
