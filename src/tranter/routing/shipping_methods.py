"""Words for ways of shipping: the cart's service at the warehouse, the warehouse's carrier at the cart."""

from collections.abc import Iterable, Mapping
from enum import Enum

from msgspec import Struct

from tranter.routing.csv_rows import CsvError, Row, read_rows

COLUMNS = ("direction", "connection", "from", "to")


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


def folded(carrier: str) -> str:
    return " ".join(carrier.split()).casefold()


def method_table(rows: Iterable[MethodRow]) -> MethodTable:
    listed = tuple(rows)
    return MethodTable(
        outward={(row.connection, row.word): row.becomes for row in listed if row.direction is Direction.OUTWARD},
        inward={(row.connection, row.word): row.becomes for row in listed if row.direction is Direction.INWARD},
    )


def read_methods_csv(text: str) -> tuple[MethodRow, ...]:
    """Raises `CsvError`. A repeated row counts once; one word with two meanings is refused."""
    found: dict[tuple[Direction, str, str], tuple[int, MethodRow]] = {}
    for row in read_rows(text, COLUMNS):
        method = _method(row)
        word = folded(method.word) if method.direction is Direction.INWARD else method.word
        line, earlier = found.setdefault((method.direction, method.connection, word), (row.line, method))
        if earlier.becomes != method.becomes:
            cause = f"{method.word!r} becomes {method.becomes!r} here, but {earlier.becomes!r} on line {line}"
            raise CsvError(row.line, cause, "keep one of the two rows")
    return tuple(row for _, row in found.values())


def _method(row: Row) -> MethodRow:
    word = row.cells["direction"].strip().lower()
    try:
        direction = Direction(word)
    except ValueError as error:
        choices = " or ".join(choice.value for choice in Direction)
        raise CsvError(row.line, f"{word!r} is no direction", f"write {choices}") from error
    return MethodRow(direction, row.cells["connection"].strip(), row.cells["from"].strip(), row.cells["to"].strip())
