"""Merchants and the hub itself: `tranter merchant`, `tranter hub`."""

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_table


@click.group("merchant")
def merchant() -> None:
    """Whose business it is: the house's merchants."""


@merchant.command("list")
@at_desk
def list_merchants(desk: Desk) -> None:
    """List the merchants of this hub."""
    from tranter.ledger.merchants import entries

    found = entries()

    def draw() -> None:
        rows = [(one.slug, one.name, one.connections, one.people) for one in found]
        print_table("merchants", ("merchant", "name", "connections", "people"), rows)

    desk.show(found, draw)


@merchant.command("add")
@click.argument("slug")
@click.argument("name")
@at_desk
def add(desk: Desk, slug: str, name: str) -> None:
    """Add a merchant: SLUG is its short name, for addresses and commands."""
    from tranter.ledger import merchants

    try:
        merchants.add(desk.hand, slug, name)
    except merchants.MerchantProblem as error:
        raise Failure(str(error), Exit.USAGE) from error
    desk.show({"slug": slug, "name": name}, lambda: click.echo(f"{slug} is here: --merchant {slug}"))


@merchant.command("set")
@click.option("--name", default=None, help="How it is called.")
@click.option("--time-zone", default=None, help="Such as Europe/Berlin.")
@click.option("--closed", default=None, help="Days on which nothing is missed: 5 6 2026-12-25 (0 is Monday).")
@click.option("--keep-days", type=click.IntRange(1, 3650), default=None, help="Buyers' data, after an order is final.")
@at_desk
def set_merchant(desk: Desk, /, **given: str | int | None) -> None:
    """Change what is set for the merchant; what is not named stays."""
    import msgspec

    from tranter.ledger import merchants

    known = merchants.settings_of(desk.book)
    changed = {name: value for name, value in given.items() if value is not None and name != "closed"}
    try:
        if given["closed"] is not None:
            changed["closed_days"] = merchants.parse_closed_days(str(given["closed"]).split())  # type: ignore[assignment]
        now = merchants.change(desk.book, msgspec.structs.replace(known, **changed), "operator", desk.now())
    except merchants.MerchantProblem as error:
        raise Failure(str(error), Exit.USAGE) from error

    def draw() -> None:
        closed = " ".join(str(day) for day in now.closed_days) or "never"
        click.echo(f"{now.name}: {now.time_zone or 'UTC'}, closed {closed}, buyers kept {now.keep_days} days")

    desk.show(now, draw)


@click.command("hub")
@click.option("--name", default=None, help="What the hub is called in letters and pages.")
@click.option("--time-zone", default=None, help="For whoever has chosen none.")
@at_desk
def hub(desk: Desk, name: str | None, time_zone: str | None) -> None:
    """Show or change what this hub is called."""
    from tranter.ledger.installation import hub_name, hub_time_zone, rename_hub
    from tranter.ledger.merchants import MerchantProblem, check_zone

    try:
        check_zone(time_zone or "")
    except MerchantProblem as error:
        raise Failure(str(error), Exit.USAGE) from error
    if name is not None or time_zone is not None:
        rename_hub(hub_name() if name is None else name, hub_time_zone() if time_zone is None else time_zone)
    shown = {"name": hub_name(), "time_zone": hub_time_zone() or "UTC"}
    desk.show(shown, lambda: click.echo(f"{shown['name']}, {shown['time_zone']}"))
