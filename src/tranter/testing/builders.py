"""Values for tests: say what matters, the rest is filled in."""

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from tranter.model import (
    Address,
    Buyer,
    CartState,
    Fulfillment,
    FulfillmentLine,
    Money,
    Order,
    OrderLine,
    Shipment,
    ShipmentLine,
    ShipmentState,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CURRENCY = "USD"

BUYER = Buyer(remote_id="ada_l", name="Ada Lovelace", email="ada@example.com", phone="+44 20 7946 0000")
HOME = Address(
    name="Ada Lovelace",
    lines=("12 St James's Square",),
    city="London",
    postal_code="SW1Y 4LB",
    country="GB",
    phone="+44 20 7946 0000",
    email="ada@example.com",
)


def order_line(sku: str, quantity: int = 1, minor: int = 1000, line_id: str = "") -> OrderLine:
    """`minor` is the price of one unit."""
    amount = Money(minor * quantity, CURRENCY)
    return OrderLine(line_id=line_id or f"line-{sku}", sku=sku, quantity=quantity, amount=amount, title=sku.title())


def order(remote_id: str, lines: Sequence[OrderLine], **changes: object) -> Order:
    nothing = Money.zero(CURRENCY)
    made = Order(
        remote_id=remote_id,
        number=remote_id,
        state=CartState.OPEN,
        marketplace="",
        ordered_at=NOON,
        modified_at=NOON,
        currency=CURRENCY,
        buyer=BUYER,
        ship_to=HOME,
        lines=tuple(lines),
        shipping=nothing,
        discount=nothing,
        tax=nothing,
        collected_tax=nothing,
        total=Money(sum(line.amount.minor for line in lines), CURRENCY),
    )
    return replace(made, **changes)


def fulfillment_line(sku: str, product_id: str, quantity: int = 1, minor: int = 1000) -> FulfillmentLine:
    amount = Money(minor * quantity, CURRENCY)
    return FulfillmentLine(
        line_id=f"line-{sku}", sku=sku, quantity=quantity, amount=amount, title=sku.title(), product_id=product_id
    )


def fulfillment(reference: str, lines: Sequence[FulfillmentLine], **changes: object) -> Fulfillment:
    nothing = Money.zero(CURRENCY)
    made = Fulfillment(
        key=f"push_fulfillment/1/{reference}/1",
        reference=reference,
        number=reference,
        ordered_at=NOON,
        currency=CURRENCY,
        buyer=BUYER,
        ship_to=HOME,
        lines=tuple(lines),
        shipping=nothing,
        discount=nothing,
        tax=nothing,
        collected_tax=nothing,
        total=Money(sum(line.amount.minor for line in lines), CURRENCY),
    )
    return replace(made, **changes)


def parcel(remote_order_id: str, lines: Sequence[ShipmentLine], **changes: object) -> Shipment:
    made = Shipment(
        remote_id="parcel-1",
        remote_order_id=remote_order_id,
        state=ShipmentState.SHIPPED,
        carrier="UPS",
        tracking_number="1Z0000000000000001",
        shipped_at=NOON,
        modified_at=NOON,
        lines=tuple(lines),
        key=f"push_shipment/1/{remote_order_id}/1",
    )
    return replace(made, **changes)
