"""How large the tables are: without that the database takes the wrong index once there are many rows."""

import math

from django.apps import apps
from django.db import connection, transaction

SAMPLE = 10_000
"""Entries of each index: a third of a second with a million orders."""

SMALL, LARGE, PARTIAL = 10_000, 1_000_000, 1_000
SHARED = frozenset({"merchant_id", "connection_id", "account", "kind", "verb", "state", "status", "carrier"})
"""Columns with the same value in very many rows: a tenth of them, about."""


def measure() -> None:
    """On SQLite in one transaction: a connection that was opened meanwhile would plan by small sizes all its life."""
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("ANALYZE")
            return
        cursor.execute(f"PRAGMA analysis_limit={SAMPLE}")
        with transaction.atomic():
            cursor.execute("ANALYZE")
            assume()


def assume() -> None:
    """SQLite is told that a table with few rows yet is a large one, for it plans by yesterday's size.

    So is an index that has none: of that one `ANALYZE` says nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE sqlite_schema")  # makes the table of sizes where there is none
        for model in apps.get_app_config("ledger").get_models():
            table = model._meta.db_table  # noqa: SLF001 - Django's own name for what everybody uses
            cursor.execute("SELECT idx, CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE tbl = %s", [table])
            known = dict(cursor.fetchall())
            if max(known.values(), default=0) < SMALL:
                known = {}
                cursor.execute("DELETE FROM sqlite_stat1 WHERE tbl = %s", [table])
            unknown = [size for size in _assumed(table) if size[1] not in known]
            cursor.executemany("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)", unknown)
        cursor.execute("ANALYZE sqlite_schema")


def _assumed(table: str) -> list[tuple[str, str, str]]:
    """For each index: its rows, and how many of them have the same first column, first two columns, …"""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA index_list({table})")
        for _, index, unique, _, partial in cursor.fetchall():
            rows, alike = (PARTIAL, 1) if partial else (LARGE, 5)
            cursor.execute(f"PRAGMA index_info({index})")
            counts = [rows]
            for _, _, column in cursor.fetchall():
                rows = math.ceil(rows / 10) if column in SHARED else min(rows, alike)
                counts.append(rows)
            counts[-1] = 1 if unique else counts[-1]
            found.append((table, index, f"{' '.join(map(str, counts))} noskipscan"))
    return found
