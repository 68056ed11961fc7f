"""A merchant's rules, as routing wants them."""

from collections.abc import Iterable

import msgspec

from tranter.ledger import rules
from tranter.ledger.book import Book
from tranter.ledger.rules import StoredRule
from tranter.routing.rule import AddLine, Rule


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
