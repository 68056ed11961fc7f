"""A 3PL's own warehouse, lent to merchants: `tranter lend`."""

import sys
from typing import TYPE_CHECKING

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_table, tell, when

if TYPE_CHECKING:
    from tranter.ledger.book import Book
    from tranter.ledger.connections import ConnectionRecord


class LendGroup(click.Group):
    """`tranter lend NAME …` lends; what else there is to do has a word of its own."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = args and (args[0] in self.commands or args[0].startswith("-"))
        return super().resolve_command(ctx, args if known else ["to", *args])


@click.group(cls=LendGroup)
def lend() -> None:
    """Lend a warehouse of the house to merchants: `tranter lend NAME --merchant SLUG --location ID --prefix TEXT`."""


@lend.command("to")
@click.argument("name")
@click.option("--location", required=True, help="Where orders leave from: the warehouse's id of the place.")
@click.option("--prefix", required=True, help="Before the number of each order, such as ACME-.")
@click.option("--sku-prefix", default="", help="Before the SKUs of this merchant's goods at the warehouse.")
@click.option("--alone", is_flag=True, help="Nobody else is lent this location.")
@click.option("--as", "shown_as", default="", metavar="NAME", help="What the merchant shall see it called.")
@at_desk
def lend_to(desk: Desk, /, name: str, shown_as: str, alone: bool, **terms: str) -> None:
    """Lend connection NAME of the house to the merchant, without its credentials."""
    from tranter.engine import lending
    from tranter.engine.lending import LoanWish
    from tranter.model import Terms

    house, lender = _house(desk, name)
    wish = LoanWish(terms=Terms(**terms), name=shown_as, alone=alone)
    info = lending.lend(desk.hub, house, lender, desk.book, wish)
    document = {
        "lender": name,
        "merchant": desk.merchant,
        "connection": info.name,
        **terms,
        "alone": alone,
    }
    desk.show(document, lambda: click.echo(f"{name} is lent to {desk.merchant} as {info.name}"))


def _house(desk: Desk, name: str) -> "tuple[Book, ConnectionRecord]":
    from tranter.ledger.book import house_book
    from tranter.ledger.connections import by_name

    house = house_book(desk.vault, desk.now())
    return house, by_name(house, name)


@lend.command("list")
@at_desk
def list_loans(desk: Desk) -> None:
    """List what the house lends, to whom, and on what terms."""
    from tranter.ledger import lending

    found = lending.loans_of_house()

    def draw() -> None:
        columns = ("warehouse", "merchant", "as", "location", "prefix", "SKU prefix", "since", "ended", "open orders")
        rows = [
            (
                name,
                line.merchant,
                line.connection,
                f"{line.location} (alone)" if line.alone else line.location,
                line.prefix,
                line.sku_prefix,
                when(line.begun_at),
                when(line.ended_at),
                line.open,
            )
            for name, lines in found.items()
            for line in lines
        ]
        print_table("lent warehouses: tranter lend NAME --merchant SLUG …", columns, rows)

    desk.show(found, draw)


@lend.command("end")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Don't ask.")
@at_desk
def end_loan(desk: Desk, name: str, yes: bool) -> None:
    """Send nothing more to NAME for the merchant; parcels of what is there are still told."""
    from tranter.ledger import lending

    house, lender = _house(desk, name)
    question = f"End what {desk.merchant} is lent of {name}?"
    if not yes and not (sys.stdin.isatty() and click.confirm(question, err=True)):
        again = f"tranter lend end {name} --merchant {desk.merchant} --yes"
        raise Failure(f"nothing was changed; agree with: {again}", Exit.PARTLY)
    still_there = lending.end(house, lender, desk.book, desk.now())
    document = {"lender": name, "merchant": desk.merchant, "orders_still_there": still_there}
    desk.show(document, lambda: click.echo(f"{desk.merchant} borrows {name} no more"))
    if still_there:
        tell(f"{still_there} orders are still there: their parcels are told when they leave")
