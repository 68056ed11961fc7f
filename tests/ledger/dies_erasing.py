"""Killed while old orders are erased: each is whole or erased, and the journal speaks of it when all is done."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.ledger.dying import at_every_step
from tranter.ledger.setup import close_connections, configure, integrity, open_ledger

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ORDERS = 12


def old_orders(home: Path) -> None:
    vault = open_ledger(home, home / "keys.json", NOW)
    from tests.ledger.orders_of_old import take_final_orders
    from tranter.ledger.book import ensure_book

    take_final_orders(ensure_book(vault, "harbour", NOW), ORDERS, NOW - timedelta(days=31), NOW)
    close_connections()


def erase(home: Path) -> None:
    vault = open_ledger(home, home / "keys.json", NOW)
    from tranter.ledger import privacy
    from tranter.ledger.book import open_book

    privacy.BATCH = 4
    privacy.erase_final(open_book(vault, "harbour"), NOW)


def check(home: Path) -> None:
    vault = open_ledger(home, home / "keys.json", NOW)
    from tests.ledger.orders_of_old import known
    from tranter.ledger import journal
    from tranter.ledger.book import open_book

    book = open_book(vault, "harbour")
    left = known(book)
    assert left in range(0, ORDERS + 1, 4), left
    erase(home)
    erase(home)
    assert known(book) == 0
    lines = [line.detail for line in journal.lines(book) if line.what == "buyers_erased"]
    assert lines == [{"orders_in_all": ORDERS}], lines
    assert journal.broken_at(book) is None
    close_connections()
    assert integrity(home / "tranter.sqlite3") == []


if __name__ == "__main__":
    configure(Path(sys.argv[1]) / "none.sqlite3")
    sys.exit(0 if at_every_step(old_orders, erase, check) > 8 else 1)
