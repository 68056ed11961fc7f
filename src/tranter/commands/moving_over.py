"""Moving over from another hub: `tranter import`."""

import sys
from typing import TYPE_CHECKING

import click

from tranter.commands.connecting import secret
from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_table, tell, when

if TYPE_CHECKING:
    from tranter.engine.moving_over import MovePlan


@click.group("import")
def import_() -> None:
    """Bring over what is set up at another hub."""


@import_.command("cartrover")
@click.option("--url", required=True, help="Address of its API, such as https://api.cartrover.com.")
@click.option("--user", required=True, help="API user of a merchant's key.")
@click.option("--key", required=True, metavar="@FILE|-", help="Its API key: @file, or - for stdin.")
@click.option("--dry-run", is_flag=True, help="Show the plan, and save nothing.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@at_desk
def import_cartrover(desk: Desk, /, url: str, user: str, key: str, **how: bool) -> None:
    """Bring over a merchant's carts as drafts, ship methods and aliases from CartRover. Nothing is sent by it."""
    from tranter.engine import moving_over

    book = desk.ensure_merchant()
    settings: dict[str, object] = {"base_url": url, "api_user": user}
    plan = moving_over.look(desk.hub, book, "cartrover", settings, {"api_key": secret("key", key)})
    if how["dry_run"]:
        desk.show({"plan": plan, "moved": None}, lambda: _draw(plan))
        return
    if not how["yes"]:
        _draw(plan)
        if not sys.stdin.isatty() or not click.confirm("Save this?", err=True):
            raise Failure("nothing was saved; agree with --yes", Exit.PARTLY)
    moved = moving_over.carry_out(desk.hub, book, plan, desk.now(), "operator")
    desk.show(
        {"plan": plan, "moved": moved},
        lambda: click.echo(
            f"{len(moved.drafts)} drafts, {moved.methods} ship methods, {moved.aliases} aliases;"
            f" {moved.left_there} orders are left to it"
        ),
    )
    tell(*(f"{name}: {why}" for name, why in moved.refused))
    tell(*(f"next: sign in at {name}, then look at its settings: tranter sign-in {name}" for name in moved.drafts))


def _draw(plan: "MovePlan") -> None:
    carts = [(one.source, one.kind, one.name, _becomes(one.connector, one.exists)) for one in plan.carts]
    print_table("carts there", ("cart there", "kind", "here", "becomes"), carts)
    words = [
        (what, one.connection, one.word, one.becomes, "new" if one.is_new else f"stays {one.here}")
        for what, some in (("ship method", plan.methods), ("alias", plan.aliases))
        for one in some
        if one.is_new or one.differs
    ]
    print_table("words that are new", ("what", "connection", "word", "becomes", ""), words)
    tell(*(f"{word} means several SKUs there: it is left out" for word in plan.unclear))
    tell(*(f"not told: {line}" for line in plan.left_out))
    busy = plan.open
    if busy.waiting or busy.at_warehouse:
        since = f", the oldest of {when(busy.oldest_at)} UTC" if busy.oldest_at else ""
        tell(
            f"{busy.waiting} orders wait there and {busy.at_warehouse} are at its warehouse{since}:"
            " they stay with it, and are not sent from here; drafts take none from before today"
        )


def _becomes(connector: str, exists: bool) -> str:
    if exists:
        return "is here already"
    return f"a draft of {connector}" if connector else "nothing: no connector speaks to it"
