"""The other end of the way: a cart and a warehouse that never fail, in memory and without any call."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from tranter.model import Fulfillment, Listing, Order, Product, Shipment, ShipmentLine, StockLevel, StockTarget
from tranter.sdk.forms import Settings
from tranter.sdk.manifest import Context, Limits, Manifest, Pace, Role
from tranter.sdk.verbs import (
    Connector,
    Page,
    Raw,
    Receipt,
    Seen,
    Sighting,
    StockAnswer,
    StockOutcome,
    Verdict,
)
from tranter.testing.builders import parcel

PLAIN_CART, PLAIN_WAREHOUSE = "plain-cart", "plain-warehouse"


class PlainSettings(Settings):
    """Nothing to set."""


@dataclass
class PlainCart:
    orders: list[Order] = field(default_factory=list)
    parcels: list[Shipment] = field(default_factory=list)
    shown: dict[str, int] = field(default_factory=dict)

    def verify(self) -> Seen:
        return Seen(account_id="cart", facts={"out_of_stock_control": "on"})

    def pull_orders(self, cursor: str, since: datetime, sweep: bool) -> Page:
        records = [_order_record(order) for order in self.orders[0 if sweep else int(cursor or 0) :]]
        return Page(records=tuple(records), cursor=str(len(self.orders)))

    def fetch_orders(self, remote_ids: Sequence[str]) -> tuple[Raw, ...]:
        return tuple(_order_record(order) for order in self.orders if order.remote_id in remote_ids)

    def read_order(self, payload: bytes) -> Order:
        return msgspec.json.decode(payload, type=Order)

    def push_shipment(self, shipment: Shipment) -> Receipt:
        self.parcels.append(shipment)
        return Receipt(remote_id=shipment.key)

    def look_up_shipments(self, shipments: Sequence[Shipment]) -> tuple[Sighting, ...]:
        known = {shipment.key for shipment in self.parcels}
        return tuple(_sighting(shipment.key, shipment.key in known) for shipment in shipments)

    def pull_listings(self, cursor: str) -> Page:
        return Page(records=tuple(Raw(key=sku, payload=sku.encode()) for sku in self.shown), cursor="")

    def read_listing(self, payload: bytes) -> tuple[Listing, ...]:
        sku = payload.decode()
        return (Listing(listing_id=f"listing-{sku}", sku=sku, family="all", quantity=self.shown[sku]),)

    def push_stock(self, targets: Sequence[StockTarget]) -> tuple[StockAnswer, ...]:
        self.shown |= {target.sku: target.quantity for target in targets}
        return tuple(StockAnswer(key=target.key, outcome=StockOutcome.DONE) for target in targets)


@dataclass
class PlainWarehouse:
    skus: tuple[str, ...]
    available: int = 100
    orders: list[Fulfillment] = field(default_factory=list)
    parcels: list[Shipment] = field(default_factory=list)

    def verify(self) -> Seen:
        return Seen(account_id="warehouse")

    def push_fulfillment(self, fulfillment: Fulfillment) -> Receipt:
        if fulfillment.key not in {order.key for order in self.orders}:
            self.orders.append(fulfillment)
        return Receipt(remote_id=fulfillment.reference)

    def look_up_fulfillments(self, fulfillments: Sequence[Fulfillment]) -> tuple[Sighting, ...]:
        known = {order.key for order in self.orders}
        return tuple(_sighting(wanted.key, wanted.key in known) for wanted in fulfillments)

    def ship(self, reference: str, tracking: str, at: datetime) -> None:
        """All of the order leaves in one parcel."""
        order = next(order for order in self.orders if order.reference == reference)
        lines = [ShipmentLine(quantity=line.quantity, sku=line.sku) for line in order.lines]
        made = parcel(reference, lines, remote_id=tracking, tracking_number=tracking, shipped_at=at, modified_at=at)
        self.parcels.append(made)

    def pull_shipments(self, cursor: str, since: datetime) -> Page:
        records = [Raw(key=sent.remote_id, payload=msgspec.json.encode(sent)) for sent in self.parcels]
        return Page(records=tuple(records), cursor="")

    def read_shipment(self, payload: bytes) -> Shipment:
        return msgspec.json.decode(payload, type=Shipment)

    def pull_products(self, cursor: str) -> Page:
        return Page(records=tuple(Raw(key=sku, payload=sku.encode()) for sku in self.skus), cursor="")

    def read_product(self, payload: bytes) -> Product:
        sku = payload.decode()
        return Product(remote_id=f"product-{sku}", sku=sku)

    def pull_stock(self, cursor: str) -> Page:
        return self.pull_products(cursor)

    def read_stock(self, payload: bytes, read_at: datetime) -> tuple[StockLevel, ...]:
        sku = payload.decode()
        return (StockLevel(product_id=f"product-{sku}", sku=sku, available=self.available, read_at=read_at),)


def plain_manifest(slug: str, role: Role, end: Connector) -> Manifest:
    """A data sheet for this very object."""
    build: Callable[[Context], Connector] = lambda context: end  # noqa: E731 - the type is the point
    return Manifest(
        slug=slug,
        label=slug,
        roles=(role,),
        settings=PlainSettings,
        build=build,
        pace=Pace(100_000, 60),
        limits=Limits(visibility_seconds=1, look_up_batch=50, stock_batches={"all": 100}),
    )


def _order_record(order: Order) -> Raw:
    return Raw(key=order.remote_id, payload=msgspec.json.encode(order))


def _sighting(key: str, is_there: bool) -> Sighting:
    if not is_there:
        return Sighting(key=key, verdict=Verdict.ABSENT)
    return Sighting(key=key, verdict=Verdict.FOUND, receipt=Receipt(remote_id=key))
