"""How heavy is an order?"""

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from tranter.model import Order
from tranter.model.kit import Recipe
from tranter.routing.aliases import AliasTable
from tranter.routing.kits import items_of


class Weighed(Struct, frozen=True):
    """`unknown`: SKUs of it whose weight nobody knows; with one of them there is no weight of the whole."""

    grams: Decimal
    unknown: tuple[str, ...] = ()


class Scales(Struct, frozen=True, kw_only=True):
    """`grams` by SKU, of what the warehouses know. A kit weighs what its components do."""

    cart: str
    aliases: AliasTable = AliasTable()
    kits: Mapping[str, Recipe] = {}
    grams: Mapping[str, Decimal] = {}

    def weigh(self, order: Order) -> Weighed:
        sent = [line for line in order.lines if line.quantity > 0]
        items = [item for line in sent for item in items_of(line, self.aliases.sku(self.cart, line.sku), self.kits)]
        return Weighed(
            sum((self.grams[item.sku] * item.quantity for item in items if item.sku in self.grams), Decimal()),
            tuple(dict.fromkeys(item.sku for item in items if item.sku not in self.grams)),
        )
