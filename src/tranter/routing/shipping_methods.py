"""Words for ways of shipping: the cart's service at the warehouse, the warehouse's carrier at the cart."""

from collections.abc import Iterable, Mapping
from enum import Enum

from msgspec import Struct

from tranter.routing.words import folded


class Direction(Enum):
    """`to_warehouse`: a service code of a cart connection. `to_cart`: a carrier at a warehouse connection."""

    OUTWARD = "to_warehouse"
    INWARD = "to_cart"


class MethodRow(Struct, frozen=True):
    direction: Direction
    connection: str
    word: str
    becomes: str


class MethodTable(Struct, frozen=True):
    """`outward`: (cart connection, code) → method. `inward`: (warehouse connection, carrier) → cart's word.

    A word without a row passes through.
    """

    outward: Mapping[tuple[str, str], str] = {}
    inward: Mapping[tuple[str, str], str] = {}

    def to_warehouse(self, cart: str, code: str) -> str:
        return self.outward.get((cart, code), code)

    def knows(self, cart: str, code: str) -> bool:
        """Somebody said what it becomes, be it itself."""
        return (cart, code) in self.outward

    def to_cart(self, warehouse: str, carrier: str) -> str:
        """Carriers are typed by people: case and extra blanks don't count, but an exact row wins."""
        exact = self.inward.get((warehouse, carrier))
        if exact is not None:
            return exact
        same = [
            (word, becomes)
            for (name, word), becomes in self.inward.items()
            if name == warehouse and folded(word) == folded(carrier)
        ]
        return min(same)[1] if same else carrier


def method_table(rows: Iterable[MethodRow]) -> MethodTable:
    listed = tuple(rows)
    return MethodTable(
        outward={(row.connection, row.word): row.becomes for row in listed if row.direction is Direction.OUTWARD},
        inward={(row.connection, row.word): row.becomes for row in listed if row.direction is Direction.INWARD},
    )
