"""Commands about the catalogue and its stock, SKU by SKU: the same pages that the web shows."""

from typing import TYPE_CHECKING

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Failure
from tranter.commands.output import print_table, tell

if TYPE_CHECKING:
    from tranter.engine.both_sides import CataloguePage
    from tranter.engine.shelves import SkuLine

STATES = ("unmatched", "duplicate", "matched", "only_at_warehouse")
PROBLEMS = ("failed", "waiting", "none_left", "untracked", "unread", "duplicate")
START = click.option("--start", default=0, type=click.IntRange(0), help="Leave out that many.")
LIMIT = click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many.")
NO_WAREHOUSE = "no warehouse is connected: tranter connect"


@click.group()
def catalogue() -> None:
    """What the carts list beside what the warehouse has."""


@catalogue.command("list")
@click.argument("search", required=False, default="")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only these; else all, the unmatched first.")
@START
@LIMIT
@at_desk
def list_catalogue(desk: Desk, search: str, state: str | None, start: int, limit: int) -> None:
    """List listings with the SKU that they mean, or with suggestions."""
    from tranter.engine.both_sides import Asked, catalogue_page

    asked = Asked(state=state or "", search=search, start=start, limit=limit, suggest=True)
    page = catalogue_page(desk.hub, desk.book, asked)
    if page is None:
        raise Failure(NO_WAREHOUSE)
    desk.show(page, lambda: _draw(page))


def _draw(page: "CataloguePage") -> None:
    if page.products:
        print_table("products", ("SKU", "name"), [(one.sku, one.name) for one in page.products])
        return
    rows = [
        (
            line.listing.code,
            line.listing.connection,
            line.listing.title,
            line.state,
            line.listing.sku if line.state != "unmatched" else "",
            ", ".join(f"{one.sku} ({one.score:.0f})" for one in line.suggestions or ()),
        )
        for line in page.lines
    ]
    print_table("listings", ("code", "cart", "title", "state", "SKU", "suggestions"), rows)
    tell(f"{len(rows)} of {page.total}")


@catalogue.command("accept")
@click.option("--above", default=90.0, show_default=True, type=click.FloatRange(55, 100), help="The least score.")
@click.option("--dry-run", is_flag=True, help="Only show what would be matched.")
@at_desk
def accept_suggestions(desk: Desk, above: float, dry_run: bool) -> None:
    """Match every unmatched code whose best suggestion scores so high. `tranter mappings undo` takes it back."""
    from tranter.engine import catalogue as matching
    from tranter.engine.both_sides import proposals

    found = proposals(desk.hub, desk.book, above)
    if found and not dry_run:
        meanings = [matching.Meaning(one.code, one.sku) for one in found]
        saved = matching.accept(desk.hub, desk.book, meanings, "operator")
        document = {"matched": len(saved.rows), "orders_decided_again": saved.orders_decided_again}
        said = f"{len(saved.rows)} codes matched, {saved.orders_decided_again} orders decided again"
        desk.show(document, lambda: click.echo(said))
        return
    rows = [(one.code, one.sku, one.name, round(one.score)) for one in found]
    desk.show(found, lambda: print_table("such suggestions", ("code", "SKU", "name", "score"), rows))


@click.group()
def shelf() -> None:
    """Stock SKU by SKU: what there is, what is held back, what each cart shows, and why."""


@shelf.command("list")
@click.argument("search", required=False, default="")
@click.option("--problem", type=click.Choice(PROBLEMS), default=None, help="Only SKUs with this.")
@START
@LIMIT
@at_desk
def list_shelf(desk: Desk, search: str, problem: str | None, start: int, limit: int) -> None:
    """List the SKUs of all warehouses."""
    from tranter.engine.shelves import sku_page
    from tranter.ledger.shelf_list import Wanted

    page = sku_page(desk.hub, desk.book, Wanted(search=search, problem=problem or "", start=start, limit=limit))
    if page is None:
        raise Failure(NO_WAREHOUSE)

    def draw() -> None:
        columns = ("SKU", "available", "reserved", "buffer", "shown", "result")
        rows = [(one.sku, one.available, one.reserved, one.buffer, _shown(one), _results(one)) for one in page.lines]
        print_table("SKUs", columns, rows)
        tell(f"{len(rows)} of {page.total}")

    desk.show(page, draw)


@shelf.command("show")
@click.argument("sku")
@at_desk
def show_sku(desk: Desk, sku: str) -> None:
    """Show one SKU: its levels, its listings with what was sent, the orders that hold it."""
    from tranter.engine.shelves import sku_story

    story = sku_story(desk.hub, desk.book, sku)
    if story is None:
        raise Failure(f"the warehouse has no SKU {sku!r}: tranter shelf list {sku}")

    def draw() -> None:
        line = story.line
        weight = "weight not known" if line.weight_grams is None else f"{line.weight_grams:f} g"
        click.echo(f"{line.sku} {line.name}: {line.available} available, {line.reserved} reserved, {weight}")
        levels = [(one.location or "everywhere", one.available) for one in line.levels]
        print_table("levels", ("location", "available"), levels)
        columns = ("cart", "listing", "shown", "wanted", "result", "cause")
        listings = [(x.connection, x.listing_id, x.shown, x.wanted, x.result, x.cause) for x in line.listings]
        print_table("listings", columns, listings)
        holding = [(one.number, one.status, one.units) for one in story.holding]
        print_table("orders that hold it", ("order", "status", "units"), holding)

    desk.show(story, draw)


def _shown(line: "SkuLine") -> str:
    return ", ".join("?" if one.shown is None else str(one.shown) for one in line.listings)


def _results(line: "SkuLine") -> str:
    return ", ".join(line.results) or "not listed"
