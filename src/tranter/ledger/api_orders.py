"""Orders as clients of the CartRover API ask for them: by status and the date that counts for it, or by reference."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from tranter.ledger.api_cards import OrderCard, cards
from tranter.ledger.book import Book
from tranter.ledger.handed_in import CONNECTOR
from tranter.ledger.models import FulfillmentRow, OrderRow, ShipmentRow, TradeException

PARTIAL = "partial"
LISTS: dict[str, tuple[str, ...]] = {
    "new": ("new",),
    "at_wms": ("at_wms",),
    "new_or_at_wms": ("new", "at_wms"),
    PARTIAL: (PARTIAL,),
    "shipped": ("shipped",),
    "confirmed": ("confirmed",),
    "shipped_or_confirmed": ("shipped", "confirmed"),
    "error": ("error",),
    "canceled": ("canceled",),
    "any": ("new", "at_wms", PARTIAL, "shipped", "confirmed", "error", "canceled"),
}
"""An order of which a part has left is `partial`, and not `at_wms` any more."""


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """Both ends belong to it; None is open."""

    start: datetime | None = None
    end: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.start is None and self.end is None

    def over(self, column: str) -> Q:
        wanted = Q()
        if self.start is not None:
            wanted &= Q(**{f"{column}__gte": self.start})
        if self.end is not None:
            wanted &= Q(**{f"{column}__lte": self.end})
        return wanted


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """`connection_id` None: of all the merchant's carts. `page` begins with 1."""

    status: str
    window: Window = Window()
    source: str = ""
    connection_id: int | None = None
    limit: int = 20
    page: int = 1


def listed(book: Book, asked: Asked) -> tuple[list[OrderCard], int]:
    """One page, the oldest first, and how many there are."""
    rows = _mine(book, asked.connection_id).filter(is_test=False)
    rows = rows.filter(_in_status(LISTS[asked.status]))
    if asked.source:
        own = Q(connection__connector=CONNECTOR, marketplace=asked.source)
        rows = rows.filter(Q(connection__name=asked.source) | own)
    if not asked.window.is_open:
        rows = rows.filter(_dated(asked.status, asked.window))
    start = (asked.page - 1) * asked.limit
    found = rows.order_by("created_at", "pk")[start : start + asked.limit]
    return cards(book, list(found)), rows.count()


def _mine(book: Book, connection_id: int | None) -> "QuerySet[OrderRow]":
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id).select_related("connection")
    return rows if connection_id is None else rows.filter(connection_id=connection_id)


def _in_status(words: Sequence[str]) -> Q:
    begun = Exists(ShipmentRow.objects.filter(order=OuterRef("pk"), state="shipped"))
    found = Q(status__in=[word for word in words if word not in ("at_wms", PARTIAL)])
    if "at_wms" in words:
        found |= Q(status="at_wms") & ~Q(begun)
    if PARTIAL in words:
        found |= Q(status="at_wms") & Q(begun)
    return found


def _dated(status: str, window: Window) -> Q:
    """Which date is meant depends on the list."""
    match status:
        case "at_wms":
            sent = FulfillmentRow.objects.filter(order=OuterRef("pk")).exclude(state="canceled")
            return Q(Exists(sent.filter(window.over("sent_at"))))
        case "partial" | "shipped" | "shipped_or_confirmed":
            parcels = ShipmentRow.objects.filter(order=OuterRef("pk"), state="shipped")
            loaded = parcels.annotate(loaded=Coalesce("loaded_at", "shipped_at"))
            return Q(Exists(loaded.filter(window.over("loaded"))))
        case "confirmed":
            parcels = ShipmentRow.objects.filter(order=OuterRef("pk"), state="shipped")
            return Q(Exists(parcels.filter(window.over("confirmed_at"))))
        case "error":
            waiting = TradeException.objects.filter(order=OuterRef("pk"), state="open")
            return Q(Exists(waiting.filter(window.over("opened_at"))))
        case "canceled":
            return window.over("final_at")
        case _:
            return window.over("created_at")


def named(book: Book, reference: str, connection_id: int | None) -> OrderCard | None:
    """By the client's own reference, or the number by which warehouses call it."""
    rows = _mine(book, connection_id)
    own = Q(connection__connector=CONNECTOR, remote_id=reference)
    for wanted in (own, Q(cust_ref=reference), Q(remote_id=reference), Q(number=reference)):
        found = list(rows.filter(wanted).order_by("is_test", "-pk")[:1])
        if found:
            return cards(book, found)[0]
    return None


def numbered(book: Book, order_id: int) -> OrderCard | None:
    found = cards(book, list(_mine(book, None).filter(pk=order_id)))
    return found[0] if found else None
