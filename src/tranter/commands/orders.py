"""Commands about orders and what waits for a person."""

from typing import TYPE_CHECKING

import click

from tranter.commands.desk import Desk, at_desk, desk_options, sit_down
from tranter.commands.exits import Failure
from tranter.commands.output import print_table, tell, when

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tranter.ledger.lists import OrderView
    from tranter.ledger.order_filter import OrderQuery

PILLS = (
    "problem",
    "checking",
    "held",
    "cancelled",
    "new",
    "at_warehouse",
    "partly_shipped",
    "shipped",
    "confirmed",
    "skipped",
)
DAY = click.DateTime(["%Y-%m-%d"])
STATUSES = ("new", "at_wms", "shipped", "confirmed", "error", "canceled", "skipped")


@click.command()
@click.argument("search", required=False, default="")
@click.option("--status", type=click.Choice(STATUSES), default=None, help="Only these.")
@click.option("--held", is_flag=True, help="Only those that wait for a person.")
@click.option("--connection", default="", help="Only those of this cart.")
@click.option("--pill", type=click.Choice(PILLS), default=None, help="Only those that a page shows so.")
@click.option("--marketplace", default="", help="Only those of this site.")
@click.option("--ship-method", default="", help="Only those that shall travel so.")
@click.option("--sku", default="", help="Only those with this SKU.")
@click.option("--since", type=DAY, default=None, help="Bought on this day or later, in UTC.")
@click.option("--until", type=DAY, default=None, help="Bought on this day or earlier, in UTC.")
@click.option("--ship-by", type=DAY, default=None, help="To be shipped on this day or earlier, in UTC.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@at_desk
def orders(desk: Desk, /, search: str, status: str | None, **narrow: "bool | str | int | datetime | None") -> None:
    """List orders, the newest first; SEARCH finds by order, warehouse or tracking number."""
    from tranter.ledger import lists

    wanted = lists.OrderFilter(
        search=search,
        status=status or "",
        held=bool(narrow["held"]),
        connection=str(narrow["connection"]),
        narrow=_narrowed(narrow),
        limit=int(str(narrow["limit"])),
    )
    found = lists.orders(desk.book, wanted)

    def draw() -> None:
        columns = ("number", "cart", "status", "total", "ordered", "warehouse", "tracking", "why")
        rows = [
            (
                order.number,
                f"{order.connection} {order.marketplace}".strip(),
                order.status,
                f"{order.total} {order.currency}",
                when(order.ordered_at),
                _place(order),
                " ".join(order.tracking),
                order.held.replace("_", " ") or order.reason,
            )
            for order in found
        ]
        print_table("such orders", columns, rows)
        if len(found) == wanted.limit:
            tell(f"there may be more: --limit {wanted.limit * 2}")

    desk.show(found, draw)


def _narrowed(narrow: "Mapping[str, bool | str | int | datetime | None]") -> "OrderQuery | None":
    """What the list on a page is narrowed by."""
    from datetime import UTC, datetime, timedelta

    from tranter.ledger.order_filter import OrderQuery, Tab
    from tranter.ledger.order_pill import OrderPill

    def day(name: str, days: int = 0) -> "datetime | None":
        at = narrow[name]
        return at.replace(tzinfo=UTC) + timedelta(days=days) if isinstance(at, datetime) else None

    wanted = OrderQuery(
        tab=Tab.ALL,
        pill=OrderPill(narrow["pill"]) if narrow["pill"] else None,
        marketplace=str(narrow["marketplace"]),
        ship_method=str(narrow["ship_method"]),
        sku=str(narrow["sku"]),
        since=day("since"),
        until=day("until", 1),
        ship_before=day("ship_by", 1),
    )
    return wanted if wanted != OrderQuery(tab=Tab.ALL) else None


def _place(order: "OrderView") -> str:
    """Most warehouses keep the order's own number."""
    same = order.warehouse_number in ("", order.number)
    return order.warehouse if same else f"{order.warehouse} {order.warehouse_number}"


@click.group("exceptions", invoke_without_command=True)
@click.option("--muted", is_flag=True, help="Those that were muted.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=200, show_default=True)
@desk_options
@click.pass_context
def exceptions(context: click.Context, /, **asked: bool | str | int) -> None:
    """List what waits for a person, with cause and remedy; `show ID` and `mute ID` take one of them."""
    if context.invoked_subcommand is None:
        _list_exceptions(**asked)


@sit_down
def _list_exceptions(desk: Desk, muted: bool, limit: int) -> None:
    from tranter.ledger.exceptions import open_exceptions

    found = open_exceptions(desk.book, "muted" if muted else "open", limit)

    def draw() -> None:
        rows = [(one.id, one.kind, one.subject, one.cause, one.remedy, when(one.opened_at)) for one in found]
        print_table("exceptions", ("id", "kind", "of", "cause", "what to do", "since"), rows)

    desk.show(found, draw)


@exceptions.command("show")
@click.argument("number", type=int)
@at_desk
def show_exception(desk: Desk, number: int) -> None:
    """Show one exception."""
    from tranter.ledger.exceptions import open_exceptions

    found = [one for state in ("open", "muted") for one in open_exceptions(desk.book, state, 100_000)]
    one = next((one for one in found if one.id == number), None)
    if one is None:
        raise Failure(f"no exception {number} is open: see `tranter exceptions`")

    def draw() -> None:
        click.echo(f"{one.kind}: {one.subject}  (since {when(one.opened_at)} UTC, {one.state})")
        click.echo(f"cause: {one.cause}")
        click.echo(f"what to do: {one.remedy}")

    desk.show(one, draw)


@exceptions.command("mute")
@click.argument("number", type=int)
@at_desk
def mute_exception(desk: Desk, number: int) -> None:
    """Take one exception off the list; it comes back when the trouble comes back."""
    from tranter.ledger.exceptions import mute

    if not mute(desk.book, number, desk.now()):
        raise Failure(f"no exception {number} is open: see `tranter exceptions`")
    desk.show({"muted": number}, lambda: click.echo(f"exception {number} is muted"))
