"""A rule as it is written on a page: rows of conditions and of actions."""

from django.http import QueryDict
from msgspec import Struct

from tranter.routing.rule import About, Condition, Rule, Test
from tranter.routing.rule_check import RuleProblem
from tranter.routing.rule_text import action_parts, make_action, split_words

MOST_ROWS = 40


class ConditionRow(Struct, frozen=True):
    about: str = ""
    test: str = ""
    words: str = ""


class ActionRow(Struct, frozen=True):
    deed: str = ""
    value: str = ""


class Card(Struct, frozen=True, kw_only=True):
    """What somebody wrote, right or not. There is always an empty row left to write into."""

    id: int = 0
    name: str = ""
    enabled: bool = True
    every: bool = True
    conditions: tuple[ConditionRow, ...] = (ConditionRow(),)
    actions: tuple[ActionRow, ...] = (ActionRow(),)


def card_of(rule: Rule) -> Card:
    conditions = [ConditionRow(one.about.value, one.test.value, ", ".join(one.words)) for one in rule.conditions]
    actions = [ActionRow(*action_parts(one)) for one in rule.actions]
    return Card(
        id=rule.id,
        name=rule.name,
        enabled=rule.enabled,
        every=rule.every,
        conditions=(*conditions, ConditionRow()),
        actions=(*actions, ActionRow()),
    )


def read_card(given: QueryDict, rule_id: int, enabled: bool) -> Card:
    """`more` asks for another row."""
    columns = (given.getlist("about"), given.getlist("test"), given.getlist("words"))
    conditions = [ConditionRow(*row) for row in zip(*columns, strict=False) if row[0]][:MOST_ROWS]
    pairs = (given.getlist("deed"), given.getlist("value"))
    actions = [ActionRow(*row) for row in zip(*pairs, strict=False) if row[0]][:MOST_ROWS]
    return Card(
        id=rule_id,
        name=given.get("name", "").strip(),
        enabled=enabled,
        every=given.get("every", "all") != "any",
        conditions=(*conditions, ConditionRow()),
        actions=(*actions, ActionRow()),
    )


def rule_of(card: Card) -> Rule:
    """Raises RuleProblem."""
    return Rule(
        id=card.id,
        name=card.name,
        enabled=card.enabled,
        every=card.every,
        conditions=tuple(_condition(row) for row in card.conditions if row.about),
        actions=tuple(make_action(row.deed, row.value.strip()) for row in card.actions if row.deed),
    )


def _condition(row: ConditionRow) -> Condition:
    try:
        return Condition(About(row.about), Test(row.test), split_words(row.words))
    except ValueError as error:
        raise RuleProblem("choose what a condition looks at and how it compares") from error
