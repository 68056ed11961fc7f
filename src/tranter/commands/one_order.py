"""A person's hand on one order: stop, send anyway, cancel at the cart, correct, pull, note."""

from typing import TYPE_CHECKING

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_table, when

if TYPE_CHECKING:
    from tranter.engine.operator import Outcome
    from tranter.model import Address

PARTS = ("name", "company", "city", "region", "postal_code", "country", "phone")


def show_outcome(desk: Desk, outcome: "Outcome") -> None:
    document = {"order": outcome.order, "said": outcome.said}
    desk.show(document, lambda: click.echo(f"{outcome.order.number}: {outcome.said}"))


@click.command()
@click.argument("order")
@click.option("--reason", default="", help="For the journal.")
@at_desk
def stop(desk: Desk, order: str, reason: str) -> None:
    """Don't send ORDER, which has not left yet. Neither warehouse nor cart is told."""
    from tranter.engine import operator

    show_outcome(desk, operator.stop(desk.hub, desk.book, operator.find(desk.book, order), reason))


@click.command("send-anyway")
@click.argument("order")
@at_desk
def send_anyway(desk: Desk, order: str) -> None:
    """Take a skipped ORDER after all; the cart is asked first."""
    from tranter.engine import operator

    show_outcome(desk, operator.send_anyway(desk.hub, desk.book, operator.find(desk.book, order)))


@click.command("cancel-at-cart")
@click.argument("order")
@click.option("--reason", default="", help="For the journal.")
@click.option("--yes", is_flag=True, help="The buyer may be paid back.")
@at_desk
def cancel_at_cart(desk: Desk, order: str, reason: str, yes: bool) -> None:
    """Cancel ORDER where it was bought, which may refund the buyer. Only what no warehouse has."""
    from tranter.engine import operator

    found = operator.find(desk.book, order)
    if not yes:
        raise Failure(f"{found.connection} may refund the buyer of {found.number}: say it with --yes", Exit.PARTLY)
    show_outcome(desk, operator.cancel_at_cart(desk.hub, desk.book, found, reason))


@click.command()
@click.argument("order")
@click.option(
    "--sku", "skus", multiple=True, metavar="LINE=SKU", help="The SKU of a line; empty: the cart's own again."
)
@click.option("--to", "parts", multiple=True, metavar="PART=TEXT", help="name, line (several), city, postal_code …")
@at_desk
def correct(desk: Desk, order: str, skus: tuple[str, ...], parts: tuple[str, ...]) -> None:
    """Correct the address or a SKU of ORDER, and send it so. Only what no warehouse has."""
    from tranter.engine import corrections, operator

    found = operator.find(desk.book, order)
    if not skus and not parts:
        raise click.UsageError("say what to correct: --sku LINE=SKU, --to city=Leeds")
    wanted = corrections.Wanted(
        ship_to=_address(desk, found.id, _pairs(parts)) if parts else None, skus=dict(_pairs(skus))
    )
    try:
        outcome = corrections.correct(desk.hub, desk.book, found, wanted)
    except corrections.BadCorrection as error:
        raise Failure(str(error), Exit.USAGE) from error
    show_outcome(desk, outcome)


def _pairs(words: tuple[str, ...]) -> list[tuple[str, str]]:
    wrong = [word for word in words if "=" not in word]
    if wrong:
        raise click.UsageError(f"{wrong[0]!r} is not KEY=VALUE")
    return [(word.split("=", 1)[0], word.split("=", 1)[1]) for word in words]


def _address(desk: Desk, order_id: int, parts: list[tuple[str, str]]) -> "Address":
    """The one that there is, with these parts."""
    from msgspec.structs import replace

    from tranter.ledger import orders
    from tranter.model import Address

    unknown = [name for name, _ in parts if name != "line" and name not in PARTS]
    if unknown:
        raise click.UsageError(f"an address has no {unknown[0]!r}; it has line, {', '.join(PARTS)}")
    before = orders.to_decide(desk.book, order_id).order.ship_to or Address()
    lines = tuple(text for name, text in parts if name == "line")
    named = {name: text for name, text in parts if name != "line"}
    return replace(before, lines=lines or before.lines, **named)


@click.command()
@click.argument("order")
@click.option("--connection", default="", help="Only at this cart.")
@at_desk
def pull(desk: Desk, order: str, connection: str) -> None:
    """Take ORDER from the cart now, whatever was read so far. Takes the cart's id of it."""
    from tranter.engine import operator

    found = operator.pull(desk.hub, desk.book, order, connection)

    def draw() -> None:
        rows = [(one.number, one.connection, one.status, one.held or one.reason) for one in found]
        print_table("orders", ("number", "cart", "status", "why"), rows)

    desk.show(found, draw)


@click.command()
@click.argument("order")
@click.argument("text", required=False, default="")
@at_desk
def note(desk: Desk, order: str, text: str) -> None:
    """Write TEXT beside ORDER; without TEXT, list what is written there."""
    from tranter.engine import operator
    from tranter.ledger import notes

    found = operator.find(desk.book, order)
    if text.strip():
        notes.add(desk.book, found.id, "operator", text.strip(), desk.now())
    written = notes.of_order(desk.book, found.id)
    rows = [(when(one.at), one.author, one.text) for one in written]
    desk.show(written, lambda: print_table("notes", ("UTC", "by", "note"), rows))
