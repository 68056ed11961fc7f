"""A merchant's rules, as routing wants them."""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from tranter.ledger import rules
from tranter.ledger.book import Book
from tranter.ledger.rules import StoredRule
from tranter.routing.rule import About, AddLine, Rule


def rules_of(book: Book) -> tuple[Rule, ...]:
    return tuple(read_rule(stored) for stored in rules.listed(book))


def read_rule(stored: StoredRule) -> Rule:
    return msgspec.convert({**stored.body, "id": stored.id}, Rule)


def stored_rule(rule: Rule) -> StoredRule:
    body = msgspec.to_builtins(rule)
    del body["id"]
    return StoredRule(id=rule.id, body=body)


def skus_named(some: Iterable[Rule]) -> set[str]:
    """Those that they add."""
    return {action.sku for rule in some for action in rule.actions if isinstance(action, AddLine)}


class Wanted(Struct, frozen=True):
    """What has to be known for rules: the SKUs that they add, and whether they ask how heavy an order is."""

    skus: frozenset[str] = frozenset()
    weight: bool = False

    def __or__(self, other: "Wanted") -> "Wanted":
        return Wanted(self.skus | other.skus, self.weight or other.weight)


NOTHING = Wanted()


def wanted_by(some: Sequence[Rule]) -> Wanted:
    weight = any(one.about is About.WEIGHT for rule in some for one in rule.conditions)
    return Wanted(frozenset(skus_named(some)), weight)
