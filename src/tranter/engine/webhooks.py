"""Webhooks out: each message is signed as Standard Webhooks says, carried, and tried again on the one schedule.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (2026-11)
"""

import base64
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

import msgspec
import structlog

from tranter.engine.hub import Hub
from tranter.engine.retry import again_at
from tranter.ledger import outbox, webhooks
from tranter.ledger.book import Book, pushes_paused
from tranter.ledger.outbox import Carried, DueMessage
from tranter.ledger.webhooks import CARTROVER, PREFIX, AttemptLine, Target, Wanted, WebhookLine, WebhookProblem
from tranter.sdk.http import HttpError, Request

TIMEOUT_SECONDS = 15.0
NEXT_TRY = timedelta(seconds=30)
"""When one is not taken the rest are tried after this: it may be that one message alone which is not taken."""
EACH = 50
"""So many messages of one webhook per round: the others are not kept waiting."""
GIVE_UP = timedelta(days=3)
PAUSE_AFTER = timedelta(days=5)
SCHEMES = ("https", "http")
TEST_EVENT = "webhook.test"
SIGNATURE, NO_ORDERS = "x-tranter-signature", b'{"orders":[]}'


class Answer(msgspec.Struct, frozen=True):
    """`status` 0: none came. `retry_after` in seconds, where the receiver names it."""

    status: int
    note: str
    retry_after: float | None = None

    @property
    def taken(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


Tell = Callable[[Hub, DueMessage], bytes]
"""The body of a message in another style than the standard one."""


class Told(msgspec.Struct, frozen=True):
    """How messages are written: with addresses below `base_url`, or as their style says."""

    base_url: str
    styles: Mapping[str, Tell] = {}

    def body(self, hub: Hub, style: str, message: DueMessage) -> bytes:
        tell = self.styles.get(style)
        return tell(hub, message) if tell is not None else body_of(message, self.base_url)


def send_due(hub: Hub, told: Told) -> int:
    """How many messages were taken. A restored ledger tells nobody anything before it has looked around."""
    if pushes_paused():
        return 0
    claimed = outbox.claim(hub.ports.clock.now(), EACH)
    if not claimed:
        return 0
    targets = {pk: _target(hub, some[0]) for pk, some in claimed.items()}
    lanes = [(targets[pk], some) for pk, some in claimed.items()]
    answers = hub.ports.pool.map(lambda lane: _carry(hub, lane[0], lane[1], told), lanes)
    return sum(_settle(hub, lane, answered) for lane, answered in zip(lanes, answers, strict=True))


def _target(hub: Hub, message: DueMessage) -> Target:
    return webhooks.target(Book(message.merchant_id, hub.vault), message.webhook_id, hub.ports.clock.now())


def _carry(hub: Hub, target: Target, messages: list[DueMessage], told: Told) -> list[Answer]:
    """One after the other, until one is not taken: most likely nobody is there."""
    answers: list[Answer] = []
    for message in messages:
        answers.append(post(hub, target, message.message_id, told.body(hub, target.style, message)))
        if not answers[-1].taken:
            break
    return answers


def _settle(hub: Hub, lane: tuple[Target, list[DueMessage]], answers: list[Answer]) -> int:
    (target, messages), now = lane, hub.ports.clock.now()
    carried = [_carried(hub, one, answer, now) for one, answer in zip(messages, answers, strict=False)]
    outbox.settle(carried, now)
    failed = [one for one in carried if not one.taken]
    if failed:
        outbox.put_back(messages[len(answers) :], now + NEXT_TRY)
        _look_at(hub, target, failed[0], now)
    return len(carried) - len(failed)


def _carried(hub: Hub, message: DueMessage, answer: Answer, now: datetime) -> Carried:
    waits = not answer.taken and now - message.since < GIVE_UP
    at = again_at(now, message.attempts + 1, answer.retry_after, hub.ports.random) if waits else None
    return Carried(message=message, taken=answer.taken, status=answer.status, note=answer.note, again_at=at)


def _look_at(hub: Hub, target: Target, failed: Carried, now: datetime) -> None:
    """One that said that it is gone, or took nothing for days, is paused until a person has seen to it."""
    structlog.get_logger().warning("webhook not taken", webhook=failed.message.webhook_id, status=failed.status)
    gone = failed.status == HTTPStatus.GONE
    tired = target.failing_since is not None and now - target.failing_since > PAUSE_AFTER
    if gone or tired:
        reason = "it answered that it is gone (410)" if gone else f"nothing was taken for days; last: {failed.note}"
        webhooks.pause_failing(Book(failed.message.merchant_id, hub.vault), failed.message.webhook_id, reason, now)


def post(hub: Hub, target: Target, message_id: str, body: bytes) -> Answer:
    if target.style == CARTROVER:
        marks = signed_as_cartrover(target.secrets, body)
    else:
        marks = signed(target.secrets, message_id, int(hub.ports.clock.now().timestamp()), body)
    headers = (("content-type", "application/json"), *marks.items())
    try:
        reply = hub.ports.transport.send(Request("POST", target.url, headers, body), TIMEOUT_SECONDS)
    except HttpError as error:
        return Answer(0, str(error))
    wait = reply.header("retry-after") or ""
    return Answer(reply.status, f"answered {reply.status}", float(wait) if wait.isdigit() else None)


def signed(secrets: tuple[str, ...], message_id: str, seconds: int, body: bytes) -> Mapping[str, str]:
    """The three headers. Every secret that counts signs: a receiver changes from one to the next when it likes."""
    content = f"{message_id}.{seconds}.".encode() + body
    keys = [base64.b64decode(secret.removeprefix(PREFIX)) for secret in secrets]
    marks = [base64.b64encode(hmac.digest(key, content, "sha256")).decode() for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{mark}" for mark in marks),
    }


def signed_as_cartrover(secrets: tuple[str, ...], body: bytes) -> Mapping[str, str]:
    """HMAC-SHA256 of the body, in hexadecimal. The header's name is the hub's own: CartRover's is not public."""
    marks = [hmac.digest(secret.encode(), body, "sha256").hex() for secret in secrets]
    return dict(zip((SIGNATURE, f"{SIGNATURE}-old"), marks, strict=False))


def body_of(message: DueMessage, base_url: str) -> bytes:
    """Numbers, status and where to ask for more; nothing of a person."""
    told: dict[str, object] = {"merchant": message.merchant, **message.detail}
    if message.order_id is not None:
        told["order"] = {
            "id": message.order_id,
            "number": message.subject,
            "remote_id": message.remote_id,
            "status": message.status,
            "url": f"{base_url}/api/v1/orders/{message.order_id}",
        }
    elif message.subject:
        told["subject"] = message.subject
    return _body(message.event, message.at, told)


def _body(event: str, at: datetime, told: Mapping[str, object]) -> bytes:
    return msgspec.json.encode({"type": event, "timestamp": at.astimezone(UTC), "data": told})


def try_out(hub: Hub, book: Book, webhook_id: int) -> AttemptLine:
    """A message of its own, at once, signed like all. Raises `UnknownWebhook`."""
    now = hub.ports.clock.now()
    target = webhooks.target(book, webhook_id, now)
    message_id = outbox.message_id(f"test/{now.isoformat()}", webhook_id)
    body = NO_ORDERS if target.style == CARTROVER else _body(TEST_EVENT, now, {})
    answer = post(hub, target, message_id, body)
    return AttemptLine(at=now, taken=answer.taken, status=answer.status, note=answer.note)


def add(book: Book, wanted: Wanted, actor: str, now: datetime) -> tuple[WebhookLine, str]:
    """With its secret, which is told once. Raises `WebhookProblem`."""
    check_address(wanted.url)
    return webhooks.add(book, wanted, actor, now)


def change(book: Book, webhook_id: int, wanted: Wanted, actor: str, now: datetime) -> WebhookLine:
    """Raises `UnknownWebhook` and `WebhookProblem`."""
    check_address(wanted.url)
    return webhooks.change(book, webhook_id, wanted, actor, now)


def check_address(url: str) -> None:
    """Whether that host may be called is judged at each call: names change. Raises `WebhookProblem`."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in SCHEMES and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or any(sign <= " " for sign in url) or len(url) > 2000:
        raise WebhookProblem("write the whole address, as https://example.com/hook")
    if parts.username or parts.password:
        raise WebhookProblem("the address may hold no user name or password: check the signature instead")
