"""A cart that calls the hub: its orders are handed in, and its parcels and cancellations stand ready to be fetched."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tranter.connectors.api import mapping
from tranter.connectors.api.settings import ApiSettings
from tranter.model import Order
from tranter.sdk.manifest import Context
from tranter.sdk.verbs import Page, Raw, Receipt, Seen


class ApiCart:
    def __init__(self, settings: ApiSettings) -> None:
        self._settings = settings

    def verify(self) -> Seen:
        return Seen(account_id=self._settings.place, account_name="orders are handed in through the API")

    def take_order(self, given: Mapping[str, object], at: datetime) -> Raw:
        return Raw(key=mapping.reference(given), payload=mapping.record(given, at))

    def read_order(self, payload: bytes) -> Order:
        return mapping.order(payload, self._settings.currency)

    def pull_orders(self, cursor: str, since: datetime, sweep: bool) -> Page:
        return Page(records=(), cursor=cursor)

    def fetch_orders(self, remote_ids: Sequence[str]) -> tuple[Raw, ...]:
        """What was handed in is all there is to know of them."""
        return ()

    def push_cancellation(self, remote_order_id: str, key: str, reason: str) -> Receipt:
        """Whoever asks for the order reads that it is canceled."""
        return Receipt(remote_id=remote_order_id)


def build(context: Context) -> ApiCart:
    settings = context.settings
    if not isinstance(settings, ApiSettings):
        raise TypeError("these are not the settings of an API cart")
    return ApiCart(settings)
