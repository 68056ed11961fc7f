"""Refusals and the headers that every reply wears."""

import hashlib
import json
from typing import Any

from tranter.testing.simulator import SimReply

Errors = dict[str, list[str]]

PLAIN_HEADERS = (
    ("X-Frame-Options", "SAMEORIGIN"),
    ("X-Xss-Protection", "1; mode=block"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Download-Options", "noopen"),
    ("X-Permitted-Cross-Domain-Policies", "none"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)
PHRASES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    414: "Request-URI Too Long",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class RefusedError(Exception):
    """A request ends here, with this status and body."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{status} {body}")
        self.status, self.body = status, body


def refused(status: int, message: str) -> RefusedError:
    return RefusedError(status, {"type": PHRASES[status], "message": message})


def bad_request(message: str) -> RefusedError:
    return refused(400, message)


def missing_parameter(name: str) -> RefusedError:
    return bad_request(f"Required parameter missing: {name}")


def not_found(kind: str, identity: object) -> RefusedError:
    return refused(404, f"Couldn't find {_class_name(kind)} with 'id'={identity}")


def _class_name(singular: str) -> str:
    return "".join(word.title() for word in singular.split("_"))


def invalid(errors: Errors) -> RefusedError:
    """422 with the complaints per attribute; attributes of nested rows have dotted keys."""
    return RefusedError(422, {"errors": errors})


def blank(name: str) -> RefusedError:
    return invalid({name: ["can't be blank"]})


def reply(status: int, value: object | None, headers: tuple[tuple[str, str], ...] = ()) -> SimReply:
    if value is None:
        return SimReply(status, b"", (*PLAIN_HEADERS, *headers, ("Cache-Control", "no-cache")))
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    etag = hashlib.md5(body, usedforsecurity=False).hexdigest()
    typed = (
        ("Content-Type", "application/json; charset=utf-8"),
        ("Etag", f'"{etag}"'),
        ("Cache-Control", "max-age=0, private, must-revalidate" if status < 400 else "no-cache"),
    )
    return SimReply(status, body, (*PLAIN_HEADERS, *headers, *typed))
