"""Rules that look at the weight of an order."""

from decimal import Decimal

import pytest

from tests.routing.examples import line, order
from tranter.model.kit import read_recipe
from tranter.model.weight import parse_weight
from tranter.routing.aliases import AliasTable
from tranter.routing.rule import About, Condition, HoldIt, Rule, Test
from tranter.routing.rule_actions import apply_rules
from tranter.routing.rule_check import Known, RuleProblem, check
from tranter.routing.rule_conditions import Seen, holds
from tranter.routing.rule_text import condition_text, read_condition

BOUGHT = order(line("1", "CUP", 16), line("2", "JUG", 1), line("3", "GONE", 0))
GRAMS = {"CUP": parse_weight("1 oz"), "PITCHER": parse_weight("1 kg")}


def seen(**grams: Decimal) -> Seen:
    return Seen(order=BOUGHT, cart="shop", aliases=AliasTable({}, {"JUG": "PITCHER"}), grams=grams or GRAMS)


def when(*texts: str, every: bool = True) -> Rule:
    conditions = tuple(read_condition(text) for text in texts)
    return Rule(name="Heavy", conditions=conditions, actions=(HoldIt("by freight"),), every=every)


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("weight at-least 1453.59237 g", True),
        ("weight at-least 1453.59238 g", False),
        ("weight at-most 1453.59237 g", True),
        ("weight at-most 3 lb", False),
        ("weight at-most 3.3 lb", True),
        ("weight at-least 52 oz", False),
        ("weight at-least 9 kg,1 kg", True),
    ],
)
def test_an_order_weighs_what_its_lines_do_to_the_last_digit(text: str, so: bool) -> None:
    assert holds(when(text), seen()) is so


def test_a_kit_weighs_what_its_components_do() -> None:
    kit = Seen(
        order=order(line("1", "SET", 2)), cart="shop", kits={"SET": read_recipe("4 x CUP + PITCHER")}, grams=GRAMS
    )
    assert kit.weighed().grams == 2 * (4 * GRAMS["CUP"] + GRAMS["PITCHER"])
    assert kit.weighed().unknown == ()


def test_an_unknown_weight_decides_nothing_and_is_said_only_where_it_would() -> None:
    half = seen(CUP=Decimal(30))
    heavy, light = "weight at-least 1 g", "weight at-most 9 kg"
    assert holds(when(heavy), half) is None
    assert holds(when(light), half) is None
    assert holds(when(heavy, "sku is CUP"), half) is None
    assert holds(when(heavy, "sku is MUG"), half) is False  # whatever it weighs
    assert holds(when(heavy, "sku is CUP", every=False), half) is True
    assert holds(when(heavy, "sku is MUG", every=False), half) is None

    ruled = apply_rules([when(heavy), when("sku is MUG")], half)
    assert ruled.hold is None
    assert ruled.unweighed == ("PITCHER",)
    assert [(one.rule, one.did) for one in ruled.applied] == [
        ("Heavy", ("does not apply: the weight of 'PITCHER' is not known",))
    ]
    assert apply_rules([when(heavy)], seen()).hold is not None


def test_a_weight_is_written_with_its_unit() -> None:
    known = Known(warehouses=(), carts=())
    check(when("weight at-least 2.5 kg"), known)
    for wrong in ("2.5", "2 stone", "kg", "-1 kg", "0 g", "NaN g", "1e40 kg"):
        with pytest.raises(RuleProblem, match="is not a weight with its unit"):
            check(when(f"weight at-most {wrong}"), known)
    with pytest.raises(RuleProblem, match="can't be compared"):
        check(when("weight is 2 kg"), known)
    assert condition_text(Condition(About.WEIGHT, Test.AT_LEAST, ("2.5 kg",))) == "weight at-least 2.5 kg"
