"""Several orders of one buyer in one delivery."""

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.one_order import show_outcome
from tranter.commands.output import print_table


@click.command()
@click.argument("orders", nargs=-1, required=True, metavar="ORDER…")
@at_desk
def combine(desk: Desk, orders: tuple[str, ...]) -> None:
    """Let all ORDERs go in the first one's delivery; of one alone, show what might go with it."""
    from tranter.engine import combining, operator

    found = [operator.find(desk.book, order) for order in orders]
    if len(found) > 1:
        show_outcome(desk, combining.combine(desk.hub, desk.book, found))
        return
    might = combining.suggested(desk.book, found[0].id)
    desk.show(might, lambda: print_table("orders that might go with it", ("order",), [(one.number,) for one in might]))


@click.command()
@click.argument("order")
@at_desk
def uncombine(desk: Desk, order: str) -> None:
    """Let ORDER go alone again, while it has not left."""
    from tranter.engine import combining, operator

    show_outcome(desk, combining.uncombine(desk.hub, desk.book, operator.find(desk.book, order)))
