"""What a resource of the vendor looks like, and the short notation in which the tables are written.

An attribute is `name:kind/flags`. Flags: `c` taken on create, `u` on update, `w` both, `r` required,
`f` filterable.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cached_property


class Kind(Enum):
    INT = "int"
    TEXT = "text"
    FLAG = "flag"
    DECIMAL = "dec"  # a string with at least one decimal: "10.0"
    NUMBER = "num"  # a string without forced decimals: "10"
    MOMENT = "moment"
    DAY = "day"
    LIST = "list"
    COMMA_LIST = "csv"  # held as a list, written as one string
    HASH = "hash"
    RAW = "raw"
    IDS = "ids"
    WRITE_ONLY = "in"  # taken on create, never shown


@dataclass(frozen=True)
class Attribute:
    name: str
    kind: Kind
    flags: str = ""
    children: str = ""  # for IDS: the child resource and the key that points back

    @property
    def creatable(self) -> bool:
        return "c" in self.flags or "w" in self.flags

    @property
    def updatable(self) -> bool:
        return "u" in self.flags or "w" in self.flags

    @property
    def required(self) -> bool:
        return "r" in self.flags

    @property
    def filterable(self) -> bool:
        return "f" in self.flags

    @classmethod
    def parse(cls, text: str) -> "Attribute":
        head, _, flags = text.partition("/")
        name, _, kind = head.partition(":")
        kind, _, children = kind.partition("(")
        return cls(name, Kind(kind or "text"), flags, children.rstrip(")"))


@dataclass(frozen=True)
class Resource:
    singular: str
    plural: str
    table: str
    operations: str = "index show create update delete"
    child: str = ""  # plural of the rows that may be sent inside a create
    child_required: bool = False
    sideload: str = ""  # plural of the rows that come beside every list
    sideload_on_index: bool = True  # whether `include` works on lists, too
    deleted_status: str = ""  # empty: the row really goes
    has_total: bool = False  # the old `meta.total` beside the list
    positioned: bool = False
    paginated: bool = True
    put_status: int = 204
    id_key: str = "id"

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        parsed = (Attribute.parse(word) for word in self.table.split())
        return {attribute.name: attribute for attribute in parsed}

    def allows(self, operation: str) -> bool:
        return operation in self.operations.split()

    def child_key(self) -> str:
        """The attribute by which a child row points to this resource."""
        return f"{self.singular}_id"
