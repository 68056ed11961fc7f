"""Rules in their order, changed by a person."""

from collections.abc import Sequence

from tranter.routing.rule import Rule

Rules = tuple[Rule, ...]


class NoSuchRule(LookupError):
    """The text names those that there are."""


def find(rules: Sequence[Rule], word: str) -> Rule:
    """By id, or by name whatever its case."""
    named = [rule for rule in rules if rule.name.casefold() == word.strip().casefold()]
    found = [rule for rule in rules if str(rule.id) == word.strip()] or named
    if not found:
        raise _unknown(rules, word)
    if len(found) > 1:
        raise NoSuchRule(f"several rules are called {word!r}: name one by its number")
    return found[0]


def with_id(rules: Sequence[Rule], rule_id: int) -> Rule:
    found = next((rule for rule in rules if rule.id == rule_id), None)
    if found is None:
        raise _unknown(rules, str(rule_id))
    return found


def _unknown(rules: Sequence[Rule], word: str) -> NoSuchRule:
    known = ", ".join(f"{rule.id} {rule.name!r}" for rule in rules) or "none"
    return NoSuchRule(f"there is no rule {word!r}; known are: {known}")


def with_rule(rules: Sequence[Rule], rule: Rule, place: int | None = None) -> Rules:
    """In the place of the one with its id, or as a new one: the last, or the `place`th, counted from 1."""
    if rule.id:
        return tuple(rule if one.id == rule.id else one for one in rules)
    at = len(rules) if place is None else min(max(place - 1, 0), len(rules))
    return (*rules[:at], rule, *rules[at:])


def moved(rules: Sequence[Rule], rule: Rule, place: int) -> Rules:
    """To the `place`th, counted from 1."""
    rest = without(rules, rule)
    at = min(max(place - 1, 0), len(rest))
    return (*rest[:at], rule, *rest[at:])


def without(rules: Sequence[Rule], rule: Rule) -> Rules:
    return tuple(one for one in rules if one.id != rule.id)
