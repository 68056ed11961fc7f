"""How an order stands, in one word: the first that fits."""

from collections.abc import Collection
from enum import Enum

from django.db.models import QuerySet

from tranter.ledger.many import many
from tranter.ledger.models import Intent, OrderRow, ShipmentRow, TradeException

OPERATOR = "operator"
Ids = Collection[int]


class OrderPill(Enum):
    PROBLEM = "problem"
    CHECKING = "checking"
    HELD = "held"
    CANCELLED = "cancelled"
    NEW = "new"
    AT_WAREHOUSE = "at_warehouse"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    CONFIRMED = "confirmed"
    SKIPPED = "skipped"


STATUS_OF = {
    OrderPill.CANCELLED: "canceled",
    OrderPill.NEW: "new",
    OrderPill.AT_WAREHOUSE: "at_wms",
    OrderPill.PARTLY_SHIPPED: "at_wms",
    OrderPill.SHIPPED: "shipped",
    OrderPill.CONFIRMED: "confirmed",
    OrderPill.SKIPPED: "skipped",
}
BY_STATUS = {status: pill for pill, status in STATUS_OF.items() if pill is not OrderPill.PARTLY_SHIPPED}


def in_trouble(merchant_ids: Ids) -> "QuerySet[TradeException]":
    """What is open of any order, but for what a person holds."""
    rows = TradeException.objects.filter(merchant_id__in=merchant_ids, state="open", order__isnull=False)
    return rows.exclude(kind=OPERATOR)


def unanswered(merchant_ids: Ids) -> "QuerySet[Intent]":
    """Pushes of which nobody knows whether they arrived."""
    return Intent.objects.filter(merchant_id__in=merchant_ids, state="unknown", order__isnull=False)


def pills(rows: Collection[OrderRow]) -> dict[int, OrderPill]:
    ids = [row.pk for row in rows]
    merchants = {row.merchant_id for row in rows}
    troubled = set(in_trouble(merchants).filter(order_id__in=many(ids)).values_list("order_id", flat=True))
    checking = set(unanswered(merchants).filter(order_id__in=many(ids)).values_list("order_id", flat=True))
    left = set(ShipmentRow.objects.filter(order_id__in=many(ids), state="shipped").values_list("order_id", flat=True))
    return {row.pk: _pill(row, row.pk in troubled, row.pk in checking, row.pk in left) for row in rows}


def _pill(row: OrderRow, troubled: bool, checking: bool, left: bool) -> OrderPill:
    if troubled or row.held_kind not in ("", OPERATOR):
        return OrderPill.PROBLEM
    if checking:
        return OrderPill.CHECKING
    if row.held_kind == OPERATOR:
        return OrderPill.HELD
    if row.status == "at_wms" and left:
        return OrderPill.PARTLY_SHIPPED
    return BY_STATUS.get(row.status, OrderPill.PROBLEM)
