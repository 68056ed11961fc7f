"""An order as its columns: what is searched of it. The rest is sealed."""

import hashlib
from datetime import datetime

from tranter.ledger.bulk import Row
from tranter.ledger.vault import Vault
from tranter.model import Order


def columns(vault: Vault, order: Order, as_sent: Order, seen_at: datetime) -> Row:
    return {
        "number": order.number,
        "marketplace": order.marketplace,
        "cart_state": order.state.value,
        "currency": order.currency,
        "total_minor": order.total.minor,
        "ship_method": order.ship_method,
        "ship_by": order.ship_by,
        "ordered_at": order.ordered_at,
        "modified_at": order.modified_at,
        "seen_at": seen_at,
        "buyer_hash": vault.hash(order.buyer.remote_id) if order.buyer.remote_id else "",
        "receiver_hash": receiver_hash(vault, as_sent),
    }


def receiver_hash(vault: Vault, order: Order) -> str:
    """By the full name on the parcel, whatever its case and spacing."""
    name = receiver_key(order.ship_to.name) if order.ship_to is not None else ""
    return vault.hash(name) if name else ""


def receiver_key(name: str) -> str:
    return " ".join(name.casefold().split())


def order_place(merchant_id: int, account: str, remote_id: str) -> str:
    return f"order.sealed:{merchant_id}:{account}:{remote_id}"


def digest_of(payload: bytes) -> str:
    """160 bits."""
    return hashlib.sha256(payload).hexdigest()[:40]


def before_place(order_id: int) -> str:
    return f"order.before:{order_id}"
