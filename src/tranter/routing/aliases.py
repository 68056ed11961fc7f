"""Other names of a SKU."""

from collections.abc import Iterable, Mapping

from msgspec import Struct


class AliasRow(Struct, frozen=True):
    """Without a connection the alias counts everywhere."""

    alias: str
    sku: str
    connection: str = ""


class AliasTable(Struct, frozen=True):
    """`by_connection` is keyed by (connection name, alias). Codes match exactly: "0123" is not "123"."""

    by_connection: Mapping[tuple[str, str], str] = {}
    everywhere: Mapping[str, str] = {}

    def sku(self, connection: str, code: str) -> str:
        """One step only: the result is never looked up again."""
        own = self.by_connection.get((connection, code))
        return own if own is not None else self.everywhere.get(code, code)

    def codes(self, connection: str, sku: str) -> tuple[str, ...]:
        """All codes that mean this SKU there: itself first, unless it is an alias of another SKU."""
        near = {alias for (name, alias), target in self.by_connection.items() if name == connection and target == sku}
        far = {alias for alias, target in self.everywhere.items() if target == sku}
        meant = {code for code in near | far | {sku} if self.sku(connection, code) == sku}
        return tuple(sorted(meant, key=lambda code: (code != sku, code)))


def alias_table(rows: Iterable[AliasRow]) -> AliasTable:
    by_connection: dict[tuple[str, str], str] = {}
    everywhere: dict[str, str] = {}
    for row in rows:
        if row.connection:
            by_connection[row.connection, row.alias] = row.sku
        else:
            everywhere[row.alias] = row.sku
    return AliasTable(by_connection, everywhere)
