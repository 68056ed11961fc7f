"""A ledger with very many orders: sealed payloads are real, the mix is that of a busy month. For bench/pages.py."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import msgspec
from msgspec.structs import replace

from bench.demo_hub import URLS
from tranter.demo.world import Connected, World, connect
from tranter.engine.hub import Hub
from tranter.ledger import exceptions
from tranter.ledger.decisions import fulfillment_place, intent_key
from tranter.ledger.exceptions import Trouble
from tranter.ledger.models import (
    Attempt,
    FulfillmentLineRow,
    FulfillmentRow,
    Intent,
    JournalEntry,
    ListingRow,
    Merchant,
    OrderLineRow,
    OrderRow,
    ProductRow,
    RawRecord,
    ShipmentRow,
    StockLevelRow,
)
from tranter.ledger.order_columns import order_place, receiver_hash
from tranter.model import Buyer, Money
from tranter.testing.builders import HOME, fulfillment, fulfillment_line, order, order_line

MERCHANTS = ("harbour", "anchor", "bell", "cove")
SHARES = (0, 0, 0, 0, 0, 0, 0, 1, 2, 3)
"""Seven of ten orders are the first merchant's."""
SKUS = 20_000
BATCH = 10_000
DAYS, YOUNG_DAYS = 30, 3
BEFORE_INDEXES = 0.7
"""This share of the orders is there when the indexes are made. With the rest their pages get as full as they are in a
ledger that has grown: those of a new index are full, and the first rows that come split them all."""
NAMES = "Ada Brandt,Bo Li,Jean-Luc Lefèvre,Mira Okafor,Ewa Nowak,Tom Berg,Ines Costa,Yuki Sato".split(",")
CLOSED = ("canceled",) * 30 + ("skipped",) * 15 + ("shipped",) * 10
OLD = CLOSED + ("confirmed",) * 945
YOUNG = CLOSED + ("at_wms",) * 300 + ("new",) * 50 + ("error",) * 100 + ("confirmed",) * 495
"""Orders come by and by, and what is open is among the last: of a thousand so many each."""
SENT = ("confirmed", "shipped", "at_wms")
TROUBLES = ("unknown_sku",) * 6 + ("address", "rejected", "no_address", "not_delivered_for_a_day")


class Inserting:
    """`fixed` columns are the same in every row; the rest are given row by row, in this sequence."""

    def __init__(self, model: Any, columns: str, **fixed: Any) -> None:
        names = {field.name: field.column for field in model._meta.concrete_fields}
        self.given = columns.split()
        missing = set(names) - {"id"} - set(self.given) - set(fixed)
        fixed |= {name: _default(model._meta.get_field(name)) for name in missing}
        asked = [names[name] for name in (*self.given, *fixed)]
        self._fixed = tuple(fixed.values())
        columns, marks = '", "'.join(asked), ", ".join("?" * len(asked))
        self.sql = f'INSERT INTO {model._meta.db_table} ("{columns}") VALUES ({marks})'
        self.rows: list[Sequence[Any]] = []

    def add(self, *values: Any) -> None:
        self.rows.append((*values, *self._fixed))

    def flush(self, cursor: sqlite3.Cursor) -> None:
        cursor.executemany(self.sql, self.rows)
        self.rows.clear()


def _default(field: Any) -> Any:
    value = field.get_default()
    if isinstance(value, dict | list):
        return json.dumps(value)
    return "" if value is None and not field.null else value


def fill(hub: Hub, world: World, database: Path, count: int, say: Callable[[str], None]) -> None:
    """Merchants, connections, products, listings, and `count` orders with all that belongs to them."""
    began = perf_counter()
    houses = [_connected(hub, world, slug) for slug in MERCHANTS]
    now = hub.ports.clock.now()
    with sqlite3.connect(database, isolation_level=None) as connection:
        cursor = connection.cursor()
        for pragma in ("synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute("BEGIN")
        _goods(cursor, houses[0], now)
        cursor.execute("COMMIT")
        writer = Writer(hub, houses, now, count)
        indexes = _without_indexes(cursor)
        for begin in range(1, count + 1, BATCH):
            end = min(begin + BATCH, count + 1)
            if begin > count * BEFORE_INDEXES:
                _make(cursor, indexes)
            cursor.execute("BEGIN")
            for number in range(begin, end):
                writer.write(number)
            writer.flush(cursor)
            cursor.execute("COMMIT")
            say(f"{end - 1:,} of {count:,} orders, {perf_counter() - began:,.0f} s")
        for pk, length in writer.journal_lengths.items():
            cursor.execute("UPDATE ledger_merchant SET journal_length = ? WHERE id = ?", [length, pk])
        _make(cursor, indexes)
        cursor.execute("ANALYZE")
    writer.raise_troubles()


def _connected(hub: Hub, world: World, slug: str) -> Connected:
    made = connect(hub, world, URLS, slug)
    Merchant.objects.filter(slug=slug).update(name=f"{slug.title()} Goods", time_zone="Europe/Berlin")
    return made


def _without_indexes(cursor: sqlite3.Cursor) -> list[str]:
    """To be made again when most rows are there: sorted once, that is much quicker."""
    found = cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    for name, _ in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [statement for _, statement in found]


def _make(cursor: sqlite3.Cursor, indexes: list[str]) -> None:
    while indexes:
        cursor.execute(indexes.pop())


def _goods(cursor: sqlite3.Cursor, house: Connected, now: datetime) -> None:
    moment = _text(now)
    products = Inserting(ProductRow, "connection remote_id sku name read_at", active=True, tracked=True)
    levels = Inserting(StockLevelRow, "connection product_id available read_at", tracked=True)
    listings = Inserting(
        ListingRow, "connection key listing_id sku title shown acknowledged read_at acknowledged_at", active=True
    )
    for number in range(SKUS):
        sku, units = _sku(number), number % 90
        products.add(house.warehouse.id, f"9{number}", sku, f"Goods no. {number}", moment)
        levels.add(house.warehouse.id, f"9{number}", units, moment)
        shown = sku if number % 40 else f"{sku} (2 pcs)"
        listing = str(110_000_000_000 + number)
        listings.add(house.cart.id, listing, listing, shown, f"Goods no. {number}", units, units, moment, moment)
    for table in (products, levels, listings):
        table.flush(cursor)


def _sku(number: int) -> str:
    return f"HG-{number // 100:03}-{number % 100:02}"


def _text(at: datetime) -> str:
    """As Django writes it."""
    return str(at.replace(tzinfo=None))


class Writer:
    """Rows of all tables of an order, gathered; orders are numbered from 1 to `count`, and so are their rows."""

    def __init__(self, hub: Hub, houses: Sequence[Connected], now: datetime, count: int) -> None:
        self._vault, self._houses, self._now, self._count, self._random = hub.vault, houses, now, count, Random(7)
        self._parcels = self._intents = 0
        self.journal_lengths = {house.book.merchant_id: 100 for house in houses}
        self._open: dict[int, list[Trouble]] = {house.book.merchant_id: [] for house in houses}
        self._line, self._planned = order_line(_sku(1), line_id="1"), fulfillment_line(_sku(1), "91")
        self._order, self._fulfillment = order("1", [self._line]), fulfillment("1", [self._planned])
        self.orders = Inserting(
            OrderRow,
            "id merchant connection account remote_id number cust_ref status cart_state reason held_kind held_value"
            " total_minor buyer_hash receiver_hash ship_by ordered_at modified_at seen_at created_at final_at sealed",
            undecided=False,
            marketplace="EBAY_DE",
            currency="EUR",
            ship_method="DE_DHLPaket",
        )
        self.raws = Inserting(RawRecord, "merchant connection key received_at sealed", kind="order", state="old")
        self.lines = Inserting(OrderLineRow, "order line_id sku item_sku quantity listing_id")
        self.fulfillments = Inserting(
            FulfillmentRow,
            "id merchant order connection state remote_id remote_number committed_at sent_at sealed",
            number=1,
        )
        self.planned = Inserting(FulfillmentLineRow, "fulfillment line_id sku product_id quantity")
        self.intents = Inserting(
            Intent,
            "id merchant connection verb key state due_at order fulfillment shipment created_at ended_at",
            attempts=1,
        )
        self.attempts = Inserting(Attempt, "intent at outcome", number=1, what="send", calls=CALLS)
        self.parcels = Inserting(
            ShipmentRow,
            "id merchant connection order fulfillment remote_id tracking_number shipped_at modified_at lines"
            " confirmed_at",
            state="shipped",
            carrier="DHL",
        )
        self.journal = Inserting(JournalEntry, "merchant number at what subject", actor="hub", hash="0" * 64)

    @property
    def tables(self) -> Iterator[Inserting]:
        yield from (self.raws, self.orders, self.lines, self.fulfillments, self.planned, self.parcels, self.intents)
        yield from (self.attempts, self.journal)

    def flush(self, cursor: sqlite3.Cursor) -> None:
        for table in self.tables:
            table.flush(cursor)

    def write(self, number: int) -> None:
        house = self._houses[SHARES[number % 10]]
        age = timedelta(days=DAYS) * (1 - number / self._count)
        at, status = self._now - age, self._random.choice(YOUNG if age.days < YOUNG_DAYS else OLD)
        kind = TROUBLES[number % 10] if status == "error" else ""
        sku = f"NEW-{number % 37}" if kind == "unknown_sku" else _sku(number % SKUS)
        self._write_order(number, house, (status, kind, sku), at)
        if status in SENT:
            self._write_delivery(number, house, (status, sku), at)
        if status == "new":
            self._write_intent(house, ("push_fulfillment", "ready", None), number, (None, at))
        self._tell(house, number, status, at)

    def _write_order(self, number: int, house: Connected, stands: tuple[str, str, str], at: datetime) -> None:
        status, kind, sku = stands
        remote_id = f"{number % 90 + 10}-{number:08}-{number % 99991:05}"
        buyer = Buyer(remote_id=f"buyer{number}", name=NAMES[number % 8], email=f"b{number}@example.com", phone="")
        line = replace(
            self._line, sku=sku, amount=Money(1000 + number % 9000, "EUR"), title=f"Goods no. {number % SKUS}"
        )
        made = replace(
            self._order,
            remote_id=remote_id,
            number=remote_id,
            buyer=buyer,
            ship_to=replace(HOME, name=buyer.name),
            lines=(line,),
            total=line.amount,
            currency="EUR",
        )
        merchant_id, account, moment = house.book.merchant_id, house.cart.account, _text(at)
        sealed = self._vault.seal(msgspec.msgpack.encode(made), order_place(merchant_id, account, remote_id))
        final = moment if status in ("confirmed", "canceled", "skipped") else None
        ship_by = _text(at + timedelta(days=2 + number % 3))
        why = {"error": f"the warehouse has no {sku}", "skipped": "the cart sent it", "canceled": "the buyer asked"}
        self.orders.add(
            number,
            merchant_id,
            house.cart.id,
            account,
            remote_id,
            remote_id,
            remote_id if status in SENT else None,
            status,
            "open" if status in ("new", "at_wms", "error") else "shipped",
            why.get(status, ""),
            kind,
            sku if kind == "unknown_sku" else "",
            line.amount.minor,
            self._vault.hash(buyer.remote_id),
            receiver_hash(self._vault, made),
            ship_by,
            *[moment] * 4,
            final,
            sealed,
        )
        self.raws.add(merchant_id, house.cart.id, remote_id, moment, sealed)
        listing = str(110_000_000_000 + number % SKUS)
        self.lines.add(number, "1", sku, sku, 1 + number % 3, listing)
        if number % 2:
            self.lines.add(number, "2", _sku((number * 7) % SKUS), _sku((number * 7) % SKUS), 1, listing)
        if kind:
            self._open[merchant_id].append(_trouble(number, remote_id, kind, sku, house))

    def _write_delivery(self, number: int, house: Connected, stands: tuple[str, str], at: datetime) -> None:
        status, sku = stands
        sealed = self._vault.seal(msgspec.msgpack.encode(self._fulfillment), fulfillment_place(number, 1))
        sent = _text(at + timedelta(minutes=6))
        merchant_id, where = house.book.merchant_id, house.warehouse.id
        self.fulfillments.add(
            number, merchant_id, number, where, "sent", f"7{number}", f"SO{number}", sent, sent, sealed
        )
        self.planned.add(number, "1", sku, f"9{number % SKUS}", 1 + number % 3)
        self._write_intent(house, ("push_fulfillment", "done", None), number, (number, at))
        if status == "at_wms":
            return
        self._parcels += 1
        left = _text(at + timedelta(hours=20))
        told = left if status == "confirmed" else None
        tracking = f"00340434{number:012}"
        self.parcels.add(
            self._parcels, merchant_id, where, number, number, f"5{number}", tracking, left, left, '[["1", 1]]', told
        )
        state = "done" if status == "confirmed" else "ready"
        self._write_intent(house, ("push_shipment", state, self._parcels), number, (number, at))

    def _write_intent(
        self, house: Connected, what: tuple[str, str, int | None], number: int, sent: tuple[int | None, datetime]
    ) -> None:
        (verb, state, parcel), (delivery, at) = what, sent
        self._intents += 1
        moment = _text(at + timedelta(minutes=5))
        where = house.warehouse.id if verb == "push_fulfillment" else house.cart.id
        key = intent_key(verb, where, str(number), 1)
        ended = moment if state == "done" else None
        due = moment if state == "done" else _text(self._now + timedelta(minutes=9))
        self.intents.add(
            self._intents, house.book.merchant_id, where, verb, key, state, due, number, delivery, parcel, moment, ended
        )
        if state == "done":
            self.attempts.add(self._intents, moment, "done")

    def _tell(self, house: Connected, number: int, status: str, at: datetime) -> None:
        words = ["order_taken", "fulfillment_planned", "order_at_warehouse", "tracking_confirmed"]
        told = words if status in ("confirmed", "shipped") else words[:2]
        remote_id = f"{number % 90 + 10}-{number:08}-{number % 99991:05}"
        merchant_id = house.book.merchant_id
        for after, what in enumerate(told):
            self.journal_lengths[merchant_id] += 1
            moment = _text(at + timedelta(minutes=3 * after))
            self.journal.add(merchant_id, self.journal_lengths[merchant_id], moment, what, remote_id)

    def raise_troubles(self) -> None:
        for house in self._houses:
            exceptions.raise_exceptions(house.book, self._open[house.book.merchant_id], self._now)


CALLS = json.dumps([{"method": "POST", "path": "/orders", "status": 201, "milliseconds": 180}])


def _trouble(number: int, subject: str, kind: str, sku: str, house: Connected) -> Trouble:
    return Trouble(
        kind=kind,
        subject=subject,
        value=sku if kind == "unknown_sku" else "",
        cause=f"the warehouse has no {sku}" if kind == "unknown_sku" else "the warehouse said no",
        order_id=number,
        connection_id=house.cart.id,
    )
