"""What a merchant calls things, as routing wants it."""

from tranter.ledger import mappings
from tranter.ledger.book import Book
from tranter.model.kit import Recipe, read_recipe
from tranter.routing.aliases import AliasRow, AliasTable, alias_table


def aliases_of(book: Book) -> AliasTable:
    rows = mappings.aliases(book)
    return alias_table([AliasRow(alias=alias, sku=sku, connection=connection) for connection, alias, sku in rows])


def kits_of(book: Book) -> dict[str, Recipe]:
    return {sku: read_recipe(text) for sku, text in mappings.kits(book).items()}
