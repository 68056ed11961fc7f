"""Reading raw records: each becomes one of our values, or an exception that stops nobody."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec import Struct

from tranter.engine.numbering import fit_of_warehouses, names_of
from tranter.engine.run import Run
from tranter.ledger import connections, orders, privacy, raw_records
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.orders import ReadOrder
from tranter.ledger.raw_records import RawLine, RawPage, Unread
from tranter.model import Order, Unreadable
from tranter.sdk.verbs import Page, PullsOrders

Value = TypeVar("Value")
Since = Callable[[datetime], datetime]


def pull_pages(run: Run, kind: str, pull: Callable[[str], Page], take: Callable[[], None]) -> None:
    """Page after page: raw records and the new cursor in one commit each, before anything is read.

    `take` reads what is stored: at the end, and on a long way as often as there is a batch for it, so that the first
    records go on while the last ones are fetched.
    """
    cursor, stored = run.lease.cursor, 0
    while True:
        run.renew()
        page = pull(cursor)
        run.failpoint(f"page_read.{kind}")
        records = [(raw.key, raw.payload) for raw in page.records]
        if records or page.whole:
            stored_page = RawPage(kind, records, page.cursor, page.half, page.whole)
            raw_records.store_page(run.book, run.lease, stored_page, run.now())
            run.failpoint(f"page_stored.{kind}")
        run.cursor = None if records or page.whole else page.cursor
        stored += len(records)
        if not page.more:
            break
        if stored >= raw_records.AT_ONCE:
            take()
            stored = 0
        cursor = page.cursor
    take()


class Heard(Struct, frozen=True):
    """What a connection told of one kind: the records of these keys, or all of it."""

    connection_id: int
    kind: str
    keys: Sequence[str] | None = None


def read_all(
    run: Run,
    heard: Heard,
    read: Callable[[bytes], Value],
    take: Callable[[list[tuple[RawLine, Value]]], None],
) -> None:
    """Everything of it that is stored and not read yet, in batches. What can't be read waits as an exception."""
    while batch := raw_records.unread(run.book, heard.connection_id, heard.kind, heard.keys):
        good: list[tuple[RawLine, Value]] = []
        bad: list[Unread] = []
        for raw in batch:
            try:
                good.append((raw, read(raw.payload)))
            except Unreadable as error:
                bad.append(Unread(raw.id, raw.key, error.cause, error.remedy, raw.digest))
            except Exception as error:  # noqa: BLE001 - a mapping's own mistake must not stop the other records
                bad.append(Unread(raw.id, raw.key, f"the mapping failed: {type(error).__name__}", "", raw.digest))
        if bad:
            raw_records.mark_unreadable(run.book, heard.connection_id, heard.kind, bad, run.now())
        if good:
            take(good)


def pull_and_read(
    run: Run,
    heard: Heard,
    pull: Callable[[str], Page],
    read: Callable[[bytes], Value],
    take: Callable[[list[tuple[RawLine, Value]]], None],
) -> None:
    pull_pages(run, heard.kind, pull, lambda: read_all(run, heard, read, take))


def take_orders(run: Run, cart: ConnectionRecord, connector: PullsOrders, keys: Sequence[str] | None = None) -> int:
    """Raw orders of one cart account, these or all, written as orders of whichever connection takes their marketplace.

    Each batch makes what follows from it due: so it is decided while the next one is read. How many are new.
    """
    takers, new = connections.siblings(cart), 0

    def take(read: list[tuple[RawLine, Order]]) -> None:
        nonlocal new
        fit = fit_of_warehouses(run.hub, run.book)
        rows = [
            ReadOrder(
                raw_id=raw.id,
                connection_id=_taker(run, takers, cart, order).id,
                order=order,
                numbers=names_of(order, cart.account, fit),
                raw_digest=raw.digest,
                seen_at=raw.received_at,
            )
            for raw, order in read
        ]
        new += orders.record_orders(run.book, cart.account, rows, run.now())
        privacy.keep_erased(run.book, run.now(), {order.buyer.remote_id for _, order in read})
        run.failpoint("orders_recorded")

    read_all(run, Heard(cart.id, "order", keys), connector.read_order, take)
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
