"""Commands for kits: SKUs that stand for several."""

from pathlib import Path

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.mappings import CSV, DRY_RUN, export_table, import_table, remove_one, save_one, word_of
from tranter.commands.output import print_table


@click.group()
def kit() -> None:
    """SKUs that stand for several: what is sent of a kit are its components."""


@kit.command("set")
@click.argument("sku", metavar="KIT")
@click.argument("recipe")
@DRY_RUN
@at_desk
def set_kit(desk: Desk, sku: str, recipe: str, dry_run: bool) -> None:
    """Let KIT hold RECIPE, such as "2 x LAMP + 1 x BULB".

    What one of each is worth beside the others may stand behind it: "2 x LAMP (15) + 1 x BULB (1.50)". The price of
    the kit is spread by that, else unit by unit.
    """
    from tranter.model.kit import BadRecipe, read_recipe, write_recipe

    try:
        written = write_recipe(read_recipe(recipe))
    except BadRecipe as error:
        raise Failure(f"{sku}: {error}", Exit.USAGE) from error
    save_one(desk, ("kit", "", word_of(sku, "kit"), written), dry_run)


@kit.command("list")
@at_desk
def list_kits(desk: Desk) -> None:
    """List the kits, and how many of each can be put together."""
    from msgspec import to_builtins

    from tranter.engine.kit_list import kits_there

    found = kits_there(desk.hub, desk.book)
    rows = [(one.sku, one.recipe, "" if one.available is None else one.available) for one in found]
    desk.show(to_builtins(found), lambda: print_table("kits", ("kit", "holds", "can be made"), rows))


@kit.command("remove")
@click.argument("sku", metavar="KIT")
@at_desk
def remove_kit(desk: Desk, sku: str) -> None:
    """Let KIT be a SKU like any other again, for orders that were not sent yet."""
    remove_one(desk, ("kit", "", sku))


@kit.command("import")
@CSV
@DRY_RUN
@at_desk
def import_kits(desk: Desk, file: Path, dry_run: bool) -> None:
    """Take a CSV file with the columns kit, component and, if you like, quantity and worth. All of it or nothing."""
    import_table(desk, "kit", file, dry_run)


@kit.command("export")
@at_desk
def export_kits(desk: Desk) -> None:
    """Write all kits as the CSV file that `import` takes."""
    export_table(desk, "kit")
