"""What may become of an order, and what has to be known to decide it."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from tranter.routing.aliases import AliasTable
from tranter.routing.shipping_methods import MethodTable

OTHER_SITE, TOO_EARLY = "other_site", "too_early"
LIFTABLE = (OTHER_SITE, TOO_EARLY)


class Warehouse(Struct, frozen=True):
    """`name` is the connection's. `products`: SKU → product ids, several when the SKU is there twice.

    None: not read yet. It need not hold more SKUs than the orders at hand.
    """

    name: str
    products: Mapping[str, tuple[str, ...]] | None = None


class View(Struct, frozen=True, kw_only=True):
    """`cart` is the connection's name. No marketplaces: all. `holds`: kinds that an operator released."""

    cart: str
    warehouse: Warehouse | None
    aliases: AliasTable = AliasTable()
    methods: MethodTable = MethodTable()
    marketplaces: frozenset[str] = frozenset()
    earliest: datetime | None = None
    holds: frozenset[str] = frozenset()
    line_limit: int = 1000


class PlannedLine(Struct, frozen=True, kw_only=True):
    """`line_id` is the cart's; `product_id` is empty where the warehouse doesn't know the SKU."""

    line_id: str
    sku: str
    quantity: int
    product_id: str = ""


class Send(Struct, frozen=True, kw_only=True):
    """`notes` are for the journal: how the order was adapted, without the buyer's data."""

    lines: tuple[PlannedLine, ...]
    ship_method: str = ""
    notes: tuple[str, ...] = ()


class Hold(Struct, frozen=True, kw_only=True):
    """Waits for a person. `kind` and `value` group orders with one cause: the SKU, the country …"""

    kind: str
    cause: str
    remedy: str
    value: str = ""


class Skip(Struct, frozen=True):
    """Not ours to send. `kind` is one of `LIFTABLE` where a person may lift it for one order."""

    reason: str
    kind: str = ""


class Wait(Struct, frozen=True):
    """Decided again when the cart changes the order or the warehouse's products are read."""

    reason: str


class Cancel(Struct, frozen=True):
    reason: str


Decision: TypeAlias = Send | Hold | Skip | Wait | Cancel
