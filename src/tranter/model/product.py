"""Our items at the warehouse, and the cart's pages that sell them."""

from decimal import Decimal

from msgspec import Struct


class Product(Struct, frozen=True, kw_only=True, gc=False):
    """A sellable unit at the warehouse. `at_most` caps what a cart may show. `weight_grams` None: nobody knows."""

    remote_id: str
    sku: str
    name: str = ""
    barcode: str = ""
    active: bool = True
    tracked: bool = True
    at_most: int | None = None
    weight_grams: Decimal | None = None


class Listing(Struct, frozen=True, kw_only=True, gc=False):
    """One item code on one page of one site. `family` is the cart's word for the way it is managed.

    `quantity` is what the page shows now; None when the remote did not say.
    """

    listing_id: str
    sku: str
    variation: str = ""
    marketplace: str = ""
    title: str = ""
    family: str = ""
    offer_id: str = ""
    quantity: int | None = None
    active: bool = True

    @property
    def key(self) -> str:
        """Unique per connection: one page may sell many codes, and one code stand on many pages."""
        return f"{self.marketplace}/{self.listing_id}/{self.variation or self.sku}"
