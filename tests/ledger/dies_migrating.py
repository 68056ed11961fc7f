"""Killed while the schema is made, and while it is brought up to date: afterwards it opens and is whole."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.ledger.dying import at_every_step
from tranter.ledger.setup import close_connections, configure, integrity, open_ledger
from tranter.ledger.vault import Vault

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def nothing(home: Path) -> None:
    """There is no ledger yet."""


def an_older_ledger(home: Path) -> None:
    """As the first version left it."""
    from django.core.management import call_command

    open_it(home)
    from tranter.ledger.book import ensure_book

    ensure_book(open_it(home), "harbour", NOW)
    call_command("migrate", "ledger", "0001", verbosity=0)
    close_connections()


def open_it(home: Path) -> Vault:
    return open_ledger(home, home / "keys.json", NOW)


def check(home: Path) -> None:
    vault = open_it(home)
    from tranter.ledger.book import ensure_book, merchants
    from tranter.ledger.models import SignIn

    assert SignIn.objects.count() == 0
    if sys.argv[2] == "update":
        assert merchants() == ["harbour"]
        kept = [path.name for path in home.glob("before-update-from-*.sqlite3")]
        assert all(integrity(home / name) == [] for name in kept)
    ensure_book(vault, "harbour", NOW)
    close_connections()
    assert integrity(home / "tranter.sqlite3") == []


if __name__ == "__main__":
    configure(Path(sys.argv[1]) / "none.sqlite3")
    prepare = an_older_ledger if sys.argv[2] == "update" else nothing
    sys.exit(0 if at_every_step(prepare, open_it, check) > 8 else 1)
