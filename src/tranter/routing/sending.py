"""An order that may go: which lines, from which warehouse, in how many fulfillments."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tranter.model import Order
from tranter.model.fulfillment import ADDED
from tranter.routing.decision import Hold, PlannedLine, Policy, View, Warehouse
from tranter.routing.rule_actions import Ruled
from tranter.routing.warehouses import Given, Need, NoPlace, allocate

NO_STOCK = "no_stock"
NO_SINGLE_WAREHOUSE = "no_single_warehouse"


class Group(Struct, frozen=True, gc=False):
    """Lines that a rule wants together, to one warehouse where it names one."""

    lines: tuple[PlannedLine, ...]
    route: str


def placed(order: Order, lines: Sequence[PlannedLine], view: View, ruled: Ruled) -> tuple[PlannedLine, ...] | Hold:
    """`lines` without their product ids; each with its warehouse and share, and those that rules add."""
    found: list[PlannedLine] = []
    for group in _groups(lines, ruled):
        given = _given(order, group, view)
        if isinstance(given, Hold):
            return given
        found += _shared(group.lines, given, view, found[-1].share + 1 if found else 0)
    return (*found, *_added(found, view, ruled))


def candidates(view: View, route: str = "") -> tuple[Warehouse, ...]:
    """Those whose products have been read: the one that a rule names, else all that take part."""
    read = [one for one in view.warehouses if one.products is not None]
    return tuple([one for one in read if (one.name == route if route else not one.only_by_rule)])


def _groups(lines: Sequence[PlannedLine], ruled: Ruled) -> list[Group]:
    if not ruled.apart:
        return [Group(tuple(lines), ruled.route)] if lines else []
    apart = {line_id for part in ruled.apart for line_id in part.lines}
    whole = Group(tuple(line for line in lines if line.ordered_line not in apart), ruled.route)
    parts = [
        Group(tuple(line for line in lines if line.ordered_line in part.lines), part.route or ruled.route)
        for part in ruled.apart
    ]
    return [group for group in (whole, *parts) if group.lines]


def _given(order: Order, group: Group, view: View) -> tuple[Given, ...] | Hold:
    """What no warehouse knows gets here only by an operator's release: it goes with the rest."""
    able = candidates(view, group.route)
    needs = [Need(line_id=line.line_id, sku=line.sku, units=line.quantity) for line in group.lines]
    strays: list[Need] = []
    clear: list[Need] = []
    for need in needs:
        known = any(one.knows(need.sku) for one in able)
        (clear if known else strays).append(need)
    given = allocate(clear, able, order.ship_to, _policy(view)) if clear else ()
    if isinstance(given, NoPlace):
        return _held(given, group.route)
    first = given[0].warehouse if given else able[0].name
    return (*given, *(Given(line_id=need.line_id, warehouse=first, units=need.units) for need in strays))


def _policy(view: View) -> Policy:
    """As an operator loosened it for this order."""
    if not view.holds:
        return view.policy
    return Policy(
        split=view.policy.split or NO_SINGLE_WAREHOUSE in view.holds,
        hold_without_stock=view.policy.hold_without_stock and NO_STOCK not in view.holds,
    )


def _held(found: NoPlace, route: str) -> Hold:
    skus = ", ".join(repr(sku) for sku in found.skus)
    if found.known:
        where = f"{route} has" if route else "no warehouse has"
        cause = f"{where} not enough of {skus}" if route else f"{where} enough of {skus}"
        remedy = "wait for stock, send it all the same (release it), or let orders go without stock (Rules)"
        return Hold(kind=NO_STOCK, cause=cause, remedy=remedy, value=found.skus[0] if found.skus else "")
    cause = f"no single warehouse has all of it: the first one has no {skus}"
    remedy = "release it to send it in parts, or allow orders to be split (Rules)"
    return Hold(kind=NO_SINGLE_WAREHOUSE, cause=cause, remedy=remedy, value=found.skus[0] if found.skus else "")


def _shared(lines: Sequence[PlannedLine], given: Iterable[Given], view: View, first: int) -> Iterable[PlannedLine]:
    """By warehouse, in the sequence in which they were chosen."""
    by_id = {line.line_id: line for line in lines}
    known = {one.name: one for one in view.warehouses}
    alone = len(known) == 1
    order = {name: place for place, name in enumerate(dict.fromkeys(one.warehouse for one in given))}
    before: dict[str, int] = {}
    for part in sorted(given, key=lambda one: order[one.warehouse]):
        line = by_id[part.line_id]
        yield replace(
            line,
            quantity=part.units,
            product_id=product_of(known[part.warehouse], line.sku),
            warehouse="" if alone else part.warehouse,
            share=first + order[part.warehouse],
            before=before.get(part.line_id, 0),
        )
        before[part.line_id] = before.get(part.line_id, 0) + part.units


def product_of(warehouse: Warehouse, sku: str) -> str:
    """Several ids get here only by an operator's release; the least of them is always the same."""
    return min((warehouse.products or {}).get(sku, ()), default="")


def _added(found: Sequence[PlannedLine], view: View, ruled: Ruled) -> Iterable[PlannedLine]:
    """With the first share. What its warehouse does not know stays out: no gift keeps an order waiting."""
    if not found or not ruled.added:
        return
    first = found[0]
    warehouse = next(one for one in view.warehouses if first.warehouse in ("", one.name))
    for place, added in enumerate(ruled.added, 1):
        if warehouse.knows(added.sku):
            yield PlannedLine(
                line_id=f"{ADDED}{place}",
                sku=added.sku,
                quantity=added.quantity,
                product_id=product_of(warehouse, added.sku),
                warehouse=first.warehouse,
                share=first.share,
            )
