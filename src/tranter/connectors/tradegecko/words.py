"""TradeGecko's words and ours. Source: its API reference of June 2021 (github.com/tradegecko/smaug)."""

from collections.abc import Mapping

from tranter.model import ReturnState, ShipmentState

ORDER_COMMITTED = frozenset({"active", "finalized", "fulfilled"})
ORDER_LIVE = ORDER_COMMITTED | {"draft"}
ORDER_DEAD = frozenset({"void", "deleted", "archived"})
# A row that was deleted is left out of every list that doesn't ask for its status by name.
EVERY_ORDER_STATUS = ("draft", "active", "finalized", "fulfilled", "void", "deleted", "archived")
EVERY_FULFILLMENT_STATUS = ("packed", "fulfilled", "void", "deleted")

SHIPMENT_STATES: Mapping[str, ShipmentState] = {
    "packed": ShipmentState.PACKED,
    "fulfilled": ShipmentState.SHIPPED,
    "shipped": ShipmentState.SHIPPED,  # the word of 2013
    "void": ShipmentState.VOID,
    "deleted": ShipmentState.VOID,
}

EVERY_RETURN_STATUS = ("returning", "received", "void", "deleted")

RETURN_STATES: Mapping[str, ReturnState] = {
    "returning": ReturnState.RETURNING,
    "received": ReturnState.RECEIVED,
    "void": ReturnState.VOID,
    "deleted": ReturnState.VOID,
}

# Lines that are money and nothing to pack. One client wrote them with a capital letter.
CHARGES = frozenset({"discount", "shipping", "rounding", "fee", "gift_wrap"})

# The reference registers events in the singular and shows a delivered one in the plural.
SINGULARS: Mapping[str, str] = {
    "fulfillments": "fulfillment",
    "orders": "order",
    "variants": "variant",
    "products": "product",
    "stock_adjustments": "stock_adjustment",
    "stock_transfers": "stock_transfer",
    "procurements": "procurement",
    "purchase_orders": "purchase_order",
    "fulfillment_returns": "fulfillment_return",
}
FLOWS_BY_SUBJECT: Mapping[str, tuple[str, ...]] = {
    "fulfillment": ("shipments", "stock"),
    "order": ("cancellations", "stock"),
    "variant": ("products", "stock"),
    "product": ("products",),
    "stock_adjustment": ("stock",),
    "stock_transfer": ("stock",),
    "procurement": ("stock",),
    "purchase_order": ("stock",),
    "fulfillment_return": ("returns", "stock"),
}
FLOWS_BY_EVENT: Mapping[str, tuple[str, ...]] = {
    "variant.stock_level_update": ("stock",),
    "order.fulfilled": ("shipments", "stock"),
}


def flows_of(event: str) -> tuple[str, ...]:
    """Which flows an event makes due; none for one that concerns nobody here."""
    subject, _, verb = event.strip().lower().partition(".")
    subject = SINGULARS.get(subject, subject)
    return FLOWS_BY_EVENT.get(f"{subject}.{verb}") or FLOWS_BY_SUBJECT.get(subject, ())
