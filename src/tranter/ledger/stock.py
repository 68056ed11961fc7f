"""Stock: levels from the warehouse, and the quantities that listings show and shall show."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec
from django.db.models import F, Q

from tranter.ledger import bulk, exceptions, journal, schedule
from tranter.ledger.asked_units import asked_units
from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import (
    ListingRow,
    ProductRow,
    StockLevelRow,
)
from tranter.ledger.sold_units import Listed, sold_units
from tranter.ledger.waiting_units import waiting_units
from tranter.ledger.writing import made_again, writing
from tranter.model import StockLevel, StockTarget


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """One product as stock is reckoned with: its levels by location, and what the hub holds back for orders.

    `promised` of what is `reserved` was asked of this warehouse; the rest waits for any.
    """

    product_id: str
    sku: str
    tracked: bool
    at_most: int | None
    levels: tuple[StockLevel, ...]
    reserved: int
    promised: int = 0


class ListingState(msgspec.Struct, frozen=True, kw_only=True):
    """`sold` are units sold since the last quantity that the cart acknowledged."""

    id: int
    key: str
    listing_id: str
    sku: str
    marketplace: str
    family: str
    acknowledged: int | None
    acknowledged_at: datetime | None
    wanted: int | None
    sold: int
    revisions: int


class StockResult(msgspec.Struct, frozen=True, kw_only=True):
    """`at` is when the call began. `outcome` is done, rejected, again or moved."""

    listing_row_id: int
    quantity: int
    outcome: str
    at: datetime
    due_at: datetime | None = None
    reason: str = ""
    family: str = ""


@made_again
def store_levels(book: Book, held: schedule.Lease, levels: Sequence[StockLevel]) -> int:
    """An older reading never replaces a newer one. How many levels changed."""
    latest = {(level.product_id, level.location): level for level in levels}
    with writing(book):
        schedule.check(held)
        ids = {product_id for product_id, _ in latest}
        rows = StockLevelRow.objects.filter(connection_id=held.connection_id, product_id__in=many(ids))
        before = {(row.product_id, row.location): row for row in rows}
        newer = {
            place: level
            for place, level in latest.items()
            if place not in before or before[place].read_at <= level.read_at
        }
        StockLevelRow.objects.bulk_create(
            [
                StockLevelRow(
                    connection_id=held.connection_id,
                    product_id=level.product_id,
                    location=level.location,
                    available=level.available,
                    tracked=level.tracked,
                    read_at=level.read_at,
                )
                for level in newer.values()
            ],
            update_conflicts=True,
            unique_fields=["connection", "product_id", "location"],
            update_fields=["available", "tracked", "read_at"],
        )
    return sum(1 for place, level in newer.items() if place not in before or before[place].available != level.available)


def shelves(book: Book, connection_id: int, skus: Iterable[str]) -> dict[str, list[Shelf]]:
    """By SKU, for one warehouse; a SKU with several products has several shelves."""
    rows = ProductRow.objects.filter(
        connection_id=connection_id, connection__merchant_id=book.merchant_id, active=True, sku__in=many(skus)
    )
    products = [_Product(*values) for values in rows.values_list(*_Product._fields)]
    levels = _levels(connection_id, [product.remote_id for product in products])
    committed = asked_units(connection_id, levels)
    waiting = waiting_units(book, [product.sku for product in products])
    found: defaultdict[str, list[Shelf]] = defaultdict(list)
    for product in products:
        reserved = committed.get(product.remote_id, 0)
        found[product.sku].append(
            Shelf(
                product_id=product.remote_id,
                sku=product.sku,
                tracked=product.tracked,
                at_most=product.at_most,
                levels=tuple(levels.get(product.remote_id, ())),
                reserved=reserved + waiting.get(product.sku, 0),
                promised=reserved,
            )
        )
    return found


class _Product(NamedTuple):
    remote_id: str
    sku: str
    tracked: bool
    at_most: int | None


def _levels(connection_id: int, product_ids: Sequence[str]) -> dict[str, list[StockLevel]]:
    found: defaultdict[str, list[StockLevel]] = defaultdict(list)
    rows = StockLevelRow.objects.filter(connection_id=connection_id, product_id__in=many(product_ids))
    columns = ("product_id", "location", "available", "tracked", "read_at")
    for product_id, location, available, tracked, read_at in rows.values_list(*columns):
        level = StockLevel(
            product_id=product_id, location=location, available=available, tracked=tracked, read_at=read_at
        )
        found[product_id].append(level)
    return found


def listing_states(
    book: Book, connection_id: int, today: date, codes: Iterable[str] | None = None
) -> list[ListingState]:
    """Of one cart; with `codes`, only the listings that are called so there."""
    found = ListingRow.objects.filter(connection_id=connection_id, connection__merchant_id=book.merchant_id)
    if codes is not None:
        found = found.filter(sku__in=many(codes))
    rows = found.filter(active=True).order_by("pk").values_list(*Listed._fields)
    listings = [Listed(*values) for values in rows]
    sold = sold_units(book, listings)
    return [
        ListingState(
            id=row.pk,
            key=row.key,
            listing_id=row.listing_id,
            sku=row.sku,
            marketplace=row.marketplace,
            family=row.family,
            acknowledged=None if row.pushing else row.acknowledged,
            acknowledged_at=row.acknowledged_at,
            wanted=row.wanted,
            sold=sold[row.pk],
            revisions=row.revisions if row.revisions_on == today else 0,
        )
        for row in listings
    ]


def want(book: Book, connection_id: int, wanted: Mapping[int, int | None], now: datetime) -> None:
    """Writes down what listings shall show, before any call. None takes a wish back."""
    ids = list(wanted)
    with writing(book):
        mine = ListingRow.objects.filter(connection_id=connection_id, connection__merchant_id=book.merchant_id)
        for start in range(0, len(ids), PART):
            rows = list(mine.filter(pk__in=many(ids[start : start + PART])).only(*LISTING_WANTED))
            for row in rows:
                _wish(row, wanted[row.pk], now)
            bulk.update(ListingRow, [{name: getattr(row, name) for name in LISTING_WANTED} for row in rows])


PART = 5_000
"""Rows in memory at a time."""


def _wish(row: ListingRow, quantity: int | None, now: datetime) -> None:
    if row.wanted is not None and row.wanted != quantity:
        row.superseded, row.superseded_at = row.wanted, now
    row.wanted, row.wanted_at = quantity, now
    if quantity is None:
        row.due_at = row.failing_since = None
    elif row.due_at is None or not row.failing_since:
        row.due_at = now


def claim(
    book: Book, held: schedule.Lease, family_batches: Mapping[str, int], now: datetime
) -> list[list[tuple[int, StockTarget]]]:
    """Due targets in batches of one family, falling stock first, marked as being pushed in one commit."""
    with writing(book):
        schedule.check(held)
        rows = ListingRow.objects.filter(
            connection_id=held.connection_id, wanted__isnull=False, due_at__lte=now, active=True
        ).order_by("wanted", "pk")[:500]
        chosen = list(rows)
        ListingRow.objects.filter(pk__in=many(row.pk for row in chosen)).update(
            pushing=True, attempts=F("attempts") + 1
        )
    batches: list[list[tuple[int, StockTarget]]] = []
    for family in dict.fromkeys(row.family for row in chosen):
        targets = [(row.pk, _target(row)) for row in chosen if row.family == family]
        size = family_batches.get(family, 1)
        batches += [targets[start : start + size] for start in range(0, len(targets), size)]
    return batches


def _target(row: ListingRow) -> StockTarget:
    return StockTarget(
        key=str(row.pk),
        listing_id=row.listing_id,
        sku=row.sku,
        variation=row.variation,
        marketplace=row.marketplace,
        family=row.family,
        offer_id=row.offer_id,
        quantity=row.wanted or 0,
    )


@made_again
def settle(book: Book, held: schedule.Lease, results: Sequence[StockResult], now: datetime) -> int:
    """How many listings show the new quantity now."""
    with writing(book):
        schedule.check(held)
        mine = ListingRow.objects.filter(connection_id=held.connection_id, connection__merchant_id=book.merchant_id)
        rows = {row.pk: row for row in mine.filter(pk__in=many(item.listing_row_id for item in results))}
        for item in results:
            _settle_one(rows[item.listing_row_id], item, now)
        bulk.update(ListingRow, [{name: getattr(row, name) for name in LISTING_SETTLED} for row in rows.values()])
        done = sum(1 for item in results if item.outcome == "done")
        if done:
            detail: journal.Detail = {"listings": done}
            journal.append(book, [journal.Entry(what="stock_pushed", detail=detail)], now)
        _raise_troubles(book, held, rows, results, now)
    return done


def doubt(book: Book, row_ids: Iterable[int]) -> None:
    """Nobody knows what these listings show: the next plan writes to them again."""
    rows = ListingRow.objects.filter(connection__merchant_id=book.merchant_id, pk__in=many(row_ids))
    rows.update(acknowledged=None, acknowledged_at=None, pushing=False)


LISTING_WANTED = ["id", "wanted", "wanted_at", "due_at", "failing_since", "superseded", "superseded_at"]
LISTING_SETTLED = [
    "id",
    "pushed",
    "pushed_at",
    "acknowledged",
    "acknowledged_at",
    "wanted",
    "due_at",
    "pushing",
    "family",
    "failing_since",
    "trouble",
    "revisions",
    "revisions_on",
]


def _settle_one(row: ListingRow, item: StockResult, now: datetime) -> None:
    match item.outcome:
        case "done":
            row.acknowledged, row.acknowledged_at = item.quantity, item.at
            row.pushed, row.pushed_at = item.quantity, item.at
            row.pushing, row.trouble, row.failing_since = False, "", None
            if row.wanted == item.quantity:
                row.wanted = row.due_at = None
            today = now.date()
            row.revisions = row.revisions + 1 if row.revisions_on == today else 1
            row.revisions_on = today
        case "moved":
            row.family, row.due_at, row.pushing = item.family, now, False
        case "rejected":
            row.pushing, row.trouble = False, item.reason
            row.failing_since, row.due_at = row.failing_since or now, item.due_at
        case "again":
            row.trouble, row.due_at = item.reason, item.due_at
            row.failing_since = row.failing_since or now
        case _:
            raise ValueError(f"a stock result can't be {item.outcome!r}")


def _raise_troubles(
    book: Book,
    held: schedule.Lease,
    rows: Mapping[int, ListingRow],
    results: Sequence[StockResult],
    now: datetime,
) -> None:
    troubles = []
    for item in results:
        row = rows[item.listing_row_id]
        if item.outcome == "rejected":
            troubles.append(
                exceptions.Trouble(
                    kind="stock_not_in_sync",
                    subject=f"{row.sku} on {row.listing_id}",
                    cause=item.reason,
                    remedy="correct the listing at the cart; it is tried again every hour and at each change",
                    connection_id=held.connection_id,
                )
            )
    done = [rows[item.listing_row_id] for item in results if item.outcome == "done"]
    exceptions.resolve_subjects(book, "stock_not_in_sync", [f"{row.sku} on {row.listing_id}" for row in done], now)
    exceptions.raise_exceptions(book, troubles, now)


def next_due_at(connection_id: int) -> datetime | None:
    rows = ListingRow.objects.filter(connection_id=connection_id, active=True).exclude(Q(wanted=None) | Q(due_at=None))
    return rows.order_by("due_at").values_list("due_at", flat=True).first()
