"""Commands for filters: which orders, items and listings of the carts are ours."""

from pathlib import Path

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.mappings import CSV, export_table, remove_one, show_saved
from tranter.commands.output import print_table, tell
from tranter.commands.rules import show_trial

FIELDS = ("country", "region", "postal_code", "marketplace", "ship_method", "currency", "item_sku")
CONNECTION = click.option("--connection", default="", help="Only at this cart; else at every cart.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Only show what it would leave out of the last 30 days' orders.")


@click.group("filter")
def filters() -> None:
    """Which orders, items and listings of the carts are ours: one filter for each field."""


@filters.command("set")
@click.argument("field", type=click.Choice(FIELDS))
@click.argument("values", nargs=-1, required=True)
@click.option("--required/--restricted", default=False, help="Only these pass; or these do not (the default).")
@click.option("--match", type=click.Choice(["full", "starts", "ends"]), default="full", show_default=True)
@click.option("--level", type=click.Choice(["item", "order"]), default="item", show_default=True, help="For item_sku.")
@click.option("--stock", is_flag=True, help="For item_sku: listings that don't pass get no stock.")
@CONNECTION
@DRY_RUN
@at_desk
def set_filter(desk: Desk, /, field: str, values: tuple[str, ...], connection: str, dry_run: bool, **how: str) -> None:
    """Let only orders with one of VALUES in FIELD pass, or those without. Capitals don't matter."""
    from tranter.engine import mapping
    from tranter.engine.filter_trial import try_filters
    from tranter.routing.filters import BadFilter, Field, Level, Match, Mode, Rule, checked, write_rule

    if connection:
        desk.connection(connection)
    rule = Rule(
        mode=Mode.REQUIRED if how["required"] else Mode.RESTRICTED,
        match=Match(how["match"]),
        values=values,
        level=Level(how["level"]),
        stock=bool(how["stock"]),
    )
    try:
        edits = {(connection, field): write_rule(Field(field), checked(Field(field), rule))}
    except BadFilter as error:
        raise Failure(f"{field}: {error}", Exit.USAGE) from error
    if dry_run:
        show_trial(desk, try_filters(desk.hub, desk.book, edits))
        return
    show_saved(desk, mapping.save(desk.hub, desk.book, {"filter": edits}, "operator"), "filter")


@filters.command("list")
@at_desk
def list_filters(desk: Desk) -> None:
    """List them."""
    from tranter.ledger import mappings

    rows = mappings.listed(desk.book, mappings.FILTER)
    document = [{"connection": name, "field": field, "rule": text} for name, field, text in rows]
    drawn = [(field, text, name or "every cart") for name, field, text in rows]
    desk.show(document, lambda: print_table("filters", ("field", "rule", "where"), drawn))


@filters.command("remove")
@click.argument("field", type=click.Choice(FIELDS))
@click.option("--decide-again", is_flag=True, help="Also what it left out in the last 30 days.")
@CONNECTION
@at_desk
def remove_filter(desk: Desk, field: str, connection: str, decide_again: bool) -> None:
    """Let everything pass again. What it left out stays so, unless you say --decide-again."""
    from tranter.engine import filter_skips

    place = (connection, field)
    remove_one(desk, ("filter", *place))
    if decide_again:
        count = filter_skips.decide_skipped_again(desk.hub, desk.book, place, "operator")
        tell(f"{count} orders that it left out are decided again")
    elif count := len(filter_skips.skipped_by(desk.hub, desk.book, place)):
        at = f" --connection {connection}" if connection else ""
        tell(f"{count} orders were skipped by it in the last 30 days: tranter filter decide-again {field}{at}")


@filters.command("decide-again")
@click.argument("field", type=click.Choice(FIELDS))
@CONNECTION
@at_desk
def decide_filtered_again(desk: Desk, field: str, connection: str) -> None:
    """Decide again what the filter of FIELD left out in the last 30 days. One that still does leaves it out again."""
    from tranter.engine import filter_skips

    count = filter_skips.decide_skipped_again(desk.hub, desk.book, (connection, field), "operator")
    desk.show({"orders_decided_again": count}, lambda: click.echo(f"{count} orders decided again"))


@filters.command("import")
@CSV
@DRY_RUN
@at_desk
def import_filters(desk: Desk, file: Path, dry_run: bool) -> None:
    """Take a CSV file with the columns field, mode, value and, if you like, match, level, stock, connection."""
    from tranter.engine import mapping
    from tranter.engine.filter_trial import try_table
    from tranter.routing.csv_rows import decode_csv

    text = decode_csv(file.read_bytes())
    try:
        if dry_run:
            show_trial(desk, try_table(desk.hub, desk.book, text))
            return
        saved = mapping.save_table(desk.hub, desk.book, "filter", text, "operator")
    except mapping.BadTable as error:
        raise Failure(f"nothing was taken: {error}", Exit.USAGE) from error
    show_saved(desk, saved, "filter")


@filters.command("export")
@at_desk
def export_filters(desk: Desk) -> None:
    """Write all filters as the CSV file that `import` takes."""
    export_table(desk, "filter")
