"""A reply that is no success → what happens next. Branches on the status; bodies are undocumented for most."""

from collections.abc import Mapping

import msgspec

from tranter.sdk.errors import AuthError, ConnectorError, RejectedError, TransientError, UnexpectedResponseError
from tranter.sdk.http import Reply

TAKEN = "duplicate_number"
UNKNOWN_SKU = "unknown_sku"
BUYER = "buyer"
ADDRESS = "address"

# What a complaint of a 422 is about, by the beginning of its key; the keys of nested rows are dotted.
KINDS: tuple[tuple[str, str, str], ...] = (
    ("order_line_items.variant", UNKNOWN_SKU, "Map the SKU to a variant that TradeGecko has."),
    ("order_line_items", "lines", "Correct the order's lines, then release it."),
    ("company", BUYER, "Look at the company in TradeGecko, then release the order."),
    ("shipping_address", ADDRESS, "Correct the address at the cart or in TradeGecko, then release the order."),
    ("billing_address", ADDRESS, "Correct the address at the cart or in TradeGecko, then release the order."),
    ("currency", "currency", "Add the currency in TradeGecko, then release the order."),
    ("stock_location", "location", "Set location_id to a location that TradeGecko has."),
    ("order_number", "order_number", "Look at the order of this number in TradeGecko."),
    ("tax", "tax", "Look at the tax settings in TradeGecko."),
)


def failure(reply: Reply, is_write: bool, retry_after: float) -> ConnectorError:
    """`retry_after` is the wait that the rate limit's headers ask for."""
    said = _said(reply)
    match reply.status:
        case 401:
            return AuthError(f"TradeGecko refuses the access token{said}")
        case 402:
            return AuthError(f"TradeGecko says that the account's subscription has lapsed{said}")
        case 403:
            return AuthError(f"The TradeGecko user who connected has no right to do this{said}")
        case 408 | 409 | 425:
            return TransientError(f"TradeGecko answered {reply.status}{said}")
        case 429:
            return TransientError("TradeGecko's limit of calls is reached", retry_after=retry_after, not_done=True)
        case status if status >= 500:
            return TransientError(f"TradeGecko answered {status}{said}")
        case 404 | 410:
            return RejectedError(
                f"TradeGecko doesn't know it{said}", "Look whether it was deleted there.", kind="not_found"
            )
        case 400 | 413 | 422 if is_write:
            return rejection(reply)
        case status:
            return UnexpectedResponseError(f"TradeGecko answered {status}{said}", excerpt(reply))


def rejection(reply: Reply) -> RejectedError:
    complaints = _complaints(reply)
    if not complaints:
        return RejectedError(f"TradeGecko refused the request ({reply.status}){_said(reply)}", kind="rejected")
    reason = "; ".join(f"{name} {' and '.join(words)}" for name, words in complaints.items())[:400]
    for start, kind, remedy in KINDS:
        found = next((name for name in complaints if name.startswith(start)), None)
        if found is not None:
            taken = kind == "order_number" and any("taken" in words for words in complaints[found])
            return RejectedError(f"TradeGecko refused it: {reason}", remedy, kind=TAKEN if taken else kind)
    return RejectedError(f"TradeGecko refused it: {reason}", kind="rejected")


def excerpt(reply: Reply) -> str:
    return reply.body[:500].decode("utf-8", "replace")


def _complaints(reply: Reply) -> Mapping[str, list[str]]:
    errors = _object(reply).get("errors")
    if not isinstance(errors, dict):
        return {}
    return {
        str(name): [str(word) for word in words] if isinstance(words, list) else [str(words)]
        for name, words in errors.items()
    }


def _said(reply: Reply) -> str:
    body = _object(reply)
    words = [str(body[name]) for name in ("error", "type", "message") if isinstance(body.get(name), str)]
    return f": {' '.join(words)[:200]}" if words else ""


def _object(reply: Reply) -> dict[str, object]:
    try:
        value = msgspec.json.decode(reply.body)
    except msgspec.DecodeError:
        return {}
    return value if isinstance(value, dict) else {}
