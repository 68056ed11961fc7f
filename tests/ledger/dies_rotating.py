"""Killed while everything is sealed anew: all of it opens at any moment, and the next rotation ends it."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from tests.ledger.dying import at_every_step
from tranter.ledger.setup import close_connections, configure, open_ledger

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ORDERS = 6


def orders_under_one_key(home: Path) -> None:
    vault = open_ledger(home, home / "keys.json", NOW)
    from tests.ledger.orders_of_old import take_final_orders
    from tranter.ledger.book import ensure_book

    take_final_orders(ensure_book(vault, "harbour", NOW), ORDERS, NOW - timedelta(days=1), NOW)
    close_connections()


def rotate(home: Path) -> None:
    open_ledger(home, home / "keys.json", NOW)
    from tranter.ledger import rotation

    rotation.BATCH = 2
    rotation.rotate(home / "keys.json", lambda done, total: None)


def check(home: Path) -> None:
    from tranter.ledger.vault import KeyFile, read_key_file

    vault = open_ledger(home, home / "keys.json", NOW)
    from tests.ledger.orders_of_old import known
    from tranter.ledger.book import open_book

    assert known(open_book(vault, "harbour")) == ORDERS
    rotate(home)
    after = read_key_file(home / "keys.json")
    assert known(open_book(after, "harbour")) == ORDERS
    keys = len(msgspec.json.decode((home / "keys.json").read_bytes(), type=KeyFile).keys)
    assert keys in (2, 3), keys
    close_connections()


if __name__ == "__main__":
    configure(Path(sys.argv[1]) / "none.sqlite3")
    sys.exit(0 if at_every_step(orders_under_one_key, rotate, check) > 8 else 1)
