"""What a simulated eBay account is like, and which of eBay's undocumented habits it has today."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

Deliver = Callable[[str, str, Mapping[str, str], bytes], tuple[int, bytes]]
"""(method, url, headers, body) → (status, body) of whoever listens to notifications."""


class InventoryOffset(Enum):
    """eBay documents the offset of `getInventoryItems` as a page number; clients count records."""

    PAGE = "page"
    RECORD = "record"


class Repeat(Enum):
    """What becomes of a shipment that is reported twice; eBay does not say."""

    ACCEPT = "accept"
    CONFLICT = "conflict"


@dataclass
class Options:
    client_id: str = "sim-client-id"
    client_secret: str = "sim-client-secret"  # noqa: S105 - the simulator's own
    ru_name: str = "Sim-RuName"
    accepted_url: str = ""
    declined_url: str = ""
    refresh_token: str = ""
    auto_consent: bool = False
    token_seconds: int = 7200
    refresh_token_seconds: int = 47_304_000
    username: str = "sim-seller-us"
    user_id: str = ""
    registration_marketplace: str = "EBAY_US"
    seller_registered: bool = True
    skus: tuple[str, ...] = ()
    odd_listings: bool = True
    marketplaces: tuple[str, ...] = ("EBAY_US",)
    visibility_lag_seconds: float = 0
    index_lag_seconds: float = 0
    enrichment: bool = True
    bare_fulfillment_status: bool = False
    repeat_fulfillment: Repeat = Repeat.ACCEPT
    max_tracking_numbers: int = 50
    suspended: bool = False
    international_lines_apart: bool = True
    inventory_offset: InventoryOffset = InventoryOffset.PAGE
    bulk_mixed_status: int = 200
    inventory_expired_as_403: bool = True
    accept_language_required: bool = True
    out_of_stock_control: bool = True
    signatures_required: bool = False
    revisions_per_listing: int = 250
    enforce_limits: bool = False
    daily_limits: Mapping[str, int] = field(default_factory=dict)
    deliver: Deliver | None = None

    def __post_init__(self) -> None:
        """Options may come from a command line or from JSON: words become members, lists tuples."""
        self.inventory_offset = InventoryOffset(self.inventory_offset)
        self.repeat_fulfillment = Repeat(self.repeat_fulfillment)
        self.skus, self.marketplaces = tuple(self.skus), tuple(self.marketplaces)
