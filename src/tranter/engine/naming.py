"""What a merchant calls things, as routing wants it."""

from collections.abc import Collection

from tranter.engine.run import Run
from tranter.ledger import mappings
from tranter.ledger.book import Book
from tranter.model.kit import Recipe, read_recipe
from tranter.routing.aliases import AliasRow, AliasTable, alias_table
from tranter.routing.filters import Field, Filter, of_cart, read_rule


def aliases_of(book: Book) -> AliasTable:
    days = mappings.promotions(book)
    return alias_table(
        AliasRow(alias=alias, sku=sku, connection=connection, days=days.get((connection, alias)))
        for connection, alias, sku in mappings.aliases(book)
    )


def aliases_of_orders(run: Run) -> AliasTable:
    """Those that this cart's orders go by; each order's own day counts."""
    return aliases_of(run.book) if getattr(run.plug.settings, "translate_item_code", True) else AliasTable()


def aliases_of_listings(run: Run) -> AliasTable:
    """Those that this cart's listings get stock by today."""
    applied = getattr(run.plug.settings, "push_inventory_using_alias", True)
    return aliases_of(run.book).on(run.now()) if applied else AliasTable()


def filters_of(book: Book) -> tuple[Filter, ...]:
    return tuple(
        Filter(connection, Field(field), read_rule(Field(field), text))
        for connection, field, text in mappings.listed(book, mappings.FILTER)
    )


def filters_of_cart(run: Run) -> tuple[Filter, ...]:
    return of_cart(filters_of(run.book), run.info.name)


def kits_of(book: Book, among: Collection[str] | None = None) -> dict[str, Recipe]:
    """All of them, or those among these SKUs."""
    return {sku: read_recipe(text) for sku, text in mappings.kits(book).items() if among is None or sku in among}
