"""Rules as tables of examples: an order, a rule, and what becomes of it."""

import pytest
from msgspec.structs import replace

from tests.routing.examples import address, line, order
from tranter.model import Money, Order
from tranter.routing.aliases import AliasTable
from tranter.routing.decide import Hold, Send, Skip, View, Warehouse, decide
from tranter.routing.rule import (
    About,
    Action,
    AddLine,
    ChangeMethod,
    Condition,
    Delay,
    HoldIt,
    Route,
    Rule,
    SkipIt,
    Split,
    Tag,
    Test,
)
from tranter.routing.rule_actions import Added, Apart, Ruled, apply_rules
from tranter.routing.rule_check import Known, RuleProblem, check
from tranter.routing.rule_conditions import Seen, holds

BOUGHT = order(
    line("1", "CUP-RED", 2),
    line("2", "JUG", 1),
    ship_to=address(country="US", region="CA", postal_code="94103"),
    ship_method="USPSPriority",
    note="Please wrap it as a gift",
)
ALIASES = AliasTable({}, {"JUG": "PITCHER"})


def seen(bought: Order = BOUGHT, tags: frozenset[str] = frozenset()) -> Seen:
    return Seen(order=bought, cart="shop", aliases=ALIASES, tags=tags)


def rule(*actions: Action, when: tuple[Condition, ...] = (), every: bool = True, name: str = "R") -> Rule:
    return Rule(name=name, actions=actions or (Tag("hit"),), conditions=when, every=every)


def if_(about: About, test: Test, *words: str) -> Condition:
    return Condition(about, test, words)


HOLDING = [
    (About.COUNTRY, Test.IS, ("us",)),
    (About.COUNTRY, Test.IS, ("DE", "US")),
    (About.COUNTRY, Test.IS_NOT, ("DE",)),
    (About.REGION, Test.IS, ("ca",)),
    (About.POSTAL_CODE, Test.STARTS, ("94", "95")),
    (About.SKU, Test.STARTS, ("cup-",)),
    (About.SKU, Test.ENDS, ("-RED",)),
    (About.SKU, Test.IS, ("JUG",)),
    (About.SKU, Test.IS, ("PITCHER",)),  # what the cart's code means here
    (About.SKU, Test.IS_NOT, ("MUG",)),
    (About.SHIP_METHOD, Test.CONTAINS, ("priority",)),
    (About.VALUE, Test.AT_LEAST, ("30.00 USD",)),
    (About.VALUE, Test.AT_MOST, ("30 usd", "1 EUR")),
    (About.QUANTITY, Test.AT_LEAST, ("3",)),
    (About.QUANTITY, Test.AT_MOST, ("3",)),
    (About.MARKETPLACE, Test.IS, ("EBAY_US",)),
    (About.CART, Test.IS, ("shop",)),
    (About.NOTE, Test.CONTAINS, ("gift",)),
    (About.NOTE, Test.GIVEN, ()),
]
FAILING = [
    (About.COUNTRY, Test.IS, ("DE",)),
    (About.COUNTRY, Test.IS_NOT, ("DE", "US")),
    (About.POSTAL_CODE, Test.STARTS, ("4",)),
    (About.SKU, Test.IS, ("CUP",)),
    (About.SKU, Test.IS_NOT, ("JUG",)),
    (About.VALUE, Test.AT_LEAST, ("30.01 USD",)),
    (About.VALUE, Test.AT_LEAST, ("0.01 EUR",)),  # another currency is never compared
    (About.QUANTITY, Test.AT_LEAST, ("4",)),
    (About.TAG, Test.GIVEN, ()),
    (About.CART, Test.IS, ("another",)),
]


@pytest.mark.parametrize(("about", "test", "words"), HOLDING)
def test_a_condition_holds(about: About, test: Test, words: tuple[str, ...]) -> None:
    assert holds(rule(when=(if_(about, test, *words),)), seen())


@pytest.mark.parametrize(("about", "test", "words"), FAILING)
def test_a_condition_does_not_hold(about: About, test: Test, words: tuple[str, ...]) -> None:
    assert not holds(rule(when=(if_(about, test, *words),)), seen())


def test_all_or_any_of_the_conditions() -> None:
    good, bad = if_(About.COUNTRY, Test.IS, "US"), if_(About.COUNTRY, Test.IS, "DE")
    assert not holds(rule(when=(good, bad)), seen())
    assert holds(rule(when=(good, bad), every=False), seen())
    assert holds(rule(), seen())
    assert holds(rule(every=False), seen())


def test_amounts_without_cents_are_compared_in_their_own_unit() -> None:
    yen = replace(BOUGHT, total=Money(5000, "JPY"), currency="JPY")
    assert holds(rule(when=(if_(About.VALUE, Test.AT_LEAST, "5000 JPY"),)), seen(yen))
    assert not holds(rule(when=(if_(About.VALUE, Test.AT_LEAST, "50.00 USD"),)), seen(yen))


MADE = [
    ((Route("berlin"),), Ruled(route="berlin")),
    ((ChangeMethod("DHL Express"),), Ruled(ship_method="DHL Express")),
    ((Tag("gift"), Tag("gift")), Ruled(tags=("gift",))),
    ((Delay(2), Delay(5), Delay(3)), Ruled(delay_hours=5)),
    ((AddLine("LEAFLET"),), Ruled(added=(Added("LEAFLET", 1),))),
]


@pytest.mark.parametrize(("actions", "made"), MADE)
def test_an_action_does_what_it_says(actions: tuple[Action, ...], made: Ruled) -> None:
    found = apply_rules([rule(*actions)], seen())
    assert replace(found, applied=()) == made
    assert found.applied[0].rule == "R"


def test_the_first_rule_that_routes_has_its_way_and_later_rules_see_its_tags() -> None:
    first = rule(Route("berlin"), Tag("far"), name="first")
    second = rule(Route("london"), when=(if_(About.TAG, Test.IS, "far"),), name="second")
    third = rule(ChangeMethod("Air"), when=(if_(About.TAG, Test.IS, "far"),), name="third")
    found = apply_rules([first, second, third], seen())
    assert (found.route, found.ship_method) == ("berlin", "Air")
    assert [one.rule for one in found.applied] == ["first", "third"]


def test_a_rule_that_is_switched_off_does_nothing() -> None:
    assert apply_rules([replace(rule(Tag("x")), enabled=False)], seen()) == Ruled()


def test_a_split_takes_the_lines_with_its_skus_and_each_line_once() -> None:
    cups = rule(Split(), Route("berlin"), when=(if_(About.SKU, Test.STARTS, "CUP"),), name="cups")
    again = rule(Split(), when=(if_(About.SKU, Test.ENDS, "RED"), if_(About.SKU, Test.IS, "JUG")), every=False)
    found = apply_rules([cups, again], seen())
    assert found.apart == (Apart(frozenset({"1"}), "berlin"), Apart(frozenset({"2"})))
    assert not found.route


VIEW = View(
    cart="shop",
    warehouse=Warehouse("depot", {"CUP-RED": ("p1",), "PITCHER": ("p2",), "LEAFLET": ("p3",)}),
    aliases=ALIASES,
)


def test_a_rule_holds_an_order_until_somebody_releases_it() -> None:
    view = replace(VIEW, rules=(rule(HoldIt("check the address"), name="US first"),))
    held = decide(BOUGHT, view)
    assert isinstance(held, Hold)
    assert (held.kind, held.value, held.cause) == ("rule_hold", "US first", "check the address (rule 'US first')")
    assert isinstance(decide(BOUGHT, replace(view, holds=frozenset({"rule_hold"}))), Send)


def test_a_rule_leaves_an_order_alone_until_somebody_takes_it_after_all() -> None:
    view = replace(
        VIEW,
        rules=(
            rule(
                SkipIt("digital goods"),
            ),
        ),
    )
    assert decide(BOUGHT, view) == Skip("digital goods (rule 'R')", "rule_skip")
    assert isinstance(decide(BOUGHT, replace(view, holds=frozenset({"rule_skip"}))), Send)


def test_a_method_of_a_rule_is_not_mapped_again() -> None:
    sent = decide(BOUGHT, replace(VIEW, rules=(rule(ChangeMethod("Pigeon")),)))
    assert isinstance(sent, Send)
    assert sent.ship_method == "Pigeon"
    assert "ship method 'USPSPriority' becomes 'Pigeon'" in sent.notes


def test_a_gift_travels_with_the_order_and_one_that_the_warehouse_lacks_stays_out() -> None:
    sent = decide(BOUGHT, replace(VIEW, rules=(rule(AddLine("LEAFLET", 2), AddLine("NOBODY")),)))
    assert isinstance(sent, Send)
    assert [(one.line_id, one.sku, one.quantity, one.product_id) for one in sent.lines][2:] == [
        ("+1", "LEAFLET", 2, "p3")
    ]


def test_a_route_to_a_warehouse_that_is_gone_waits_for_a_person() -> None:
    held = decide(BOUGHT, replace(VIEW, rules=(rule(Route("atlantis")),)))
    assert isinstance(held, Hold)
    assert (held.kind, held.value) == ("no_warehouse", "atlantis")


KNOWN = Known(warehouses=("depot",), carts=("shop",), skus=frozenset({"LEAFLET"}))
BAD = [
    (Rule(name=" ", actions=(Tag("x"),)), "name"),
    (Rule(name="R", actions=()), "at least one action"),
    (rule(Route("atlantis")), "no warehouse 'atlantis'"),
    (rule(AddLine("NOBODY")), "no warehouse has the SKU 'NOBODY'"),
    (rule(AddLine("LEAFLET", 0)), "0 units"),
    (rule(Delay(0)), "0 hours"),
    (rule(Tag("")), "1 to 200 characters"),
    (rule(Split()), "needs a condition on SKUs"),
    (rule(when=(if_(About.COUNTRY, Test.IS, "Narnia"),)), "'Narnia' is not the ISO code"),
    (rule(when=(if_(About.COUNTRY, Test.AT_LEAST, "3"),)), "can't be compared"),
    (rule(when=(if_(About.VALUE, Test.AT_LEAST, "30"),)), "with its currency"),
    (rule(when=(if_(About.VALUE, Test.AT_LEAST, "much EUR"),)), "not an amount"),
    (rule(when=(if_(About.QUANTITY, Test.AT_LEAST, "some"),)), "not a number of units"),
    (rule(when=(if_(About.SKU, Test.IS),)), "say which sku"),
    (rule(when=(if_(About.CART, Test.IS, "shoop"),)), "no cart 'shoop'"),
]


@pytest.mark.parametrize(("bad", "said"), BAD)
def test_a_rule_that_can_not_work_is_refused(bad: Rule, said: str) -> None:
    with pytest.raises(RuleProblem, match=said):
        check(bad, KNOWN)


def test_a_rule_that_can_work_is_taken() -> None:
    when = (if_(About.VALUE, Test.AT_LEAST, "30 USD"), if_(About.SKU, Test.STARTS, "CUP"))
    check(rule(Route("depot"), AddLine("LEAFLET"), Split(), Delay(2), when=when), KNOWN)
    check(rule(AddLine("ANY")), replace(KNOWN, skus=None))


def test_rules_say_nothing_of_the_buyer() -> None:
    told = repr(apply_rules([rule(Tag("x"), when=(if_(About.NOTE, Test.CONTAINS, "gift"),))], seen()))
    assert "wrap" not in told
