"""The ledger's disk is full, or somebody else holds its file: work waits, nothing is lost, and it goes on by itself."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest
from django.db import connection, connections

from tests.engine.live import Live
from tranter.ledger.models import Flow, Intent
from tranter.testing.faultmark import fault


@contextmanager
def options(**changed: object) -> Iterator[None]:
    """For connections that are opened meanwhile; the test's own stays as it is."""
    held = connections.settings["default"]["OPTIONS"]
    before = dict(held)
    held.update(changed)
    try:
        yield
    finally:
        held.clear()
        held.update(before)


@contextmanager
def small_disk(pages: int) -> Iterator[None]:
    """Room for so many more pages: then SQLite answers as it does on a full disk."""
    pragmas = connections.settings["default"]["OPTIONS"]["init_command"]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        used = cursor.execute("PRAGMA page_count").fetchone()[0]
    with options(init_command=f"{pragmas} PRAGMA max_page_count={used + pages};"):
        yield


@contextmanager
def locked(live: Live) -> Iterator[None]:
    with closing(sqlite3.connect(live.home / "tranter.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def cursor_of(live: Live) -> str:
    return Flow.objects.get(connection=live.cart.id, name="orders").cursor


@fault("STOR-01")
@pytest.mark.parametrize("pages", [0, 5, 20, 40])
def test_a_full_disk_holds_work_up_and_loses_nothing(live: Live, pages: int) -> None:
    live.catch_up()
    before = cursor_of(live)
    orders = live.buy(20)
    live.ring("orders", live.cart)
    with ExitStack() as running:
        with small_disk(pages):
            dispatcher = running.enter_context(live.dispatching())
            live.eventually(lambda: "full" in dispatcher.trouble)
            live.pause(0.5)
            assert dispatcher.alive()
            assert pages or cursor_of(live) == before

        live.eventually(lambda: live.settled(orders), 60)
        live.eventually(lambda: not dispatcher.trouble)

    assert live.all_there(orders)
    assert live.world.gecko.duplicate_orders() == {}
    assert Intent.objects.filter(state__in=("claimed", "unknown")).count() == 0


@fault("STOR-02")
def test_a_lock_that_is_held_for_seconds_is_waited_for(live: Live) -> None:
    live.catch_up()
    orders = live.buy(5)
    failures = Flow.objects.exclude(failures=0).count()
    with live.dispatching() as dispatcher:
        with locked(live):
            dispatcher.wake()
            live.pause(3)
            assert dispatcher.alive()
            assert dispatcher.trouble == ""
        live.ring("orders", live.cart)
        live.eventually(lambda: live.settled(orders), 30)

    assert live.all_there(orders)
    assert Flow.objects.exclude(failures=0).count() == failures


@fault("STOR-02")
def test_a_lock_that_is_held_too_long_holds_work_up_and_loses_nothing(live: Live) -> None:
    live.catch_up()
    orders = live.buy(5)
    live.ring("orders", live.cart)
    with options(timeout=0.2), live.dispatching() as dispatcher:
        with locked(live):
            live.eventually(lambda: "locked" in dispatcher.trouble)
            live.pause(1)
            assert dispatcher.alive()
        live.eventually(lambda: live.settled(orders), 30)
        live.eventually(lambda: not dispatcher.trouble)

    assert live.all_there(orders)
    assert live.world.gecko.duplicate_orders() == {}


@fault("STOR-02")
def test_many_writers_at_once_all_get_their_turn(live: Live) -> None:
    from tranter.ledger import journal
    from tranter.ledger.journal import Entry
    from tranter.ledger.setup import close_connections

    def write() -> None:
        for _ in range(20):
            journal.append(live.connected.book, [Entry(what="order_taken")], live.clock.now())
        close_connections()

    before = len(journal.lines(live.connected.book, limit=10_000))
    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert len(journal.lines(live.connected.book, limit=10_000)) == before + 160
    assert journal.broken_at(live.connected.book) is None
