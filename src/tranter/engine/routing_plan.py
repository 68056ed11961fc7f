"""How orders find their warehouse where no rule says so, changed by a person."""

import msgspec

from tranter.engine.deciding_again import decide_again
from tranter.engine.dry_run import DryRun, dry_run
from tranter.engine.hub import Hub
from tranter.engine.warehouses import plan_of, taking_orders, warehouses_of
from tranter.ledger import connections, journal, rules, schedule
from tranter.ledger.book import Book
from tranter.routing.decision import View, Warehouse
from tranter.routing.plan import Place, RoutingPlan, check_plan


def whole_plan(hub: Hub, book: Book) -> RoutingPlan:
    """With every warehouse that there is, by priority."""
    plan = plan_of(book)
    names = plan.sorted(info.name for info in sorted(warehouses_of(hub, book), key=lambda info: info.id))
    return msgspec.structs.replace(plan, places=tuple(plan.place(name) for name in names))


def save(hub: Hub, book: Book, plan: RoutingPlan, by: str) -> int:
    """How many orders were decided again. Carts hear of changed stock. Raises PlanProblem."""
    check_plan(plan, [info.name for info in warehouses_of(hub, book)])
    detail: journal.Detail = {
        "priority": ", ".join(place.name for place in plan.places)[:300],
        "split": plan.split,
        "hold_without_stock": plan.hold_without_stock,
    }
    entry = journal.Entry(what="routing_changed", actor=by, detail=detail)
    now = hub.ports.clock.now()
    rules.set_routing(book, msgspec.to_builtins(plan), entry, now)
    for info in connections.all_of(book):
        schedule.ring(info.id, ["listing_stock"], now)
    return decide_again(hub, book)


def test(hub: Hub, book: Book, plan: RoutingPlan) -> DryRun:
    """What it would make of the last days' orders, with the stock of now. Raises PlanProblem."""
    known = warehouses_of(hub, book)
    check_plan(plan, [info.name for info in known])
    taking = taking_orders(known, plan)
    return dry_run(hub, book, lambda view: _under(view, plan, taking))


def _under(view: View, plan: RoutingPlan, taking: set[str]) -> View:
    names = plan.sorted(one.name for one in view.warehouses)
    ranked = sorted(view.warehouses, key=lambda one: names.index(one.name))
    shelves = tuple(_placed(one, plan.place(one.name), taking) for one in ranked)
    first = next(iter(shelves), None)
    return msgspec.structs.replace(view, warehouse=first, others=shelves[1:], policy=plan.policy)


def _placed(shelf: Warehouse, place: Place, taking: set[str]) -> Warehouse:
    by_rule = place.name not in taking
    return msgspec.structs.replace(shelf, regions=place.regions, only_by_rule=by_rule)
