"""What left the warehouse."""

from datetime import datetime
from enum import Enum

from msgspec import Struct


class ShipmentState(Enum):
    PACKED = "packed"
    SHIPPED = "shipped"
    VOID = "void"


class ShipmentLine(Struct, frozen=True, kw_only=True, gc=False):
    """`remote_line_id` is the warehouse's id of the order line; `line_id` the cart's, once allocated."""

    quantity: int
    sku: str = ""
    remote_line_id: str = ""
    line_id: str = ""


class Shipment(Struct, frozen=True, kw_only=True, gc=False):
    """One parcel. `remote_order_id` is the warehouse's order that it belongs to.

    When pushed, `remote_order_id` is the cart's order and `key` the intent's key; `carrier` is the warehouse's word
    when pulled and the cart's when pushed. Where the remote gives no `shipped_at` it is the time of the last change.
    """

    remote_id: str
    remote_order_id: str
    state: ShipmentState
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    service: str = ""
    shipped_at: datetime
    modified_at: datetime
    lines: tuple[ShipmentLine, ...]
    key: str = ""
    replaces: str | None = None
    """The tracking number that this one corrects at the cart; empty when the cart was told none."""
