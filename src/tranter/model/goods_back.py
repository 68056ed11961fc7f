"""Goods that a buyer sends back to the warehouse."""

from datetime import datetime
from enum import Enum

from msgspec import Struct


class ReturnState(Enum):
    """`returning`: announced, or on its way."""

    RETURNING = "returning"
    RECEIVED = "received"
    VOID = "void"


class ReturnLine(Struct, frozen=True, kw_only=True, gc=False):
    """`remote_line_id` is the warehouse's line of the order that it was sent for."""

    quantity: int
    remote_line_id: str = ""


class Return(Struct, frozen=True, kw_only=True, gc=False):
    """`remote_order_id` is the order's id at the warehouse."""

    remote_id: str
    remote_order_id: str
    state: ReturnState
    carrier: str = ""
    tracking_number: str = ""
    modified_at: datetime
    lines: tuple[ReturnLine, ...]
