"""Problems: what waits for a person, by cause; a cause is cured for all its orders at once."""

from typing import TYPE_CHECKING, Any

import click

from tranter.commands.desk import Desk, at_desk, desk_options, sit_down
from tranter.commands.errands import see_through, show_errand_state
from tranter.commands.exits import Failure
from tranter.commands.output import print_table, tell, when

if TYPE_CHECKING:
    from tranter.ledger.problems import Cause, Group

STATES = ("open", "muted", "resolved")


@click.group(invoke_without_command=True)
@click.option("--state", type=click.Choice(STATES), default="open", show_default=True)
@desk_options
@click.pass_context
def problems(context: click.Context, /, **asked: Any) -> None:
    """List what waits for a person by cause, the most urgent first."""
    if context.invoked_subcommand is None:
        _list(**asked)


@sit_down
def _list(desk: Desk, state: str) -> None:
    from tranter.ledger import problems

    found = problems.groups([desk.book], desk.now(), state)

    def draw() -> None:
        columns = ("kind", "of", "where", "orders", "worth", "ship by", "since", "cause")
        print_table("problems", columns, [_row(one) for one in found])

    desk.show(found, draw)


def _row(one: "Group") -> tuple[object, ...]:
    worth = " + ".join(f"{money.text()} {money.currency}" for money in one.money)
    of = one.cause.value if one.cause.value is not None else ("" if one.orders else one.subject)
    return (
        one.cause.kind,
        of,
        one.connection,
        one.orders,
        worth,
        when(one.ship_by),
        when(one.since),
        one.says,
    )


def _cause(desk: Desk, kind: str, value: str | None, state: str = "open") -> "Cause":
    """One that there is: a misspelt one would be answered with silence."""
    from tranter.ledger import problems

    cause = problems.Cause(kind=kind, value=value)
    if problems.group(desk.book, cause, state) is None:
        raise Failure(f"no {state} problem is {kind}{f' {value}' if value else ''}: see `tranter problems`")
    return cause


@problems.command("fix")
@click.argument("kind")
@click.argument("value")
@click.argument("becomes")
@click.option("--connection", default="", help="A SKU: only for orders of this cart; else everywhere.")
@at_desk
def fix(desk: Desk, kind: str, value: str, becomes: str, connection: str) -> None:
    """Let VALUE (a SKU, a carrier) mean BECOMES, and try all orders again that wait for it."""
    from tranter.engine import remedies
    from tranter.engine.catalogue import NoSuchSku
    from tranter.ledger import problems

    cause = _cause(desk, kind, value)
    if connection:
        cause = problems.Cause(kind=kind, value=value, connection_id=desk.connection(connection).id)
    wanted = remedies.Fix(cause=cause, becomes=becomes, only_here=bool(connection))
    try:
        errand_id = remedies.fix_and_release(desk.hub, desk.book, wanted)
    except (remedies.NoCure, NoSuchSku) as error:
        raise Failure(str(error)) from error
    show_errand_state(desk, see_through(desk, errand_id))


@problems.command("mute")
@click.argument("kind")
@click.option("--value", default=None, help="Only for this SKU, carrier …")
@at_desk
def mute(desk: Desk, kind: str, value: str | None) -> None:
    """Take a cause off the list until it is cured; orders that meet it later are shown."""
    from tranter.ledger import problems

    _told(desk, "muted", problems.mute(desk.book, _cause(desk, kind, value), "operator", desk.now()))


@problems.command("unmute")
@click.argument("kind")
@click.option("--value", default=None, help="Only for this SKU, carrier …")
@at_desk
def unmute(desk: Desk, kind: str, value: str | None) -> None:
    """Put a muted cause back on the list."""
    from tranter.ledger import problems

    _told(desk, "unmuted", problems.unmute(desk.book, _cause(desk, kind, value, "muted"), "operator", desk.now()))


@problems.command("settle")
@click.argument("kind")
@click.option("--value", default=None, help="Only for this SKU, carrier …")
@at_desk
def settle(desk: Desk, kind: str, value: str | None) -> None:
    """Say that a cause was seen to elsewhere. What is still wrong comes back."""
    from tranter.ledger import problems

    _told(desk, "settled", problems.settle(desk.book, _cause(desk, kind, value), "operator", desk.now()))


def _told(desk: Desk, what: str, count: int) -> None:
    desk.show({what: count}, lambda: tell(f"{count} exceptions {what}"))
