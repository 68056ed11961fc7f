"""Commands about stock: what listings show, and the yes before the first push."""

import sys
from typing import TYPE_CHECKING

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_json, print_table, tell, when

if TYPE_CHECKING:
    from tranter.engine.going_live import StockPlan
    from tranter.engine.order_plan import OrderPlan

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
@click.option("--stock", "with_stock", is_flag=True, help="Stock levels go out from now on.")
@click.option("--orders", "with_orders", is_flag=True, help="The connection runs from now on.")
@click.option("--yes", count=True, help="Don't ask; twice when more than 50 orders would leave at once.")
@at_desk
def go_live(desk: Desk, name: str, with_stock: bool, with_orders: bool, yes: int) -> None:
    """Show what will happen when connection NAME goes live, and let it go when you agree."""
    if with_stock == with_orders:
        raise Failure("say --orders or --stock: the one, then the other", Exit.USAGE)
    if with_orders:
        _orders_go_live(desk, name, yes)
    else:
        _stock_goes_live(desk, name, bool(yes))


def _orders_go_live(desk: Desk, name: str, yes: int) -> None:
    from tranter.engine import order_plan

    info = desk.connection(name)
    plan = order_plan.order_plan(desk.hub, desk.book, info)
    if not desk.as_json and plan is not None:
        _draw_orders(plan)
    asks = sys.stdin.isatty() and not desk.as_json
    if not yes and asks and click.confirm("Go live?", err=True):
        many = plan is not None and plan.needs_second_yes
        yes = 2 if many and click.confirm(f"More than {order_plan.MANY} orders at once: sure?", err=True) else 1
    if not yes:
        desk.show({"plan": plan, "live": False}, lambda: None)
        raise Failure(f"nothing was changed; agree with: tranter go-live {name} --orders --yes", Exit.PARTLY)
    plan = order_plan.let_go(desk.hub, desk.book, info, yes)
    desk.show({"plan": plan, "live": True}, lambda: click.echo(f"{name} is live"))


def _draw_orders(plan: "OrderPlan") -> None:
    seen, whither = plan.orders, plan.warehouse or "nowhere yet"
    click.echo(
        f"{seen.open} open orders since {when(seen.earliest)} UTC: {plan.sends} go to {whither}, "
        f"{plan.there} are there already and not sent, {plan.held} wait for you ({plan.unknown_skus} with unknown SKUs)"
    )
    click.echo(f"left out: {seen.shipped} shipped ones, {seen.too_old} older ones, {seen.elsewhere} for elsewhere")


def _stock_goes_live(desk: Desk, name: str, yes: bool) -> None:
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
