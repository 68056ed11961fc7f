"""Reading raw records: each becomes one of our values, or an exception that stops nobody."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
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
MOMENT = timedelta(seconds=1)
"""Pages that come faster go into the ledger together: each commit waits for the disk and for other writers."""


Told = Mapping[str, bytes]
"""Payloads by key."""


def pull_pages(run: Run, kind: str, pull: Callable[[str], Page], take: Callable[[Told], None]) -> None:
    """Page after page: raw records and the new cursor in one commit, before anything is read.

    `take` reads what is stored: at the end, and on a long way as often as there is a batch for it, so that the first
    records go on while the last ones are fetched. It gets what was told since it was last called.
    """
    cursor, told = run.lease.cursor, dict[str, bytes]()
    while True:
        pages = _pages(run, kind, pull, cursor)
        told |= {raw.key: raw.payload for page in pages for raw in page.records}
        cursor = pages[-1].cursor
        if not pages[-1].more:
            break
        if len(told) >= raw_records.AT_ONCE:
            take(told)
            told = {}
    take(told)


def _pages(run: Run, kind: str, pull: Callable[[str], Page], cursor: str) -> list[Page]:
    """The next ones, stored: as many as come in a moment, but no more than are read at once."""
    pages: list[Page] = []
    since, count = run.now(), 0
    try:
        while True:
            run.renew()
            pages.append(pull(cursor))
            run.failpoint(f"page_read.{kind}")
            cursor, count = pages[-1].cursor, count + len(pages[-1].records)
            if not pages[-1].more or count >= raw_records.AT_ONCE or run.now() - since >= MOMENT:
                return pages
    finally:  # what came before a page that fails is not asked for again
        _store(run, kind, pages)


def _store(run: Run, kind: str, pages: Sequence[Page]) -> None:
    half: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    for page in pages:
        half, whole = half | page.half, (whole - page.half) | page.whole
    records = [(raw.key, raw.payload) for page in pages for raw in page.records]
    if records or whole:
        stored = RawPage(kind, records, pages[-1].cursor, half, whole)
        raw_records.store_page(run.book, run.lease, stored, run.now())
        run.failpoint(f"page_stored.{kind}")
        run.cursor = None
    elif pages:
        run.cursor = pages[-1].cursor


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
    told: Told | None = None,
) -> None:
    """Everything of it that is stored and not read yet, in batches. What can't be read waits as an exception.

    `told` are those of them that the caller has in hand.
    """
    for batch in _unread(run, heard, told):
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


def _unread(run: Run, heard: Heard, told: Told | None) -> Iterator[list[RawLine]]:
    while told and (batch := raw_records.unread_of(run.book, heard.connection_id, heard.kind, told)):
        yield batch
    while batch := raw_records.unread(run.book, heard.connection_id, heard.kind, heard.keys):
        yield batch


def pull_and_read(
    run: Run,
    heard: Heard,
    pull: Callable[[str], Page],
    read: Callable[[bytes], Value],
    take: Callable[[list[tuple[RawLine, Value]]], None],
) -> None:
    pull_pages(run, heard.kind, pull, lambda told: read_all(run, heard, read, take, told))


def take_orders(
    run: Run,
    cart: ConnectionRecord,
    connector: PullsOrders,
    keys: Sequence[str] | None = None,
    told: Told | None = None,
) -> int:
    """Raw orders of one cart account, these or all, written as orders of whichever connection takes their marketplace.

    Each batch makes what follows from it due: so it is decided while the next one is read. How many are new.
    """
    takers, new = _takers(run, cart), 0

    def take(read: list[tuple[RawLine, Order]]) -> None:
        nonlocal new
        fit = fit_of_warehouses(run.hub, run.book)
        rows = [
            ReadOrder(
                raw_id=raw.id,
                connection_id=_taker(takers, cart, order).id,
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

    read_all(run, Heard(cart.id, "order", keys), connector.read_order, take, told)
    return new


def taker_of(run: Run, cart: ConnectionRecord, order: Order) -> ConnectionRecord:
    """Which connection of this account takes it."""
    return _taker(_takers(run, cart), cart, order)


Takers = Sequence[tuple[ConnectionRecord, Collection[str]]]
"""With the marketplaces that each wants: none is all."""


def _takers(run: Run, cart: ConnectionRecord) -> Takers:
    found = connections.siblings(cart)
    return [(info, getattr(run.hub.plug(info).settings, "marketplaces", ()) or ()) for info in found]


def _taker(takers: Takers, cart: ConnectionRecord, order: Order) -> ConnectionRecord:
    return next((info for info, wanted in takers if not wanted or order.marketplace in wanted), cart)
