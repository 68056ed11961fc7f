"""What became of everything, counted from the simulators' own histories."""

from collections import Counter
from typing import Any

from msgspec import Struct

from tranter.demo.world import Connected, World
from tranter.ledger import exceptions

GONE = ("void", "deleted")
MARKERS = " -."


class Verdict(Struct, frozen=True, kw_only=True):
    """`lost`: paid, not canceled, deliverable orders that are neither at the warehouse nor a shown exception."""

    orders_placed: int
    orders_pulled: int
    orders_at_warehouse: int
    duplicates_at_warehouse: int
    lost: int
    confirmed_at_cart: int
    unconfirmed_at_cart: int
    canceled: int
    exceptions: int
    exceptions_planted: int
    shipments_duplicated: int
    stock_changes: int
    stock_levels_matching: int
    stock_levels_wrong: int
    sign_ins: int
    calls_per_order: float
    seconds: float

    @property
    def accounted_for(self) -> bool:
        wrong = (
            self.lost,
            self.duplicates_at_warehouse,
            self.shipments_duplicated,
            self.stock_levels_wrong,
            self.unconfirmed_at_cart,
        )
        return not any(wrong) and self.exceptions == self.exceptions_planted


def judge(world: World, connected: Connected, orders_pulled: int, seconds: float) -> Verdict:
    bought = [order for order in world.ebay.orders() if order.paid_at is not None]
    arrived = Counter(seen.reference_number for seen in world.gecko.orders())
    alive = Counter(seen.reference_number for seen in world.gecko.orders() if seen.status not in GONE)
    shown = {line.subject for line in exceptions.open_exceptions(connected.book, limit=100_000)}
    canceled = [order for order in bought if _is_canceled(order)]
    wanted = [order for order in bought if not _is_canceled(order)]
    lost = [o.order_id for o in wanted if not arrived[o.order_id] and o.order_id not in shown]
    planted = sum(1 for order in wanted if order.planted) + _too_late(world, canceled)
    unconfirmed = [order for order in wanted if alive[order.order_id] and not _told(world, order)]
    right, wrong = stock_levels(world)
    delivered = len([reference for reference in arrived if reference])
    return Verdict(
        orders_placed=len(bought),
        orders_pulled=orders_pulled,
        orders_at_warehouse=len([reference for reference in alive if reference]),
        duplicates_at_warehouse=len(world.gecko.duplicate_orders()),
        lost=len(lost),
        confirmed_at_cart=sum(1 for order in wanted if order.all_units_shipped),
        unconfirmed_at_cart=len(unconfirmed),
        canceled=len(canceled),
        exceptions=exceptions.count_open(connected.book),
        exceptions_planted=planted,
        shipments_duplicated=len(world.ebay.duplicate_fulfillments()),
        stock_changes=len(world.ebay.stock_changes),
        stock_levels_matching=len(right),
        stock_levels_wrong=len(wrong),
        sign_ins=world.sign_ins,
        calls_per_order=round(world.gecko.delivery_calls() / max(delivered, 1), 2),
        seconds=round(seconds, 1),
    )


def _is_canceled(order: Any) -> bool:
    return bool(order.cancel_state.value == "CANCELED" or order.payment.value == "FULLY_REFUNDED")


def _too_late(world: World, canceled: list[Any]) -> int:
    """Canceled orders of which something had already left: a person must be told."""
    references = {order.order_id for order in canceled}
    left = {
        parcel.reference_number
        for parcel in world.gecko.shipments()
        if parcel.status == "fulfilled" and parcel.reference_number in references
    }
    return len(left)


def _told(world: World, order: Any) -> bool:
    """Every parcel that left the warehouse stands at the cart, under its own number."""
    numbers = {_cleaned(parcel.tracking) for parcel in order.parcels}
    return all(
        _cleaned(parcel.tracking or "") in numbers
        for parcel in world.gecko.shipments()
        if parcel.reference_number == order.order_id and parcel.status == "fulfilled"
    )


def _cleaned(tracking: str) -> str:
    return "".join(char for char in tracking if char.isalnum())


def stock_levels(world: World) -> tuple[list[str], list[str]]:
    """Listings that show what the warehouse has, and those that don't ("sku on listing: shown, available")."""
    right: list[str] = []
    wrong: list[str] = []
    for (listing_id, sku), shown in world.ebay.shown().items():
        if sku not in world.skus:
            continue
        available = max(world.gecko.available(sku), 0)
        text = f"{sku} on {listing_id}: {shown} shown, {available} available"
        (right if shown == available else wrong).append(text)
    return right, wrong


def is_settled(world: World, connected: Connected) -> bool:
    """Everything bought is canceled, shown as an exception, or out of the house and told to the buyer."""
    if world.next_purchase_at() is not None:
        return False
    alive = {seen.reference_number: seen for seen in world.gecko.orders() if seen.status not in GONE}
    shown = {line.subject for line in exceptions.open_exceptions(connected.book, limit=100_000)}
    for order in world.ebay.orders():
        if order.paid_at is None or order.order_id in shown:
            continue
        seen = alive.get(order.order_id)
        if _is_canceled(order):
            if seen is not None and seen.status != "fulfilled":
                return False
        elif seen is None or not order.all_units_shipped:
            return False
    return not stock_levels(world)[1]
