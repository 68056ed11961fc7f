"""The warehouses of a merchant, by priority, and what each of them has."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from tranter.engine.hub import Hub
from tranter.ledger import catalogue, connections, rules, stock
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord, ConnectionState
from tranter.routing.decision import Warehouse
from tranter.routing.plan import RoutingPlan
from tranter.routing.stock import sum_levels
from tranter.sdk.verbs import PushesFulfillments


def plan_of(book: Book) -> RoutingPlan:
    return msgspec.convert(rules.routing(book), RoutingPlan)


def connected(hub: Hub, book: Book) -> list[ConnectionRecord]:
    """All of them that are no drafts."""
    known = [info for info in connections.all_of(book) if info.state is not ConnectionState.DRAFT]
    return [info for info in known if isinstance(hub.plug(info).connector, PushesFulfillments)]


def signed_in(hub: Hub, book: Book) -> list[ConnectionRecord]:
    """Those at which somebody has signed in, drafts among them."""
    known = [info for info in connections.all_of(book) if info.account_id]
    return [info for info in known if isinstance(hub.plug(info).connector, PushesFulfillments)]


def warehouses_of(hub: Hub, book: Book) -> list[ConnectionRecord]:
    """By priority. One that waits for a sign-in stays one; one that is paused comes last."""
    found = connected(hub, book)
    if len(found) < 2:
        return found
    order = plan_of(book).sorted(info.name for info in sorted(found, key=lambda info: info.id))
    return sorted(found, key=lambda info: (info.state is ConnectionState.PAUSED, order.index(info.name)))


def warehouse_of(hub: Hub, book: Book) -> ConnectionRecord | None:
    """The first of them."""
    return next(iter(warehouses_of(hub, book)), None)


def shelves_for(
    hub: Hub, book: Book, warehouses: Sequence[ConnectionRecord], skus: Iterable[str]
) -> tuple[Warehouse, ...]:
    """As routing looks at them, for these SKUs. Stock is counted only where there is a choice."""
    wanted = set(skus)
    plan = plan_of(book) if len(warehouses) > 1 else RoutingPlan()
    taking = taking_orders(warehouses, plan)
    found = []
    for info in warehouses:
        known = catalogue.has_products(info.id)
        products = catalogue.products_by_sku(book, info.id, wanted) if known else None
        free = free_units(hub, book, info, wanted) if len(warehouses) > 1 else {}
        found.append(
            Warehouse(
                name=info.name,
                products=products,
                stock=free,
                regions=plan.place(info.name).regions,
                only_by_rule=info.name not in taking,
            )
        )
    return tuple(found)


def weights_at(book: Book, warehouses: Sequence[ConnectionRecord], skus: Iterable[str]) -> dict[str, Decimal]:
    """Grams by SKU, where one of them knows; the first by priority has its way."""
    found: dict[str, Decimal] = {}
    wanted = set(skus)
    for info in warehouses:
        found |= catalogue.weights(book, info.id, wanted - found.keys())
    return found


def taking_orders(warehouses: Sequence[ConnectionRecord], plan: RoutingPlan) -> set[str]:
    """Those that get orders without a rule. One that is paused gets none as long as there is another."""
    willing = [info for info in warehouses if plan.place(info.name).orders] or list(warehouses)
    awake = [info for info in willing if info.state is not ConnectionState.PAUSED]
    return {info.name for info in awake or willing}


def free_units(hub: Hub, book: Book, info: ConnectionRecord, skus: Iterable[str]) -> Mapping[str, int | None]:
    """What its last reading counts at its location, less what was asked of it since."""
    place = getattr(hub.plug(info).settings, "location_id", None)
    locations = frozenset({str(place)}) if place else frozenset()
    found: dict[str, int | None] = {}
    for sku, shelves in stock.shelves(book, info.id, skus).items():
        levels = [sum_levels(shelf.levels, locations) if shelf.tracked else None for shelf in shelves]
        promised = sum(shelf.promised for shelf in shelves)
        known = [level for level in levels if level is not None]
        found[sku] = sum(known) - promised if len(known) == len(levels) else None
    return found
