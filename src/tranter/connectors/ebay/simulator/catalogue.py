"""What is for sale: inventory items, listings, and the quantity that a buyer sees."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum


class Family(Enum):
    """Who may revise a listing: the Inventory API or the Trading API, never both."""

    INVENTORY = "inventory"
    TRADING = "trading"


class ListingStatus(Enum):
    ACTIVE = "ACTIVE"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    ENDED = "ENDED"


class TrackingMethod(Enum):
    ITEM_ID = "ItemID"
    SKU = "SKU"


@dataclass
class InventoryItem:
    """One SKU of the Inventory API; its quantity is shared by all its offers."""

    sku: str
    title: str
    quantity: int
    group: str = ""


@dataclass
class Variation:
    """What can be put into the basket. A listing without variations has exactly one, without an id."""

    sku: str
    price: Decimal
    quantity: int
    sold: int = 0
    variation_id: str = ""
    offer_id: str = ""
    aspects: dict[str, str] = field(default_factory=dict)


@dataclass
class Listing:
    listing_id: str
    family: Family
    marketplace: str
    currency: str
    title: str
    started_at: datetime
    variations: list[Variation]
    tracking_method: TrackingMethod = TrackingMethod.ITEM_ID
    status: ListingStatus = ListingStatus.ACTIVE
    revisions: Counter[date] = field(default_factory=Counter)

    def variation(self, sku: str) -> Variation | None:
        return next((each for each in self.variations if each.sku == sku), None)


@dataclass
class Catalogue:
    items: dict[str, InventoryItem] = field(default_factory=dict)
    listings: dict[str, Listing] = field(default_factory=dict)
    out_of_stock_control: bool = True

    def add(self, listing: Listing) -> Listing:
        self.listings[listing.listing_id] = listing
        if listing.family is Family.INVENTORY:
            for each in listing.variations:
                self.items.setdefault(each.sku, InventoryItem(each.sku, listing.title, each.quantity))
        return listing

    def with_sku(self, sku: str) -> list[tuple[Listing, Variation]]:
        found = ((listing, listing.variation(sku)) for listing in self.listings.values())
        return [(listing, variation) for listing, variation in found if variation is not None]

    def offer(self, offer_id: str) -> tuple[Listing, Variation] | None:
        for listing in self.listings.values():
            for variation in listing.variations:
                if variation.offer_id == offer_id:
                    return listing, variation
        return None

    def shown(self, listing: Listing, variation: Variation) -> int:
        """What a buyer sees: for the Inventory API the smaller of the item's and the offer's quantity."""
        if listing.status is ListingStatus.ENDED:
            return 0
        if listing.family is Family.TRADING:
            return variation.quantity
        return max(0, min(self.items[variation.sku].quantity, variation.quantity))

    def settle(self, listing: Listing) -> None:
        """At zero a listing hides while out-of-stock control is on, and ends for good while it is off."""
        if listing.status is ListingStatus.ENDED:
            return
        if any(self.shown(listing, each) > 0 for each in listing.variations):
            listing.status = ListingStatus.ACTIVE
        elif self.out_of_stock_control:
            listing.status = ListingStatus.OUT_OF_STOCK
        else:
            listing.status = ListingStatus.ENDED

    def sell(self, listing: Listing, variation: Variation, quantity: int) -> None:
        variation.sold += quantity
        variation.quantity = max(0, variation.quantity - quantity)
        if listing.family is Family.INVENTORY:
            item = self.items[variation.sku]
            item.quantity = max(0, item.quantity - quantity)
            for other, _ in self.with_sku(variation.sku):
                self.settle(other)
        self.settle(listing)

    def restock(self, listing: Listing, variation: Variation, quantity: int) -> None:
        variation.sold = max(0, variation.sold - quantity)
        variation.quantity += quantity
        if listing.family is Family.INVENTORY:
            self.items[variation.sku].quantity += quantity
        self.settle(listing)
