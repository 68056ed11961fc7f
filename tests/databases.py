"""Ledgers for tests on either database, each of its own: copied from an empty one that was migrated once."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.postgres import Server, name_of
from tranter.ledger.setup import migrate_ledger, use_database

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, POSTGRESQL)
MADE_AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Ledgers:
    """`fresh` leaves the process at a ledger that holds nothing; `copy` at one like that which is in use.

    `home` holds the key file, and on SQLite the empty ledger.
    """

    def __init__(self, folder: Path, server: Server | None) -> None:
        self._folder, self._server, self._count, self._last = folder, server, 0, ""
        self.home = folder / "empty"
        self.key_file = self.home / "keys.json"
        self._url = server.fresh() if server is not None else ""
        self.vault = migrate_ledger(self.home, self.key_file, MADE_AT, self._url)
        self._file = self.home / "tranter.sqlite3"
        self._leave()

    def fresh(self) -> Path | str:
        """Where it is."""
        return self.copy(self._url or self._file)

    def copy(self, source: Path | str) -> Path | str:
        self._leave()
        if self._server is not None:
            if self._last:
                self._server.drop(self._last)
            self._last = self._server.fresh(name_of(str(source)))
            use_database(self._last)
            return self._last
        self._count += 1
        database = self._folder / f"{self._count}.sqlite3"
        shutil.copy(source, database)
        use_database(database)
        return database

    def keep(self) -> None:
        """The ledger in use is not thrown away when the next one is made."""
        self._last = ""

    def _leave(self) -> None:
        use_database(self._folder / "elsewhere.sqlite3")


def missing(reason: str) -> None:
    """Skipped, loudly; in CI nothing may be."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason}; CI must not skip")
    pytest.skip(reason)
