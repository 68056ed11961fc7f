"""How many there are, and how many a listing shall show."""

from datetime import datetime

from msgspec import Struct


class StockLevel(Struct, frozen=True, kw_only=True, gc=False):
    """`available` is on hand less what the warehouse has committed; None when the remote did not say.

    `tracked` False means the warehouse does not count this product. `read_at` is when the reading began.
    """

    product_id: str
    sku: str = ""
    location: str = ""
    available: int | None
    tracked: bool = True
    at_most: int | None = None
    read_at: datetime


class StockTarget(Struct, frozen=True, kw_only=True, gc=False):
    """The absolute quantity that one listing shall show. `family` says which of the cart's ways takes it."""

    key: str
    listing_id: str
    sku: str
    variation: str = ""
    marketplace: str = ""
    family: str = ""
    offer_id: str = ""
    quantity: int
