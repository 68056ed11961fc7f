"""eBay's replies → the four errors. The one place where a status code or an errorId becomes a decision.

https://developer.ebay.com/api-docs/static/handling-error-messages.html (2026-11)
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import msgspec
from msgspec import Struct

from tranter.connectors.ebay.words import KINDS, REMEDIES, SIGNATURE_ERRORS
from tranter.sdk.errors import (
    AuthError,
    ConnectorError,
    RejectedError,
    TransientError,
    UnexpectedResponseError,
)
from tranter.sdk.http import Reply

EXPIRED_ON_INVENTORY = 1100
LIMIT_WAIT_SECONDS = 60.0
"""eBay's 429 seldom says how long. A spike is over by then; after a used-up day the schedule slows down."""


class Problem(Struct, rename="camel", frozen=True):
    error_id: int = 0
    category: str = ""
    message: str = ""
    long_message: str = ""

    @property
    def text(self) -> str:
        return (self.long_message or self.message or "no reason given")[:300]


class _Problems(Struct, frozen=True):
    errors: list[Problem] = []


class RejectedByEbay(RejectedError):
    """eBay's own "no", with its number."""

    def __init__(self, problem: Problem, status: int) -> None:
        kind = KINDS.get(problem.error_id, "unknown_order" if status == 404 else "rejected")
        if status == 409:
            kind = "shipped_already"
        number = problem.error_id or status
        super().__init__(f"eBay refuses ({number}): {problem.text}", REMEDIES.get(kind, ""), kind)
        self.error_id = problem.error_id
        self.status = status


def problems(body: bytes) -> tuple[Problem, ...]:
    try:
        return tuple(msgspec.json.decode(body, type=_Problems, strict=False).errors)
    except ValueError:
        return ()


def is_expired(reply: Reply) -> bool:
    """The Inventory API answers an expired token with 403 and 1100 (hendt/ebay-api issue 148)."""
    if reply.status == 401:
        return True
    return reply.status == 403 and any(one.error_id == EXPIRED_ON_INVENTORY for one in problems(reply.body))


def is_json(reply: Reply) -> bool:
    try:
        msgspec.json.decode(reply.body)
    except ValueError:
        return False
    return True


def refusal(reply: Reply, now: datetime) -> ConnectorError | None:
    """None for a 2xx, whose body is still to be judged. After a write, only `not_done` is a sure no."""
    status = reply.status
    if 200 <= status < 300:
        return None
    found = problems(reply.body)
    first = found[0] if found else Problem()
    if status == 429:
        return TransientError(
            f"eBay's call limit is reached: {first.text}", retry_after=wait_seconds(reply, now), not_done=True
        )
    if status >= 500 or status == 408:
        return TransientError(f"eBay answered {status}: {first.text}")
    if status < 400:
        return UnexpectedResponseError(f"eBay answered {status}, which no call of ours expects", _excerpt(reply))
    if is_expired(reply):
        return AuthError(f"eBay refuses the access token even after a refresh ({status}): {first.text}")
    if not found:
        if is_json(reply) and reply.body:
            return UnexpectedResponseError(f"eBay answered {status} without a reason", _excerpt(reply))
        # The edge in front of eBay answers in HTML, and then nobody has seen the request (2026-09).
        return TransientError(f"a gateway of eBay's answered {status}")
    if status == 403 and first.error_id not in SIGNATURE_ERRORS:
        return AuthError(f"eBay denies access ({first.error_id}): {first.text}")
    if first.category == "APPLICATION":
        return TransientError(f"eBay has a fault of its own ({first.error_id}): {first.text}")
    return RejectedByEbay(first, status)


def wait_seconds(reply: Reply, now: datetime) -> float:
    said = reply.header("Retry-After") or ""
    if said.isdigit():
        return max(float(said), 1.0)
    at = http_date(said)
    return max((at - now).total_seconds(), 1.0) if at is not None else LIMIT_WAIT_SECONDS


def http_date(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _excerpt(reply: Reply) -> str:
    return reply.body[:500].decode(errors="replace")
