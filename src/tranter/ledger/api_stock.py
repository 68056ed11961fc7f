"""Products and what there is of them, over all warehouses of a merchant, as clients of the CartRover API ask."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from django.db.models import QuerySet

from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import Alias, FulfillmentLineRow, ProductRow, ShipmentRow, StockLevelRow


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """`held` are units of orders that the warehouse has and has not sent yet."""

    key: str
    name: str
    available: int | None
    held: int
    read_at: datetime | None


class Stocked(msgspec.Struct, frozen=True, kw_only=True):
    """`aliases` are (where it is called so, alias)."""

    sku: str
    places: tuple[Place, ...]
    aliases: tuple[tuple[str, str], ...]

    @property
    def available(self) -> int:
        return sum(place.available or 0 for place in self.places)

    @property
    def on_hand(self) -> int:
        return self.available + sum(place.held for place in self.places)

    @property
    def read_at(self) -> datetime | None:
        return max((place.read_at for place in self.places if place.read_at is not None), default=None)


class ProductCard(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    name: str
    barcode: str
    remote_id: str
    read_at: datetime | None
    aliases: tuple[tuple[str, str], ...]


def stocked(book: Book, limit: int, page: int) -> tuple[list[Stocked], int]:
    """A page of SKUs, in their order, and how many there are."""
    skus = _products(book).order_by("sku").values_list("sku", flat=True).distinct()
    start = (page - 1) * limit
    return _stocked(book, list(skus[start : start + limit])), skus.count()


def stock_of(book: Book, sku: str) -> Stocked | None:
    """By SKU, or one of its aliases."""
    found = _stocked(book, [_meant(book, sku)])
    return found[0] if found else None


def product(book: Book, sku: str) -> ProductCard | None:
    wanted = _meant(book, sku)
    row = _products(book).filter(sku=wanted).order_by("pk").first()
    if row is None:
        return None
    return ProductCard(
        sku=row.sku,
        name=row.name,
        barcode=row.barcode,
        remote_id=row.remote_id,
        read_at=row.read_at,
        aliases=tuple(_aliases(book, [row.sku]).get(row.sku, ())),
    )


def _products(book: Book) -> "QuerySet[ProductRow]":
    rows = ProductRow.objects.filter(connection__merchant_id=book.merchant_id, active=True)
    return rows.exclude(sku="").exclude(connection__state="removed")


def _meant(book: Book, sku: str) -> str:
    if _products(book).filter(sku=sku).exists():
        return sku
    row = Alias.objects.filter(merchant_id=book.merchant_id, alias=sku).order_by("connection").first()
    return row.sku if row is not None else sku


def _stocked(book: Book, skus: Sequence[str]) -> list[Stocked]:
    products = list(_products(book).filter(sku__in=many(skus)).select_related("connection").order_by("pk"))
    levels, held = _levels(products), _held(book, products)
    aliases = _aliases(book, skus)
    by_sku: defaultdict[str, list[ProductRow]] = defaultdict(list)
    for row in products:
        by_sku[row.sku].append(row)
    return [
        Stocked(
            sku=sku,
            places=tuple(place for row in by_sku[sku] for place in _places(row, levels, held)),
            aliases=tuple(aliases.get(sku, ())),
        )
        for sku in skus
        if by_sku[sku]
    ]


Product = tuple[int, str]
"""Warehouse connection and its id of a product."""


def _levels(products: Sequence[ProductRow]) -> Mapping[Product, list[StockLevelRow]]:
    found: defaultdict[Product, list[StockLevelRow]] = defaultdict(list)
    rows = StockLevelRow.objects.filter(
        connection__in={row.connection_id for row in products}, product_id__in=many({row.remote_id for row in products})
    )
    for level in rows.order_by("location"):
        found[level.connection_id, level.product_id].append(level)
    return found


def _held(book: Book, products: Sequence[ProductRow]) -> Mapping[Product, int]:
    """Asked of the warehouse, held there, and not in a parcel yet."""
    lines = FulfillmentLineRow.objects.filter(
        fulfillment__merchant_id=book.merchant_id,
        fulfillment__state="sent",
        fulfillment__committed_at__isnull=False,
        fulfillment__order__status="at_wms",
        product_id__in=many({row.remote_id for row in products}),
    )
    asked = lines.values_list("fulfillment_id", "fulfillment__connection_id", "line_id", "product_id", "quantity")
    rows = list(asked)
    parcels = ShipmentRow.objects.filter(fulfillment_id__in=many({row[0] for row in rows}), state="shipped")
    left: defaultdict[tuple[int, str], int] = defaultdict(int)
    for fulfillment_id, shipped in parcels.values_list("fulfillment_id", "lines"):
        for line_id, units in shipped:
            left[fulfillment_id, line_id] += units
    found: defaultdict[Product, int] = defaultdict(int)
    for fulfillment_id, connection_id, line_id, product_id, quantity in rows:
        found[connection_id, product_id] += max(quantity - left[fulfillment_id, line_id], 0)
    return found


def _places(
    row: ProductRow, levels: Mapping[Product, Sequence[StockLevelRow]], held: Mapping[Product, int]
) -> list[Place]:
    """Nobody tells at which of several locations an order is held: the first one has them."""
    counted = levels.get((row.connection_id, row.remote_id), ())
    name, waiting = row.connection.name, held.get((row.connection_id, row.remote_id), 0)
    if not counted:
        return [Place(key=str(row.connection_id), name=name, available=None, held=waiting, read_at=None)]
    return [
        Place(
            key=level.location if level.location.isdecimal() else f"{row.connection_id}{level.location}",
            name=f"{name} {level.location}".strip(),
            available=level.available,
            held=waiting if place == 0 else 0,
            read_at=level.read_at,
        )
        for place, level in enumerate(counted)
    ]


def _aliases(book: Book, skus: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    rows = Alias.objects.filter(merchant_id=book.merchant_id, sku__in=many(skus)).order_by("connection", "alias")
    for connection, alias, sku in rows.values_list("connection", "alias", "sku"):
        found[sku].append((connection, alias))
    barcodes = _products(book).filter(sku__in=many(skus)).exclude(barcode="").order_by("pk")
    for sku, barcode in barcodes.values_list("sku", "barcode"):
        if ("UPC", barcode) not in found[sku]:
            found[sku].append(("UPC", barcode))
    return found
