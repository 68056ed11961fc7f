"""eBay, verb by verb."""

from collections.abc import Sequence
from datetime import datetime

from tranter.connectors.ebay import (
    account,
    cancellations,
    listing_mapping,
    listings,
    mapping,
    orders,
    shipments,
    stock,
)
from tranter.connectors.ebay.client import Client
from tranter.connectors.ebay.hooks import Hooks
from tranter.connectors.ebay.oauth import auth
from tranter.connectors.ebay.trading import Trading
from tranter.connectors.ebay.words import OutOfStock
from tranter.model import Listing, Order, Shipment, StockTarget
from tranter.sdk.manifest import Context
from tranter.sdk.verbs import (
    HookAnswer,
    HookRequest,
    Page,
    Raw,
    Receipt,
    Seen,
    Sighting,
    StockAnswer,
    StockOutcome,
)


class Ebay:
    """One eBay account as a cart."""

    def __init__(self, context: Context) -> None:
        self._client = Client(context)
        self._trading = Trading(self._client)
        self._settings = self._client.settings
        self._reading = mapping.Reading(
            blank_sku=self._settings.blank_sku,
            fixed_sku=self._settings.fixed_sku,
            order_number=self._settings.order_number,
        )
        self._hooks = Hooks(self._client, auth(self._settings))
        self._out_of_stock_control = context.facts.get(account.OUT_OF_STOCK_CONTROL, account.UNKNOWN)

    def verify(self) -> Seen:
        return account.verify(self._client, self._trading)

    def pull_orders(self, cursor: str, since: datetime, sweep: bool) -> Page:
        return orders.pull(self._client, cursor, since, sweep)

    def fetch_orders(self, remote_ids: Sequence[str]) -> tuple[Raw, ...]:
        return orders.fetch(self._client, remote_ids)

    def read_order(self, payload: bytes) -> Order:
        return mapping.order(payload, self._reading)

    def order_url(self, remote_id: str, marketplace: str) -> str:
        return orders.seller_page(self._settings.environment, remote_id, marketplace)

    def push_shipment(self, shipment: Shipment) -> Receipt:
        return shipments.push(self._client, self._trading, shipment)

    def look_up_shipments(self, shipments_: Sequence[Shipment]) -> tuple[Sighting, ...]:
        return shipments.look_up(self._client, shipments_)

    def push_cancellation(self, remote_order_id: str, key: str, reason: str) -> Receipt:
        return cancellations.push(self._client, remote_order_id, reason)

    def pull_listings(self, cursor: str) -> Page:
        return listings.pull(self._client, self._trading, cursor)

    def read_listing(self, payload: bytes) -> tuple[Listing, ...]:
        return listing_mapping.listings(payload, self._reading, self._settings.marketplaces[0])

    def push_stock(self, targets: Sequence[StockTarget]) -> tuple[StockAnswer, ...]:
        held = {
            target.key: StockAnswer(key=target.key, outcome=StockOutcome.REJECTED, reason=reason)
            for target in targets
            if target.quantity <= 0 and (reason := self._why_no_zero())
        }
        sent = [target for target in targets if target.key not in held]
        answers = {answer.key: answer for answer in stock.push(self._client, self._trading, sent)}
        return tuple((held | answers)[target.key] for target in targets)

    def receive_hook(self, hook: HookRequest) -> HookAnswer:
        return self._hooks.receive(hook)

    def _why_no_zero(self) -> str:
        """While out-of-stock control is off, a listing at zero ends for good: the merchant decides that."""
        match self._settings.out_of_stock:
            case OutOfStock.ALLOW:
                return ""
            case OutOfStock.ASK | OutOfStock.NEVER:
                pass
        if self._out_of_stock_control == account.UNKNOWN:
            self._out_of_stock_control = account.out_of_stock_control(self._trading)
        if self._out_of_stock_control == account.ON:
            return ""
        if self._settings.out_of_stock is OutOfStock.NEVER:
            return "a zero would end the listing, and the settings say never to do that"
        return (
            "a zero would end the listing, because eBay's out-of-stock control is off: turn it on at eBay, "
            "or choose out_of_stock=allow or never"
        )
