"""What another hub has set up for a merchant, as far as it tells: read once, by whoever moves over."""

from datetime import datetime

from msgspec import Struct


class CartThere(Struct, frozen=True, kw_only=True):
    """`source` is what the other hub calls it, `kind` its word for the system. No credentials: nobody gives those."""

    source: str
    kind: str = ""
    label: str = ""


class MethodThere(Struct, frozen=True, kw_only=True):
    """A cart's code, and the warehouse's word for it; empty: it travels as it is."""

    cart: str
    code: str
    method: str = ""


class AliasThere(Struct, frozen=True, kw_only=True):
    alias: str
    sku: str


class OrderThere(Struct, frozen=True, kw_only=True):
    """An order that the other hub took and is not done with: every number by which it knows it, and its word for it."""

    numbers: tuple[str, ...]
    status: str


class OpenThere(Struct, frozen=True, kw_only=True):
    """Orders that the other hub is still busy with: those that no warehouse has, and those that one has."""

    waiting: int = 0
    at_warehouse: int = 0
    oldest_at: datetime | None = None
    orders: tuple[OrderThere, ...] = ()


class SetupThere(Struct, frozen=True, kw_only=True):
    """`left_out` says what this key was not told, in sentences."""

    carts: tuple[CartThere, ...] = ()
    methods: tuple[MethodThere, ...] = ()
    aliases: tuple[AliasThere, ...] = ()
    open: OpenThere = OpenThere()
    left_out: tuple[str, ...] = ()
