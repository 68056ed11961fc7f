"""What the cart changed after the warehouse got an order, and what to do about it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.one_order import show_outcome
from tranter.commands.output import print_table

if TYPE_CHECKING:
    from tranter.engine.operator import Outcome
    from tranter.routing.changes import OrderChange


@click.group()
def change() -> None:
    """Show and settle what the cart changed of an order after the warehouse got it."""


def draw_changes(found: "tuple[OrderChange, ...]") -> None:
    rows = [(f"{one.field.value} {one.of}".strip(), one.before, one.now) for one in found]
    print_table("changes", ("what", "the warehouse has", "the cart says now"), rows)


@change.command("show")
@click.argument("order")
@at_desk
def show(desk: Desk, order: str) -> None:
    """Field by field, what the warehouse has of ORDER and what the cart says now."""
    from tranter.engine import changing, operator

    found = operator.find(desk.book, order)
    changed = changing.of_orders(desk.book, [found.id]).get(found.id, ())
    desk.show({"order": found, "changes": changed}, lambda: draw_changes(changed))


def _answer(desk: Desk, order: str, give: "Callable[..., Outcome]") -> None:
    from tranter.engine import operator

    show_outcome(desk, give(desk.hub, desk.book, operator.find(desk.book, order)))


@change.command("send-again")
@click.argument("order")
@at_desk
def send_again(desk: Desk, order: str) -> None:
    """Stop ORDER at the warehouse, and send it as the cart wants it now."""
    from tranter.engine import changing

    _answer(desk, order, changing.send_again)


@change.command("accept")
@click.argument("order")
@at_desk
def accept(desk: Desk, order: str) -> None:
    """The warehouse was told by a person: what it has of ORDER counts as changed."""
    from tranter.engine import changing

    _answer(desk, order, changing.accept)


@change.command("ignore")
@click.argument("order")
@at_desk
def ignore(desk: Desk, order: str) -> None:
    """Let ORDER leave as it was sent; another change is told again."""
    from tranter.engine import changing

    _answer(desk, order, changing.ignore)
