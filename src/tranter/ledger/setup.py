"""Opening the ledger: Django configured, the schema brought up to date, the key ring found or made."""

import fcntl
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connections, transaction

from tranter.ledger.vault import KeyProblem, Vault, create_key_file, read_key_file

StorageTrouble = OperationalError
"""The disk is full, the file is locked, the folder is gone: nothing was written, and it may come right by itself."""

APPS = (
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "tranter.ledger.apps.LedgerConfig",
)
"""All that has tables: every process migrates the same ones."""

PASSWORD_HASHERS = ("django.contrib.auth.hashers.Argon2PasswordHasher",)
PASSWORD_RULES = (
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
)

PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"


class LedgerProblem(Exception):
    """The ledger can't be opened; the text says why and what to do."""


def configure(database: Path | str, face: Mapping[str, Any] | None = None) -> None:
    """Once per process, before any other part of the ledger is imported. `face`: the settings of what is served."""
    if settings.configured:
        return
    shown = {"MIDDLEWARE": ["allauth.account.middleware.AccountMiddleware"], **(face or {})}  # allauth insists
    settings.configure(
        DATABASES={"default": sqlite(database)},
        INSTALLED_APPS=[*APPS, *shown.pop("INSTALLED_APPS", ())],
        AUTH_USER_MODEL="ledger.User",
        USE_TZ=True,
        TIME_ZONE="UTC",
        SECRET_KEY=secrets.token_hex(32),
        PASSWORD_HASHERS=PASSWORD_HASHERS,
        AUTH_PASSWORD_VALIDATORS=PASSWORD_RULES,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        LOGGING_CONFIG=None,
        **shown,
    )
    django.setup()


def sqlite(database: Path | str) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(database),
        "OPTIONS": {"timeout": 60, "transaction_mode": "IMMEDIATE", "init_command": PRAGMAS},
        "CONN_MAX_AGE": None,
    }


def open_ledger(home: Path, key_file: Path, now: datetime) -> Vault:
    """Makes what is missing on first use. Raises `LedgerProblem` and `KeyProblem`."""
    home.mkdir(parents=True, exist_ok=True)
    with alone(home / "open.lock"):
        database = home / "tranter.sqlite3"
        configure(database)
        use_database(database)
        try:
            return _open(database, key_file, now)
        except StorageTrouble:
            raise
        except DatabaseError as error:
            raise LedgerProblem(f"the ledger {database} is damaged ({error}): restore the last good backup") from error


def _open(database: Path, key_file: Path, now: datetime) -> Vault:
    fresh = not database.exists() or not has_installation()
    if fresh and not key_file.exists():
        key_file.parent.mkdir(parents=True, exist_ok=True)
        create_key_file(key_file)
    vault = read_key_file(key_file)
    settings.SECRET_KEY = vault.signing_key
    _migrate(database)
    _bind(vault, now)
    return vault


def has_installation() -> bool:
    connection = connections[DEFAULT_DB_ALIAS]
    if "ledger_installation" not in connection.introspection.table_names():
        return False
    from tranter.ledger.models import Installation

    return Installation.objects.exists()


def _migrate(database: Path) -> None:
    from django.db.migrations.executor import MigrationExecutor

    connection = connections[DEFAULT_DB_ALIAS]
    executor = MigrationExecutor(connection)
    known = set(executor.loader.disk_migrations)
    newer = [name for app, name in executor.loader.applied_migrations if app == "ledger" and (app, name) not in known]
    if newer:
        raise LedgerProblem(
            f"the ledger {database} was written by a newer version ({', '.join(sorted(newer))}): "
            "install that version, or restore a backup made by this one"
        )
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        done = sorted(name for app, name in executor.loader.applied_migrations if app == "ledger")
        if done:
            _keep_copy(database, done[-1])
        connection.disable_constraint_checking()  # SQLite can't within the transaction, and schema changes need it
        try:
            with transaction.atomic():  # else Django records some migrations a moment after it has committed them
                call_command("migrate", verbosity=0, interactive=False)
        finally:
            connection.enable_constraint_checking()


def _keep_copy(database: Path, schema: str) -> None:
    """The ledger as the older version left it, for the way back. It has its name only when it is whole."""
    kept = database.with_name(f"before-update-from-{schema}.sqlite3")
    part = kept.with_suffix(".part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(part)) as target:
        source.backup(target)
    part.replace(kept)


def _bind(vault: Vault, now: datetime) -> None:
    """A ledger belongs to its key ring: with another one it does not open, rather than lose what is sealed."""
    from tranter.ledger.models import Installation

    row = Installation.objects.first()
    if row is None:
        Installation.objects.create(
            id=1, instance_id=secrets.token_hex(16), key_fingerprint=vault.fingerprint, created_at=now
        )
    elif row.key_fingerprint != vault.fingerprint:
        raise KeyProblem(
            "the key file belongs to another ledger: put the right one back, or point TRANTER_KEY_FILE to it"
        )


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Nobody else opens, migrates or replaces the ledger meanwhile."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def use_database(database: Path) -> None:
    """Another file for this process: rehearsals run many small ledgers one after the other."""
    if connections[DEFAULT_DB_ALIAS].settings_dict["NAME"] == str(database):
        return
    connections.close_all()
    connections.settings[DEFAULT_DB_ALIAS]["NAME"] = str(database)
    connections[DEFAULT_DB_ALIAS].settings_dict["NAME"] = str(database)


def close_connections() -> None:
    """Before a thread ends, and before the database file is moved."""
    connections.close_all()


def integrity(database: Path) -> list[str]:
    """What SQLite finds wrong with the file; empty when it is whole."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            rows = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [row for row in rows if row != "ok"]
