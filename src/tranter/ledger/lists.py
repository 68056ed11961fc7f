"""Lists for people and programs: orders as they stand. Nothing here changes anything."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from tranter.ledger import order_list, order_search
from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import FulfillmentRow, OrderRow, ShipmentRow
from tranter.ledger.order_filter import OrderQuery, of_merchants
from tranter.model import Money


class OrderFilter(msgspec.Struct, frozen=True, kw_only=True):
    """`search` finds by order number, the cart's id, the warehouse's number or id, or tracking number."""

    status: str = ""
    held: bool = False
    connection: str = ""
    search: str = ""
    narrow: OrderQuery | None = None
    limit: int = 50


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    """One order without personal data. `cust_ref` is the number by which warehouses call it.

    `warehouse` and its number are several, with commas, where it goes in shares.
    """

    id: int
    number: str
    cust_ref: str
    remote_id: str
    connection: str
    marketplace: str
    status: str
    held: str
    reason: str
    total: str
    currency: str
    ordered_at: datetime
    ship_by: datetime | None
    warehouse: str
    warehouse_number: str
    tracking: tuple[str, ...]


def numbers(book: Book, order_ids: Iterable[int]) -> dict[int, str]:
    """Order → the number that people call it by."""
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=many(order_ids))
    return dict(rows.values_list("pk", "number"))


def orders(book: Book, wanted: OrderFilter) -> list[OrderView]:
    """The newest first."""
    named = wanted.search or wanted.narrow is not None
    mine = of_merchants([book.merchant_id]) if named else OrderRow.objects.filter(merchant_id=book.merchant_id)
    rows = mine.select_related("connection")
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.held:
        rows = rows.exclude(held_kind="")
    if wanted.connection:
        rows = rows.filter(connection__name=wanted.connection)
    if wanted.search:
        rows = rows.filter(pk__in=many(order_search.numbered([book], wanted.search)))
    if wanted.narrow is not None:
        rows = rows.filter(pk__in=many(order_list.ids([book], wanted.narrow, wanted.limit)))
    return _views(list(rows.order_by("-ordered_at", "-pk")[: wanted.limit]))


def find_orders(book: Book, text: str) -> list[OrderView]:
    """Every order that this number may mean. `CART/NUMBER` means the one of that cart."""
    found = _numbered(book, text)
    cart, _, number = text.strip().partition("/")
    if not found and number:
        found = [row for row in _numbered(book, number) if row.connection.name == cart]
    return _views(found)


def _numbered(book: Book, text: str) -> list[OrderRow]:
    found = order_search.numbered([book], text)
    rows = of_merchants([book.merchant_id]).filter(pk__in=many(found)).select_related("connection")
    return sorted(rows, key=lambda row: found.index(row.pk))


def order(book: Book, order_id: int) -> OrderView:
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, pk=order_id).select_related("connection")
    return _views(list(rows))[0]


def _views(rows: Sequence[OrderRow]) -> list[OrderView]:
    ids = [row.pk for row in rows]
    told = FulfillmentRow.objects.filter(order_id__in=many(ids)).exclude(state="canceled").select_related("connection")
    fulfillments: dict[int, list[FulfillmentRow]] = {}
    for row in told.order_by("number"):
        fulfillments.setdefault(row.order_id, []).append(row)
    parcels: dict[int, list[str]] = {}
    for order_id, number in (
        ShipmentRow.objects.filter(order_id__in=many(ids), state="shipped")
        .order_by("shipped_at")
        .values_list("order_id", "tracking_number")
    ):
        parcels.setdefault(order_id, []).append(number or "without a number")
    return [_view(row, fulfillments.get(row.pk, []), tuple(parcels.get(row.pk, ()))) for row in rows]


def _joined(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(word for word in words if word))


def _view(row: OrderRow, told: Sequence[FulfillmentRow], tracking: tuple[str, ...]) -> OrderView:
    return OrderView(
        id=row.pk,
        number=row.number,
        cust_ref=row.cust_ref or row.number,
        remote_id=row.remote_id,
        connection=row.connection.name,
        marketplace=row.marketplace,
        status=row.status,
        held=row.held_kind,
        reason=row.reason,
        total=Money(row.total_minor, row.currency).text(),
        currency=row.currency,
        ordered_at=row.ordered_at,
        ship_by=row.ship_by,
        warehouse=_joined(one.connection.name for one in told),
        warehouse_number=_joined(one.remote_number or one.remote_id for one in told),
        tracking=tracking,
    )
