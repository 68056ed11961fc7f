"""Filters: which orders and which items of a cart are ours to send, and which listings get our stock."""

import csv
import io
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from tranter.model import Order, OrderLine
from tranter.routing.countries import country_code

MOST_VALUES, LONGEST_VALUE = 20_000, 200
EXAMPLE = "restricted starts: TEST-, DEMO-"


class Field(Enum):
    """What is looked at. `ITEM_SKU` is the cart's own code of a line; the others belong to the whole order."""

    COUNTRY = "country"
    REGION = "region"
    POSTAL_CODE = "postal_code"
    MARKETPLACE = "marketplace"
    SHIP_METHOD = "ship_method"
    CURRENCY = "currency"
    ITEM_SKU = "item_sku"


class Mode(Enum):
    """`required`: only what matches is sent. `restricted`: what matches is not."""

    REQUIRED = "required"
    RESTRICTED = "restricted"


class Match(Enum):
    FULL = "full"
    STARTS = "starts"
    ENDS = "ends"


class Level(Enum):
    """What an item that does not pass keeps from being sent: itself, or its whole order."""

    ITEM = "item"
    ORDER = "order"


class BadFilter(ValueError):
    """`cause` and `remedy` are for a person."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(f"{cause}; {remedy}")
        self.cause, self.remedy = cause, remedy


class Rule(Struct, frozen=True, kw_only=True, dict=True):
    """Any of `values` is enough; upper and lower case are one. With `stock`, an item's listings get none, too."""

    mode: Mode
    match: Match = Match.FULL
    values: tuple[str, ...]
    level: Level = Level.ITEM
    stock: bool = False

    def passes(self, value: str) -> bool:
        return self.matches(value) is (self.mode is Mode.REQUIRED)

    def matches(self, value: str) -> bool:
        said = value.strip().casefold()
        match self.match:
            case Match.FULL:
                return said in self._folded
            case Match.STARTS:
                return any(said.startswith(one) for one in self._folded if one)
            case Match.ENDS:
                return any(said.endswith(one) for one in self._folded if one)

    @cached_property
    def _folded(self) -> frozenset[str]:
        return frozenset(one.strip().casefold() for one in self.values)


class Filter(Struct, frozen=True):
    """Without a connection it counts at every cart."""

    connection: str
    field: Field
    rule: Rule


class Sifted(Struct, frozen=True):
    """`order` without the lines that are `left_out`; or the reason why nothing of it is sent."""

    order: Order
    left_out: tuple[OrderLine, ...] = ()
    reason: str = ""


def sift(order: Order, filters: Iterable[Filter]) -> Sifted:
    """`filters` are those of its cart."""
    listed = tuple(filters)
    if not listed:
        return Sifted(order)
    values = _values(order)
    for one in listed:
        if one.field is not Field.ITEM_SKU and not one.rule.passes(values[one.field]):
            return Sifted(order, reason=_why(one, values[one.field]))
    items = [one for one in listed if one.field is Field.ITEM_SKU]
    stopped = {line.line_id: one for line in order.lines for one in items if not one.rule.passes(line.sku)}
    whole = next((one for one in stopped.values() if one.rule.level is Level.ORDER), None)
    if whole is not None:
        line = next(line for line in order.lines if stopped.get(line.line_id) is whole)
        return Sifted(order, reason=_why(whole, line.sku))
    if stopped and len(stopped) == len(order.lines):
        return Sifted(order, order.lines, f"{reason_begins(Field.ITEM_SKU)} leaves out all its items")
    left_out = tuple(line for line in order.lines if line.line_id in stopped)
    kept = tuple(line for line in order.lines if line.line_id not in stopped)
    return Sifted(replace(order, lines=kept) if left_out else order, left_out)


def of_cart(filters: Iterable[Filter], cart: str) -> tuple[Filter, ...]:
    return tuple(one for one in filters if one.connection in ("", cart))


def gets_stock(code: str, filters: Iterable[Filter]) -> bool:
    """Whether a listing that is called so gets our stock."""
    items = (one.rule for one in filters if one.field is Field.ITEM_SKU and one.rule.stock)
    return all(rule.passes(code) for rule in items)


def _values(order: Order) -> Mapping[Field, str]:
    place = order.ship_to
    return {
        Field.COUNTRY: country_code(place.country) if place is not None else "",
        Field.REGION: place.region if place is not None else "",
        Field.POSTAL_CODE: "".join(place.postal_code.split()) if place is not None else "",
        Field.MARKETPLACE: order.marketplace,
        Field.SHIP_METHOD: order.ship_method,
        Field.CURRENCY: order.currency,
    }


def _why(one: Filter, value: str) -> str:
    """Nothing of the buyer's but the region that the parcel goes to."""
    said = repr(value) if one.field is not Field.POSTAL_CODE else "its postcode"
    verb = "is not among those that pass" if one.rule.mode is Mode.REQUIRED else "is left out"
    return f"{reason_begins(one.field)}: {said} {verb}"


def reason_begins(field: Field) -> str:
    """How every reason begins for which this field's filter leaves an order out."""
    return f"the filter of {field.value}"


def read_rule(field: Field, text: str) -> Rule:
    """`restricted starts: TEST-, DEMO-`, for items also `restricted full order stock: …`. Raises BadFilter."""
    head, colon, tail = text.partition(":")
    words = head.split()
    mode = next((one for one in Mode if one.value in words), None)
    known = {one.value for kind in (Mode, Match, Level) for one in kind} | {"stock"}
    strange = next((word for word in words if word not in known), None)
    if not colon or mode is None or strange is not None:
        what = repr(strange) if strange is not None else repr(text[:40])
        raise BadFilter(f"{what} can't be read", f"write it as {EXAMPLE}")
    rule = Rule(
        mode=mode,
        match=next((one for one in Match if one.value in words), Match.FULL),
        values=_listed(tail),
        level=Level.ORDER if "order" in words else Level.ITEM,
        stock="stock" in words,
    )
    return checked(field, rule)


def checked(field: Field, rule: Rule) -> Rule:
    """Without what it says twice. Raises BadFilter."""
    values = tuple(dict.fromkeys(_canonical(field, rule, one) for one in rule.values))
    if not values or len(values) > MOST_VALUES:
        raise BadFilter(f"it has {len(values)} values", f"give it 1 to {MOST_VALUES:,}")
    if any(len(one) > LONGEST_VALUE or not one.isprintable() for one in values):
        raise BadFilter("a value is too long, or no plain text", f"write at most {LONGEST_VALUE} characters")
    if rule.match is not Match.FULL and "" in values:
        raise BadFilter("everything begins and ends with a blank value", "match a blank one in full")
    if field is not Field.ITEM_SKU and (rule.stock or rule.level is Level.ORDER):
        raise BadFilter(f"{field.value} belongs to the whole order", "only item_sku has a level, or counts for stock")
    return replace(rule, values=values)


def _canonical(field: Field, rule: Rule, value: str) -> str:
    value = value.strip()
    if field is Field.COUNTRY and rule.match is Match.FULL:
        return country_code(value)
    return "".join(value.split()) if field is Field.POSTAL_CODE else value


def write_rule(field: Field, rule: Rule) -> str:
    """What `read_rule` reads back the same."""
    words = [rule.mode.value, rule.match.value]
    if field is Field.ITEM_SKU:
        words += [rule.level.value] + ["stock"] * rule.stock
    return f"{' '.join(words)}: {', '.join(_quoted(one) for one in rule.values)}"


def _quoted(value: str) -> str:
    plain = value and value == value.strip() and not set(value) & set(',"')
    return value if plain else '"' + value.replace('"', '""') + '"'


def _listed(text: str) -> tuple[str, ...]:
    """By commas or lines; quoted where a value holds one."""
    found: list[str] = []
    try:
        for row in csv.reader(io.StringIO(text.strip()), skipinitialspace=True, strict=True):
            found += row if any(row) or len(row) == 1 else []
    except csv.Error as error:
        raise BadFilter("the values can't be told apart", "close every quotation mark") from error
    return tuple(found)
