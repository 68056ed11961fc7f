"""TradeGecko's webhooks: a signed hint that something changed. Nothing that they say is believed."""

import base64
import hashlib
import hmac

import msgspec
from msgspec import Struct

from tranter.connectors.tradegecko.words import flows_of
from tranter.sdk.verbs import HookAnswer, HookRequest

SIGNATURE, DELIVERY = "x-gecko-signature", "x-gecko-delivery"


class _Event(Struct):
    event: str = ""


def answer(hook: HookRequest, secret: str) -> HookAnswer:
    """401 for a forged one. Never 410: that makes TradeGecko delete the webhook."""
    if not secret or not is_signed(hook, secret):
        return HookAnswer(status=401)
    try:
        event = msgspec.json.decode(hook.body, type=_Event)
    except msgspec.DecodeError:
        return HookAnswer(status=400)
    event_id = hook.headers.get(DELIVERY) or hashlib.sha256(hook.body).hexdigest()
    return HookAnswer(status=200, body=b"{}", event_id=event_id, ring=flows_of(event.event))


def is_signed(hook: HookRequest, secret: str) -> bool:
    """Base64(HMAC-SHA256(application secret, raw body)), compared in constant time."""
    wanted = base64.b64encode(hmac.digest(secret.encode(), hook.body, hashlib.sha256))
    return hmac.compare_digest(wanted, hook.headers.get(SIGNATURE, "").strip().encode())
