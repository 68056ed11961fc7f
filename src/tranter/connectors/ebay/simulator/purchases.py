"""What a buyer means to buy, and what happens to the order later on."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from tranter.connectors.ebay.simulator.money import ZERO
from tranter.connectors.ebay.simulator.orders import Address, Buyer, CollectedTax, Program


class Action(Enum):
    PAY = "pay"
    TOUCH = "touch"
    REQUEST_CANCEL = "request_cancel"
    REJECT_CANCEL = "reject_cancel"
    CANCEL = "cancel"
    REFUND_PART = "refund_part"
    REFUND_LINE = "refund_line"
    REFUND_ALL = "refund_all"
    EDIT_ADDRESS = "edit_address"
    SHIP_BY_HAND = "ship_by_hand"


@dataclass(frozen=True)
class Later:
    after_seconds: float
    action: Action


@dataclass(frozen=True)
class Want:
    """One basket line. `as_sku` puts another SKU on the order than the listing has."""

    sku: str = ""
    quantity: int = 1
    listing_id: str = ""
    unit_price: Decimal | None = None
    discount: Decimal = ZERO
    shipping: Decimal = ZERO
    shipping_discount: Decimal = ZERO
    title: str = ""
    as_sku: str | None = None


@dataclass(frozen=True)
class Purchase:
    """`currency`, `marketplace` and `tax` follow from the listing and the address unless given."""

    wants: tuple[Want, ...]
    buyer: Buyer | None = None
    ship_to: Address | None = None
    marketplace: str = ""
    currency: str = ""
    note: str = ""
    program: Program = Program.NONE
    tax: CollectedTax | None = None
    untaxed: bool = False
    paid: bool = True
    carrier: str = "USPS"
    service: str = "USPSGroundAdvantage"
    later: tuple[Later, ...] = ()
    planted: str = ""
    substitute: bool = False


@dataclass(frozen=True)
class PlannedPurchase:
    """One purchase of a plan. `deliverable`: it has to reach the warehouse in the end.

    `planted` names the trap that must end as a shown exception; None means that nobody is to be asked.
    `canceled`: the plan cancels it, so it may or may not reach the warehouse first.
    """

    number: int
    kind: str
    purchase: Purchase
    deliverable: bool
    planted: str | None = None
    canceled: bool = False
