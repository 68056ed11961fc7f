"""What was bought: orders with their lines, parcels, refunds and cancellation requests."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum

from tranter.connectors.ebay.simulator.money import ZERO


class Payment(Enum):
    PENDING = "PENDING"
    PAID = "PAID"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    FULLY_REFUNDED = "FULLY_REFUNDED"


class CancelState(Enum):
    NONE_REQUESTED = "NONE_REQUESTED"
    IN_PROGRESS = "IN_PROGRESS"
    CANCELED = "CANCELED"


class Progress(Enum):
    NOT_STARTED = "NOT_STARTED"
    IN_PROGRESS = "IN_PROGRESS"
    FULFILLED = "FULFILLED"


class Program(Enum):
    """Who carries the parcel to the buyer."""

    NONE = "none"
    INTERNATIONAL_SHIPPING = "international_shipping"
    AUTHENTICITY = "authenticity"
    FULFILLED_BY_EBAY = "fulfilled_by_ebay"


@dataclass(frozen=True)
class Address:
    line1: str
    city: str
    country: str
    line2: str = ""
    state: str = ""
    postal_code: str = ""


@dataclass(frozen=True)
class Buyer:
    username: str
    user_id: str
    name: str
    address: Address
    email: str
    phone: str = ""
    company: str = ""
    tax_id_type: str = ""
    tax_id: str = ""
    tax_id_country: str = ""


@dataclass(frozen=True)
class CollectedTax:
    """Tax that eBay takes from the buyer and pays itself: never the seller's money."""

    tax_type: str
    rate: Decimal
    reference_name: str = ""
    reference_value: str = ""


@dataclass(frozen=True)
class Refund:
    at: datetime
    amount: Decimal
    refund_id: str


@dataclass
class Line:
    line_item_id: str
    transaction_id: str
    listing_id: str
    sku: str
    title: str
    quantity: int
    unit_price: Decimal
    listing_marketplace: str
    purchase_marketplace: str
    variation_id: str = ""
    aspects: dict[str, str] = field(default_factory=dict)
    discount: Decimal = ZERO
    shipping: Decimal = ZERO
    shipping_discount: Decimal = ZERO
    collected_tax: Decimal = ZERO
    refunds: list[Refund] = field(default_factory=list)

    @property
    def cost(self) -> Decimal:
        return self.unit_price * self.quantity

    @property
    def total(self) -> Decimal:
        return self.cost - self.discount + self.shipping - self.shipping_discount


@dataclass(frozen=True)
class Parcel:
    """A shipping fulfillment. eBay names it after its tracking number, so ids may repeat."""

    fulfillment_id: str
    lines: tuple[tuple[str, int], ...]
    carrier: str
    tracking: str
    shipped_at: datetime
    reported_at: datetime
    by: str = "api"


@dataclass
class CancelRequest:
    request_id: str
    initiator: str
    reason: str
    requested_at: datetime
    state: str = "REQUESTED"
    completed_at: datetime | None = None


@dataclass
class Order:
    order_id: str
    sales_record: str
    created_at: datetime
    modified_at: datetime
    currency: str
    buyer: Buyer
    ship_to: Address
    lines: list[Line]
    tax: CollectedTax | None = None
    note: str = ""
    carrier: str = "USPS"
    service: str = "USPSGroundAdvantage"
    program: Program = Program.NONE
    reference_id: str = ""
    payment: Payment = Payment.PAID
    paid_at: datetime | None = None
    cancel_state: CancelState = CancelState.NONE_REQUESTED
    canceled_at: datetime | None = None
    cancel_requests: list[CancelRequest] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    planted: str = ""
    former_id: str = ""
    indexed: list[tuple[datetime, datetime]] = field(default_factory=list)
    version: int = 0
    distorted: dict[str, object] = field(default_factory=dict)

    def line(self, line_item_id: str) -> Line | None:
        return next((line for line in self.lines if line.line_item_id == line_item_id), None)

    def shipped(self, line_item_id: str) -> int:
        return sum(count for parcel in self.parcels for line, count in parcel.lines if line == line_item_id)

    def line_progress(self, line: Line) -> Progress:
        """A line counts as fulfilled from its first unit on, as eBay's specification says."""
        return Progress.FULFILLED if self.shipped(line.line_item_id) else Progress.NOT_STARTED

    @property
    def progress(self) -> Progress:
        done = [self.line_progress(line) is Progress.FULFILLED for line in self.lines]
        if not any(done):
            return Progress.NOT_STARTED
        return Progress.FULFILLED if all(done) else Progress.IN_PROGRESS

    @property
    def all_units_shipped(self) -> bool:
        return all(self.shipped(line.line_item_id) >= line.quantity for line in self.lines)

    @property
    def total(self) -> Decimal:
        """What the buyer owes the seller: without the tax that eBay collects."""
        return sum((line.total for line in self.lines), ZERO)

    @property
    def collected_tax(self) -> Decimal:
        return sum((line.collected_tax for line in self.lines), ZERO)

    def indexed_at(self, now: datetime) -> datetime | None:
        """The modification time that the search knows by now; None while it does not know the order."""
        for at, modified in reversed(self.indexed):
            if at <= now:
                return modified
        return None


@dataclass
class OrderBook:
    by_id: dict[str, Order] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Order]:
        return iter(list(self.by_id.values()))

    def __len__(self) -> int:
        return len(self.by_id)

    def get(self, order_id: str) -> Order | None:
        return self.by_id.get(order_id)

    def add(self, order: Order) -> None:
        self.by_id[order.order_id] = order

    def rename(self, order: Order, new_id: str) -> None:
        del self.by_id[order.order_id]
        order.former_id, order.order_id = order.order_id, new_id
        self.by_id[new_id] = order
