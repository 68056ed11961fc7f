"""What the other systems know of our items: products at a warehouse, listings at a cart."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import F

from tranter.ledger import exceptions, schedule
from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import ListingRow, ProductRow
from tranter.ledger.questions import Question, each, given
from tranter.ledger.writing import writing
from tranter.model import Listing, Product

PRODUCT_FIELDS = ["sku", "name", "barcode", "active", "tracked", "at_most", "weight", "read_at"]
LISTING_FIELDS = [
    "listing_id",
    "sku",
    "variation",
    "marketplace",
    "title",
    "offer_id",
    "active",
    "shown",
    "read_at",
]
SHRUNK_SHARE = 0.5
CHUNK = 500


def store_products(book: Book, held: schedule.Lease, products: Sequence[Product], read_at: datetime) -> set[str]:
    """Writes them all. The SKUs that are new, or whose product changed its name, id, state or weight."""
    with writing(book):
        schedule.check(held)
        rows = ProductRow.objects.filter(
            connection_id=held.connection_id, remote_id__in=many([product.remote_id for product in products])
        )
        before = {row.remote_id: (row.sku, row.active, row.weight) for row in rows}
        latest = {product.remote_id: product for product in products}
        changed: set[str] = set()
        for product in latest.values():
            old = before.get(product.remote_id)
            if old != (product.sku, product.active, _weight(product)):
                changed |= {product.sku, *([old[0]] if old else [])}
        ProductRow.objects.bulk_create(
            [
                ProductRow(
                    connection_id=held.connection_id,
                    remote_id=product.remote_id,
                    sku=product.sku[:200],
                    name=product.name[:500],
                    barcode=product.barcode[:64],
                    active=product.active,
                    tracked=product.tracked,
                    at_most=product.at_most,
                    weight=_weight(product),
                    read_at=read_at,
                )
                for product in latest.values()
            ],
            update_conflicts=True,
            unique_fields=["connection", "remote_id"],
            update_fields=PRODUCT_FIELDS,
        )
    return changed


def _weight(product: Product) -> str:
    return "" if product.weight_grams is None else f"{product.weight_grams:f}"[:40]


def retire_products(book: Book, held: schedule.Lease, started_at: datetime, now: datetime) -> set[str]:
    """After a whole walk: products that were not in it are no longer there. Refused when too many would go."""
    rows = ProductRow.objects.filter(connection_id=held.connection_id, active=True)
    gone = list(rows.filter(read_at__lt=started_at))
    if _shrunk(book, held, "products", (len(gone), rows.count()), now):
        return set()
    with writing(book):
        schedule.check(held)
        ProductRow.objects.filter(pk__in=many(row.pk for row in gone)).update(active=False)
    return {row.sku for row in gone}


def _shrunk(book: Book, held: schedule.Lease, what: str, counts: tuple[int, int], now: datetime) -> bool:
    """An empty or partial list with status 200 must not empty our shelves."""
    gone, known = counts
    if gone == 0 or gone < max(known * SHRUNK_SHARE, 10):
        exceptions.resolve(book, now, connection_id=held.connection_id, kinds=[f"{what}_shrunk"])
        return False
    trouble = exceptions.Trouble(
        kind=f"{what}_shrunk",
        subject=what,
        cause=f"{gone} of {known} {what} are missing from the list that the other system sent",
        remedy="see whether they are really gone; the hub goes on with what it knew before",
        connection_id=held.connection_id,
    )
    exceptions.raise_exceptions(book, [trouble], now)
    return True


def products_by_sku(book: Book, connection_id: int, skus: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Active product ids; more than one is a duplicate at the warehouse."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    known = ACTIVE.ask(merchant=book.merchant_id, connection=connection_id, skus=set(skus))
    for _, sku, remote_id in sorted(known):
        found[sku].append(remote_id)
    return {sku: tuple(ids) for sku, ids in found.items()}


ACTIVE = Question(
    lambda: ProductRow.objects.filter(
        connection_id=given("connection"),
        connection__merchant_id=given("merchant"),
        active=True,
        sku__in=each("skus", str),
    ).values_list("pk", "sku", "remote_id"),
    tuple[int, str, str],
)


def weights(book: Book, connection_id: int, skus: Iterable[str]) -> dict[str, Decimal]:
    """Grams of those whose weight the warehouse knows."""
    rows = ProductRow.objects.filter(
        connection_id=connection_id, connection__merchant_id=book.merchant_id, active=True
    ).exclude(weight="")
    found: dict[str, Decimal] = {}
    wanted = sorted(set(skus))
    for start in range(0, len(wanted), CHUNK):
        some = rows.filter(sku__in=wanted[start : start + CHUNK]).order_by("pk")
        for sku, grams in some.values_list("sku", "weight"):
            found.setdefault(sku, Decimal(grams))
    return found


def known_skus(book: Book, connection_id: int) -> list[tuple[str, str, str]]:
    """(SKU, name, barcode) of every active product."""
    rows = ProductRow.objects.filter(connection_id=connection_id, connection__merchant_id=book.merchant_id, active=True)
    return list(rows.order_by("sku", "pk").values_list("sku", "name", "barcode"))


def listed_skus(book: Book, connection_id: int) -> list[str]:
    """The codes of a cart's active listings."""
    rows = ListingRow.objects.filter(connection_id=connection_id, connection__merchant_id=book.merchant_id, active=True)
    return list(rows.exclude(sku="").order_by("sku").values_list("sku", flat=True).distinct())


def has_products(connection_id: int) -> bool:
    return ProductRow.objects.filter(connection_id=connection_id).exists()


def store_listings(book: Book, held: schedule.Lease, listings: Sequence[Listing], read_at: datetime) -> int:
    """What each page shows, as of `read_at`. A quantity that we pushed later than that stays the newer truth."""
    latest = {listing.key[:300]: listing for listing in listings}
    with writing(book):
        schedule.check(held)
        ListingRow.objects.bulk_create(
            [
                ListingRow(
                    connection_id=held.connection_id,
                    key=key,
                    listing_id=listing.listing_id,
                    sku=listing.sku[:200],
                    variation=listing.variation[:200],
                    marketplace=listing.marketplace,
                    title=listing.title[:300],
                    family=listing.family,
                    offer_id=listing.offer_id,
                    active=listing.active,
                    shown=listing.quantity,
                    read_at=read_at,
                )
                for key, listing in latest.items()
            ],
            update_conflicts=True,
            unique_fields=["connection", "key"],
            update_fields=LISTING_FIELDS,
        )
        rows = ListingRow.objects.filter(connection_id=held.connection_id, key__in=many(latest), pushing=False)
        rows.exclude(acknowledged_at__gt=read_at).update(acknowledged=F("shown"), acknowledged_at=read_at)
    return len(latest)


def retire_listings(book: Book, held: schedule.Lease, started_at: datetime, now: datetime) -> None:
    rows = ListingRow.objects.filter(connection_id=held.connection_id, active=True)
    gone = rows.filter(read_at__lt=started_at)
    if not _shrunk(book, held, "listings", (gone.count(), rows.count()), now):
        gone.update(active=False, wanted=None)
