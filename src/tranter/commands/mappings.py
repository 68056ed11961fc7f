"""Commands for what a merchant calls things: SKU aliases, ship methods, carriers."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_table

if TYPE_CHECKING:
    from tranter.routing.shipping_methods import MethodRow

CSV = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


def _csv(file: Path) -> str:
    from tranter.routing.csv_rows import decode_csv

    return decode_csv(file.read_bytes())


def _known(desk: Desk, names: Iterable[str]) -> None:
    """A mapping for a connection that is misspelt would never be used."""
    for name in sorted(set(names) - {""}):
        desk.connection(name)


def _word(text: str, what: str) -> str:
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
@at_desk
def set_alias(desk: Desk, name: str, sku: str, connection: str) -> None:
    """Let ALIAS mean SKU. Orders that wait for it go on."""
    _known(desk, [connection])
    _store_aliases(desk, [(connection, _word(name, "alias"), _word(sku, "SKU"))])


@alias.command("import")
@CSV
@at_desk
def import_aliases(desk: Desk, file: Path) -> None:
    """Take a CSV file with the columns alias, sku and, if you like, connection. All of it or nothing."""
    from tranter.routing.aliases import read_aliases_csv

    rows = read_aliases_csv(_csv(file))
    _known(desk, (row.connection for row in rows))
    _store_aliases(desk, [(row.connection, row.alias, row.sku) for row in rows])


def _store_aliases(desk: Desk, rows: list[tuple[str, str, str]]) -> None:
    from tranter.ledger import mappings

    changed = mappings.set_aliases(desk.book, rows, desk.now())
    waiting = _decide(desk, ("unknown_sku", "duplicate_sku"))
    document = {"changed": len(changed), "orders_decided_again": waiting}
    desk.show(document, lambda: click.echo(f"{len(changed)} aliases changed, {waiting} orders decided again"))


@alias.command("list")
@at_desk
def list_aliases(desk: Desk) -> None:
    """List the aliases."""
    from tranter.ledger import mappings

    rows = mappings.aliases(desk.book)
    document = [{"alias": name, "sku": sku, "connection": connection} for connection, name, sku in rows]
    drawn = [(name, sku, connection or "everywhere") for connection, name, sku in rows]
    desk.show(document, lambda: print_table("aliases", ("alias", "SKU", "where"), drawn))


@alias.command("remove")
@click.argument("name", metavar="ALIAS")
@click.option("--connection", default="", help="The one for this cart; else the one for everywhere.")
@at_desk
def remove_alias(desk: Desk, name: str, connection: str) -> None:
    """Let ALIAS mean itself again, for orders to come."""
    from tranter.ledger import mappings

    if not mappings.remove_alias(desk.book, connection, name):
        raise Failure(f"there is no alias {name!r} {f'for {connection}' if connection else 'for everywhere'}")
    _decide(desk, ("unknown_sku", "duplicate_sku"))
    desk.show({"removed": name}, lambda: click.echo(f"alias {name} is removed"))


def _decide(desk: Desk, kinds: tuple[str, ...]) -> int:
    """Orders that wait for what was just set are decided at once."""
    from tranter.engine.operator import decide_all_now
    from tranter.ledger import orders

    waiting = orders.decide_again(desk.book, desk.now(), kinds=kinds)
    if waiting:
        decide_all_now(desk.hub, desk.book)
    return waiting


@click.group("ship-method")
def ship_method() -> None:
    """What a cart's shipping services are called at the warehouse."""


@ship_method.command("set")
@click.argument("cart", metavar="CONNECTION")
@click.argument("code")
@click.argument("method")
@at_desk
def set_ship_method(desk: Desk, cart: str, code: str, method: str) -> None:
    """Orders of CONNECTION with the shipping service CODE are sent with METHOD."""
    from tranter.routing.shipping_methods import Direction, MethodRow

    row = MethodRow(Direction.OUTWARD, cart, _word(code, "code"), _word(method, "method"))
    _store_methods(desk, [row])


@ship_method.command("list")
@at_desk
def list_ship_methods(desk: Desk) -> None:
    """List them."""
    from tranter.ledger import mappings

    rows = mappings.ship_methods(desk.book)
    document = [{"connection": name, "code": code, "method": method} for name, code, method in rows]
    desk.show(document, lambda: print_table("ship methods", ("cart", "code", "method"), rows))


@click.group()
def carrier() -> None:
    """What a warehouse's carriers are called at the cart."""


@carrier.command("set")
@click.argument("warehouse", metavar="CONNECTION")
@click.argument("word")
@click.argument("name", metavar="CARRIER")
@at_desk
def set_carrier(desk: Desk, warehouse: str, word: str, name: str) -> None:
    """What CONNECTION calls WORD is told to the cart as CARRIER. Tracking that waits for it goes on."""
    from tranter.routing.shipping_methods import Direction, MethodRow

    _store_methods(desk, [MethodRow(Direction.INWARD, warehouse, _word(word, "word"), _word(name, "carrier"))])


@carrier.command("list")
@at_desk
def list_carriers(desk: Desk) -> None:
    """List them."""
    from tranter.ledger import mappings

    rows = mappings.carriers(desk.book)
    document = [{"connection": name, "word": word, "carrier": found} for name, word, found in rows]
    desk.show(document, lambda: print_table("carriers", ("warehouse", "its word", "carrier"), rows))


def _import_methods(desk: Desk, file: Path) -> None:
    from tranter.routing.shipping_methods import read_methods_csv

    _store_methods(desk, list(read_methods_csv(_csv(file))))


@ship_method.command("import")
@CSV
@at_desk
def import_ship_methods(desk: Desk, file: Path) -> None:
    """Take a CSV file with the columns direction (to_warehouse or to_cart), connection, from, to."""
    _import_methods(desk, file)


@carrier.command("import")
@CSV
@at_desk
def import_carriers(desk: Desk, file: Path) -> None:
    """Take a CSV file with the columns direction (to_warehouse or to_cart), connection, from, to."""
    _import_methods(desk, file)


def _store_methods(desk: Desk, rows: "list[MethodRow]") -> None:
    from tranter.ledger import mappings, operator, schedule
    from tranter.routing.shipping_methods import Direction

    _known(desk, (row.connection for row in rows))
    outward = [(row.connection, row.word, row.becomes) for row in rows if row.direction is Direction.OUTWARD]
    inward = [(row.connection, row.word, row.becomes) for row in rows if row.direction is Direction.INWARD]
    mappings.set_ship_methods(desk.book, outward, desk.now())
    mappings.set_carriers(desk.book, inward, desk.now())
    waiting = _decide(desk, ("ship_method",)) if outward else 0
    words = [word for _, word, _ in inward]
    woken = operator.retry_kind(desk.book, "carrier", words, desk.now())
    for connection_id, flow in woken:
        schedule.ring(connection_id, [flow], desk.now())
    document = {"ship_methods": len(outward), "carriers": len(inward), "orders_decided_again": waiting}
    desk.show(document, lambda: click.echo(f"{len(outward)} ship methods and {len(inward)} carriers are set"))
