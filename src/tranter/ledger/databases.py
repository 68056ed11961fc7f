"""Where a ledger can live: an SQLite file of its own, or a database on a PostgreSQL server, named by its URL."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

StorageTrouble = OperationalError
"""The disk is full, the file is locked, the server is gone: nothing was written, and it may come right by itself."""

Database = Path | str
"""A path is SQLite, a URL is PostgreSQL."""

PRAGMAS = """
    PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;
    PRAGMA cache_size=-6000; PRAGMA wal_autocheckpoint=4000; PRAGMA temp_store=MEMORY;
"""
"""The last three are for batches of orders: each thread keeps 6 MB of pages, the log is copied back every 16 MB, and
what a sentence may have to undo stays in memory: it had been most of what was written to files."""
WAIT_SECONDS = 60
FROZEN_SECONDS = 20
"""A process that stops in the middle of a transaction loses it after so long, and with it the locks of the others."""


class BadUrl(ValueError):
    """It can't be read; the text never holds the password."""


def is_postgresql(database: Database) -> bool:
    return isinstance(database, str) and database.startswith(("postgresql://", "postgres://"))


def named(database: Database) -> str:
    """For people: without a password."""
    if not is_postgresql(database):
        return str(database)
    given = _read(str(database))
    port = f":{given['port']}" if given.get("port") else ""
    return f"{given.get('host') or 'local socket'}{port}/{given.get('dbname', '')}"


def settings_of(database: Database) -> dict[str, Any]:
    return _postgresql(str(database)) if is_postgresql(database) else _sqlite(database)


def _sqlite(database: Database) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(database),
        "OPTIONS": {"timeout": WAIT_SECONDS, "transaction_mode": "IMMEDIATE", "init_command": PRAGMAS},
        "CONN_MAX_AGE": None,
    }


def _postgresql(url: str) -> dict[str, Any]:
    given = _read(url)
    limits = {
        "lock_timeout": f"{WAIT_SECONDS}s",
        "idle_in_transaction_session_timeout": f"{FROZEN_SECONDS}s",
    }
    asked = str(given.pop("options", ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": given.pop("dbname"),
        "USER": given.pop("user", ""),
        "PASSWORD": given.pop("password", ""),
        "HOST": given.pop("host", ""),
        "PORT": str(given.pop("port", "")),
        "OPTIONS": {
            "application_name": "tranter",
            "connect_timeout": 10,
            **given,
            "options": " ".join([*(f"-c {name}={value}" for name, value in limits.items()), asked]).strip(),
        },
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


def _read(url: str) -> dict[str, Any]:
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        given = dict(conninfo_to_dict(url))
    except ProgrammingError as error:
        raise BadUrl("write postgresql://user:password@host/name") from error
    if not given.get("dbname"):
        raise BadUrl("it names no database: postgresql://user:password@host/name")
    return given


def use_database(database: Database) -> None:
    """Another one for this process: rehearsals use many small ledgers one after the other."""
    wanted = settings_of(database)
    current = connections.settings[DEFAULT_DB_ALIAS]
    if all(current[key] == wanted.get(key, current[key]) for key in ("ENGINE", "NAME", "HOST", "PORT", "USER")):
        return
    connections.close_all()
    connections.settings[DEFAULT_DB_ALIAS] = connections.configure_settings({DEFAULT_DB_ALIAS: wanted})[
        DEFAULT_DB_ALIAS
    ]
    with suppress(AttributeError):  # this thread may have none yet
        del connections[DEFAULT_DB_ALIAS]


def close_connections() -> None:
    """Before a thread ends, and before the database file is moved."""
    connections.close_all()


def on_postgresql() -> bool:
    return connections[DEFAULT_DB_ALIAS].vendor == "postgresql"
