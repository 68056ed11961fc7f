"""Which warehouse sends what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tranter.model import Address
from tranter.routing.countries import country_code
from tranter.routing.decision import Policy, Warehouse


class Need(Struct, frozen=True, kw_only=True, gc=False):
    """Units of one SKU for one line of the order."""

    line_id: str
    sku: str
    units: int


class Given(Struct, frozen=True, kw_only=True, gc=False):
    """`units` of a line that one warehouse sends."""

    line_id: str
    warehouse: str
    units: int


class NoPlace(Struct, frozen=True, kw_only=True):
    """`skus` are those that stand in the way. `known`: there are warehouses that know them, without enough stock."""

    skus: tuple[str, ...]
    known: bool


def allocate(
    needs: Sequence[Need], warehouses: Sequence[Warehouse], ship_to: Address | None, policy: Policy
) -> tuple[Given, ...] | NoPlace:
    """`warehouses` by priority. One that has everything is preferred, then one for this region, then the priority."""
    ranked = sorted(warehouses, key=lambda one: not serves(one, ship_to))
    knowing = [one for one in ranked if all(one.knows(need.sku) for need in needs)]
    whole = next((one for one in knowing if _has_all(one, needs)), None)
    if whole is not None:
        return _all_from(whole, needs)
    parts = _parts(needs, ranked) if policy.split else None
    if parts is not None:
        return parts
    if policy.hold_without_stock and (knowing or policy.split):
        return NoPlace(skus=_short(needs, ranked), known=True)
    if knowing:
        return _all_from(knowing[0], needs)
    if policy.split and all(any(one.knows(need.sku) for one in ranked) for need in needs):
        return tuple(_first_knowing(need, ranked) for need in needs)
    return NoPlace(skus=_sku_of(need for need in needs if not ranked[0].knows(need.sku)), known=False)


def serves(warehouse: Warehouse, ship_to: Address | None) -> bool:
    """Its regions are a country (DE), one of its states (US-CA) or the beginning of a postcode (DE:8)."""
    if ship_to is None or not warehouse.regions:
        return False
    country = country_code(ship_to.country)
    postal_code = "".join(ship_to.postal_code.split()).casefold()
    for region in warehouse.regions:
        place, _, prefix = region.partition(":")
        land, _, state = place.partition("-")
        same = land.upper() == country and (not state or state.casefold() == ship_to.region.strip().casefold())
        if same and postal_code.startswith("".join(prefix.split()).casefold()):
            return True
    return False


def _total(needs: Iterable[Need]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for need in needs:
        totals[need.sku] = totals.get(need.sku, 0) + need.units
    return totals


def _has_all(warehouse: Warehouse, needs: Sequence[Need]) -> bool:
    """What is unknown speaks against nobody."""
    units = ((warehouse.free(sku), wanted) for sku, wanted in _total(needs).items())
    return all(free is None or free >= wanted for free, wanted in units)


def _all_from(warehouse: Warehouse, needs: Sequence[Need]) -> tuple[Given, ...]:
    return tuple(Given(line_id=need.line_id, warehouse=warehouse.name, units=need.units) for need in needs)


def _parts(needs: Sequence[Need], ranked: Sequence[Warehouse]) -> tuple[Given, ...] | None:
    """From as few warehouses as can be seen easily: each time the one that has most of what is left.

    None when all of them together have not enough.
    """
    left = {position: need.units for position, need in enumerate(needs)}
    given: list[Given] = []
    rest = list(ranked)
    while any(left.values()) and rest:
        offers = [_offer(one, needs, left) for one in rest]
        best = max(range(len(rest)), key=lambda place: (sum(offers[place].values()), -place))
        chosen, offer = rest.pop(best), offers[best]
        for position, units in offer.items():
            left[position] -= units
            given.append(Given(line_id=needs[position].line_id, warehouse=chosen.name, units=units))
    return tuple(given) if not any(left.values()) else None


def _offer(warehouse: Warehouse, needs: Sequence[Need], left: Mapping[int, int]) -> dict[int, int]:
    spent: dict[str, int] = {}
    found: dict[int, int] = {}
    for position, need in enumerate(needs):
        if not left[position] or not warehouse.knows(need.sku):
            continue
        free = warehouse.free(need.sku)
        units = left[position] if free is None else min(left[position], max(free - spent.get(need.sku, 0), 0))
        if units:
            found[position] = units
            spent[need.sku] = spent.get(need.sku, 0) + units
    return found


def _first_knowing(need: Need, ranked: Sequence[Warehouse]) -> Given:
    name = next(one.name for one in ranked if one.knows(need.sku))
    return Given(line_id=need.line_id, warehouse=name, units=need.units)


def _short(needs: Sequence[Need], ranked: Sequence[Warehouse]) -> tuple[str, ...]:
    """SKUs of which no single warehouse has enough; all of them where each is enough somewhere, but not together."""
    totals = _total(needs)

    def enough(sku: str) -> bool:
        frees = [one.free(sku) for one in ranked if one.knows(sku)]
        return any(free is None or free >= totals[sku] for free in frees)

    return tuple(sku for sku in totals if not enough(sku)) or tuple(totals)


def _sku_of(needs: Iterable[Need]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(need.sku for need in needs))


def spent(warehouses: Sequence[Warehouse], lines: Iterable[tuple[str, str, int]]) -> Iterator[Warehouse]:
    """What is left after (warehouse, SKU, units) were given away."""
    taken = list(lines)
    for one in warehouses:
        stock = dict(one.stock)
        for name, sku, units in taken:
            free = stock.get(sku)
            if name == one.name and free is not None:
                stock[sku] = free - units
        yield replace(one, stock=stock)
