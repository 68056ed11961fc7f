"""What the cart changed of an order since it was sent, field by field."""

from collections.abc import Iterator, Mapping
from enum import Enum

from msgspec import Struct

from tranter.model import Address, CartState, Order, OrderLine
from tranter.routing.countries import country_code


class Field(Enum):
    UNITS = "units"
    SKU = "SKU"
    TROUBLE = "trouble"
    NAME = "name"
    COMPANY = "company"
    STREET = "street"
    CITY = "city"
    REGION = "region"
    POSTAL_CODE = "postal code"
    COUNTRY = "country"
    PHONE = "phone"
    SHIP_METHOD = "ship method"
    TOTAL = "total"
    NOTE = "note"


OF_LINES = (Field.UNITS, Field.SKU, Field.TROUBLE)
PLAIN = (*OF_LINES, Field.SHIP_METHOD, Field.TOTAL)
"""Fields that tell nothing of the buyer."""


class OrderChange(Struct, frozen=True, kw_only=True):
    """`of` is the SKU for a change of a line. Units that were 0 are a line added; that are 0, one taken back."""

    field: Field
    before: str
    now: str
    of: str = ""
    line_id: str = ""


def changes(before: Order, now: Order) -> tuple[OrderChange, ...]:
    """A cart forgets addresses with time, and leaves out lines that have left: neither is a change."""
    return (*_lines(before, now), *_address(before.ship_to, now.ship_to), *_others(before, now))


def said(found: tuple[OrderChange, ...]) -> str:
    """In words, without anything of the buyer's."""
    parts = [_said(change) for change in found if change.field in PLAIN]
    private = [change.field.value for change in found if change.field not in PLAIN]
    if private:
        parts.append(f"another {', '.join(private)}")
    return "; ".join(parts)


def _said(change: OrderChange) -> str:
    if change.field is Field.TROUBLE:
        return f"{change.of}: {change.now}"
    if change.field is not Field.UNITS:
        return f"{change.field.value} {change.before} → {change.now}"
    if change.before == "0":
        return f"{change.of} added ({change.now})"
    if change.now == "0":
        return f"{change.of} taken back ({change.before})"
    return f"{change.of} {change.before} → {change.now}"


def _units(order: Order) -> dict[str, int]:
    """By line id, with what the cart counts as shipped: once all is, it shows all lines again."""
    units = dict(order.shipped_quantities)
    for line in order.lines if order.state is not CartState.SHIPPED else ():
        units[line.line_id] = units.get(line.line_id, 0) + line.quantity
    return units


def _lines(before: Order, now: Order) -> Iterator[OrderChange]:
    were, are = _units(before), _units(now)
    old, new = _by_id(before), _by_id(now)
    for line_id in dict.fromkeys((*were, *are)):
        known = new.get(line_id) or old.get(line_id)
        sku = known.sku if known is not None else ""
        units = were.get(line_id, 0), are.get(line_id, 0)
        if units[0] != units[1] and known is not None:
            yield _change(Field.UNITS, str(units[0]), str(units[1]), known)
        if line_id in old and line_id in new:
            if old[line_id].sku != sku:
                yield _change(Field.SKU, old[line_id].sku, sku, new[line_id])
            if new[line_id].trouble and old[line_id].trouble != new[line_id].trouble:
                yield _change(Field.TROUBLE, old[line_id].trouble, new[line_id].trouble, new[line_id])


def _by_id(order: Order) -> Mapping[str, OrderLine]:
    return {line.line_id: line for line in order.lines}


def _change(field: Field, before: str, now: str, line: OrderLine) -> OrderChange:
    return OrderChange(field=field, before=before, now=now, of=line.sku or line.title, line_id=line.line_id)


def _address(before: Address | None, now: Address | None) -> Iterator[OrderChange]:
    if before is None or now is None or not now.lines:
        return
    pairs = {
        Field.NAME: (before.name, now.name),
        Field.COMPANY: (before.company, now.company),
        Field.STREET: (", ".join((before.reference, *before.lines)), ", ".join((now.reference, *now.lines))),
        Field.CITY: (before.city, now.city),
        Field.REGION: (before.region, now.region),
        Field.POSTAL_CODE: (before.postal_code, now.postal_code),
        Field.COUNTRY: (country_code(before.country), country_code(now.country)),
        Field.PHONE: (before.phone, now.phone),
    }
    for field, (was, is_now) in pairs.items():
        forgotten = field in (Field.NAME, Field.PHONE) and not is_now
        if was != is_now and not forgotten:
            yield OrderChange(field=field, before=was.removeprefix(", "), now=is_now.removeprefix(", "))


def _others(before: Order, now: Order) -> Iterator[OrderChange]:
    if before.ship_method != now.ship_method and now.ship_method:
        yield OrderChange(field=Field.SHIP_METHOD, before=before.ship_method, now=now.ship_method)
    whole = before.shipped_quantities == now.shipped_quantities and now.state is not CartState.SHIPPED
    if whole and before.total != now.total:
        sums = [f"{one.text()} {one.currency}" for one in (before.total, now.total)]
        yield OrderChange(field=Field.TOTAL, before=sums[0], now=sums[1])
    if before.note != now.note and now.note:
        yield OrderChange(field=Field.NOTE, before=before.note, now=now.note)
