"""Values to start from, and how thoroughly properties are tried."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings

from tranter.model import (
    Address,
    Buyer,
    CartState,
    Money,
    Order,
    OrderLine,
    Shipment,
    ShipmentLine,
    ShipmentState,
    StockLevel,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

modestly = settings(deadline=None, derandomize=True, database=None, max_examples=150)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def line(line_id: str = "1", sku: str = "CUP", quantity: int = 1, **more: object) -> OrderLine:
    return OrderLine(**{"line_id": line_id, "sku": sku, "quantity": quantity, "amount": usd(1000 * quantity)} | more)


def address(**more: object) -> Address:
    return Address(**{"name": "Ada Byron", "lines": ("1 High Street",), "city": "Ely", "country": "GB"} | more)


def order(*lines: OrderLine, **more: object) -> Order:
    lines = lines or (line(),)
    zero = Money.zero(lines[0].amount.currency)
    subtotal = sum((each.amount for each in lines), zero)
    values = {
        "remote_id": "12-34567-89012",
        "number": "1001",
        "state": CartState.OPEN,
        "marketplace": "EBAY_US",
        "ordered_at": NOON,
        "modified_at": NOON,
        "currency": zero.currency,
        "buyer": Buyer(remote_id="b1"),
        "ship_to": address(),
        "lines": lines,
        "shipping": zero,
        "discount": zero,
        "tax": zero,
        "collected_tax": zero,
        "total": subtotal,
        "ship_method": "USPSPriority",
    }
    return Order(**values | more)


def parcel(*lines: ShipmentLine) -> Shipment:
    return Shipment(
        remote_id="s1",
        remote_order_id="o1",
        state=ShipmentState.SHIPPED,
        shipped_at=NOON,
        modified_at=NOON,
        lines=lines,
    )


def level(available: int | None, location: str = "", hours: int = 0, product_id: str = "p1") -> StockLevel:
    return StockLevel(
        product_id=product_id, sku="CUP", location=location, available=available, read_at=NOON + hours * HOUR
    )
