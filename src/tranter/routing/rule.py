"""A rule: if an order is like this, then do that with it."""

from enum import Enum
from typing import TypeAlias

from msgspec import Struct


class About(Enum):
    """What of an order a condition looks at. `value` is its total, `quantity` all its units, `weight` that of all."""

    COUNTRY = "country"
    REGION = "region"
    POSTAL_CODE = "postal_code"
    SKU = "sku"
    SHIP_METHOD = "ship_method"
    VALUE = "value"
    QUANTITY = "quantity"
    WEIGHT = "weight"
    TAG = "tag"
    MARKETPLACE = "marketplace"
    CART = "cart"
    NOTE = "note"


class Test(Enum):
    __test__ = False  # not one of pytest's

    IS = "is"
    IS_NOT = "is_not"
    STARTS = "starts"
    ENDS = "ends"
    CONTAINS = "contains"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    GIVEN = "given"


class Condition(Struct, frozen=True):
    """`words`: any of them counts, whatever their case; `given` has none.

    An amount is written "100.00 EUR", a weight "2.5 kg".
    """

    about: About
    test: Test
    words: tuple[str, ...] = ()


class Route(Struct, frozen=True, tag="route", tag_field="do"):
    warehouse: str


class HoldIt(Struct, frozen=True, tag="hold", tag_field="do"):
    reason: str


class Delay(Struct, frozen=True, tag="delay", tag_field="do"):
    hours: int


class Tag(Struct, frozen=True, tag="tag", tag_field="do"):
    word: str


class ChangeMethod(Struct, frozen=True, tag="ship_method", tag_field="do"):
    """In the warehouse's words: it is not mapped again."""

    method: str


class AddLine(Struct, frozen=True, tag="add_line", tag_field="do"):
    """Goods that cost nothing and that the cart knows nothing of: a gift, a leaflet."""

    sku: str
    quantity: int = 1


class Split(Struct, frozen=True, tag="split", tag_field="do"):
    """Lines with the rule's SKUs go as a fulfillment of their own; a route of the same rule is theirs."""


class SkipIt(Struct, frozen=True, tag="skip", tag_field="do"):
    reason: str


Action: TypeAlias = Route | HoldIt | Delay | Tag | ChangeMethod | AddLine | Split | SkipIt


class Rule(Struct, frozen=True, kw_only=True):
    """`every`: all conditions have to hold, else any of them. One without conditions holds for every order."""

    id: int = 0
    name: str
    enabled: bool = True
    every: bool = True
    conditions: tuple[Condition, ...] = ()
    actions: tuple[Action, ...]
