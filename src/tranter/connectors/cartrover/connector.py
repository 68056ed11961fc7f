"""CartRover as a warehouse: what it passes on to, it passes on."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tranter.connectors.cartrover import mapping
from tranter.connectors.cartrover.client import Client, segment
from tranter.connectors.cartrover.delivery import Delivery
from tranter.connectors.cartrover.rows import OrderRow, ParcelRow, ShipMethodRow
from tranter.connectors.cartrover.settings import CartRoverSettings
from tranter.connectors.cartrover.setup import read_setup
from tranter.connectors.cartrover.walking import Orders, walk_stock
from tranter.connectors.cartrover.words import CANCELED, SHIPPED, SHIPPED_LISTS
from tranter.model import Cancellation, Fulfillment, Product, Shipment, StockLevel
from tranter.sdk.errors import RejectedError
from tranter.sdk.manifest import Context
from tranter.sdk.setups import SetupThere
from tranter.sdk.verbs import Page, Raw, Receipt, Seen, Sighting


class CartRover:
    def __init__(self, context: Context, settings: CartRoverSettings) -> None:
        self._settings, self._clock = settings, context.clock
        self._client = Client(context, settings)
        self._delivery = Delivery(self._client)

    def verify(self) -> Seen:
        """Nothing that is known to be there says whose account it is: the API user stands for it."""
        methods = self._client.get("wms/shipmethod/list", list[ShipMethodRow])
        facts = {"ship_methods": ", ".join(row.code for row in methods[:50])}
        return Seen(account_id=self._settings.api_user, account_name=self._settings.api_user, facts=facts)

    def read_setup(self) -> SetupThere:
        return read_setup(self._client)

    def push_fulfillment(self, fulfillment: Fulfillment) -> Receipt:
        return self._delivery.push(fulfillment)

    def look_up_fulfillments(self, fulfillments: Sequence[Fulfillment]) -> tuple[Sighting, ...]:
        return tuple(self._delivery.look_up(one) for one in fulfillments)

    def push_cancellation(self, remote_order_id: str, key: str, reason: str) -> Receipt:
        """What is still new is canceled; what was passed on is asked to be stopped there."""
        seen = self._client.get(f"cart/orders/status/{segment(remote_order_id)}", OrderRow)
        if seen.order_status == CANCELED:
            return Receipt(remote_id=remote_order_id)
        if seen.order_status in SHIPPED:
            raise RejectedError(
                f"CartRover's order {remote_order_id} has left.", "Ask for it back.", kind="cancel_too_late"
            )
        if seen.order_status == "new":
            self._client.post("cart/orders/cancel/cartrover", {"cust_ref": remote_order_id})
        else:
            self._client.ask(f"cart/orders/wms_cancel/{segment(remote_order_id)}")
        return Receipt(remote_id=remote_order_id)

    def pull_cancellations(self, cursor: str, since: datetime) -> Page:
        return Orders(self._client, self._clock, (CANCELED,), _order).pull(cursor, since)

    def read_cancellation(self, payload: bytes) -> Cancellation:
        return mapping.cancellation(payload)

    def pull_shipments(self, cursor: str, since: datetime) -> Page:
        return Orders(self._client, self._clock, SHIPPED_LISTS, _parcels).pull(cursor, since)

    def read_shipment(self, payload: bytes) -> Shipment:
        return mapping.shipment(payload)

    def pull_stock(self, cursor: str) -> Page:
        return walk_stock(self._client, cursor)

    def read_stock(self, payload: bytes, read_at: datetime) -> tuple[StockLevel, ...]:
        return mapping.stock_levels(payload, read_at)

    def pull_products(self, cursor: str) -> Page:
        """What is counted is what there is: there is no list of products."""
        return walk_stock(self._client, cursor)

    def read_product(self, payload: bytes) -> Product:
        return mapping.product(payload)


def build(context: Context) -> CartRover:
    settings = context.settings
    if not isinstance(settings, CartRoverSettings):
        raise TypeError("these are not the settings of CartRover")
    return CartRover(context, settings)


def _order(order: OrderRow, raw: msgspec.Raw) -> tuple[Raw, ...]:
    return (Raw(key=order.cust_ref, payload=bytes(raw)),)


def _parcels(order: OrderRow, raw: msgspec.Raw) -> tuple[Raw, ...]:
    """Without the buyer, whom nobody needs again."""
    rows = (ParcelRow(order=order, shipment=one) for one in order.shipments)
    return tuple(Raw(key=mapping.parcel_key(row), payload=msgspec.json.encode(row)) for row in rows)
