"""An embedded ledger, copied to a PostgreSQL server: all of it in one transaction, counted and summed on both sides.

The old one is marked before and never starts again by itself: two hubs on two copies would send everything twice.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from django.apps import apps
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Count, Model, Sum

from tranter.ledger.book import pause_pushes
from tranter.ledger.databases import named, settings_of, use_database
from tranter.ledger.models import Flow, Installation
from tranter.ledger.setup import LedgerProblem, has_installation, migrate_tables

OLD = "old"
CHUNK = 1000
QUEUE = "procrastinate"
"""Its wake-ups are not moved: they are made anew."""
SUMMED = ("total_minor", "quantity", "available", "wanted")

Progress = Callable[[str, int], None]


class Moved(msgspec.Struct, frozen=True):
    """Rows of each table that has any."""

    to: str
    rows: dict[str, int]


def move_out(file: Path, url: str, progress: Progress) -> Moved:
    """The ledger at `file` is open, and nobody else has it. Raises `LedgerProblem`; then it is as it was."""
    marked, arrived = Installation.objects.get().moved_to, False
    Installation.objects.update(moved_to=named(url))
    connections.settings[OLD] = connections.configure_settings({OLD: settings_of(file), DEFAULT_DB_ALIAS: {}})[OLD]
    try:
        use_database(url)
        rows = _copy_all(url, progress)
        arrived = True
    finally:
        connections[OLD].close()
        if not arrived:
            use_database(file)
            Installation.objects.update(moved_to=marked)
    return Moved(named(url), {name: count for name, count in rows.items() if count})


def _copy_all(url: str, progress: Progress) -> dict[str, int]:
    if has_installation():
        raise LedgerProblem(f"there is a ledger at {named(url)} already: move to an empty database")
    migrate_tables()
    with transaction.atomic():
        _empty()
        rows = {table._meta.db_table: _copy(table, progress) for table in _tables()}
        Flow.objects.update(lease_until=None, lease_owner="")
        Installation.objects.update(moved_to="")
        _compare()
        _set_sequences()
    return rows


def stay() -> None:
    """The old one is used again. It knows less than the other systems do, as one from a backup."""
    pause_pushes(
        "this ledger had been moved to PostgreSQL and is used again; nothing is sent until `tranter reconcile` has "
        "seen what the other systems already have"
    )
    Installation.objects.update(moved_to="")


def _tables() -> list[type[Model]]:
    found = apps.get_models(include_auto_created=True)
    return [
        table for table in found if table._meta.managed and not table._meta.proxy and table._meta.app_label != QUEUE
    ]


def _empty() -> None:
    """What the migrations themselves have put there."""
    connection = connections[DEFAULT_DB_ALIAS]
    quoted = ", ".join(connection.ops.quote_name(table._meta.db_table) for table in _tables())
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {quoted}")


def _copy(table: type[Model], progress: Progress) -> int:
    count = 0
    for chunk in _chunks(table):
        table._base_manager.using(DEFAULT_DB_ALIAS).bulk_create(chunk)
        count += len(chunk)
        progress(table._meta.db_table, count)
    return count


def _chunks(table: type[Model]) -> Iterator[list[Model]]:
    chunk: list[Model] = []
    for row in table._base_manager.using(OLD).order_by("pk").iterator(CHUNK):
        _clean(row)
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _clean(row: Model) -> None:
    """PostgreSQL takes no NUL in a text."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(value, str) and "\0" in value:
            setattr(row, field.attname, value.replace("\0", ""))


def _compare() -> None:
    for table in _tables():
        old, new = _figures(table, OLD), _figures(table, DEFAULT_DB_ALIAS)
        if old != new:
            raise LedgerProblem(f"{table._meta.db_table} did not arrive whole ({old} became {new}): nothing was moved")


def _figures(table: type[Model], alias: str) -> dict[str, Any]:
    """How many rows, and the sums of what is worth summing."""
    names = {field.name for field in table._meta.concrete_fields}
    sums = {f"sum_{name}": Sum(name) for name in SUMMED if name in names}
    return table._base_manager.using(alias).aggregate(rows=Count("pk"), **sums)


def _set_sequences() -> None:
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        for sentence in connection.ops.sequence_reset_sql(no_style(), _tables()):
            cursor.execute(sentence)
