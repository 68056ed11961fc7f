"""The Notification API: who wants to hear of what, and the signed messages that tell him."""

import hashlib
import json
import re
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tranter.connectors.ebay.simulator.errors import RefusedError
from tranter.connectors.ebay.simulator.shop import Shop, mapping
from tranter.connectors.ebay.simulator.signing import SigningKey
from tranter.connectors.ebay.simulator.times import stamp

Json = dict[str, Any]
TOKEN = re.compile(r"[A-Za-z0-9_-]{32,80}")
RETRY_AFTER_SECONDS = (60, 300)

TOPICS: dict[str, tuple[str, str, str]] = {
    "ORDER_CONFIRMATION": ("USER", "SELL", "A buyer has completed a checkout."),
    "ORDER_CANCELLATION_ACTIVITY": ("USER", "SELL", "A cancellation was asked for, refused or done."),
    "AUTHORIZATION_REVOCATION": ("APPLICATION", "DEVELOPER", "A user has withdrawn his consent."),
    "MARKETPLACE_ACCOUNT_DELETION": ("APPLICATION", "COMMERCE", "A user's data must be erased."),
}
"""topic → (scope, context, description)"""


@dataclass
class Destination:
    destination_id: str
    name: str
    status: str
    endpoint: str
    verification_token: str


@dataclass
class Subscription:
    subscription_id: str
    topic: str
    status: str
    destination_id: str
    created_at: str
    schema_version: str


@dataclass
class Message:
    """One notification on its way; a failed delivery is tried three times in all."""

    topic: str
    url: str
    data: Json
    notification_id: str
    event_at: str
    attempt: int = 1


Outgoing = tuple[str, dict[str, str], bytes]


@dataclass
class Notifier:
    shop: Shop
    key: SigningKey
    alert_email: str = ""
    destinations: dict[str, Destination] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    outbox: list[Outgoing] = field(default_factory=list)
    waiting: list[tuple[Message, Outgoing]] = field(default_factory=list)

    def publish(self, topic: str, data: Json) -> None:
        """Signs the message for every subscriber; it goes out when somebody takes it, not before."""
        for subscription in self.subscriptions.values():
            target = self.destinations.get(subscription.destination_id)
            live = subscription.status == "ENABLED" and target is not None and target.status == "ENABLED"
            if subscription.topic == topic and target is not None and live:
                self._queue(Message(topic, target.endpoint, data, self._id(), stamp(self.shop.now)))

    def test(self, subscription: Subscription) -> None:
        target = self.destinations[subscription.destination_id]
        data: Json = {"test": True, "userId": self.shop.user_id, "username": self.shop.options.username}
        self._queue(Message(subscription.topic, target.endpoint, data, self._id(), stamp(self.shop.now)))

    def take_waiting(self) -> list[tuple[Message, Outgoing]]:
        batch, self.waiting = self.waiting, []
        return batch

    def deliver(self, outgoing: Outgoing) -> bool:
        """True when the receiver took it; False also when there is nobody to ask."""
        deliver = self.shop.options.deliver
        if deliver is None:
            return False
        url, headers, body = outgoing
        status, _ = deliver("POST", url, headers, body)
        return 200 <= status < 300

    def try_again(self, message: Message) -> None:
        """A minute later, then five; after the third time never."""
        if message.attempt > len(RETRY_AFTER_SECONDS):
            self.shop.history.add(self.shop.now, "notification_given_up", topic=message.topic)
            return
        wait = timedelta(seconds=RETRY_AFTER_SECONDS[message.attempt - 1])
        message.attempt += 1
        self.shop.world.at(self.shop.now + wait, lambda: self._queue(message))

    def challenge(self, endpoint: str, token: str) -> bool:
        """True also when nobody can be asked, because no `deliver` was given."""
        deliver = self.shop.options.deliver
        if deliver is None:
            return True
        code = self._id()
        joiner = "&" if "?" in endpoint else "?"
        status, body = deliver("GET", f"{endpoint}{joiner}challenge_code={code}", {}, b"")
        expected = hashlib.sha256((code + token + endpoint).encode()).hexdigest()
        try:
            answer = json.loads(body)
        except ValueError:
            return False
        return status == 200 and isinstance(answer, dict) and answer.get("challengeResponse") == expected

    def _queue(self, message: Message) -> None:
        body = json.dumps(self._body(message), separators=(",", ":"), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "X-EBAY-SIGNATURE": self.key.header(body)}
        outgoing = (message.url, headers, body)
        self.outbox.append(outgoing)
        self.waiting.append((message, outgoing))

    def _body(self, message: Message) -> Json:
        return {
            "metadata": {"topic": message.topic, "schemaVersion": "1.0", "deprecated": False},
            "notification": {
                "notificationId": message.notification_id,
                "eventDate": message.event_at,
                "publishDate": stamp(self.shop.now),
                "publishAttemptCount": message.attempt,
                "data": message.data,
            },
        }

    def _id(self) -> str:
        return str(uuid.UUID(int=self.shop.random.getrandbits(128), version=4))


def destination_from(notifier: Notifier, body: Json, destination_id: str) -> Destination:
    """Checks a destination and asks its endpoint for the challenge."""
    name, status = str(body.get("name") or ""), body.get("status")
    config = mapping(body.get("deliveryConfig"))
    endpoint, token = str(config.get("endpoint") or ""), str(config.get("verificationToken") or "")
    if len(name) > 64 or "<" in name:
        raise RefusedError(195016)
    if status not in ("ENABLED", "DISABLED"):
        raise RefusedError(195018)
    host = endpoint.removeprefix("https://").split("/")[0].split(":")[0]
    if not endpoint.startswith("https://") or host in ("", "localhost", "127.0.0.1"):
        raise RefusedError(195017)
    if not TOKEN.fullmatch(token):
        raise RefusedError(195019)
    others = [each for each in notifier.destinations.values() if each.destination_id != destination_id]
    if any(each.endpoint == endpoint for each in others):
        raise RefusedError(195021)
    if not notifier.challenge(endpoint, token):
        raise RefusedError(195020)
    return Destination(destination_id, name, str(status), endpoint, token)
