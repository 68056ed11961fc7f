import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.ledger.conftest import NOW
from tests.ledger.orders_of_old import known, take_final_orders
from tranter.ledger import credentials
from tranter.ledger.book import Book, ensure_book
from tranter.ledger.connections import by_name
from tranter.ledger.rotation import rotate
from tranter.ledger.vault import Vault, read_key_file
from tranter.testing.faultmark import fault

ROOT = Path(__file__).resolve().parents[2]
ORDERS = 5


@pytest.fixture
def book(vault: Vault) -> Book:
    book = ensure_book(vault, "harbour", NOW)
    take_final_orders(book, ORDERS, NOW - timedelta(days=1), NOW)
    credentials.save(vault, by_name(book, "shop").id, {"refresh_token": "secret"}, None, NOW)
    return book


def test_a_rotation_seals_everything_anew_and_shows_how_far_it_is(book: Book, home: Path) -> None:
    heard: list[tuple[int, int]] = []

    rotated = rotate(home / "keys.json", lambda done, total: heard.append((done, total)))

    assert (rotated.new_key, rotated.resealed) == (True, 2 * ORDERS + 1)
    assert heard[-1] == (2 * ORDERS + 1, 2 * ORDERS + 1)


def test_the_newest_key_alone_would_do_for_what_is_sealed(book: Book, home: Path) -> None:
    rotate(home / "keys.json", lambda done, total: None)

    vault = read_key_file(home / "keys.json")
    fresh = Book(book.merchant_id, vault)
    assert known(fresh) == ORDERS
    assert credentials.load(vault, by_name(book, "shop").id)[0] == {"refresh_token": "secret"}


def test_a_hub_that_runs_meanwhile_reads_on(book: Book, home: Path) -> None:
    rotate(home / "keys.json", lambda done, total: None)

    assert known(book) == ORDERS


def test_a_second_rotation_makes_another_key(book: Book, home: Path) -> None:
    rotate(home / "keys.json", lambda done, total: None)

    assert rotate(home / "keys.json", lambda done, total: None).new_key
    assert known(Book(book.merchant_id, read_key_file(home / "keys.json"))) == ORDERS


@fault("CRASH-14")
def test_a_rotation_that_was_cut_off_goes_on_with_the_same_key(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.ledger.dies_rotating", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
