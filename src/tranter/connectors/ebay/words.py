"""eBay's words, and what they mean to us."""

from collections.abc import Mapping
from enum import Enum

ORDERS_DOCS = "https://developer.ebay.com/api-docs/sell/fulfillment/types/sel:Order"


class BlankSku(Enum):
    """What becomes of a line whose listing has no item code."""

    HOLD = "hold"
    ITEM_ID = "item_id"
    FIXED = "fixed"


class OrderNumber(Enum):
    ORDER_ID = "order_id"
    SALES_RECORD = "sales_record"


class OutOfStock(Enum):
    """What becomes of a zero while eBay would end the listing for it."""

    ASK = "ask"
    ALLOW = "allow"
    NEVER = "never"


class Environment(Enum):
    PRODUCTION = "production"
    SANDBOX = "sandbox"
    CUSTOM = "custom"


# https://developer.ebay.com/api-docs/sell/fulfillment/types/sel:OrderFulfillmentStatus
class Progress(Enum):
    NOT_STARTED = "NOT_STARTED"
    IN_PROGRESS = "IN_PROGRESS"
    FULFILLED = "FULFILLED"


# https://developer.ebay.com/api-docs/sell/fulfillment/types/sel:OrderPaymentStatusEnum
class Payment(Enum):
    PENDING = "PENDING"
    FAILED = "FAILED"
    PAID = "PAID"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    FULLY_REFUNDED = "FULLY_REFUNDED"


# https://developer.ebay.com/api-docs/sell/fulfillment/types/sel:CancelStateEnum
class CancelState(Enum):
    NONE_REQUESTED = "NONE_REQUESTED"
    IN_PROGRESS = "IN_PROGRESS"
    CANCELED = "CANCELED"


# https://developer.ebay.com/api-docs/sell/fulfillment/types/sel:FulfillmentInstructionsType
class Delivery(Enum):
    SHIP_TO = "SHIP_TO"
    SELLER_DEFINED = "SELLER_DEFINED"
    DIGITAL = "DIGITAL"
    PREPARE_FOR_PICKUP = "PREPARE_FOR_PICKUP"
    FULFILLED_BY_EBAY = "FULFILLED_BY_EBAY"


class Family(Enum):
    """Which of eBay's two worlds a listing lives in: neither can revise the other's."""

    INVENTORY = "inventory"
    TRADING = "trading"


# getOrders leaves `buyer.taxIdentifier` out, getOrder has it, for these sites (specification 1.20.6, 2026-11).
TAX_ID_MARKETPLACES = frozenset({"EBAY_ES", "EBAY_IT"})

# https://developer.ebay.com/api-docs/sell/fulfillment/resources/order/methods/getOrders, and its neighbours
KINDS: Mapping[int, str] = {
    2001: "limit",
    25702: "unknown_sku",
    25708: "unknown_sku",
    30850: "future",
    32100: "unknown_order",
    32200: "line",
    32210: "line",
    32300: "carrier",
    32400: "account",
    32500: "shipped_date",
    34100: "parcels",
    34200: "program",
    34300: "program",
    34500: "shipped_already",
}

# Sellers in the EU and the UK sign some calls digitally. https://developer.ebay.com/develop/guides/digital-signatures-for-apis
SIGNATURE_ERRORS = range(215000, 215123)

REMEDIES: Mapping[str, str] = {
    "account": "eBay has suspended the account: settle that in Seller Hub",
    "carrier": "map this carrier to one of eBay's carriers, or correct the tracking number",
    "line": "compare the order's lines in Seller Hub with those of the parcel",
    "parcels": "add this tracking number in Seller Hub by hand",
    "program": "report this parcel in Seller Hub by hand",
    "unknown_order": "look the order up in Seller Hub: eBay doesn't know its number any more",
    "unknown_sku": "compare the item code at eBay with the one at the warehouse",
}

# The Trading API puts its errors into a 200. https://developer.ebay.com/devzone/xml/docs/reference/ebay/errors/errormessages.htm
TRADING_TOKEN_ERRORS = frozenset({930, 931, 932, 16110, 17470, 21916984, 21917053})
TRADING_LIMIT_ERRORS = frozenset({518, 21919144})
TRADING_SYSTEM_ERRORS = frozenset({10007, 10001, 2, 16100})
TRADING_WANTS_INVENTORY = frozenset({21919474})

INVENTORY_WANTS_TRADING = frozenset({25702})
INVENTORY_SYSTEM_ERRORS = frozenset({25001, 2003, 20500})
