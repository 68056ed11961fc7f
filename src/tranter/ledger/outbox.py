"""What goes out by webhook: written down with what happened, in the same transaction; sent by the running hub."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from tranter.ledger import bulk
from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import OrderRow, Webhook, WebhookAttempt, WebhookMessage
from tranter.ledger.questions import Question, given

EVENTS: Mapping[str, str] = {
    "order_taken": "order.created",
    "order_changed_at_cart": "order.changed",
    "order_corrected": "order.changed",
    "order_held": "order.held",
    "order_released": "order.released",
    "order_skipped": "order.skipped",
    "order_at_warehouse": "order.sent",
    "parcel_shipped": "order.shipped",
    "tracking_confirmed": "order.confirmed",
    "order_canceled": "order.canceled",
    "exception_opened": "problem.opened",
    "exception_resolved": "problem.resolved",
    "stock_pushed": "stock.pushed",
    "connection_live": "connection.live",
    "connection_paused": "connection.paused",
    "connection_needs_sign_in": "connection.needs_sign_in",
}
"""A word of the journal → what those who listen call it."""
TOLD_DETAILS = ("kind", "listings")
LEASE = timedelta(minutes=5)
KEEP = timedelta(days=30)


class Happened(msgspec.Struct, frozen=True):
    """A line of the journal as it was written; `mark` is its hash, which no other line has."""

    what: str
    subject: str
    detail: Mapping[str, str | int | bool | None]
    mark: str
    order_id: int | None


class DueMessage(msgspec.Struct, frozen=True, kw_only=True):
    """`status` and `remote_id` are the order's as it stands now; empty where it is about none."""

    id: int
    message_id: str
    webhook_id: int
    merchant_id: int
    merchant: str
    event: str
    at: datetime
    since: datetime
    order_id: int | None
    subject: str
    status: str
    remote_id: str
    detail: Mapping[str, str | int | bool | None]
    attempts: int


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What came of carrying one message. `again_at` None: it went, or is given up. `status` 0: no answer came."""

    message: DueMessage
    taken: bool
    status: int
    note: str
    again_at: datetime | None


def write(book: Book, happened: Iterable[Happened], now: datetime) -> None:
    """Inside the transaction of what happened. A paused webhook's messages wait."""
    hooks = HOOKS.ask(merchant=book.merchant_id)
    told = [one for one in happened if one.what in EVENTS] if hooks else []
    heard = [(pk, one) for pk, events in hooks for one in told if not events or EVENTS[one.what] in events]
    bulk.insert(WebhookMessage, [_message(book, pk, one, now) for pk, one in heard])


HOOKS = Question(
    lambda: Webhook.objects.filter(merchant_id=given("merchant")).values_list("pk", "events"), tuple[int, list[str]]
)


def _message(book: Book, webhook_id: int, one: Happened, now: datetime) -> bulk.Row:
    return {
        "merchant_id": book.merchant_id,
        "webhook_id": webhook_id,
        "message_id": message_id(one.mark, webhook_id),
        "event": EVENTS[one.what],
        "at": now,
        "order_id": one.order_id,
        "subject": one.subject[:200],
        "detail": {name: one.detail[name] for name in TOLD_DETAILS if name in one.detail},
        "due_at": now,
        "since": now,
    }


def message_id(mark: str, webhook_id: int) -> str:
    """Of the journal's line, not of its number: a ledger restored from a backup gives the number to something else."""
    return f"msg_{hashlib.sha256(f'{mark}/{webhook_id}'.encode()).hexdigest()[:32]}"


def claim(now: datetime, each: int) -> dict[int, list[DueMessage]]:
    """By webhook, at most `each` of them, the oldest first. Who has them may send for five minutes."""
    found: dict[int, list[DueMessage]] = {}
    waiting = WebhookMessage.objects.filter(state="waiting", due_at__lte=now)
    hooks = Webhook.objects.filter(state="live", pk__in=waiting.values("webhook_id")).order_by("pk")
    for webhook_id in list(hooks.values_list("pk", flat=True)):
        with transaction.atomic():
            due = waiting.filter(webhook_id=webhook_id).select_for_update().order_by("due_at", "pk")
            ids = list(due.values_list("pk", flat=True)[:each])
            WebhookMessage.objects.filter(pk__in=many(ids)).update(due_at=now + LEASE)
        if not ids:
            continue
        rows = WebhookMessage.objects.select_related("order", "merchant").in_bulk(ids)
        found[webhook_id] = [_due(rows[pk]) for pk in ids]
    return found


def _due(row: WebhookMessage) -> DueMessage:
    order: OrderRow | None = row.order
    return DueMessage(
        id=row.pk,
        message_id=row.message_id,
        webhook_id=row.webhook_id,
        merchant_id=row.merchant_id,
        merchant=row.merchant.slug,
        event=row.event,
        at=row.at,
        since=row.since,
        order_id=row.order_id,
        subject=row.subject,
        status=order.status if order is not None else "",
        remote_id=order.remote_id if order is not None else "",
        detail=row.detail,
        attempts=row.attempts,
    )


def settle(carried: Sequence[Carried], now: datetime) -> None:
    """What was carried by one webhook. One that takes nothing keeps the time since when."""
    with transaction.atomic():
        for one in carried:
            state = "sent" if one.taken else "failed" if one.again_at is None else "waiting"
            WebhookMessage.objects.filter(pk=one.message.id).update(
                state=state,
                attempts=one.message.attempts + 1,
                due_at=one.again_at or now,
                ended_at=None if state == "waiting" else now,
            )
            WebhookAttempt.objects.create(
                message_id=one.message.id, at=now, taken=one.taken, status=one.status, note=one.note[:300]
            )
        if not carried:
            return
        hook = Webhook.objects.filter(pk=carried[0].message.webhook_id)
        if any(one.taken for one in carried):
            hook.update(failing_since=None)
        else:
            hook.filter(failing_since=None).update(failing_since=now)


def put_back(messages: Collection[DueMessage], again_at: datetime) -> None:
    """They were claimed and not carried: the one before them found nobody there."""
    WebhookMessage.objects.filter(pk__in=many(one.id for one in messages), state="waiting").update(due_at=again_at)


def forget_old(now: datetime) -> int:
    """What is a month old, sent or not: nobody waits for it any more."""
    return WebhookMessage.objects.filter(at__lt=now - KEEP).delete()[0]
