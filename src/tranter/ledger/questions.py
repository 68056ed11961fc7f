"""What is asked and changed for every batch: put into SQL once, and answered in one piece.

For the ORM it takes longer to put such a question than for the database to answer it. And on SQLite each row that is
fetched by itself is a turn of all threads of the process.

    STATES = Question(
        lambda: FulfillmentRow.objects.filter(order_id__in=each("orders")).values_list("order_id", "state"),
        tuple[int, str],
    )
    STATES.ask(orders=ids)
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import BooleanField, Expression, ExpressionWrapper, Field, Q, QuerySet
from django.db.models.sql import UpdateQuery
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

from tranter.ledger.many import many
from tranter.ledger.writing import in_turn

Row = TypeVar("Row")
Given = int | str | datetime | None | Iterable[int] | Iterable[str]
Asked = Callable[[], "QuerySet[Any, Any]"]
AT_ONCE = 2000


def is_set(column: str) -> "ExpressionWrapper[Any]":
    return ExpressionWrapper(Q(**{f"{column}__isnull": False}), output_field=BooleanField())


class given(Expression):  # noqa: N801 - reads as what it is: a value that is told when it is asked
    """One value, in place of that in a query. Of columns that are dates and times it is aware."""

    def __init__(self, name: str, output_field: "Field[Any, Any] | None" = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, _: SQLCompiler, __: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        return "%s", (_Place(self.name),)


class each(many):  # noqa: N801
    """Any number of values, as `many`. `of` is what they are."""

    def __init__(self, name: str, of: type = int) -> None:
        super().__init__(())
        self.name, self._of = name, of

    def as_sqlite(self, _: SQLCompiler, __: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        return "(SELECT value FROM json_each(%s))", (_Place(self.name),)

    def as_postgresql(self, _: SQLCompiler, __: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        return f"(%s::{'text' if self._of is str else 'bigint'}[])", (_Place(self.name),)


class _Place(NamedTuple):
    """Where a value goes, among the parameters of a sentence."""

    name: str


class _Sentence:
    """In the words of one database."""

    def __init__(self, database: BaseDatabaseWrapper, words: "Words") -> None:
        self._sql, self._params, self._locks = words.sql, tuple(words.params), words.locks
        self._on_sqlite = database.vendor == "sqlite"
        self._adapt = database.ops.adapt_datetimefield_value

    def run(self, cursor: CursorWrapper, told: dict[str, Given]) -> None:
        if self._locks and not cursor.db.in_atomic_block:
            raise TransactionManagementError("what locks rows is asked within a transaction")
        values = {name: self._written(value) for name, value in told.items()}
        cursor.execute(self._sql, [values[one.name] if isinstance(one, _Place) else one for one in self._params])

    def _written(self, value: Given) -> Any:
        if isinstance(value, datetime):
            return self._adapt(value)
        if value is None or isinstance(value, int | str):
            return value
        return msgspec.json.encode(value).decode() if self._on_sqlite else value


class Words(NamedTuple):
    """`locks`: the rows that it finds stay as they are until the transaction ends."""

    sql: str
    params: Iterable[Any]
    locks: bool = False


Put = Callable[[BaseDatabaseWrapper], Words]


class _Sentences:
    """One for each kind of database that this process has to do with."""

    def __init__(self, put: Put) -> None:
        self._put = put
        self._by_vendor: dict[str, _Sentence] = {}

    def run(self, told: dict[str, Given], *, in_pieces: bool = False) -> CursorWrapper:
        """`in_pieces`: the answer stays with the database until it is fetched."""
        database = connections[DEFAULT_DB_ALIAS]
        sentence = self._by_vendor.get(database.vendor)
        if sentence is None:
            sentence = self._by_vendor[database.vendor] = _Sentence(database, self._put(database))
        cursor = database.chunked_cursor() if in_pieces else database.cursor()
        sentence.run(cursor, told)
        return cursor


def _with_lists(told: dict[str, Given]) -> dict[str, Given]:
    found: dict[str, Given] = {}
    for name, value in told.items():
        found[name] = value if value is None or isinstance(value, int | str | datetime) else [*value]
    return found


class Question(Generic[Row]):
    """`which` names its columns by `values_list`, none of them bytes; each row becomes a `row`, one column a value.

    Where a list is empty, nothing is asked, and nothing found.
    """

    def __init__(self, which: Asked, row: type[Row]) -> None:
        self._which = which
        self._sentences = _Sentences(self._put)
        self._decoder = msgspec.json.Decoder(list[row])  # type: ignore[valid-type]

    def ask(self, **told: Given) -> list[Row]:
        lists = _with_lists(told)
        if [] in lists.values():
            return []
        with self._sentences.run(lists) as cursor:
            answer = cursor.fetchone()[0]
        return self._decoder.decode(answer) if answer is not None else []

    def _put(self, database: BaseDatabaseWrapper) -> Words:
        chosen = _Chosen(self._which())
        if any(field.get_internal_type() == "BinaryField" for field in chosen.fields):
            raise TypeError("bytes can't be told in one piece with others: ask for `Rows`")
        cells = ", ".join(map(_CELLS[database.vendor], chosen.fields, chosen.names))
        row = cells if len(chosen.fields) == 1 else _ROW[database.vendor].format(cells)
        return chosen.told(_ALL[database.vendor].format(row))


class Rows(Generic[Row]):
    """As a `Question`, with columns that are bytes: each row comes by itself, and `row` is called with its columns."""

    def __init__(self, which: Asked, row: Callable[..., Row]) -> None:
        self._which, self._row = which, row
        self._sentences = _Sentences(self._put)
        self._read: dict[str, list[_Read | None]] = {}

    def ask(self, **told: Given) -> list[Row]:
        return [*self._told(told, in_pieces=False)]

    def walk(self, **told: Given) -> Iterator[Row]:
        """As many as there may be, some thousands at a time."""
        return self._told(told, in_pieces=True)

    def _told(self, told: dict[str, Given], *, in_pieces: bool) -> Iterator[Row]:
        lists = _with_lists(told)
        if [] in lists.values():
            return
        with self._sentences.run(lists, in_pieces=in_pieces) as cursor:
            ways = self._read[cursor.db.vendor]
            while found := cursor.fetchmany(AT_ONCE):
                columns = zip(zip(*found, strict=True), ways, strict=True)
                yield from map(self._row, *(_read(column, way) for column, way in columns))

    def _put(self, database: BaseDatabaseWrapper) -> Words:
        chosen = _Chosen(self._which())
        cells, ways = [], []
        for field, name in zip(chosen.fields, chosen.names, strict=True):
            cell, way = _COLUMNS[database.vendor](field, name)
            cells.append(cell)
            ways.append(way)
        self._read[database.vendor] = ways
        return chosen.told(", ".join(cells))


class _Chosen:
    """What the ORM would select, under names of ours."""

    def __init__(self, which: "QuerySet[Any, Any]") -> None:
        compiler = which.query.get_compiler(DEFAULT_DB_ALIAS)
        self._sql, self._params = compiler.as_sql()
        self._locks = which.query.select_for_update
        self.fields = [column.output_field for column, _, _ in compiler.select]
        self.names = [f"c{place}" for place in range(len(self.fields))]

    def told(self, cells: str) -> Words:
        whole = f"WITH r({', '.join(self.names)}) AS ({self._sql}) SELECT {cells} FROM r"  # noqa: S608
        return Words(whole, self._params, self._locks)


_Read = Callable[[Any], Any]


def _read(column: Sequence[Any], way: _Read | None) -> Sequence[Any]:
    return column if way is None else [None if value is None else way(value) for value in column]


class Change:
    """Of the rows that `which` finds, these columns become so."""

    def __init__(self, which: Asked, **to: Any) -> None:
        self._which, self._to = which, to
        self._sentences = _Sentences(self._put)

    def make(self, **told: Given) -> int:
        """How many rows."""
        lists = _with_lists(told)
        if [] in lists.values():
            return 0
        with in_turn(), self._sentences.run(lists) as cursor:
            return int(cursor.rowcount)

    def _put(self, _: BaseDatabaseWrapper) -> Words:
        query: Any = self._which().query.chain(UpdateQuery)
        query.add_update_values(self._to)
        return Words(*query.get_compiler(DEFAULT_DB_ALIAS).as_sql())


def _cell_of_sqlite(field: "Field[Any, Any]", name: str) -> str:
    match field.get_internal_type():
        case "DateTimeField":
            return f"{name} || 'Z'"  # they are in UTC, and do not say so
        case "BooleanField":
            return f"json(CASE {name} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END)"
        case "JSONField":
            return f"json({name})"
        case _:
            return name


_CELLS: dict[str, Callable[["Field[Any, Any]", str], str]] = {
    "sqlite": _cell_of_sqlite,
    "postgresql": lambda _, name: name,
}
_ROW = {"sqlite": "json_array({})", "postgresql": "json_build_array({})"}
_ALL = {"sqlite": "json_group_array({})", "postgresql": "json_agg({})::text"}


def _column_of_sqlite(field: "Field[Any, Any]", name: str) -> tuple[str, _Read | None]:
    """As an expression, for which no converter of Django's is called."""
    match field.get_internal_type():
        case "DateTimeField":
            return f"{name} || 'Z'", datetime.fromisoformat
        case "BooleanField":
            return f"{name} + 0", bool
        case "JSONField":
            return name, msgspec.json.decode
        case _:
            return name, None


def _column_of_postgresql(field: "Field[Any, Any]", name: str) -> tuple[str, _Read | None]:
    return name, msgspec.json.decode if field.get_internal_type() == "JSONField" else None


_COLUMNS = {"sqlite": _column_of_sqlite, "postgresql": _column_of_postgresql}
