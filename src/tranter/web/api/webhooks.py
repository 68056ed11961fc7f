"""Webhooks: where the merchant wants to be told what happens, and what became of each message."""

from datetime import UTC, datetime
from typing import Literal

import msgspec
from ninja import Query
from pydantic import AwareDatetime

from tranter.engine import webhooks as engine
from tranter.ledger import webhooks
from tranter.ledger.api_keys import Scope
from tranter.ledger.outbox import EVENTS
from tranter.ledger.webhooks import AttemptLine, MessageLine, Wanted, WebhookLine
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import delete, get, patch, post
from tranter.web.api.paging import Page, Paged, by_number, whole
from tranter.web.api.problem import Problem
from tranter.web.api.shapes import Count, Given, Nothing, Number, Reason, Word

MANAGE = Scope.MANAGE


class WebhookGiven(Given):
    """`events` empty: all of them. `style` cartrover tells whole orders: new ones, where no event is named."""

    url: Word
    events: tuple[Word, ...] = ()
    style: Literal["standard", "cartrover"] = "standard"


class WebhookChanged(Given):
    """What is not named stays."""

    url: Word | None = None
    events: tuple[Word, ...] | None = None


class WebhookMade(msgspec.Struct, frozen=True, kw_only=True):
    """`secret` is shown this once."""

    webhook: WebhookLine
    secret: str


def list_webhooks(desk: ApiDesk) -> Page[WebhookLine]:
    """The merchant's webhooks."""
    return whole(webhooks.listed(desk.book))


def list_events(desk: ApiDesk) -> Page[str]:
    """The events that there are."""
    return whole(sorted(set(EVENTS.values())))


def add_webhook(desk: ApiDesk, body: WebhookGiven) -> WebhookMade:
    """Tell an address what happens, signed by Standard Webhooks."""
    wanted = Wanted(url=body.url, events=body.events, style=body.style)
    made, secret = engine.add(desk.book, wanted, desk.actor, desk.now)
    return WebhookMade(webhook=made, secret=secret)


def get_webhook(desk: ApiDesk, webhook_id: Number) -> WebhookLine:
    """One webhook."""
    return webhooks.one(desk.book, webhook_id)


def change_webhook(desk: ApiDesk, webhook_id: Number, body: WebhookChanged) -> WebhookLine:
    """Another address, or other events."""
    known = webhooks.one(desk.book, webhook_id)
    events = known.events if body.events is None else body.events
    wanted = Wanted(url=body.url or known.url, events=events)
    return engine.change(desk.book, webhook_id, wanted, desk.actor, desk.now)


def remove_webhook(desk: ApiDesk, webhook_id: Number) -> None:
    """Tell it nothing more."""
    webhooks.remove(desk.book, webhook_id, desk.actor, desk.now)


def renew_webhook_secret(desk: ApiDesk, webhook_id: Number, body: Nothing) -> WebhookMade:
    """A new secret. For 24 hours messages are signed with the old one, too."""
    made, secret = webhooks.renew_secret(desk.book, webhook_id, desk.actor, desk.now)
    return WebhookMade(webhook=made, secret=secret)


def pause_webhook(desk: ApiDesk, webhook_id: Number, body: Reason) -> WebhookLine:
    """Tell nothing for now: it waits, for 30 days at most."""
    return webhooks.pause(desk.book, webhook_id, body.reason, desk.actor, desk.now)


def resume_webhook(desk: ApiDesk, webhook_id: Number, body: Nothing) -> WebhookLine:
    """Go on, with all that waits."""
    return webhooks.resume(desk.book, webhook_id, desk.actor, desk.now)


def try_webhook(desk: ApiDesk, webhook_id: Number, body: Nothing) -> AttemptLine:
    """Send a test message at once, and tell what was answered."""
    return engine.try_out(desk.hub, desk.book, webhook_id)


class MessagesAsked(Paged):
    state: Literal["", "waiting", "sent", "failed"] = ""


def list_messages(desk: ApiDesk, webhook_id: Number, asked: Query[MessagesAsked]) -> Page[MessageLine]:
    """What it was told or is to be told, the newest first."""

    def fetch(before: int | None, limit: int) -> list[MessageLine]:
        return webhooks.messages(desk.book, webhook_id, asked.state, before, limit)

    return by_number(desk, f"messages/{webhook_id}", asked, fetch, lambda one: one.id)


def list_attempts(desk: ApiDesk, webhook_id: Number, message_id: Number) -> Page[AttemptLine]:
    """Each time a message was carried there, the newest first."""
    webhooks.one(desk.book, webhook_id)
    webhooks.message(desk.book, message_id)
    return whole(webhooks.attempts(desk.book, message_id))


class Replayed(Given):
    """`messages`: these; else all that were given up `since`."""

    messages: tuple[Number, ...] = ()
    since: AwareDatetime | None = None


def replay_messages(desk: ApiDesk, webhook_id: Number, body: Replayed) -> Count:
    """Send messages once more, each under its own id."""
    webhooks.one(desk.book, webhook_id)
    if body.messages and body.since is not None:
        raise Problem("refused", "name messages, or a time, not both")
    if body.messages:
        return Count(webhooks.replay(desk.book, body.messages, desk.now))
    began = body.since or datetime.fromtimestamp(0, UTC)
    return Count(webhooks.replay_failed(desk.book, webhook_id, began, desk.now))


ONE = "/webhooks/{webhook_id}"
OPERATIONS = (
    get("/webhooks", list_webhooks),
    get("/webhooks/events", list_events),
    post("/webhooks", add_webhook, scope=MANAGE, status=201),
    get(ONE, get_webhook),
    patch(ONE, change_webhook, scope=MANAGE, current=get_webhook),
    delete(ONE, remove_webhook, scope=MANAGE, current=get_webhook),
    post(f"{ONE}/secret", renew_webhook_secret, scope=MANAGE),
    post(f"{ONE}/pause", pause_webhook, scope=MANAGE),
    post(f"{ONE}/resume", resume_webhook, scope=MANAGE),
    post(f"{ONE}/test", try_webhook, scope=MANAGE),
    get(f"{ONE}/messages", list_messages),
    get(f"{ONE}/messages/{{message_id}}/attempts", list_attempts),
    post(f"{ONE}/replay", replay_messages, scope=MANAGE),
)
