"""Rules, and how orders find their warehouse where no rule says so."""

from typing import Annotated

import msgspec
from pydantic import Field

from tranter.engine import routing_plan, rule_book
from tranter.engine.dry_run import DryRun
from tranter.engine.rule_book import RulesSaved
from tranter.engine.ruling import rules_of
from tranter.routing.plan import Place, RoutingPlan
from tranter.routing.rule import Rule
from tranter.routing.rule_list import with_id, with_rule
from tranter.routing.rule_text import read_action, read_condition
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import delete, get, post, put
from tranter.web.api.paging import Page
from tranter.web.api.shapes import Given, Name, Nothing, Number, Text, Word

MOST = 40
PlaceNumber = Annotated[int, Field(ge=1, le=100_000)]


def list_order_rules(desk: ApiDesk) -> Page[Rule]:
    """All rules in their order."""
    return Page(items=list(rules_of(desk.book)), next=None)


class OrderRuleGiven(Given):
    """Conditions and actions as they are typed: `country is DE,AT`, `value at-least 100 EUR`, `route berlin`."""

    name: Word
    enabled: bool = True
    every: bool = True
    conditions: Annotated[tuple[Text, ...], Field(max_length=MOST)] = ()
    actions: Annotated[tuple[Text, ...], Field(max_length=MOST)]


def _rule(body: OrderRuleGiven, rule_id: int = 0) -> Rule:
    return Rule(
        id=rule_id,
        name=body.name,
        enabled=body.enabled,
        every=body.every,
        conditions=tuple(read_condition(text) for text in body.conditions),
        actions=tuple(read_action(text) for text in body.actions),
    )


def get_order_rule(desk: ApiDesk, rule_id: Number) -> Rule:
    """One rule."""
    return with_id(rules_of(desk.book), rule_id)


def add_order_rule(desk: ApiDesk, body: OrderRuleGiven) -> RulesSaved:
    """Make a rule; it is the last. Orders of which nothing was sent are decided again."""
    return rule_book.add(desk.hub, desk.book, _rule(body), desk.actor)


def change_order_rule(desk: ApiDesk, rule_id: Number, body: OrderRuleGiven) -> RulesSaved:
    """Put this in the place of a rule."""
    get_order_rule(desk, rule_id)
    return rule_book.change(desk.hub, desk.book, _rule(body, rule_id), desk.actor)


class MoveGiven(Given):
    """Counted from 1."""

    place: PlaceNumber


def move_order_rule(desk: ApiDesk, rule_id: Number, body: MoveGiven) -> RulesSaved:
    """Put a rule elsewhere."""
    rule = get_order_rule(desk, rule_id)
    return rule_book.move(desk.hub, desk.book, rule, body.place, desk.actor)


def remove_order_rule(desk: ApiDesk, rule_id: Number) -> None:
    """Take a rule away."""
    rule_book.remove(desk.hub, desk.book, get_order_rule(desk, rule_id), desk.actor)


def try_new_order_rule(desk: ApiDesk, body: OrderRuleGiven) -> DryRun:
    """What a rule would make of the orders of the last 30 days, as the last one. Saves nothing."""
    return rule_book.test(desk.hub, desk.book, with_rule(rules_of(desk.book), _rule(body)))


def try_order_rule(desk: ApiDesk, rule_id: Number, body: Nothing) -> DryRun:
    """What a rule that is there does with the orders of the last 30 days."""
    return rule_book.test_alone(desk.hub, desk.book, get_order_rule(desk, rule_id))


def get_routing(desk: ApiDesk) -> RoutingPlan:
    """The warehouses by priority, and what holds for all of them."""
    return routing_plan.whole_plan(desk.hub, desk.book)


class PlaceGiven(Given):
    """`regions`: a country (DE), one of its states (US-CA) or the beginning of a postcode (DE:8)."""

    name: Name
    orders: bool = True
    stock: bool = True
    regions: Annotated[tuple[Word, ...], Field(max_length=1000)] = ()


class RoutingGiven(Given):
    places: Annotated[tuple[PlaceGiven, ...], Field(max_length=200)] = ()
    split: bool = False
    hold_without_stock: bool = False


def _plan(body: RoutingGiven) -> RoutingPlan:
    places = [Place(name=one.name, orders=one.orders, stock=one.stock, regions=one.regions) for one in body.places]
    return RoutingPlan(places=tuple(places), split=body.split, hold_without_stock=body.hold_without_stock)


class RoutingSaved(msgspec.Struct, frozen=True, kw_only=True):
    """`decided_again`: orders of which nothing was sent yet."""

    plan: RoutingPlan
    decided_again: int


def set_routing(desk: ApiDesk, body: RoutingGiven) -> RoutingSaved:
    """Set it as a whole. Orders of which nothing was sent are decided again."""
    again = routing_plan.save(desk.hub, desk.book, _plan(body), desk.actor)
    return RoutingSaved(plan=get_routing(desk), decided_again=again)


def try_routing(desk: ApiDesk, body: RoutingGiven) -> DryRun:
    """What it would make of the orders of the last 30 days, with the stock of now. Saves nothing."""
    return routing_plan.test(desk.hub, desk.book, _plan(body))


OPERATIONS = (
    get("/rules", list_order_rules),
    post("/rules", add_order_rule, status=201),
    post("/rules/test", try_new_order_rule),
    get("/rules/{rule_id}", get_order_rule),
    put("/rules/{rule_id}", change_order_rule, current=get_order_rule),
    delete("/rules/{rule_id}", remove_order_rule, current=get_order_rule),
    post("/rules/{rule_id}/move", move_order_rule),
    post("/rules/{rule_id}/test", try_order_rule),
    get("/routing", get_routing),
    put("/routing", set_routing, current=get_routing),
    post("/routing/test", try_routing),
)
