"""Is an order like this?"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from msgspec import Struct

from tranter.model import Money, MoneyError, Order, OrderLine
from tranter.model.kit import Recipe
from tranter.model.weight import parse_weight
from tranter.routing.aliases import AliasTable
from tranter.routing.countries import country_code
from tranter.routing.rule import About, Condition, Rule, Test
from tranter.routing.weighing import Scales, Weighed
from tranter.routing.words import folded

WORD_TESTS = frozenset({Test.IS, Test.IS_NOT, Test.STARTS, Test.ENDS, Test.CONTAINS, Test.GIVEN})
NUMBER_TESTS = frozenset({Test.AT_LEAST, Test.AT_MOST})
COUNTED = frozenset({About.VALUE, About.QUANTITY, About.WEIGHT})


class Seen(Struct, frozen=True, kw_only=True):
    """An order as rules look at it. `tags` were given by earlier rules; `grams` by SKU."""

    order: Order
    cart: str
    aliases: AliasTable = AliasTable()
    tags: frozenset[str] = frozenset()
    kits: Mapping[str, Recipe] = {}
    grams: Mapping[str, Decimal] = {}

    def weighed(self) -> Weighed:
        scales = Scales(cart=self.cart, aliases=self.aliases, kits=self.kits, grams=self.grams)
        return scales.weigh(self.order)


def holds(rule: Rule, seen: Seen) -> bool | None:
    """None: it hangs on a weight that nobody knows."""
    results = [_holds(condition, seen) for condition in rule.conditions]
    decisive = not (rule.every or not results)
    if decisive in results:
        return decisive
    return None if None in results else not decisive


def own_lines(rule: Rule, seen: Seen) -> tuple[str, ...]:
    """The ids of the lines whose SKU is one of the rule's."""
    asked = [condition for condition in rule.conditions if condition.about is About.SKU]
    together = all if rule.every else any
    return tuple(
        line.line_id
        for line in seen.order.lines
        if line.quantity > 0 and asked and together(_words_hold(one, _codes(line, seen)) for one in asked)
    )


def _holds(condition: Condition, seen: Seen) -> bool | None:
    if condition.about is About.VALUE:
        return _value_holds(condition, seen.order.total)
    if condition.about is About.QUANTITY:
        return _number_holds(condition, sum(max(line.quantity, 0) for line in seen.order.lines))
    if condition.about is About.WEIGHT:
        return _weight_holds(condition, seen.weighed())
    if condition.about is About.SKU:
        return _skus_hold(condition, seen)
    return _words_hold(condition, WORDS[condition.about](seen))


def _skus_hold(condition: Condition, seen: Seen) -> bool:
    """Some line is so; "is not": no line is."""
    lines = [_codes(line, seen) for line in seen.order.lines if line.quantity > 0]
    together = all if condition.test is Test.IS_NOT else any
    return together(_words_hold(condition, codes) for codes in lines)


def _codes(line: OrderLine, seen: Seen) -> list[str]:
    """What the cart calls it, and what it is called here."""
    return [line.sku, seen.aliases.sku(seen.cart, line.sku)]


def _words_hold(condition: Condition, found: Iterable[str]) -> bool:
    texts = [folded(text) for text in found if text.strip()]
    words = [folded(word) for word in condition.words]
    match condition.test:
        case Test.GIVEN:
            return bool(texts)
        case Test.IS_NOT:
            return not any(text == word for text in texts for word in words)
        case Test.IS | Test.STARTS | Test.ENDS | Test.CONTAINS:
            compare = COMPARISONS[condition.test]
            return any(compare(text, word) for text in texts for word in words)
        case Test.AT_LEAST | Test.AT_MOST:
            return False


COMPARISONS: dict[Test, Callable[[str, str], bool]] = {
    Test.IS: lambda text, word: text == word,
    Test.STARTS: str.startswith,
    Test.ENDS: str.endswith,
    Test.CONTAINS: lambda text, word: word in text,
}


def _value_holds(condition: Condition, total: Money) -> bool:
    """Amounts are compared in the order's own currency: one in another is never reached, and never stayed below."""
    amounts = [parse_money(word) for word in condition.words]
    same = [amount.minor for amount in amounts if amount.currency == total.currency]
    return any(_compare(condition.test, total.minor, amount) for amount in same)


def _number_holds(condition: Condition, number: int) -> bool:
    return any(_compare(condition.test, number, int(word)) for word in condition.words)


def _weight_holds(condition: Condition, weighed: Weighed) -> bool | None:
    if weighed.unknown:
        return None
    return any(_compare(condition.test, weighed.grams, parse_weight(word)) for word in condition.words)


def _compare(test: Test, number: int | Decimal, limit: int | Decimal) -> bool:
    return number >= limit if test is Test.AT_LEAST else number <= limit


def parse_money(text: str) -> Money:
    """ "100.00 EUR". Raises MoneyError."""
    amount, _, currency = text.strip().partition(" ")
    if not currency.strip():
        raise MoneyError(f"{text!r} is not an amount with its currency, such as 100.00 EUR")
    return Money.parse(amount, currency.strip())


def _address(part: str) -> Callable[[Seen], list[str]]:
    return lambda seen: [] if seen.order.ship_to is None else [str(getattr(seen.order.ship_to, part))]


WORDS: dict[About, Callable[[Seen], Iterable[str]]] = {
    About.COUNTRY: lambda seen: [] if seen.order.ship_to is None else [country_code(seen.order.ship_to.country)],
    About.REGION: _address("region"),
    About.POSTAL_CODE: _address("postal_code"),
    About.SHIP_METHOD: lambda seen: [seen.order.ship_method],
    About.TAG: lambda seen: seen.tags,
    About.MARKETPLACE: lambda seen: {
        seen.order.marketplace,
        *(line.marketplace for line in seen.order.lines),
    },
    About.CART: lambda seen: [seen.cart],
    About.NOTE: lambda seen: [seen.order.note],
}
