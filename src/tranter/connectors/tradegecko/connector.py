"""TradeGecko as a warehouse: each verb is a call and a translation."""

from collections.abc import Sequence
from datetime import datetime

from tranter.connectors.tradegecko import mapping
from tranter.connectors.tradegecko.buyers import find_buyers
from tranter.connectors.tradegecko.cancelling import cancel
from tranter.connectors.tradegecko.certainty import nothing_written
from tranter.connectors.tradegecko.client import Client, listed
from tranter.connectors.tradegecko.delivery import Delivery
from tranter.connectors.tradegecko.hooks import answer
from tranter.connectors.tradegecko.look_up import LookUp
from tranter.connectors.tradegecko.parcels import PARCEL, RETURN, with_lines
from tranter.connectors.tradegecko.refusals import TAKEN
from tranter.connectors.tradegecko.seeing import see
from tranter.connectors.tradegecko.settings import TradeGeckoSettings
from tranter.connectors.tradegecko.walking import opened, records_of, walk, walk_changes
from tranter.connectors.tradegecko.words import EVERY_FULFILLMENT_STATUS, EVERY_RETURN_STATUS, ORDER_DEAD
from tranter.model import Cancellation, Fulfillment, Product, Return, Shipment, StockLevel
from tranter.sdk.errors import RejectedError
from tranter.sdk.manifest import Context
from tranter.sdk.verbs import HookAnswer, HookRequest, Link, Page, Receipt, Seen, Sighting, Verdict

OLDEST_FIRST = ("order", "id asc")


class TradeGecko:
    def __init__(self, context: Context, settings: TradeGeckoSettings) -> None:
        self._credentials, self._settings = context.credentials, settings
        self._client = Client(settings.base_url, context.caller, context.clock)
        self._delivery = Delivery(self._client, settings, context.facts)
        self._look_up = LookUp(self._client, settings)

    def verify(self) -> Seen:
        return see(self._client, self._settings)

    def push_fulfillment(self, fulfillment: Fulfillment) -> Receipt:
        try:
            return self._delivery.push(fulfillment)
        except RejectedError as error:
            if error.kind != TAKEN:
                raise
            return self._adopted(fulfillment, error)

    def find_buyers(self, fulfillments: Sequence[Fulfillment]) -> tuple[Link, ...]:
        return find_buyers(self._client, self._settings, fulfillments)

    def look_up_fulfillments(self, fulfillments: Sequence[Fulfillment]) -> tuple[Sighting, ...]:
        return self._look_up.sightings(fulfillments) if fulfillments else ()

    def push_cancellation(self, remote_order_id: str, key: str, reason: str) -> Receipt:
        return cancel(self._client, remote_order_id, key)

    def pull_cancellations(self, cursor: str, since: datetime) -> Page:
        query = listed("status", sorted(ORDER_DEAD))
        return walk_changes(self._client, "orders", query, opened(cursor, since), records_of)

    def read_cancellation(self, payload: bytes) -> Cancellation:
        return mapping.cancellation(payload)

    def pull_shipments(self, cursor: str, since: datetime) -> Page:
        query = listed("status", EVERY_FULFILLMENT_STATUS)
        return walk_changes(
            self._client,
            "fulfillments",
            query,
            opened(cursor, since),
            lambda rows: with_lines(self._client, PARCEL, rows),
        )

    def read_shipment(self, payload: bytes) -> Shipment:
        return mapping.shipment(payload, self._settings.ship_packed)

    def pull_returns(self, cursor: str, since: datetime) -> Page:
        query = listed("status", EVERY_RETURN_STATUS)
        at = opened(cursor, since)
        return walk_changes(
            self._client, "fulfillment_returns", query, at, lambda rows: with_lines(self._client, RETURN, rows)
        )

    def read_return(self, payload: bytes) -> Return:
        return mapping.goods_back(payload)

    def pull_stock(self, cursor: str) -> Page:
        """From the variants, not from `/stock_levels`: only they say what isn't tracked and what is capped."""
        return walk(self._client, "variants", [OLDEST_FIRST], cursor)

    def read_stock(self, payload: bytes, read_at: datetime) -> tuple[StockLevel, ...]:
        return mapping.stock_levels(payload, read_at)

    def pull_products(self, cursor: str) -> Page:
        return walk(self._client, "variants", [OLDEST_FIRST], cursor)

    def read_product(self, payload: bytes) -> Product:
        return mapping.product(payload)

    def receive_hook(self, hook: HookRequest) -> HookAnswer:
        return answer(hook, self._credentials.load().get("client_secret"))

    def _adopted(self, fulfillment: Fulfillment, refusal: RejectedError) -> Receipt:
        """The account refuses numbers that are taken. Taken by this very order is as good as done."""
        with nothing_written():
            sighting = self._look_up.sightings([fulfillment])[0]
        if sighting.verdict is Verdict.FOUND and sighting.receipt is not None:
            return sighting.receipt
        reason = sighting.reason or "no order of this number is to be seen"
        raise RejectedError(
            f"TradeGecko refuses the number {fulfillment.number!r}, which is taken. {reason}",
            refusal.remedy,
            kind=TAKEN,
            value=fulfillment.number,
        ) from refusal


def build(context: Context) -> TradeGecko:
    settings = context.settings
    if not isinstance(settings, TradeGeckoSettings):
        raise TypeError("these are not the settings of TradeGecko")
    return TradeGecko(context, settings)
