"""What one warehouse is asked to send for one order."""

from datetime import datetime

from msgspec import Struct

from tranter.model.address import Address, Buyer
from tranter.model.money import Money
from tranter.model.order import TaxReference

ADDED = "+"


def is_added(line_id: str) -> bool:
    """The hub's own line: the cart knows nothing of it, is told nothing of it, and the order does not wait for it."""
    return line_id.startswith(ADDED)


class FulfillmentLine(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`line_id` is the cart's; `product_id` the warehouse's id of `sku`, empty while unknown.

    A component of a kit has a line of its own: `of_line` is the cart's line then, `per_unit` how many each kit holds.
    """

    line_id: str
    sku: str
    quantity: int
    amount: Money
    discount: Money | None = None
    tax: Money | None = None
    title: str = ""
    product_id: str = ""
    of_line: str = ""
    per_unit: int = 1


class Fulfillment(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`key` is the intent's key: it never changes for this fulfillment. `reference` is the cart's own order id.

    `number` is fitted to what warehouses take (`cust_ref`); `full_number` is the one that people use at the cart.

    `buyer_id`, `address_id` and `bill_to_id` are the warehouse's ids of this buyer and of both addresses where the hub
    knows them.
    """

    key: str
    reference: str
    number: str
    ordered_at: datetime
    currency: str
    buyer: Buyer
    ship_to: Address
    bill_to: Address | None = None
    lines: tuple[FulfillmentLine, ...]
    shipping: Money
    discount: Money
    tax: Money
    collected_tax: Money
    total: Money
    ship_method: str = ""
    ship_by: datetime | None = None
    note: str = ""
    marketplace: str = ""
    tax_references: tuple[TaxReference, ...] = ()
    full_number: str = ""
    buyer_id: str = ""
    address_id: str = ""
    buyer_sought: bool = False
    """They were just looked for: without a `buyer_id` this buyer is new at the warehouse."""
    bill_to_id: str = ""
    generation: int = 1
    test: bool = False

    @property
    def idempotency_key(self) -> str:
        return f"{self.key}/{self.generation}"


def told_line_id(reference: str, line_id: str) -> str:
    """What a warehouse is told of a line of an order that goes in another one's delivery: both may have a line "1"."""
    return f"{reference}/{line_id}"
