"""Rules: if an order is like this, then do that with it. And how orders find their warehouse otherwise."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_table, tell, when

if TYPE_CHECKING:
    from tranter.engine.dry_run import DryRun
    from tranter.engine.rule_book import RulesSaved
    from tranter.routing.rule import Rule

IF = click.option("--if", "conditions", multiple=True, metavar="CONDITION", help='Such as "country is DE,AT".')
THEN = click.option("--then", "actions", multiple=True, metavar="ACTION", help='Such as "route berlin".')
EVERY = click.option("--any/--all", "any_of", default=None, help="Any of the conditions is enough, or all must hold.")
FILE = click.option(
    "--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The rule as a JSON document."
)
DRY_RUN = click.option("--dry-run", is_flag=True, help="Only show what would change.")
BY = "operator"


@click.group()
def rule() -> None:
    """Ordered rules: if an order is like this, then do that with it."""


@rule.command("list")
@at_desk
def list_rules(desk: Desk) -> None:
    """List them in their order."""
    from tranter.engine.ruling import rules_of

    found = rules_of(desk.book)
    columns = ("", "id", "name", "if", "then")
    rows = [(place, one.id, _named(one), _conditions(one), _actions(one)) for place, one in enumerate(found, 1)]
    desk.show(found, lambda: print_table("rules", columns, rows))


def _named(one: "Rule") -> str:
    return one.name if one.enabled else f"{one.name} (off)"


def _conditions(one: "Rule") -> str:
    from tranter.routing.rule_text import condition_text

    joined = " and " if one.every else " or "
    return joined.join(condition_text(each) for each in one.conditions) or "always"


def _actions(one: "Rule") -> str:
    from tranter.routing.rule_text import action_text

    return "; ".join(action_text(each) for each in one.actions)


@rule.command("add")
@click.argument("name")
@IF
@THEN
@EVERY
@FILE
@click.option("--place", type=click.IntRange(1), help="Where it stands, counted from 1; else last.")
@click.option("--off", is_flag=True, help="Save it switched off.")
@DRY_RUN
@at_desk
def add(desk: Desk, /, name: str, place: int | None, off: bool, dry_run: bool, **told: Any) -> None:
    """Make a rule called NAME. Orders of which nothing was sent are decided again."""
    from msgspec.structs import replace

    from tranter.engine import rule_book
    from tranter.engine.ruling import rules_of
    from tranter.routing.rule import Rule
    from tranter.routing.rule_list import with_rule

    made = replace(_told(Rule(name=name, actions=()), **told), name=name, id=0, enabled=not off)
    if dry_run:
        show_trial(desk, rule_book.test(desk.hub, desk.book, with_rule(rules_of(desk.book), made, place)))
        return
    _show_saved(desk, rule_book.add(desk.hub, desk.book, made, BY, place), f"rule {name!r} is made")


@rule.command("edit")
@click.argument("word", metavar="RULE")
@IF
@THEN
@EVERY
@FILE
@click.option("--name", help="Its new name.")
@click.option("--on/--off", "on", default=None, help="Switch it on or off.")
@DRY_RUN
@at_desk
def edit(desk: Desk, /, word: str, name: str | None, on: bool | None, dry_run: bool, **told: Any) -> None:
    """Change RULE (its id or name). What is given takes the place of what was."""
    from msgspec.structs import replace

    from tranter.engine import rule_book
    from tranter.engine.ruling import rules_of
    from tranter.routing.rule_list import with_rule

    before = _find(desk, word)
    made = replace(_told(before, **told), id=before.id)
    made = replace(made, name=name or made.name, enabled=made.enabled if on is None else on)
    if dry_run:
        show_trial(desk, rule_book.test(desk.hub, desk.book, with_rule(rules_of(desk.book), made)))
        return
    _show_saved(desk, rule_book.change(desk.hub, desk.book, made, BY), f"rule {made.name!r} is changed")


@rule.command("move")
@click.argument("word", metavar="RULE")
@click.argument("place", type=click.IntRange(1))
@at_desk
def move(desk: Desk, word: str, place: int) -> None:
    """Put RULE to PLACE, counted from 1."""
    from tranter.engine import rule_book

    found = _find(desk, word)
    saved = rule_book.move(desk.hub, desk.book, found, place, BY)
    at = next(number for number, one in enumerate(saved.rules, 1) if one.id == found.id)
    _show_saved(desk, saved, f"rule {found.name!r} is number {at}")


@rule.command("remove")
@click.argument("word", metavar="RULE")
@at_desk
def remove(desk: Desk, word: str) -> None:
    """Take RULE away."""
    from tranter.engine import rule_book

    found = _find(desk, word)
    _show_saved(desk, rule_book.remove(desk.hub, desk.book, found, BY), f"rule {found.name!r} is removed")


@rule.command("test")
@click.argument("word", metavar="[RULE]", required=False)
@at_desk
def test(desk: Desk, word: str | None) -> None:
    """See what RULE, or all rules together, do with the orders of the last 30 days."""
    from tranter.engine import rule_book

    if word is not None:
        show_trial(desk, rule_book.test_alone(desk.hub, desk.book, _find(desk, word)))
    else:
        show_trial(desk, rule_book.test_all(desk.hub, desk.book))


def _find(desk: Desk, word: str) -> "Rule":
    from tranter.engine.ruling import rules_of
    from tranter.routing.rule_list import find

    return find(rules_of(desk.book), word)


def _from_file(file: Path) -> "Rule":
    import msgspec

    from tranter.routing.rule import Rule

    try:
        return msgspec.json.decode(file.read_bytes(), type=Rule)
    except msgspec.MsgspecError as error:
        raise Failure(
            f"{file.name} is no rule: {error}; see what `tranter rule list --json` prints", Exit.USAGE
        ) from error


def _told(
    before: "Rule", conditions: tuple[str, ...], actions: tuple[str, ...], any_of: bool | None, file: Path | None
) -> "Rule":
    from msgspec.structs import replace

    from tranter.routing.rule_text import read_action, read_condition

    plain = _from_file(file) if file is not None else before
    return replace(
        plain,
        conditions=tuple(read_condition(text) for text in conditions) or plain.conditions,
        actions=tuple(read_action(text) for text in actions) or plain.actions,
        every=plain.every if any_of is None else not any_of,
    )


def _show_saved(desk: Desk, saved: "RulesSaved", said: str) -> None:
    desk.show(saved, lambda: click.echo(f"{said}, {saved.decided_again} orders decided again"))


def show_trial(desk: Desk, found: "DryRun") -> None:
    def draw() -> None:
        columns = ("order", "cart", "ordered", "now", "then")
        rows = [(one.number, one.connection, when(one.ordered_at), one.before, one.after) for one in found.examples]
        if rows:
            print_table("differences", columns, rows)
        click.echo(f"{found.changed} of {found.looked_at} orders of the last {found.days} days would change")
        if found.unweighed:
            skus = ", ".join(found.unknown_weights)
            tell(f"{found.unweighed} of them hang on a weight that is not known, and that rule does not apply: {skus}")
        if not found.whole:
            tell(f"there are more orders than that: the newest {found.looked_at} were looked at")

    desk.show(found, draw)
