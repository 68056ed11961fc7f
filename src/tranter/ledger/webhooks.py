"""Webhooks: where a merchant wants to be told what happens, and what became of each message."""

import base64
import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from tranter.ledger import exceptions, journal
from tranter.ledger.api_keys import KEY_LETTERS, letters
from tranter.ledger.book import Book
from tranter.ledger.models import Webhook, WebhookAttempt, WebhookMessage
from tranter.ledger.outbox import EVENTS
from tranter.ledger.vault import Vault
from tranter.ledger.writing import writing

if TYPE_CHECKING:
    from django.db.models import QuerySet

SECRET_BYTES = 32
PREFIX = "whsec_"
BOTH_COUNT = timedelta(hours=24)
"""So long is a message signed with the old secret, too."""
MOST = 20
PAUSED_KIND = "webhook_paused"


class UnknownWebhook(LookupError):
    pass


class WebhookProblem(ValueError):
    """It can't be set so; the text says why."""


STANDARD, CARTROVER = "standard", "cartrover"
STYLES = (STANDARD, CARTROVER)
NEW_ORDERS = ("order.created",)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """`events` empty: all, those to come too; in CartRover's style new orders. The style stays as it was made."""

    url: str
    events: tuple[str, ...] = ()
    style: str = STANDARD


class WebhookLine(msgspec.Struct, frozen=True, kw_only=True):
    """`failing_since`: since when it took nothing. `old_secret_until`: so long are there two."""

    id: int
    url: str
    style: str
    events: tuple[str, ...]
    state: str
    state_reason: str
    failing_since: datetime | None
    created_at: datetime
    old_secret_until: datetime | None
    version: int

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc


class MessageLine(msgspec.Struct, frozen=True, kw_only=True):
    """`subject` is an order's number or a connection's name. `due_at` counts while it waits."""

    id: int
    message_id: str
    event: str
    at: datetime
    subject: str
    order_id: int | None
    state: str
    attempts: int
    due_at: datetime
    ended_at: datetime | None


class AttemptLine(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    taken: bool
    status: int
    note: str


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where to, and what it is signed with: the newest secret first."""

    url: str
    style: str
    secrets: tuple[str, ...]
    failing_since: datetime | None


class _Secret(msgspec.Struct):
    value: str
    until: datetime | None = None


class _Sealed(msgspec.Struct):
    url: str
    secrets: list[_Secret]


def webhook_place(row: Webhook) -> str:
    return f"webhook/{row.merchant_id}/{row.created_at.isoformat()}"


def add(book: Book, wanted: Wanted, actor: str, now: datetime) -> tuple[WebhookLine, str]:
    """With its secret, which is told once. Raises `WebhookProblem`."""
    wanted = _checked(wanted)
    secret = _new_secret(wanted.style)
    with writing(book):
        if _mine(book).count() >= MOST:
            raise WebhookProblem(f"a merchant has {MOST} webhooks at most: remove one that is not needed")
        row = Webhook(merchant_id=book.merchant_id, style=wanted.style, events=list(wanted.events), created_at=now)
        _seal(book.vault, row, _Sealed(wanted.url, [_Secret(secret)]))
        row.save()
        _note(book, row, "webhook_added", actor, now)
    return _line(book.vault, row), secret


def change(book: Book, webhook_id: int, wanted: Wanted, actor: str, now: datetime) -> WebhookLine:
    """Raises `UnknownWebhook` and `WebhookProblem`."""
    with writing(book):
        row = _locked(book, webhook_id)
        wanted = _checked(msgspec.structs.replace(wanted, style=row.style))
        body = _open(book.vault, row)
        if (body.url, tuple(row.events)) != (wanted.url, wanted.events):
            body.url, row.events, row.version = wanted.url, list(wanted.events), row.version + 1
            _seal(book.vault, row, body)
            row.save(update_fields=["sealed", "events", "version"])
            _note(book, row, "webhook_changed", actor, now)
    return _line(book.vault, row)


def renew_secret(book: Book, webhook_id: int, actor: str, now: datetime) -> tuple[WebhookLine, str]:
    """For a day messages carry a signature by each of the two. Raises `UnknownWebhook`."""
    with writing(book):
        row = _locked(book, webhook_id)
        body, secret = _open(book.vault, row), _new_secret(row.style)
        body.secrets = [_Secret(secret), _Secret(body.secrets[0].value, now + BOTH_COUNT)]
        row.version += 1
        _seal(book.vault, row, body)
        row.save(update_fields=["sealed", "version"])
        _note(book, row, "webhook_secret_renewed", actor, now)
    return _line(book.vault, row), secret


def pause(book: Book, webhook_id: int, reason: str, actor: str, now: datetime) -> WebhookLine:
    """Its messages wait. Raises `UnknownWebhook`."""
    with writing(book):
        row = _locked(book, webhook_id)
        if row.state != "paused":
            row.state, row.state_reason, row.version = "paused", reason[:300], row.version + 1
            row.save(update_fields=["state", "state_reason", "version"])
            _note(book, row, "webhook_paused", actor, now)
    return _line(book.vault, row)


def resume(book: Book, webhook_id: int, actor: str, now: datetime) -> WebhookLine:
    """What waits is tried at once. Raises `UnknownWebhook`."""
    with writing(book):
        row = _locked(book, webhook_id)
        if row.state != "live":
            row.state, row.state_reason, row.failing_since, row.version = "live", "", None, row.version + 1
            row.save(update_fields=["state", "state_reason", "failing_since", "version"])
            _note(book, row, "webhook_resumed", actor, now)
        WebhookMessage.objects.filter(webhook=row, state="waiting").update(due_at=now, since=now)
        exceptions.resolve_subject(book, PAUSED_KIND, _subject(webhook_id), now)
    return _line(book.vault, row)


def pause_failing(book: Book, webhook_id: int, reason: str, now: datetime) -> None:
    """Nobody has taken anything there for long: a person hears of it."""
    line = pause(book, webhook_id, reason, "hub", now)
    trouble = exceptions.Trouble(
        kind="webhook_paused",
        subject=_subject(webhook_id),
        value=line.host[:300],
        cause=reason,
        remedy=f"see to the receiver, then: tranter webhook resume {webhook_id}",
    )
    exceptions.raise_exceptions(book, [trouble], now)


def remove(book: Book, webhook_id: int, actor: str, now: datetime) -> WebhookLine:
    """Its messages go with it. Raises `UnknownWebhook`."""
    with writing(book):
        row = _locked(book, webhook_id)
        line = _line(book.vault, row)
        exceptions.resolve_subject(book, PAUSED_KIND, _subject(webhook_id), now)
        _note(book, row, "webhook_removed", actor, now)
        row.delete()
    return line


def listed(book: Book) -> list[WebhookLine]:
    return [_line(book.vault, row) for row in _mine(book).order_by("pk")]


def one(book: Book, webhook_id: int) -> WebhookLine:
    """Raises `UnknownWebhook`."""
    row = _mine(book).filter(pk=webhook_id).first()
    if row is None:
        raise UnknownWebhook(f"there is no webhook {webhook_id}")
    return _line(book.vault, row)


def target(book: Book, webhook_id: int, now: datetime) -> Target:
    """Raises `UnknownWebhook`."""
    row = _mine(book).filter(pk=webhook_id).first()
    if row is None:
        raise UnknownWebhook(f"there is no webhook {webhook_id}")
    body = _open(book.vault, row)
    valid = tuple(one.value for one in body.secrets if one.until is None or one.until > now)
    return Target(url=body.url, style=row.style, secrets=valid, failing_since=row.failing_since)


def messages(
    book: Book, webhook_id: int, state: str = "", before: int | None = None, limit: int = 50
) -> list[MessageLine]:
    """Newest first; below the id `before`. Raises `UnknownWebhook`."""
    one(book, webhook_id)
    rows = WebhookMessage.objects.filter(merchant_id=book.merchant_id, webhook_id=webhook_id).order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_message(row) for row in rows[:limit]]


def message(book: Book, message_id: int) -> MessageLine:
    """Raises `UnknownWebhook`."""
    row = WebhookMessage.objects.filter(merchant_id=book.merchant_id, pk=message_id).first()
    if row is None:
        raise UnknownWebhook(f"there is no message {message_id}")
    return _message(row)


def attempts(book: Book, message_id: int) -> list[AttemptLine]:
    """The newest first."""
    return attempts_of(book, [message_id]).get(message_id, [])


def attempts_of(book: Book, message_ids: Sequence[int]) -> dict[int, list[AttemptLine]]:
    """By message, the newest first. One that was never tried is left out."""
    rows = WebhookAttempt.objects.filter(message__merchant_id=book.merchant_id, message_id__in=list(message_ids))
    found: dict[int, list[AttemptLine]] = defaultdict(list)
    for row in rows.order_by("-pk"):
        found[row.message_id].append(AttemptLine(at=row.at, taken=row.taken, status=row.status, note=row.note))
    return dict(found)


def replay(book: Book, message_ids: Sequence[int], now: datetime) -> int:
    """Sent once more, under the same message id. How many."""
    rows = WebhookMessage.objects.filter(merchant_id=book.merchant_id, pk__in=list(message_ids))
    return rows.update(state="waiting", due_at=now, since=now, ended_at=None)


def replay_failed(book: Book, webhook_id: int, since: datetime, now: datetime) -> int:
    """What was given up since then. Raises `UnknownWebhook`."""
    one(book, webhook_id)
    rows = WebhookMessage.objects.filter(
        merchant_id=book.merchant_id, webhook_id=webhook_id, state="failed", at__gte=since
    )
    return rows.update(state="waiting", due_at=now, since=now, ended_at=None)


def _new_secret(style: str) -> str:
    """CartRover's look like its keys."""
    if style == CARTROVER:
        return letters(KEY_LETTERS)
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _checked(wanted: Wanted) -> Wanted:
    if wanted.style not in STYLES:
        raise WebhookProblem(f"there is no style {wanted.style!r}; there are {', '.join(STYLES)}")
    known = sorted(set(EVENTS.values()))
    for name in wanted.events:
        if name not in known:
            raise WebhookProblem(f"there is no event {name!r}; there are {', '.join(known)}")
        if wanted.style == CARTROVER and not name.startswith("order."):
            raise WebhookProblem(f"in CartRover's style orders are told, and {name!r} is about none")
    if wanted.style == CARTROVER and not wanted.events:
        return msgspec.structs.replace(wanted, events=NEW_ORDERS)
    return wanted


def _subject(webhook_id: int) -> str:
    return f"webhook {webhook_id}"


def _mine(book: Book) -> "QuerySet[Webhook]":
    return Webhook.objects.filter(merchant_id=book.merchant_id)


def _locked(book: Book, webhook_id: int) -> Webhook:
    row = _mine(book).select_for_update().filter(pk=webhook_id).first()
    if row is None:
        raise UnknownWebhook(f"there is no webhook {webhook_id}")
    return row


def _note(book: Book, row: Webhook, what: str, actor: str, now: datetime) -> None:
    detail: journal.Detail = {"webhook": row.pk, "events": " ".join(row.events)[:300]}
    entry = journal.Entry(what=what, subject=_subject(row.pk), actor=actor, detail=detail)
    journal.append(book, [entry], now)


def _seal(vault: Vault, row: Webhook, body: _Sealed) -> None:
    row.sealed = vault.seal(msgspec.json.encode(body), webhook_place(row))


def _open(vault: Vault, row: Webhook) -> _Sealed:
    return msgspec.json.decode(vault.open(row.sealed, webhook_place(row)), type=_Sealed)


def _line(vault: Vault, row: Webhook) -> WebhookLine:
    body = _open(vault, row)
    return WebhookLine(
        id=row.pk,
        url=body.url,
        style=row.style,
        events=tuple(row.events),
        state=row.state,
        state_reason=row.state_reason,
        failing_since=row.failing_since,
        created_at=row.created_at,
        old_secret_until=max((one.until for one in body.secrets if one.until is not None), default=None),
        version=row.version,
    )


def _message(row: WebhookMessage) -> MessageLine:
    return MessageLine(
        id=row.pk,
        message_id=row.message_id,
        event=row.event,
        at=row.at,
        subject=row.subject,
        order_id=row.order_id,
        state=row.state,
        attempts=row.attempts,
        due_at=row.due_at,
        ended_at=row.ended_at,
    )
