"""What is wrong with a rule, before it is saved."""

from collections.abc import Callable, Collection, Iterator, Mapping

from msgspec import Struct

from tranter.model import MoneyError
from tranter.model.weight import parse_weight
from tranter.routing.countries import country_code, country_known
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
from tranter.routing.rule_conditions import COUNTED, NUMBER_TESTS, WORD_TESTS, parse_money

MOST_HOURS = 24 * 60
MOST_UNITS = 1000
LONGEST = 200
MEASURES: Mapping[About, Callable[[str], object]] = {About.VALUE: parse_money, About.WEIGHT: parse_weight}


class RuleProblem(ValueError):
    """The rule can't be saved; the text says why and what to do."""


class Known(Struct, frozen=True, kw_only=True):
    """What a rule may name. `skus` None: no warehouse's products have been read yet, so any SKU may be right."""

    warehouses: Collection[str]
    carts: Collection[str]
    skus: Collection[str] | None = None


def check(rule: Rule, known: Known) -> None:
    """Raises RuleProblem for the first thing that is wrong."""
    problem = next(_problems(rule, known), None)
    if problem is not None:
        raise RuleProblem(problem)


def _problems(rule: Rule, known: Known) -> Iterator[str]:
    if not rule.name.strip() or len(rule.name) > 80:
        yield "give the rule a name of 1 to 80 characters"
    if not rule.actions:
        yield "say what shall be done: a rule needs at least one action"
    for condition in rule.conditions:
        yield from _of_condition(condition, known)
    for action in rule.actions:
        yield from _of_action(action, known)
    splits = any(isinstance(action, Split) for action in rule.actions)
    if splits and not any(one.about is About.SKU and one.test is not Test.IS_NOT for one in rule.conditions):
        yield "to split needs a condition on SKUs that says which lines go apart"


def _of_condition(condition: Condition, known: Known) -> Iterator[str]:
    what = condition.about.value.replace("_", " ")
    allowed = NUMBER_TESTS if condition.about in COUNTED else WORD_TESTS
    if condition.test not in allowed:
        words = ", ".join(sorted(test.value for test in allowed))
        yield f"{what} can't be compared with {condition.test.value}; it can with: {words}"
        return
    if condition.test is Test.GIVEN:
        return
    if not condition.words:
        yield f"say which {what}"
    for word in condition.words:
        yield from _of_word(condition, what, word, known)


def _of_word(condition: Condition, what: str, word: str, known: Known) -> Iterator[str]:
    if not word.strip() or len(word) > LONGEST:
        yield f"{what}: write words of 1 to {LONGEST} characters"
    elif condition.about is About.QUANTITY and not (word.isdecimal() and word.isascii()):
        yield f"quantity: {word!r} is not a number of units"
    elif condition.about in MEASURES:
        try:
            MEASURES[condition.about](word)
        except (MoneyError, ValueError) as error:
            yield f"{what}: {error}"
    elif condition.about is About.COUNTRY and not country_known(country_code(word)):
        yield f"country: {word!r} is not the ISO code of a country, such as DE or US"
    elif condition.about is About.CART and word not in known.carts:
        yield f"there is no cart {word!r}; known are: {', '.join(sorted(known.carts)) or 'none'}"


def _of_action(action: Action, known: Known) -> Iterator[str]:
    match action:
        case Route(warehouse=name) if name not in known.warehouses:
            yield f"there is no warehouse {name!r}; known are: {', '.join(sorted(known.warehouses)) or 'none'}"
        case AddLine(sku=sku) if not sku.strip():
            yield "say which SKU is added"
        case AddLine(sku=sku) if known.skus is not None and sku not in known.skus:
            yield f"no warehouse has the SKU {sku!r}: create it there first, or write another one"
        case AddLine(quantity=quantity) if not 1 <= quantity <= MOST_UNITS:
            yield f"{quantity} units can't be added: write 1 to {MOST_UNITS}"
        case Delay(hours=hours) if not 1 <= hours <= MOST_HOURS:
            yield f"{hours} hours can't be waited: write 1 to {MOST_HOURS}"
        case HoldIt(reason=text) | SkipIt(reason=text) | Tag(word=text) | ChangeMethod(method=text) if (
            not text.strip() or len(text) > LONGEST
        ):
            yield f"write 1 to {LONGEST} characters to what the order is done with"
        case _:
            pass
