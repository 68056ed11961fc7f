"""`sku__among=many`: what `__in` means, in one parameter however long the list is.

PostgreSQL takes 65,535 parameters, SQLite 32,766 unless it was built for more; a merchant may have 100,000 SKUs.
"""

import json
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Lookup
from django.db.models.sql.compiler import SQLCompiler

Sql = tuple[str, tuple[Any, ...]]


@Field.register_lookup
class Among(Lookup):
    """Of texts and whole numbers."""

    lookup_name = "among"

    def get_prep_lookup(self) -> list[Any]:
        return list(self.rhs)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        left, given = self._left(compiler, connection)
        return f"{left} IN (SELECT value FROM json_each(%s))", (*given, json.dumps(self.rhs))

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        left, given = self._left(compiler, connection)
        return f"{left} = ANY(%s)", (*given, self.rhs)

    def _left(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        """Raises `EmptyResultSet`, as `__in` does: nothing is asked then."""
        if not self.rhs:
            raise EmptyResultSet
        left, given = self.process_lhs(compiler, connection)
        return left, tuple(given)
