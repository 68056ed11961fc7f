"""`pk__in=many(ids)`: a list of any length as one parameter, so that a statement stays the same for every batch.

Django's own list costs some twenty function calls for each value, and databases limit how many there may be.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, ForeignObject
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In
from django.db.models.sql.compiler import SQLCompiler


class many(Expression):  # noqa: N801 - reads as what it is: a list in a question
    """Whole numbers or texts."""

    def __init__(self, values: Iterable[int | str | None]) -> None:
        super().__init__()
        self._values = [value for value in values if value is not None]

    def as_sqlite(self, _: SQLCompiler, __: BaseDatabaseWrapper) -> tuple[str, Sequence[Any]]:
        return "(SELECT value FROM json_each(%s))", [msgspec.json.encode(self._given()).decode()]

    def as_postgresql(self, _: SQLCompiler, __: BaseDatabaseWrapper) -> tuple[str, Sequence[Any]]:
        kind = "text" if isinstance(self._given()[0], str) else "bigint"
        return f"(%s::{kind}[])", [self._values]

    def _given(self) -> list[int | str]:
        if not self._values:
            raise EmptyResultSet
        return self._values


class _InMany:
    """PostgreSQL looks into an index for each of an array; a subquery beside an OR it would hold against every row."""

    rhs: Any

    def get_rhs_op(self, connection: BaseDatabaseWrapper, rhs: str) -> str:
        is_array = isinstance(self.rhs, many) and connection.vendor == "postgresql"
        return f"= ANY {rhs}" if is_array else f"IN {rhs}"


@Field.register_lookup
class _In(_InMany, In):
    pass


@ForeignObject.register_lookup
class _RelatedIn(_InMany, RelatedIn):
    pass
