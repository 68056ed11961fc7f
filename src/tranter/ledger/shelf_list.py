"""The products of the merchant's warehouses, searched and paged where they lie. Nothing here changes anything.

`warehouses` are ids of connections, by priority.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from django.db.models import Case, Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import Alias, ListingRow, OrderLineRow, ProductRow, StockLevelRow, TradeException


class ProductView(msgspec.Struct, frozen=True):
    sku: str
    name: str
    barcode: str


class Mark(msgspec.Struct, frozen=True):
    """Differs when products came, went or were read again."""

    count: int
    newest: int
    read_at: datetime | None


def products(book: Book, warehouses: Sequence[int]) -> "QuerySet[ProductRow]":
    return ProductRow.objects.filter(
        connection_id__in=warehouses, connection__merchant_id=book.merchant_id, active=True
    ).exclude(sku="")


def mark_of_products(book: Book, warehouses: Sequence[int]) -> Mark:
    found = products(book, warehouses).aggregate(count=Count("pk"), newest=Max("pk"), read_at=Max("read_at"))
    return Mark(found["count"], found["newest"] or 0, found["read_at"])


def all_products(book: Book, warehouses: Sequence[int]) -> list[ProductView]:
    """Every product; what several warehouses have, once."""
    found: dict[str, list[ProductView]] = {}
    for one in warehouses:
        rows = products(book, [one]).order_by("sku").values_list("sku", "name", "barcode")
        here = [ProductView(*row) for row in rows if row[0] not in found]
        for view in here:
            found.setdefault(view.sku, []).append(view)
    return [view for views in found.values() for view in views]


def find_products(book: Book, warehouses: Sequence[int], text: str, limit: int = 20) -> list[ProductView]:
    """For somebody who types: SKUs that begin with it first, then what holds it in SKU, name or barcode."""
    rows = products(book, warehouses)
    if text:
        rows = rows.filter(Q(sku__icontains=text) | Q(name__icontains=text) | Q(barcode=text))
    first = Case(When(sku__istartswith=text, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = list(rows.order_by(first, "sku").values_list("sku", "name", "barcode")[: limit * max(len(warehouses), 1)])
    by_sku = {row[0]: ProductView(*row) for row in reversed(found)}
    return [by_sku[sku] for sku in dict.fromkeys(row[0] for row in found)][:limit]


def names(book: Book, warehouses: Sequence[int], skus: Iterable[str]) -> dict[str, str]:
    """What the first of the warehouses that has such a SKU calls it."""
    rows = products(book, warehouses).filter(sku__in=many(skus)).values_list("connection_id", "sku", "name")
    return {sku: name for _, sku, name in sorted(rows, key=lambda row: -warehouses.index(row[0]))}


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """`problem` is failed, waiting, untracked, none_left, duplicate, or empty for every SKU.

    `day` is that on which codes mean a SKU; None: any day.
    """

    search: str = ""
    problem: str = ""
    start: int = 0
    limit: int = 50
    day: date | None = None


class PushView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the last quantity for one listing, as it stands on the listing's own row."""

    title: str
    pushing: bool
    due_at: datetime | None
    attempts: int
    failing_since: datetime | None
    trouble: str
    pushed: int | None
    pushed_at: datetime | None
    superseded: int | None
    superseded_at: datetime | None
    read_at: datetime | None


class Holding(msgspec.Struct, frozen=True):
    """An order that is open and holds units of a SKU back."""

    id: int
    number: str
    status: str
    units: int
    ordered_at: datetime


OPEN = ("new", "error", "at_wms")
MOST_HOLDING = 2000


def skus(book: Book, warehouses: Sequence[int], wanted: Wanted) -> tuple[list[str], int]:
    """One page of the warehouses' SKUs, and how many there are that match."""
    if not warehouses:
        return [], 0
    first, *others = (_wanted(book, warehouses, one, wanted) for one in warehouses)
    # A union of lists that an index holds in this order is merged; one list of several warehouses would be sorted.
    found = first.union(*others) if others else first.distinct()
    return list(found.order_by("sku")[wanted.start : wanted.start + wanted.limit]), found.count()


def _wanted(book: Book, warehouses: Sequence[int], one: int, wanted: Wanted) -> Any:
    """The SKUs of one of them."""
    rows = products(book, [one])
    if wanted.search:
        rows = rows.filter(
            Q(sku__icontains=wanted.search) | Q(name__icontains=wanted.search) | Q(barcode=wanted.search)
        )
    if wanted.problem:
        rows = _with_problem(book, one, rows, wanted)
    if wanted.problem == "none_left":
        for other in warehouses:
            rows = rows.exclude(_left(book, other)) if other != one else rows
    return rows.order_by().values_list("sku", flat=True)


def _left(book: Book, warehouse_id: int) -> Exists:
    """Whether that warehouse has some of it."""
    some = StockLevelRow.objects.filter(connection_id=warehouse_id, product_id=OuterRef("remote_id"), available__gt=0)
    return Exists(products(book, [warehouse_id]).filter(Exists(some), sku=OuterRef("sku")))


def _with_problem(
    book: Book, warehouse_id: int, rows: "QuerySet[ProductRow]", wanted: Wanted
) -> "QuerySet[ProductRow]":
    levels = StockLevelRow.objects.filter(connection_id=warehouse_id)
    match wanted.problem:
        case "failed":
            return rows.filter(sku__in=many(_meant(book, Q(failing_since__isnull=False), wanted.day)))
        case "waiting":
            return rows.filter(sku__in=many(_meant(book, Q(wanted__isnull=False, failing_since=None), wanted.day)))
        case "untracked":
            return rows.filter(tracked=False)
        case "none_left":
            most = levels.order_by().values("product_id").annotate(most=Max("available"))
            return rows.filter(tracked=True, remote_id__in=most.filter(most__lte=0).values("product_id"))
        case "unread":
            return rows.filter(tracked=True).exclude(remote_id__in=levels.values("product_id"))
        case "duplicate":
            twice = products(book, [warehouse_id]).order_by().values("sku").annotate(times=Count("pk"))
            return rows.filter(sku__in=twice.filter(times__gt=1).values("sku"))
        case _:
            return rows.none()


def _meant(book: Book, which: Q, day: date | None) -> list[str]:
    """The SKUs of those listings; few have trouble at a time."""
    found = meaning(ListingRow.objects.filter(which, connection__merchant_id=book.merchant_id, active=True), book, day)
    return sorted(set(found.order_by().values_list("meant", flat=True)))


def meaning(rows: "QuerySet[ListingRow]", book: Book, day: date | None) -> Any:
    """A query set with `meant`, the SKU that a listing's code stands for at its cart on that day."""
    mine = Alias.objects.filter(merchant_id=book.merchant_id, alias=OuterRef("sku"))
    if day is not None:
        mine = mine.filter(Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gte=day))
    own = mine.filter(connection=OuterRef("connection__name")).values("sku")[:1]
    everywhere = mine.filter(connection="").values("sku")[:1]
    return rows.annotate(meant=Coalesce(Subquery(own), Subquery(everywhere), F("sku")))


def codes(book: Book, wanted: Iterable[str]) -> set[str]:
    """Everything that these SKUs are called somewhere, themselves included."""
    asked = set(wanted)
    rows = Alias.objects.filter(merchant_id=book.merchant_id, sku__in=many(asked))
    return asked | set(rows.values_list("alias", flat=True))


def pushes(book: Book, listing_ids: Iterable[int]) -> dict[int, PushView]:
    rows = ListingRow.objects.filter(connection__merchant_id=book.merchant_id, pk__in=many(listing_ids))
    return {
        row.pk: PushView(
            title=row.title,
            pushing=row.pushing,
            due_at=row.due_at,
            attempts=row.attempts,
            failing_since=row.failing_since,
            trouble=row.trouble,
            pushed=row.pushed,
            pushed_at=row.pushed_at,
            superseded=row.superseded,
            superseded_at=row.superseded_at,
            read_at=row.read_at,
        )
        for row in rows
    }


def holding(book: Book, called: Iterable[str], limit: int = 50) -> list[Holding]:
    """Open orders of what is called so, the oldest first.

    They are sorted here: asked for the oldest, the database would walk through all orders in time to find them.
    """
    lines = OrderLineRow.objects.filter(
        order__merchant_id=book.merchant_id, order__status__in=OPEN, item_sku__in=set(called)
    )
    columns = ("order_id", "order__number", "order__status", "quantity", "order__ordered_at")
    found = [Holding(*row) for row in lines.order_by().values_list(*columns)[:MOST_HOLDING]]
    return sorted(found, key=lambda one: (one.ordered_at, one.id))[:limit]


def stopped(book: Book) -> dict[int, set[str]]:
    """Carts whose stock waits for a yes: connection id → kinds of the open exceptions that ask for it."""
    rows = TradeException.objects.filter(
        merchant_id=book.merchant_id, state="open", kind__in=("mass_change", "zero_needs_choice")
    )
    found: dict[int, set[str]] = {}
    for connection_id, kind in rows.values_list("connection_id", "kind"):
        found.setdefault(connection_id or 0, set()).add(kind)
    return found
