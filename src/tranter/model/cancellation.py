"""A wish to stop an order, or the fact that it is stopped."""

from datetime import datetime
from enum import Enum

from msgspec import Struct


class CancellationState(Enum):
    REQUESTED = "requested"
    CANCELED = "canceled"
    REJECTED = "rejected"


class Cancellation(Struct, frozen=True, kw_only=True, gc=False):
    """`remote_order_id` is the id of the order at the system that said so."""

    remote_order_id: str
    state: CancellationState
    reason: str = ""
    modified_at: datetime
