"""Opening the ledger: Django configured, the schema brought up to date, the key ring found or made."""

import fcntl
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction

from tranter.ledger import sizes
from tranter.ledger.databases import (
    BadUrl,
    Database,
    StorageTrouble,
    close_connections,
    is_postgresql,
    named,
    settings_of,
    use_database,
)
from tranter.ledger.vault import KeyProblem, Vault, create_key_file, read_key_file

if TYPE_CHECKING:
    from tranter.ledger.models import Installation

__all__ = [
    "LedgerProblem",
    "StorageTrouble",
    "alone",
    "close_connections",
    "configure",
    "has_installation",
    "integrity",
    "open_ledger",
    "use_database",
]

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

QUEUE_APPS = ("procrastinate.contrib.django",)
"""Its tables can be made on PostgreSQL only."""

PASSWORD_HASHERS = ("django.contrib.auth.hashers.Argon2PasswordHasher",)
PASSWORD_RULES = (
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
)

MIGRATING = 0x7472616E
"""The number of the lock that a process holds while it brings a shared ledger up to date."""


class LedgerProblem(Exception):
    """The ledger can't be opened; the text says why and what to do."""


def configure(database: Database, face: Mapping[str, Any] | None = None) -> None:
    """Once per process, before any other part of the ledger is imported. `face`: the settings of what is served."""
    if settings.configured:
        return
    shown = {"MIDDLEWARE": ["allauth.account.middleware.AccountMiddleware"], **(face or {})}  # allauth insists
    settings.configure(
        DATABASES={"default": _checked_settings(database)},
        INSTALLED_APPS=[*APPS, *(QUEUE_APPS if is_postgresql(database) else ()), *shown.pop("INSTALLED_APPS", ())],
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


def _checked_settings(database: Database) -> dict[str, Any]:
    try:
        return settings_of(database)
    except BadUrl as error:
        raise LedgerProblem(f"TRANTER_DATABASE_URL: {error}") from error


def open_ledger(home: Path, key_file: Path, now: datetime, url: str = "") -> Vault:
    """The embedded one is made on first use and brought up to date; the one at `url` has to be so already.

    Raises `LedgerProblem` and `KeyProblem`.
    """
    with _at_hand(home, url) as database:
        if is_postgresql(database):
            return _open_shared(database, key_file)
        return _open(Path(database), key_file, now)


def migrate_ledger(home: Path, key_file: Path, now: datetime, url: str = "") -> Vault:
    """Makes the ledger, or brings it up to date, wherever it is. Others who try at the same time wait."""
    with _at_hand(home, url) as database:
        if not is_postgresql(database):
            return _open(Path(database), key_file, now)
        with _migrating():
            vault = _read_keys(key_file, fresh=not has_installation())
            _migrate(database)
            _bind(vault, now)
            return vault


@contextmanager
def alone_with_embedded(home: Path, key_file: Path, now: datetime) -> Iterator[Path]:
    """For moving it: nobody else opens it meanwhile, and it may have been moved before."""
    with _at_hand(home, "") as database:
        _open(Path(database), key_file, now, moved=True)
        yield Path(database)


def migrate_tables() -> None:
    """Of the database in use."""
    call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _at_hand(home: Path, url: str) -> Iterator[Database]:
    home.mkdir(parents=True, exist_ok=True)
    database: Database = url or home / "tranter.sqlite3"
    with alone(home / "open.lock"):
        configure(database)
        use_database(database)
        try:
            yield database
        except StorageTrouble:
            raise
        except DatabaseError as error:
            way_out = "restore the last good backup"
            raise LedgerProblem(f"the ledger {named(database)} is damaged ({error}): {way_out}") from error


def _open(database: Path, key_file: Path, now: datetime, *, moved: bool = False) -> Vault:
    vault = _read_keys(key_file, fresh=not database.exists() or not has_installation())
    _migrate(database)
    _bind(vault, now)
    if not moved:
        _check_here(database)
    return vault


def _check_here(database: Path) -> None:
    from tranter.ledger.models import Installation

    if place := Installation.objects.get().moved_to:
        raise LedgerProblem(
            f"the ledger {database} was moved to {place}: set TRANTER_DATABASE_URL to it. To use this old one again, "
            "and lose what was done since: tranter move-database --stay"
        )


def _open_shared(database: Database, key_file: Path) -> Vault:
    from tranter.ledger.models import Installation

    if not has_installation():
        raise LedgerProblem(f"there is no ledger at {named(database)} yet: run `tranter migrate` once")
    if _pending(database):
        raise LedgerProblem(
            f"the ledger at {named(database)} is of an older version: stop every process of it, run `tranter migrate` "
            "once, and start them again"
        )
    vault = _read_keys(key_file, fresh=False)
    _check_key(Installation.objects.get(), vault)
    return vault


def _read_keys(key_file: Path, *, fresh: bool) -> Vault:
    if fresh and not key_file.exists():
        key_file.parent.mkdir(parents=True, exist_ok=True)
        create_key_file(key_file)
    vault = read_key_file(key_file)
    settings.SECRET_KEY = vault.signing_key
    return vault


@contextmanager
def _migrating() -> Iterator[None]:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])


def has_installation() -> bool:
    connection = connections[DEFAULT_DB_ALIAS]
    if "ledger_installation" not in connection.introspection.table_names():
        return False
    from tranter.ledger.models import Installation

    return Installation.objects.exists()


def _pending(database: Database) -> bool:
    """Whether its schema is to be brought up to date. Raises `LedgerProblem` when a newer version wrote it."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    known = set(executor.loader.disk_migrations)
    newer = [name for app, name in executor.loader.applied_migrations if app == "ledger" and (app, name) not in known]
    if newer:
        raise LedgerProblem(
            f"the ledger {named(database)} was written by a newer version ({', '.join(sorted(newer))}): "
            "install that version, or restore a backup made by this one"
        )
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _migrate(database: Database) -> None:
    if not _pending(database):
        return
    if isinstance(database, str):
        migrate_tables()
        return
    connection = connections[DEFAULT_DB_ALIAS]
    if done := _schema():
        _keep_copy(database, done)
    connection.disable_constraint_checking()  # SQLite can't within the transaction, and schema changes need it
    with connection.cursor() as cursor:
        # Until this connection ends: an index of a large ledger is sorted there.
        cursor.execute("PRAGMA temp_store=FILE")
    try:
        with transaction.atomic():  # else Django records some migrations a moment after it has committed them
            migrate_tables()
            sizes.assume()
    finally:
        connection.enable_constraint_checking()


def _schema() -> str:
    """The newest migration that the ledger has; empty for a new one."""
    from django.db.migrations.recorder import MigrationRecorder

    applied = MigrationRecorder(connections[DEFAULT_DB_ALIAS]).applied_migrations()
    return max((name for app, name in applied if app == "ledger"), default="")


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
        return
    _check_key(row, vault)


def _check_key(row: "Installation", vault: Vault) -> None:
    if row.key_fingerprint != vault.fingerprint:
        raise KeyProblem(
            "the key file belongs to another ledger: put the right one back, or point TRANTER_KEY_FILE to it"
        )


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Nobody else opens, migrates or replaces the ledger meanwhile."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def integrity(database: Path) -> list[str]:
    """What SQLite finds wrong with the file; empty when it is whole."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            rows = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [row for row in rows if row != "ok"]
