"""Other names of a SKU."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from tranter.model.dated import Meaning


class AliasRow(Struct, frozen=True):
    """Without a connection the alias counts everywhere; a promotional code counts on its days only."""

    alias: str
    sku: str
    connection: str = ""
    days: Meaning | None = None


class AliasTable(Struct, frozen=True):
    """`by_connection` is keyed by (connection name, alias). Codes match exactly: "0123" is not "123".

    `dated` are those that do not count on every day, by connection name (empty: everywhere) and alias. Without a `day`
    all of them count.
    """

    by_connection: Mapping[tuple[str, str], str] = {}
    everywhere: Mapping[str, str] = {}
    dated: Mapping[tuple[str, str], Meaning] = {}
    day: date | None = None

    def on(self, at: datetime) -> "AliasTable":
        """What counts at this time; days are those of UTC."""
        return replace(self, day=at.date()) if self.dated and self.day != at.date() else self

    def sku(self, connection: str, code: str) -> str:
        """One step only: the result is never looked up again."""
        if not self.by_connection and not self.everywhere:
            return code
        own = self.by_connection.get((connection, code))
        if own is not None and self._counts(connection, code):
            return own
        return self.everywhere.get(code, code) if self._counts("", code) else code

    def _counts(self, connection: str, alias: str) -> bool:
        days = self.dated.get((connection, alias))
        return days is None or self.day is None or days.counts_on(self.day)

    def codes(self, connection: str, sku: str) -> tuple[str, ...]:
        """All codes that mean this SKU there: itself first, unless it is an alias of another SKU."""
        near = {alias for (name, alias), target in self.by_connection.items() if name == connection and target == sku}
        far = {alias for alias, target in self.everywhere.items() if target == sku}
        meant = {code for code in near | far | {sku} if self.sku(connection, code) == sku}
        return tuple(sorted(meant, key=lambda code: (code != sku, code)))


def alias_table(rows: Iterable[AliasRow]) -> AliasTable:
    by_connection: dict[tuple[str, str], str] = {}
    everywhere: dict[str, str] = {}
    dated: dict[tuple[str, str], Meaning] = {}
    for row in rows:
        if row.days is not None:
            dated[row.connection, row.alias] = row.days
        if row.connection:
            by_connection[row.connection, row.alias] = row.sku
        else:
            everywhere[row.alias] = row.sku
    return AliasTable(by_connection, everywhere, dated)
