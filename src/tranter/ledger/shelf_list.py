"""The warehouse's products, searched and paged where they lie. Nothing here changes anything."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from django.db.models import Case, Count, IntegerField, Max, Q, QuerySet, Value, When

from tranter.ledger.book import Book
from tranter.ledger.models import ProductRow


class ProductView(msgspec.Struct, frozen=True):
    sku: str
    name: str
    barcode: str


class Mark(msgspec.Struct, frozen=True):
    """Differs when products came, went or were read again."""

    count: int
    newest: int
    read_at: datetime | None


def products(book: Book, connection_id: int) -> "QuerySet[ProductRow]":
    return ProductRow.objects.filter(
        connection_id=connection_id, connection__merchant_id=book.merchant_id, active=True
    ).exclude(sku="")


def mark_of_products(book: Book, connection_id: int) -> Mark:
    found = products(book, connection_id).aggregate(count=Count("pk"), newest=Max("pk"), read_at=Max("read_at"))
    return Mark(found["count"], found["newest"] or 0, found["read_at"])


def all_products(book: Book, connection_id: int) -> list[ProductView]:
    rows = products(book, connection_id).order_by("sku").values_list("sku", "name", "barcode")
    return [ProductView(*row) for row in rows]


def find_products(book: Book, connection_id: int, text: str, limit: int = 20) -> list[ProductView]:
    """For somebody who types: SKUs that begin with it first, then what holds it in SKU, name or barcode."""
    rows = products(book, connection_id)
    if text:
        rows = rows.filter(Q(sku__icontains=text) | Q(name__icontains=text) | Q(barcode=text))
    first = Case(When(sku__istartswith=text, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = rows.order_by(first, "sku").values_list("sku", "name", "barcode")[:limit]
    return [ProductView(*row) for row in found]


def names(book: Book, connection_id: int, skus: Iterable[str]) -> dict[str, str]:
    """What the warehouse calls these SKUs."""
    rows = products(book, connection_id).filter(sku__in=set(skus))
    return dict(rows.values_list("sku", "name"))
