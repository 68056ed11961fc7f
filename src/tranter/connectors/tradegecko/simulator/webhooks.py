"""Webhooks out: the signed message, and how the vendor goes on when the receiver does not take it."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tranter.connectors.tradegecko.simulator.store import Row

if TYPE_CHECKING:
    from tranter.connectors.tradegecko.simulator.state import State

PLURALS = {"company": "companies", "address": "addresses"}
Outgoing = tuple[str, dict[str, str], bytes]
GIVES_UP_AFTER = timedelta(days=3)


def plural_of(singular: str) -> str:
    return PLURALS.get(singular, f"{singular}s")


def signature(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


@dataclass
class Post:
    """One message on its way. `tries` counts the failures so far."""

    webhook_id: int
    url: str
    headers: dict[str, str]
    body: bytes
    due_at: datetime
    tries: int = field(default=0)

    @classmethod
    def about(cls, state: "State", webhook: Row, name: str, identity: int) -> "Post":
        singular, _, verb = name.partition(".")
        plural = plural_of(singular)
        message = {
            "object_id": identity,
            "event": f"{plural}.{verb}" if state.options.plural_events else name,
            "timestamp": int(state.now().timestamp()),
            "resource_url": f"{state.base_url}/{plural}/{identity}.json",
        }
        body = json.dumps(message, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Gecko-Delivery": f"{state.random.getrandbits(128):032x}",
            "X-Gecko-Signature": signature(state.options.client_secret, body),
        }
        return cls(webhook["id"], webhook["address"], headers, body, state.now())

    def waits(self, jitter: int) -> timedelta:
        """Sidekiq's back-off: the fourth power of the tries, a base and some noise."""
        return timedelta(seconds=self.tries**4 + 15 + jitter * (self.tries + 1))


def settle(state: "State", post: Post, status: int) -> None:
    """200 to 399 is taken; 410 removes the webhook at once, three days of failures as well."""
    webhook = state.store.find("webhooks", post.webhook_id)
    if webhook is None:
        return
    if 200 <= status < 400:
        webhook.pop("failing_since", None)
        return
    since = webhook.setdefault("failing_since", state.now())
    if status == 410 or state.now() - since >= GIVES_UP_AFTER:
        state.remove("webhooks", webhook)
        return
    post.due_at = state.now() + post.waits(state.random.randrange(30))
    post.tries += 1
    state.pending.append(post)
