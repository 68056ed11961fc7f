"""What may become of an order, and what has to be known to decide it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tranter.model import Address, DelayFrom
from tranter.model.address import AddressCheck
from tranter.model.kit import Recipe
from tranter.routing.aliases import AliasTable
from tranter.routing.filters import Filter
from tranter.routing.rule import Rule
from tranter.routing.shipping_methods import MethodTable

OTHER_SITE, TOO_EARLY, RULE_SKIP, FILTERED = "other_site", "too_early", "rule_skip", "filtered"
ELSEWHERE = "elsewhere"
LIFTABLE = (OTHER_SITE, TOO_EARLY, ELSEWHERE, RULE_SKIP, FILTERED)
DELAY = "delay"


class Warehouse(Struct, frozen=True):
    """`name` is the connection's. `products`: SKU → product ids, several when the SKU is there twice.

    None: not read yet. `stock`: SKU → units that are free there, None where nobody knows. Neither need hold more SKUs
    than the orders at hand. `regions` are those that it is preferred for: DE, US-CA, DE:8. `only_by_rule`: nothing goes
    there unless a rule says so.
    """

    name: str
    products: Mapping[str, tuple[str, ...]] | None = None
    stock: Mapping[str, int | None] = {}
    regions: tuple[str, ...] = ()
    only_by_rule: bool = False

    def knows(self, sku: str) -> bool:
        return bool(self.products and self.products.get(sku))

    def free(self, sku: str) -> int | None:
        """None speaks against nobody; a SKU that is not there at all is worth nothing."""
        return self.stock.get(sku) if self.knows(sku) else 0


class Policy(Struct, frozen=True):
    """An order is never split unless `split`. Where no warehouse has enough, the first takes it, or it is held."""

    split: bool = False
    hold_without_stock: bool = False


class View(Struct, frozen=True, kw_only=True):
    """`cart` is the connection's name. No marketplaces: all. `holds`: kinds that an operator released.

    `warehouse` is the first by priority, `others` follow. Without `now` nothing waits for its time.
    `grams` are the weights that rules ask for, by SKU. `reject_unmapped`: a ship method that nobody has mapped holds
    the order. `elsewhere`: which hub had an order, by its number, when the merchant moved over: `CartRover (at_wms)`.
    """

    cart: str
    warehouse: Warehouse | None
    others: tuple[Warehouse, ...] = ()
    policy: Policy = Policy()
    rules: tuple[Rule, ...] = ()
    filters: tuple[Filter, ...] = ()
    delay: timedelta = timedelta()
    delay_from: DelayFrom = DelayFrom.ORDERED
    now: datetime | None = None
    address_check: AddressCheck = AddressCheck.OFF
    address_countries: frozenset[str] = frozenset()
    aliases: AliasTable = AliasTable()
    kits: Mapping[str, Recipe] = {}
    grams: Mapping[str, Decimal] = {}
    methods: MethodTable = MethodTable()
    reject_unmapped: bool = False
    marketplaces: frozenset[str] = frozenset()
    earliest: datetime | None = None
    elsewhere: Mapping[str, str] = {}
    holds: frozenset[str] = frozenset()
    line_limit: int = 1000

    def as_of(self, ordered_at: datetime) -> "View":
        """With the aliases that counted then."""
        aliases = self.aliases.on(ordered_at)
        return self if aliases is self.aliases else replace(self, aliases=aliases)

    @property
    def warehouses(self) -> tuple[Warehouse, ...]:
        return (self.warehouse, *self.others) if self.warehouse is not None else ()


class KitPart(Struct, frozen=True, kw_only=True):
    """Which component of one ordered line it is, `units` of it in all. `weights` are those of all components."""

    of_line: str
    index: int
    per_unit: int
    units: int
    weights: tuple[int, ...]


class PlannedLine(Struct, frozen=True, kw_only=True, gc=False):
    """`line_id` is the cart's; `product_id` is empty where the warehouse doesn't know the SKU.

    Lines of one `share` go together, as one fulfillment, to `warehouse` (empty: the only one). `before`: units of the
    same line that earlier shares carry.
    A component of a kit has a `line_id` of its own, and a `part`.
    """

    line_id: str
    sku: str
    quantity: int
    product_id: str = ""
    warehouse: str = ""
    share: int = 0
    before: int = 0
    part: KitPart | None = None

    @property
    def ordered_line(self) -> str:
        """The cart's."""
        return self.line_id if self.part is None else self.part.of_line


class Send(Struct, frozen=True, kw_only=True, gc=False):
    """`notes` are for the journal: how the order was adapted, without the buyer's data."""

    lines: tuple[PlannedLine, ...]
    ship_method: str = ""
    notes: tuple[str, ...] = ()
    ship_to: Address | None = None
    """As its country writes it, where that differs from what the cart says."""


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
    """Decided again when the cart changes the order, when the warehouse's products are read, or at `until`."""

    reason: str
    until: datetime | None = None


class Cancel(Struct, frozen=True):
    reason: str


Decision: TypeAlias = Send | Hold | Skip | Wait | Cancel
