"""Commands about stock: what listings show, and the yes before the first push."""

import sys
from typing import TYPE_CHECKING

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_json, print_table, tell

if TYPE_CHECKING:
    from tranter.engine.going_live import StockPlan

SHOWN_ROWS = 40


@click.command()
@click.argument("sku", required=False, default="")
@click.option("--connection", default="", help="Only the listings of this cart.")
@click.option("--wrong", is_flag=True, help="Only those that show something else than they shall.")
@at_desk
def stock(desk: Desk, sku: str, connection: str, wrong: bool) -> None:
    """List what listings show, what they shall show, and what the warehouse has."""
    from tranter.engine.going_live import stock_lines

    if connection:
        desk.connection(connection)
    found = [
        line
        for line in stock_lines(desk.hub, desk.book)
        if line.connection == (connection or line.connection)
        and sku in ("", line.sku, line.item_sku)
        and not (wrong and line.shown == line.wanted)
    ]

    def draw() -> None:
        columns = ("SKU", "cart", "listing", "shown", "wanted", "available", "reserved", "trouble")
        rows = [
            (
                line.sku,
                f"{line.connection} {line.marketplace}".strip(),
                line.listing_id,
                line.shown,
                line.wanted,
                line.available,
                line.reserved,
                line.trouble,
            )
            for line in found
        ]
        print_table("such listings; they are read by: tranter sync CONNECTION listings", columns, rows)

    desk.show(found, draw)


@click.command("go-live")
@click.argument("name")
@click.option("--stock", "with_stock", is_flag=True, required=True, help="Stock levels go out from now on.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@at_desk
def go_live(desk: Desk, name: str, with_stock: bool, yes: bool) -> None:
    """Show what the first stock push to cart NAME would change, and let it go when you agree."""
    from tranter.engine import going_live

    info = desk.connection(name)
    plan = going_live.stock_plan(desk.hub, desk.book, info)
    if not desk.as_json:
        _draw(plan)
    if not yes and not (sys.stdin.isatty() and not desk.as_json):
        if desk.as_json:
            print_json({**_document(plan), "confirmed": False})
        raise Failure(f"nothing was sent; agree with: tranter go-live {name} --stock --yes", Exit.PARTLY)
    if not yes and not click.confirm("Send this?", err=True):
        raise Failure("nothing was sent", Exit.PARTLY)
    going_live.confirm(desk.hub, desk.book, info)
    if desk.as_json:
        print_json({**_document(plan), "confirmed": True})
    else:
        click.echo(f"{name} is sent stock levels from now on: at once by `tranter up`, else by `tranter sync`")


def _document(plan: "StockPlan") -> dict[str, object]:
    return {
        "connection": plan.connection,
        "listings": plan.listings,
        "up": len(plan.up),
        "down": len(plan.down),
        "to_zero": len(plan.to_zero),
        "unmatched": len(plan.unmatched),
        "unknown": len(plan.unknown),
        "changes": [*plan.to_zero, *plan.down, *plan.up],
        "without_a_product": plan.unmatched,
        "without_a_level": plan.unknown,
    }


def _draw(plan: "StockPlan") -> None:
    changes = [*plan.to_zero, *plan.down, *plan.up]
    rows = [(line.sku, line.listing_id, line.shown, line.wanted) for line in changes[:SHOWN_ROWS]]
    if rows:
        print_table("changes", ("SKU", "listing", "shown", "will show"), rows)
    if len(changes) > SHOWN_ROWS:
        tell(f"… and {len(changes) - SHOWN_ROWS} more; all of them with --json")
    click.echo(
        f"{plan.listings} listings at {plan.connection}: {len(plan.up)} go up, {len(plan.down)} go down, "
        f"{len(plan.to_zero)} go to zero; {len(plan.unmatched)} have a SKU that the warehouse hasn't (left alone), "
        f"{len(plan.unknown)} have no level that is known (left alone)"
    )
