"""The catalogue: what the carts list beside what the warehouse has, joined by the aliases where they lie."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from django.db.models import Count, Max, Q

from tranter.ledger import shelf_list
from tranter.ledger.book import Book
from tranter.ledger.models import Kit, ListingRow, MappingChange
from tranter.ledger.shelf_list import ProductView


class ListingView(msgspec.Struct, frozen=True):
    """A cart's page and what it means. `sku` is `code` after the aliases."""

    id: int
    connection: str
    marketplace: str
    listing_id: str
    title: str
    variation: str
    code: str
    sku: str
    shown: int | None


class Mark(msgspec.Struct, frozen=True):
    """Differs when products or listings were read again, or a mapping was changed."""

    products: shelf_list.Mark
    listings: int
    newest: int
    read_at: datetime | None
    mapping: int


class Sorted(msgspec.Struct, frozen=True, kw_only=True):
    """Row ids of listings by how they match, each by code; and of products that no listing means."""

    unmatched: tuple[int, ...]
    duplicate: tuple[int, ...]
    matched: tuple[int, ...]
    only_at_warehouse: tuple[int, ...]


def mark(book: Book, warehouses: Sequence[int]) -> Mark:
    rows = ListingRow.objects.filter(connection__merchant_id=book.merchant_id, active=True)
    found = rows.aggregate(count=Count("pk"), newest=Max("pk"), read_at=Max("read_at"))
    changes = MappingChange.objects.filter(merchant_id=book.merchant_id).aggregate(newest=Max("pk"))
    products = shelf_list.mark_of_products(book, warehouses)
    return Mark(products, found["count"], found["newest"] or 0, found["read_at"], changes["newest"] or 0)


def listings(book: Book, day: date) -> Any:
    """A query set with `meant`, the SKU that the code stands for at its cart on that day."""
    rows = ListingRow.objects.filter(connection__merchant_id=book.merchant_id, active=True)
    return shelf_list.meaning(rows, book, day)


def sort(book: Book, warehouses: Sequence[int], day: date) -> Sorted:
    """Walks through all of them once. A SKU is there twice where one warehouse has it twice."""
    times = Counter(dict.fromkeys(Kit.objects.filter(merchant_id=book.merchant_id).values_list("sku", flat=True), 1))
    here: dict[str, list[int]] = {}
    for one in warehouses:
        rows = list(shelf_list.products(book, [one]).order_by("sku", "pk").values_list("pk", "sku"))
        times |= Counter(sku for _, sku in rows)
        new: dict[str, list[int]] = {}
        for pk, sku in rows:
            new.setdefault(sku, []).append(pk)
        here = {**new, **here}
    meanings = list(listings(book, day).order_by("sku", "pk").values_list("pk", "meant"))
    meant = {sku for _, sku in meanings}
    return Sorted(
        unmatched=tuple(pk for pk, sku in meanings if not times[sku]),
        duplicate=tuple(pk for pk, sku in meanings if times[sku] > 1),
        matched=tuple(pk for pk, sku in meanings if times[sku] == 1),
        only_at_warehouse=tuple(pk for sku, pks in sorted(here.items()) if sku not in meant for pk in pks),
    )


def search_listings(book: Book, text: str, day: date) -> set[int]:
    rows = listings(book, day).filter(
        Q(sku__icontains=text) | Q(title__icontains=text) | Q(listing_id=text) | Q(meant__icontains=text)
    )
    return set(rows.order_by().values_list("pk", flat=True))


def at_cart(book: Book, connection: str) -> set[int]:
    """Ids of what one cart lists."""
    mine = ListingRow.objects.filter(connection__merchant_id=book.merchant_id, connection__name=connection)
    return set(mine.exclude(sku="").values_list("pk", flat=True))


def search_products(book: Book, warehouses: Sequence[int], text: str) -> set[int]:
    rows = shelf_list.products(book, warehouses)
    rows = rows.filter(Q(sku__icontains=text) | Q(name__icontains=text) | Q(barcode=text))
    return set(rows.order_by().values_list("pk", flat=True))


SHOWN = ("pk", "connection__name", "marketplace", "listing_id", "title", "variation", "sku", "meant", "acknowledged")


def listing_views(book: Book, ids: Sequence[int], day: date) -> list[ListingView]:
    rows = {row[0]: row for row in listings(book, day).filter(pk__in=ids).values_list(*SHOWN)}
    return [ListingView(*rows[pk]) for pk in ids if pk in rows]


def product_views(book: Book, warehouses: Sequence[int], ids: Sequence[int]) -> list[ProductView]:
    rows = shelf_list.products(book, warehouses).filter(pk__in=ids).order_by("sku", "pk")
    return [ProductView(*row) for row in rows.values_list("sku", "name", "barcode")]
