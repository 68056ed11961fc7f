"""Killed while a backup is made, and while one is put back: the old state is there, or the new one, and whole."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.ledger.dying import at_every_step
from tranter.ledger import backup
from tranter.ledger.restore import restore
from tranter.ledger.setup import close_connections, configure, integrity, open_ledger

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def a_ledger(home: Path) -> None:
    """With a backup of one merchant, and a second merchant since."""
    vault = open_ledger(home, home / "keys.json", NOW)
    from tranter.ledger.book import ensure_book

    ensure_book(vault, "harbour", NOW)
    backup.create(home, home / "keys.json", home / "kept.tar", NOW)
    ensure_book(vault, "quay", NOW)
    close_connections()


def make(home: Path) -> None:
    backup.create(home, home / "keys.json", home / "new.tar", NOW)


def put_back(home: Path) -> None:
    restore(home, home / "keys.json", home / "kept.tar", NOW)


def check_made(home: Path) -> None:
    made = home / "new.tar"
    if made.exists():
        assert backup.verify(made).rows["ledger_merchant"] == 2
        made.unlink()
    make(home)
    assert list(home.glob(".*.part")) == [], "what a crash left is cleared away by the next backup"
    check_ledger(home, (["harbour", "quay"],))


def check_restored(home: Path) -> None:
    check_ledger(home, (["harbour", "quay"], ["harbour"]))
    close_connections()
    put_back(home)
    check_ledger(home, (["harbour"],))


def check_ledger(home: Path, allowed: tuple[list[str], ...]) -> None:
    open_ledger(home, home / "keys.json", NOW)
    from tranter.ledger.book import merchants, pushes_paused

    assert merchants() in allowed
    assert (merchants() == ["harbour"]) == bool(pushes_paused())
    close_connections()
    assert integrity(home / "tranter.sqlite3") == []


if __name__ == "__main__":
    configure(Path(sys.argv[1]) / "none.sqlite3")
    work, check = (make, check_made) if sys.argv[2] == "backup" else (put_back, check_restored)
    sys.exit(0 if at_every_step(a_ledger, work, check) > 8 else 1)
