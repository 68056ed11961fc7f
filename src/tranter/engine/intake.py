"""Reading raw records: each becomes one of our values, or an exception that stops nobody."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from tranter.engine.numbering import fit_of_warehouses, names_of
from tranter.engine.run import Run
from tranter.ledger import connections, orders, privacy
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.orders import RawLine, ReadOrder, Unread
from tranter.model import Order, Unreadable
from tranter.sdk.verbs import Page, PullsOrders

Value = TypeVar("Value")
Since = Callable[[datetime], datetime]


def pull_pages(
    run: Run, kind: str, pull: Callable[[str], Page], stored: Callable[[int], None] = lambda _: None
) -> None:
    """Page after page: raw records and the new cursor in one commit each, before anything is read.

    `stored` is told how many of a page are new or changed.
    """
    cursor = run.lease.cursor
    while True:
        run.renew()
        page = pull(cursor)
        run.failpoint(f"page_read.{kind}")
        if records := [(raw.key, raw.payload) for raw in page.records]:
            stored(orders.store_page(run.book, run.lease, orders.RawPage(kind, records, page.cursor), run.now()))
            run.failpoint(f"page_stored.{kind}")
        run.cursor = None if records else page.cursor
        if not page.more:
            return
        cursor = page.cursor


def read_all(
    run: Run,
    connection_id: int,
    kind: str,
    read: Callable[[bytes], Value],
    take: Callable[[list[tuple[RawLine, Value]]], None],
) -> None:
    """Everything stored and not read yet, in batches. What can't be read waits as an exception."""
    while batch := orders.unread(run.book, connection_id, kind):
        good: list[tuple[RawLine, Value]] = []
        bad: list[Unread] = []
        for raw in batch:
            try:
                good.append((raw, read(raw.payload)))
            except Unreadable as error:
                bad.append(Unread(raw.id, raw.key, error.cause, error.remedy))
            except Exception as error:  # noqa: BLE001 - a mapping's own mistake must not stop the other records
                bad.append(Unread(raw.id, raw.key, f"the mapping failed: {type(error).__name__}", ""))
        if bad:
            orders.mark_unreadable(run.book, connection_id, kind, bad, run.now())
        if good:
            take(good)


def take_orders(
    run: Run, cart: ConnectionRecord, connector: PullsOrders, taken: Callable[[], None] = lambda: None
) -> int:
    """Raw orders of one cart account, written as orders of whichever connection takes their marketplace.

    `taken` is called after each batch. How many orders are new.
    """
    takers, new = connections.siblings(cart), 0
    touched: set[int] = set()

    def take(read: list[tuple[RawLine, Order]]) -> None:
        nonlocal new
        fit = fit_of_warehouses(run.hub, run.book)
        rows = [
            ReadOrder(raw.id, _taker(run, takers, cart, order).id, order, names_of(order, cart.account, fit))
            for raw, order in read
        ]
        new += orders.record_orders(run.book, cart.account, rows, run.now())
        touched.update(row.connection_id for row in rows)
        privacy.keep_erased(run.book, run.now(), {order.buyer.remote_id for _, order in read})
        run.failpoint("orders_recorded")
        taken()

    read_all(run, cart.id, "order", connector.read_order, take)
    for connection_id in touched:
        run.wake(connection_id, "listing_stock")
    for connection_id in orders.carts_with_undecided(run.book):
        run.wake(connection_id, "decide")
    return new


def taker_of(run: Run, cart: ConnectionRecord, order: Order) -> ConnectionRecord:
    """Which connection of this account takes it."""
    return _taker(run, connections.siblings(cart), cart, order)


def _taker(run: Run, takers: Sequence[ConnectionRecord], cart: ConnectionRecord, order: Order) -> ConnectionRecord:
    for info in takers:
        wanted = getattr(run.hub.plug(info).settings, "marketplaces", ()) or ()
        if not wanted or order.marketplace in wanted:
            return info
    return cart
