"""eBay's notifications: the challenge, the signature, and which flows they wake. Nothing in them is believed.

https://developer.ebay.com/api-docs/commerce/notification/overview.html (2026-11)
"""

import base64
import binascii
import hashlib
import re
import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from enum import Enum
from urllib.parse import quote

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from msgspec import Struct

from tranter.connectors.ebay.client import Client, read
from tranter.connectors.ebay.refusals import RejectedByEbay, refusal
from tranter.sdk.auth import OAuth2, request_grant
from tranter.sdk.errors import ConnectorError
from tranter.sdk.http import Request
from tranter.sdk.verbs import HookAnswer, HookRequest

KEY_LIFE = timedelta(hours=1)
MAX_KEYS = 32
BELIEVED_FOR = timedelta(days=1)
"""An older word of a withdrawn consent says nothing of the present one: the poll will see how it stands."""
BAD_SIGNATURE = 412
APPLICATION_SCOPE = "https://api.ebay.com/oauth/api_scope"
KEY_ID = re.compile(r"[0-9A-Za-z-]{8,64}")


class Topic(Enum):
    ORDER_CONFIRMATION = "ORDER_CONFIRMATION"
    ORDER_CANCELLATION_ACTIVITY = "ORDER_CANCELLATION_ACTIVITY"
    AUTHORIZATION_REVOCATION = "AUTHORIZATION_REVOCATION"
    ACCOUNT_DELETION = "MARKETPLACE_ACCOUNT_DELETION"


class _Signature(Struct):
    kid: str
    signature: str


class _PublicKey(Struct):
    key: str
    digest: str = "SHA1"


class _Metadata(Struct):
    topic: str = ""


class _Person(Struct, rename="camel"):
    user_id: str = ""
    username: str = ""


class _Content(Struct, rename="camel"):
    user_id: str = ""
    username: str = ""
    revoke_reason: str = ""
    user: _Person = msgspec.field(default_factory=_Person)


class _Event(Struct, rename="camel"):
    notification_id: str = ""
    event_date: str | None = None
    data: _Content = msgspec.field(default_factory=_Content)


class _Message(Struct):
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)
    notification: _Event = msgspec.field(default_factory=_Event)


class _Key(Struct, frozen=True):
    """None stands for an id that eBay doesn't know: forgeries shall not cost a call each."""

    public: ec.EllipticCurvePublicKey | None
    hash: HashAlgorithm
    until: datetime


class Hooks:
    """Keeps eBay's public keys for an hour, as eBay asks, and the application's token while it lives."""

    def __init__(self, client: Client, auth: OAuth2) -> None:
        self._client, self._auth = client, auth
        self._lock = threading.Lock()
        self._keys: OrderedDict[str, _Key] = OrderedDict()
        self._token, self._token_until = "", client.context.clock.now()

    def receive(self, hook: HookRequest) -> HookAnswer:
        code = next((value for name, value in hook.query if name == "challenge_code"), None)
        if hook.method == "GET" and code is not None:
            return self._challenge(hook, code)
        if hook.method != "POST":
            return HookAnswer(status=405)
        try:
            genuine = self._is_genuine(hook)
        except ConnectorError:
            return HookAnswer(status=500)  # the key can't be had now: eBay sends the message again
        return self._answer(hook.body) if genuine else HookAnswer(status=BAD_SIGNATURE)

    def _challenge(self, hook: HookRequest, code: str) -> HookAnswer:
        token = self._verification_token()
        if not token:
            return HookAnswer(status=404)
        answer = hashlib.sha256(f"{code}{token}{hook.url}".encode()).hexdigest()
        return HookAnswer(status=200, body=msgspec.json.encode({"challengeResponse": answer}))

    def _verification_token(self) -> str:
        held = self._client.context.credentials.load().get("notification_token")
        given = self._client.settings.notification_token
        return held or (given.get_secret_value() if given is not None else "")

    def _answer(self, body: bytes) -> HookAnswer:
        try:
            message = msgspec.json.decode(body, type=_Message)
        except ValueError:
            return HookAnswer(status=200)  # it is eBay's, and a repetition would be no clearer
        event = message.notification
        try:
            topic = Topic(message.metadata.topic)
        except ValueError:
            return HookAnswer(status=200, event_id=event.notification_id)
        return self._what_is_due(topic, event)

    def _what_is_due(self, topic: Topic, event: _Event) -> HookAnswer:
        match topic:
            case Topic.ORDER_CONFIRMATION | Topic.ORDER_CANCELLATION_ACTIVITY:
                return HookAnswer(status=200, event_id=event.notification_id, ring=("orders",))
            case Topic.AUTHORIZATION_REVOCATION:
                if self._is_old(event.event_date):
                    return HookAnswer(status=200, event_id=event.notification_id, ring=("orders",))
                reason = self._revocation(event.data)
                return HookAnswer(status=200, event_id=event.notification_id, signed_out=reason)
            case Topic.ACCOUNT_DELETION:
                names = tuple(name for name in (event.data.username, event.data.user_id) if name)
                return HookAnswer(status=200, event_id=event.notification_id, erase_buyer=names)

    def _revocation(self, content: _Content) -> str:
        """One endpoint hears of all users of the application: only our own account's matters here."""
        user_id = content.user_id or content.user.user_id
        if user_id != self._client.context.account_id:
            return ""
        return f"eBay says that the consent was withdrawn ({content.revoke_reason or 'no reason given'})"

    def _is_old(self, event_date: str | None) -> bool:
        try:
            at = datetime.fromisoformat(event_date or "")
        except ValueError:
            return False
        return at.tzinfo is not None and self._client.context.clock.now() - at > BELIEVED_FOR

    def _is_genuine(self, hook: HookRequest) -> bool:
        """ECDSA over the raw body. Raises the four errors when the key can't be had."""
        try:
            header = base64.b64decode(hook.headers.get("x-ebay-signature", ""), validate=True)
            sent = msgspec.json.decode(header, type=_Signature)
            signature = base64.b64decode(sent.signature, validate=True)
        except (binascii.Error, ValueError):
            return False
        if not KEY_ID.fullmatch(sent.kid):
            return False
        key = self._key(sent.kid)
        if key.public is None:
            return False
        try:
            key.public.verify(signature, hook.body, ec.ECDSA(key.hash))
        except InvalidSignature:
            return False
        return True

    def _key(self, kid: str) -> _Key:
        with self._lock:
            known = self._keys.get(kid)
            if known is not None and self._client.context.clock.now() < known.until:
                return known
            fetched = self._fetch_key(kid)
            self._keys[kid] = fetched
            self._keys.move_to_end(kid)
            if len(self._keys) > MAX_KEYS:
                self._keys.popitem(last=False)
            return fetched

    def _fetch_key(self, kid: str) -> _Key:
        until = self._client.context.clock.now() + KEY_LIFE
        url = f"{self._client.hosts.api}/commerce/notification/v1/public_key/{quote(kid, safe='')}"
        headers = (("Accept", "application/json"), ("Authorization", f"Bearer {self._application_token()}"))
        reply = self._client.context.caller.send(Request("GET", url, headers))
        error = refusal(reply, self._client.context.clock.now())
        if isinstance(error, RejectedByEbay):
            return _Key(None, SHA1(), until)  # noqa: S303 - never used
        if error is not None:
            self._token = ""
            raise error
        found = read(reply, _PublicKey)
        digest: HashAlgorithm = SHA256() if found.digest.upper() == "SHA256" else SHA1()  # noqa: S303 - eBay's choice
        return _Key(_public_key(found.key), digest, until)

    def _application_token(self) -> str:
        """Not the user's: eBay gives its keys to applications only."""
        context = self._client.context
        now = context.clock.now()
        if self._token and now < self._token_until:
            return self._token
        fields = {"grant_type": "client_credentials", "scope": APPLICATION_SCOPE}
        grant = request_grant(self._auth, context.credentials.load(), context.caller.transport, fields)
        self._token = grant.access_token
        self._token_until = now + timedelta(seconds=max(grant.expires_in - 120, 0))
        return self._token


def _public_key(text: str) -> ec.EllipticCurvePublicKey | None:
    """eBay sends the PEM on one line."""
    begin, end = "-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----"
    body = "".join(text.replace(begin, "").replace(end, "").split())
    try:
        key = load_pem_public_key(f"{begin}\n{body}\n{end}\n".encode())
    except ValueError:
        return None
    return key if isinstance(key, ec.EllipticCurvePublicKey) else None
