"""Which warehouse sends what: needs, shelves and a policy, and what follows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.routing.examples import address, line, modestly, order
from tranter.model import Money, total
from tranter.routing.decide import Hold, Policy, Send, View, Wait, Warehouse, decide, fulfillment, shares
from tranter.routing.plan import Place, PlanProblem, RoutingPlan, check_plan
from tranter.routing.rule import About, AddLine, Condition, Route, Rule, Split, Test
from tranter.routing.warehouses import Given, Need, NoPlace, allocate, serves, spent

UK = address(country="GB", postal_code="CB7 4AA")
CUPS, JUGS = Need(line_id="1", sku="CUP", units=5), Need(line_id="2", sku="JUG", units=2)


def house(name: str, *regions: str, **stock: int | None) -> Warehouse:
    """Without a number: it knows the SKU, and nobody knows how many there are."""
    products = {sku.upper(): (f"{name}-{sku}",) for sku in stock}
    return Warehouse(name, products, {sku.upper(): units for sku, units in stock.items()}, regions)


def given_to(*parts: tuple[str, str, int]) -> tuple[Given, ...]:
    return tuple(Given(line_id=line_id, warehouse=name, units=units) for line_id, name, units in parts)


A, B = house("a", cup=9, jug=9), house("b", cup=9, jug=9)
WHOLE = [
    ("the first by priority", [A, B], Policy(), "a"),
    ("one that has everything goes before the priority", [house("a", cup=4, jug=9), B], Policy(), "b"),
    ("one for this region goes before the priority", [A, house("b", "GB", cup=9, jug=9)], Policy(), "b"),
    ("stock goes before the region", [house("a", "GB", cup=1, jug=1), B], Policy(), "b"),
    ("what is unknown speaks against nobody", [house("a", cup=None, jug=None), B], Policy(), "a"),
    ("nobody has enough: the first by priority", [house("a", cup=0, jug=0), house("b", cup=1, jug=1)], Policy(), "a"),
    ("one that lacks a SKU is no choice", [house("a", cup=9), house("b", cup=0, jug=0)], Policy(), "b"),
    ("not split where one has it all", [house("a", cup=9), B], Policy(split=True), "b"),
]


@pytest.mark.parametrize(("why", "houses", "policy", "chosen"), WHOLE)
def test_one_warehouse_sends_it_all(why: str, houses: list[Warehouse], policy: Policy, chosen: str) -> None:
    assert allocate([CUPS, JUGS], houses, UK, policy) == given_to(("1", chosen, 5), ("2", chosen, 2)), why


def test_it_is_never_split_unless_that_is_allowed() -> None:
    houses = [house("a", cup=9), house("b", jug=9)]
    assert allocate([CUPS, JUGS], houses, UK, Policy()) == NoPlace(skus=("JUG",), known=False)
    assert allocate([CUPS, JUGS], houses, UK, Policy(split=True)) == given_to(("1", "a", 5), ("2", "b", 2))


def test_a_line_is_divided_where_no_warehouse_has_all_of_it() -> None:
    houses = [house("a", cup=2, jug=0), house("b", cup=3, jug=2)]
    split = allocate([CUPS, JUGS], houses, UK, Policy(split=True))
    assert split == given_to(("1", "b", 3), ("2", "b", 2), ("1", "a", 2))


def test_without_stock_it_waits_where_that_is_wanted() -> None:
    houses = [house("a", cup=1, jug=9), house("b", cup=1, jug=0)]
    assert allocate([CUPS, JUGS], houses, UK, Policy(hold_without_stock=True)) == NoPlace(skus=("CUP",), known=True)
    both = allocate([CUPS, JUGS], houses, UK, Policy(split=True, hold_without_stock=True))
    assert both == NoPlace(skus=("CUP",), known=True)


def test_two_lines_of_one_sku_are_counted_together() -> None:
    twice = [Need(line_id="1", sku="CUP", units=5), Need(line_id="2", sku="CUP", units=5)]
    assert allocate(twice, [house("a", cup=9), house("b", cup=10)], UK, Policy()) == given_to(
        ("1", "b", 5), ("2", "b", 5)
    )


SERVED = [
    ("GB", True),
    ("UK", False),
    ("GB:CB", True),
    ("GB:cb7", True),
    ("GB:EC", False),
    ("DE", False),
    ("US-CA", False),
]


@pytest.mark.parametrize(("region", "served"), SERVED)
def test_a_region_is_a_country_or_the_beginning_of_a_postcode(region: str, served: bool) -> None:
    assert serves(house("a", region), UK) is served


def test_a_region_may_be_a_state() -> None:
    home = address(country="us", region="ca")
    assert serves(house("a", "US-CA"), home)
    assert not serves(house("a", "US-NY"), home)
    assert not serves(house("a", "US"), None)


@modestly
@given(st.integers(1, 9), st.integers(0, 9), st.integers(0, 9), st.booleans())
def test_what_is_given_is_what_was_needed(units: int, here: int, there: int, split: bool) -> None:
    found = allocate([replace(CUPS, units=units)], [house("a", cup=here), house("b", cup=there)], UK, Policy(split))
    assert not isinstance(found, NoPlace)
    assert sum(one.units for one in found) == units


def test_what_was_given_away_is_gone_for_the_next_order() -> None:
    left = {one.name: dict(one.stock) for one in spent([A, B], [("a", "CUP", 5), ("a", "CUP", 1), ("b", "JUG", 2)])}
    assert left == {"a": {"CUP": 3, "JUG": 9}, "b": {"CUP": 9, "JUG": 7}}


# Decisions and what becomes of the money.

BOUGHT = order(
    line("1", "CUP", 3, amount=Money(1000, "USD"), discount=Money(100, "USD"), tax=Money(80, "USD")),
    line("2", "JUG", 1, amount=Money(499, "USD")),
    shipping=Money(700, "USD"),
    discount=Money(300, "USD"),  # 200 of it belong to no line
    tax=Money(80, "USD"),
    total=Money(1979, "USD"),
)


def two(first: Warehouse, second: Warehouse, **more: object) -> View:
    return View(**{"cart": "shop", "warehouse": first, "others": (second,), "policy": Policy(split=True)} | more)


def test_shares_add_up_to_the_cent() -> None:
    sent = decide(BOUGHT, two(house("a", cup=1, jug=1), house("b", cup=2, jug=0)))
    assert isinstance(sent, Send)
    asked = [(name, fulfillment(BOUGHT, part, name)) for name, part in shares(sent)]
    assert [name for name, _ in asked] == ["a", "b"]
    first, second = (document for _, document in asked)
    assert (first.number, first.reference) == (BOUGHT.number, BOUGHT.remote_id)
    assert (second.number, second.reference) == (f"{BOUGHT.number}-2", f"{BOUGHT.remote_id}/2")
    assert total([first.total, second.total], "USD") == BOUGHT.total
    assert total([first.discount, second.discount], "USD") == BOUGHT.discount
    assert (first.shipping, second.shipping) == (BOUGHT.shipping, Money(0, "USD"))
    cups = [one.amount for document in (first, second) for one in document.lines if one.sku == "CUP"]
    assert total(cups, "USD") == Money(1000, "USD")


def test_a_split_of_a_rule_makes_two_fulfillments_at_one_warehouse() -> None:
    apart = Rule(name="cups", actions=(Split(),), conditions=(Condition(About.SKU, Test.IS, ("CUP",)),))
    sent = decide(BOUGHT, two(A, B, rules=(apart,), policy=Policy()))
    assert isinstance(sent, Send)
    assert [(one.sku, one.warehouse, one.share) for one in sent.lines] == [("JUG", "a", 0), ("CUP", "a", 1)]


def test_a_rule_sends_a_part_elsewhere_and_its_gift_travels_once() -> None:
    cups = Condition(About.SKU, Test.IS, ("CUP",))
    apart = Rule(name="cups", actions=(Split(), Route("b"), AddLine("CARD")), conditions=(cups,))
    sent = decide(BOUGHT, two(house("a", cup=9, jug=9, card=9), B, rules=(apart,)))
    assert isinstance(sent, Send)
    placed = [(one.sku, one.warehouse) for one in sent.lines]
    assert placed == [("JUG", "a"), ("CUP", "b"), ("CARD", "a")]
    [_, (_, part)] = shares(sent)
    assert fulfillment(BOUGHT, part, "k").total == Money(980, "USD")


def test_a_route_of_a_rule_goes_before_stock_and_priority() -> None:
    there = Rule(name="there", actions=(Route("b"),))
    sent = decide(BOUGHT, two(A, house("b", cup=0, jug=0), rules=(there,), policy=Policy()))
    assert isinstance(sent, Send)
    assert {one.warehouse for one in sent.lines} == {"b"}


def test_a_warehouse_for_rules_only_gets_nothing_else() -> None:
    shut = replace(A, only_by_rule=True)
    sent = decide(BOUGHT, two(shut, B))
    assert isinstance(sent, Send)
    assert {one.warehouse for one in sent.lines} == {"b"}


def test_a_person_may_lift_what_keeps_it_together_or_waiting() -> None:
    apart = two(house("a", cup=9), house("b", jug=9), policy=Policy())
    held = decide(BOUGHT, apart)
    assert isinstance(held, Hold)
    assert (held.kind, held.value) == ("no_single_warehouse", "JUG")
    assert isinstance(decide(BOUGHT, replace(apart, holds=frozenset({"no_single_warehouse"}))), Send)

    empty = two(house("a", cup=0, jug=0), house("b", cup=0, jug=0), policy=Policy(hold_without_stock=True))
    held = decide(BOUGHT, empty)
    assert isinstance(held, Hold)
    assert held.kind == "no_stock"
    assert isinstance(decide(BOUGHT, replace(empty, holds=frozenset({"no_stock"}))), Send)


def test_a_warehouse_that_was_not_read_yet_changes_nothing() -> None:
    sent = decide(BOUGHT, two(A, Warehouse("b")))
    assert isinstance(sent, Send)
    assert {one.warehouse for one in sent.lines} == {"a"}
    assert isinstance(decide(BOUGHT, two(Warehouse("a"), Warehouse("b"))), Wait)


PLANS = [
    (RoutingPlan(places=(Place(name="c"),)), "no warehouse 'c'"),
    (RoutingPlan(places=(Place(name="a", regions=("Narnia",)),)), "'Narnia' is no region"),
    (RoutingPlan(places=(Place(name="a", orders=False), Place(name="b", orders=False))), "no warehouse would take"),
]


@pytest.mark.parametrize(("plan", "said"), PLANS)
def test_a_plan_that_can_not_work_is_refused(plan: RoutingPlan, said: str) -> None:
    with pytest.raises(PlanProblem, match=said):
        check_plan(plan, ["a", "b"])


def test_a_warehouse_that_nobody_placed_comes_last() -> None:
    plan = RoutingPlan(places=(Place(name="b"), Place(name="a")))
    assert plan.sorted(["new", "a", "b"]) == ["b", "a", "new"]
    check_plan(plan, ["a", "b", "new"])
