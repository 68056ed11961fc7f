"""Commands for what a merchant calls things: SKU aliases, ship methods, carriers."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_table, tell, when

if TYPE_CHECKING:
    from tranter.engine.mapping import Diff, Saved

CSV = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
DRY_RUN = click.option("--dry-run", is_flag=True, help="Only show what would change.")
SHOWN_ROWS = 40
CALLED = {"alias": "aliases", "kit": "kits", "filter": "filters", "ship_method": "ship methods", "carrier": "carriers"}
Row = tuple[str, str, str, str]
"""Kind, connection, word, what it becomes."""


def _known(desk: Desk, names: Iterable[str]) -> None:
    """A mapping for a connection that is misspelt would never be used."""
    for name in sorted(set(names) - {""}):
        desk.connection(name)


def word_of(text: str, what: str) -> str:
    if not text.strip() or len(text) > 200:
        raise Failure(f"{what} {text!r}: write 1 to 200 characters", Exit.USAGE)
    return text


@click.group()
def alias() -> None:
    """Other names of SKUs: what the cart calls ALIAS is SKU at the warehouse."""


@alias.command("set")
@click.argument("name", metavar="ALIAS")
@click.argument("sku")
@click.option("--connection", default="", help="Only for orders of this cart; else everywhere.")
@click.option("--from", "since", metavar="DAY", default="", help="Only for orders of this day or later.")
@click.option("--until", metavar="DAY", default="", help="Only for orders of this day or earlier.")
@DRY_RUN
@at_desk
def set_alias(desk: Desk, /, name: str, sku: str, connection: str, dry_run: bool, **days: str) -> None:
    """Let ALIAS mean SKU. Orders that wait for it go on.

    With days it is a promotional code: the day of the order decides, in UTC.
    """
    from tranter.model.dated import BadDates, meaning

    try:
        meant = meaning(word_of(sku, "SKU"), days["since"], days["until"]).text()
    except BadDates as error:
        raise Failure(str(error), Exit.USAGE) from error
    save_one(desk, ("alias", connection, word_of(name, "alias"), meant), dry_run)


@alias.command("import")
@CSV
@DRY_RUN
@at_desk
def import_aliases(desk: Desk, file: Path, dry_run: bool) -> None:
    """Take a CSV file with the columns alias, sku and, if you like, connection, from, until. All of it or nothing."""
    import_table(desk, "alias", file, dry_run)


@alias.command("export")
@at_desk
def export_aliases(desk: Desk) -> None:
    """Write all aliases as the CSV file that `import` takes."""
    export_table(desk, "alias")


@alias.command("list")
@at_desk
def list_aliases(desk: Desk) -> None:
    """List the aliases."""
    from tranter.ledger import mappings

    rows, promoted = mappings.aliases(desk.book), mappings.promotions(desk.book)
    document, drawn = [], []
    for connection, name, sku in rows:
        days = promoted.get((connection, name))
        since, until = (str(day) if day else "" for day in (days.since, days.until)) if days else ("", "")
        document.append({"alias": name, "sku": sku, "connection": connection, "from": since, "until": until})
        drawn.append((name, sku, connection or "everywhere", since, until))
    desk.show(document, lambda: print_table("aliases", ("alias", "SKU", "where", "from", "until"), drawn))


@alias.command("remove")
@click.argument("name", metavar="ALIAS")
@click.option("--connection", default="", help="The one for this cart; else the one for everywhere.")
@at_desk
def remove_alias(desk: Desk, name: str, connection: str) -> None:
    """Let ALIAS mean itself again, for orders that were not sent yet."""
    remove_one(desk, ("alias", connection, name))


@click.group("ship-method")
def ship_method() -> None:
    """What a cart's shipping services are called at the warehouse."""


@ship_method.command("set")
@click.argument("cart", metavar="CONNECTION")
@click.argument("code")
@click.argument("method")
@DRY_RUN
@at_desk
def set_ship_method(desk: Desk, cart: str, code: str, method: str, dry_run: bool) -> None:
    """Orders of CONNECTION with the shipping service CODE are sent with METHOD."""
    save_one(desk, ("ship_method", cart, word_of(code, "code"), word_of(method, "method")), dry_run)


@ship_method.command("list")
@at_desk
def list_ship_methods(desk: Desk) -> None:
    """List them."""
    from tranter.ledger import mappings

    rows = mappings.ship_methods(desk.book)
    document = [{"connection": name, "code": code, "method": method} for name, code, method in rows]
    desk.show(document, lambda: print_table("ship methods", ("cart", "code", "method"), rows))


@ship_method.command("remove")
@click.argument("cart", metavar="CONNECTION")
@click.argument("code")
@at_desk
def remove_ship_method(desk: Desk, cart: str, code: str) -> None:
    """Let CODE be sent as it is again."""
    remove_one(desk, ("ship_method", cart, code))


@ship_method.command("import")
@CSV
@DRY_RUN
@at_desk
def import_ship_methods(desk: Desk, file: Path, dry_run: bool) -> None:
    """Take a CSV file with the columns direction (to_warehouse or to_cart), connection, from, to."""
    import_table(desk, "methods", file, dry_run)


@ship_method.command("export")
@at_desk
def export_ship_methods(desk: Desk) -> None:
    """Write all ship methods and carriers as the CSV file that `import` takes."""
    export_table(desk, "methods")


@click.group()
def carrier() -> None:
    """What a warehouse's carriers are called at the cart."""


@carrier.command("set")
@click.argument("warehouse", metavar="CONNECTION")
@click.argument("word")
@click.argument("name", metavar="CARRIER")
@DRY_RUN
@at_desk
def set_carrier(desk: Desk, warehouse: str, word: str, name: str, dry_run: bool) -> None:
    """What CONNECTION calls WORD is told to the cart as CARRIER. Tracking that waits for it goes on."""
    save_one(desk, ("carrier", warehouse, word_of(word, "word"), word_of(name, "carrier")), dry_run)


@carrier.command("list")
@at_desk
def list_carriers(desk: Desk) -> None:
    """List them."""
    from tranter.ledger import mappings

    rows = mappings.carriers(desk.book)
    document = [{"connection": name, "word": word, "carrier": found} for name, word, found in rows]
    desk.show(document, lambda: print_table("carriers", ("warehouse", "its word", "carrier"), rows))


@carrier.command("remove")
@click.argument("warehouse", metavar="CONNECTION")
@click.argument("word")
@at_desk
def remove_carrier(desk: Desk, warehouse: str, word: str) -> None:
    """Let WORD be told to the cart as it is again."""
    remove_one(desk, ("carrier", warehouse, word))


@carrier.command("import")
@CSV
@DRY_RUN
@at_desk
def import_carriers(desk: Desk, file: Path, dry_run: bool) -> None:
    """Take a CSV file with the columns direction (to_warehouse or to_cart), connection, from, to."""
    import_table(desk, "methods", file, dry_run)


@carrier.command("export")
@at_desk
def export_carriers(desk: Desk) -> None:
    """Write all ship methods and carriers as the CSV file that `import` takes."""
    export_table(desk, "methods")


@click.group("mappings")
def mapping_history() -> None:
    """The edits of aliases, kits, filters, ship methods and carriers, each of which can be undone for 30 days."""


@mapping_history.command("history")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many.")
@at_desk
def list_changes(desk: Desk, limit: int) -> None:
    """List them, the newest first."""
    from tranter.ledger import mapping_changes

    found = mapping_changes.history(desk.book, desk.now(), limit=limit)
    columns = ("id", "when", "who", "what", "rows", "undone")
    rows = [(one.id, when(one.at), one.actor, CALLED[one.kind], len(one.rows), when(one.undone_at)) for one in found]
    desk.show(found, lambda: print_table("changes of mappings", columns, rows))


@mapping_history.command("undo")
@click.argument("change_id", metavar="ID", type=int)
@at_desk
def undo(desk: Desk, change_id: int) -> None:
    """Take back edit ID. Rows that were changed since stay as they are, and are named."""
    from tranter.engine import mapping
    from tranter.ledger.mapping_changes import CanNotUndo

    try:
        done = mapping.undo(desk.hub, desk.book, change_id, "operator")
    except CanNotUndo as error:
        raise Failure(f"change {change_id}: {error}") from error
    refused = ", ".join(row.word for row in done.refused)
    orders = done.saved.orders_decided_again

    def draw() -> None:
        click.echo(f"{len(done.saved.rows)} rows are as they were, {orders} orders decided again")
        if refused:
            tell(f"changed since, and left as they are: {refused}")

    desk.show(done, draw)


def import_table(desk: Desk, kind: str, file: Path, dry_run: bool) -> None:
    from tranter.engine import mapping
    from tranter.routing.csv_rows import decode_csv

    text = decode_csv(file.read_bytes())
    if dry_run:
        show_diff(desk, mapping.preview(desk.hub, desk.book, kind, text))
        return
    try:
        saved = mapping.save_table(desk.hub, desk.book, kind, text, "operator")
    except mapping.BadTable as error:
        raise Failure(f"nothing was taken: {error}", Exit.USAGE) from error
    show_saved(desk, saved, kind)


def save_one(desk: Desk, row: Row, dry_run: bool) -> None:
    from tranter.engine import mapping

    kind, connection, word, becomes = row
    _known(desk, [connection])
    if dry_run:
        show_diff(desk, mapping.preview_one(desk.hub, desk.book, kind, (connection, word), becomes))
        return
    try:
        saved = mapping.save(desk.hub, desk.book, {kind: {(connection, word): becomes}}, "operator")
    except mapping.BadTable as error:
        raise Failure(str(error), Exit.USAGE) from error
    show_saved(desk, saved, kind)


def remove_one(desk: Desk, place: tuple[str, str, str]) -> None:
    from tranter.engine import mapping

    kind, connection, word = place
    saved = mapping.save(desk.hub, desk.book, {kind: {(connection, word): None}}, "operator")
    what = CALLED[kind].removesuffix("es") if kind == "alias" else CALLED[kind].removesuffix("s")
    if not saved.rows:
        raise Failure(f"there is no {what} {word!r} {f'for {connection}' if connection else 'for everywhere'}")
    document = {"removed": word, "orders_decided_again": saved.orders_decided_again}
    desk.show(document, lambda: click.echo(f"{what} {word} is removed"))


def show_saved(desk: Desk, saved: "Saved", kind: str) -> None:
    what = {"alias": "aliases", "kit": "kits", "filter": "filters"}.get(kind, "ship methods and carriers")
    said = f"{len(saved.rows)} {what} changed, {saved.orders_decided_again} orders decided again"
    document = {"changed": len(saved.rows), "orders_decided_again": saved.orders_decided_again}
    desk.show(document, lambda: click.echo(said))


def show_diff(desk: Desk, diff: "Diff") -> None:
    def draw() -> None:
        differing = (*diff.new, *diff.changed)
        rows = [(row.word, row.connection or "everywhere", row.before or "", row.after) for row in differing]
        if rows:
            print_table("differences", ("word", "where", "now", "will be"), rows[:SHOWN_ROWS])
        tell(*(f"line {row.line}: {row.cause}; {row.remedy}" for row in diff.bad))
        tell(*(f"line {row.line}: the warehouse has no SKU {row.after!r}" for row in diff.unknown))
        click.echo(
            f"{len(diff.new)} new, {len(diff.changed)} changed, {diff.same} the same, "
            f"{len(diff.unknown)} with a SKU that the warehouse hasn't, {len(diff.bad)} that can't be read"
        )

    desk.show(diff, draw)


def export_table(desk: Desk, kind: str) -> None:
    from tranter.engine import mapping

    text = mapping.export(desk.book, kind)
    desk.show({"csv": text}, lambda: click.echo(text, nl=False))
