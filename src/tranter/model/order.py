"""What a buyer bought, as the cart tells it."""

from datetime import datetime
from enum import Enum

from msgspec import Struct

from tranter.model.address import Address, Buyer
from tranter.model.money import Money, total


class OrderStatus(Enum):
    """Where an order is, derived from what is recorded. `skipped` is not ours to send."""

    NEW = "new"
    AT_WMS = "at_wms"
    SHIPPED = "shipped"
    CONFIRMED = "confirmed"
    ERROR = "error"
    CANCELED = "canceled"
    SKIPPED = "skipped"


FINAL = (OrderStatus.CONFIRMED.value, OrderStatus.CANCELED.value, OrderStatus.SKIPPED.value)


class CartState(Enum):
    """What the cart says of an order: is it ours to send?"""

    OPEN = "open"
    WAITING = "waiting"
    """Not payable yet, or on hold at the cart; looked at again when the cart changes it."""
    CANCEL_REQUESTED = "cancel_requested"
    CANCELED = "canceled"
    SHIPPED = "shipped"
    SKIPPED = "skipped"


class TaxReference(Struct, frozen=True, gc=False):
    """A number that must travel with the parcel: IOSS, OSS, VOEC, ABN …"""

    name: str
    value: str


class OrderLine(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`quantity` is what is still to be sent; `amount` is before discounts, for all of `quantity`.

    `trouble` says why this line can't be sent as it stands (fully refunded, no item code …): it waits for a person.
    """

    line_id: str
    sku: str
    quantity: int
    amount: Money
    discount: Money | None = None
    tax: Money | None = None
    title: str = ""
    listing_id: str = ""
    variation: str = ""
    marketplace: str = ""
    trouble: str = ""

    @property
    def unit_price(self) -> Money:
        """Rounded down to the minor unit; `amount` stays exact."""
        return Money(self.amount.minor // max(self.quantity, 1), self.amount.currency)


class DelayFrom(Enum):
    """When the time begins that an order waits before it is sent."""

    ORDERED = "ordered"
    PAID = "paid"


class Order(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`remote_id` is the cart's own, unique per account; `number` is the one people use.

    Totals are the seller's: tax that the cart collects and remits is in `collected_tax` only. Discounts are positive.
    """

    remote_id: str
    number: str
    state: CartState
    state_reason: str = ""
    marketplace: str
    ordered_at: datetime
    modified_at: datetime
    currency: str
    buyer: Buyer
    ship_to: Address | None
    bill_to: Address | None = None
    lines: tuple[OrderLine, ...]
    shipping: Money
    discount: Money
    tax: Money
    collected_tax: Money
    total: Money
    ship_method: str = ""
    ship_by: datetime | None = None
    paid_at: datetime | None = None
    note: str = ""
    tax_references: tuple[TaxReference, ...] = ()
    adapted: tuple[str, ...] = ()
    """How the record was bent to be readable; each becomes a journal line, so no buyer's data in it."""
    shipped_quantities: tuple[tuple[str, int], ...] = ()
    """(line id, units) that the cart already counts as shipped."""
    refunded: Money | None = None
    """What the buyer got back, as the cart says. It is shown: no stock and no parcel follows from it."""

    @property
    def subtotal(self) -> Money:
        return total((line.amount for line in self.lines), self.currency)
