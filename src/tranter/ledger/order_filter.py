"""Which orders a list shows: every filter as streams that an index yields, newest first."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum

import msgspec
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from tranter.ledger.models import Alias, Connection, OrderLineRow, OrderRow, ShipmentRow
from tranter.ledger.order_pill import OPERATOR, STATUS_OF, OrderPill, in_trouble, unanswered

FEW_STREAMS = 40
FEW_LINES = 3000


class Tab(Enum):
    OPEN = "open"
    PROBLEMS = "problems"
    SHIPPED = "shipped"
    SKIPPED = "skipped"
    ALL = "all"


STATUSES = {
    Tab.OPEN: ("new", "at_wms", "error"),
    Tab.SHIPPED: ("shipped", "confirmed"),
    Tab.SKIPPED: ("skipped",),
    Tab.ALL: ("new", "at_wms", "error", "shipped", "confirmed", "canceled", "skipped"),
}


class OrderQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Empty: not narrowed by it. `since` and `until` are of the order's date, `ship_before` of its ship-by date."""

    tab: Tab = Tab.OPEN
    pill: OrderPill | None = None
    connection: str = ""
    marketplace: str = ""
    ship_method: str = ""
    held: str = ""
    sku: str = ""
    since: datetime | None = None
    until: datetime | None = None
    ship_before: datetime | None = None
    tests_only: bool = False


Rows = QuerySet[OrderRow]


def streams(merchant_ids: Sequence[int], wanted: OrderQuery) -> list[Rows]:
    """Together they hold every order that is wanted, each once."""
    found = _by_pill(merchant_ids, wanted.pill) if wanted.pill is not None else _by_tab(merchant_ids, wanted)
    narrow = _narrowing(merchant_ids, wanted)
    return [rows.filter(narrow) for rows in found]


def _by_tab(merchant_ids: Sequence[int], wanted: OrderQuery) -> list[Rows]:
    if wanted.tab is Tab.PROBLEMS:
        return _problems(merchant_ids)
    statuses = STATUSES[wanted.tab]
    if wanted.tests_only:
        tests = OrderRow.objects.filter(merchant_id__in=merchant_ids, is_test=True).values_list("pk", flat=True)
        return [of_merchants(merchant_ids).filter(pk__in=list(tests[:FEW_LINES]), status__in=statuses)]
    if wanted.held:
        return _of_statuses(merchant_ids, [word for word in statuses if word == "error"])
    return _of_statuses(merchant_ids, statuses)


def _of_statuses(merchant_ids: Sequence[int], statuses: Sequence[str]) -> list[Rows]:
    """A stream of the index for each merchant and status; of many merchants one for each status."""
    if len(merchant_ids) * len(statuses) <= FEW_STREAMS:
        return [OrderRow.objects.filter(merchant_id=one, status=word) for one in merchant_ids for word in statuses]
    return [of_merchants(merchant_ids).filter(status=word) for word in statuses]


def of_merchants(merchant_ids: Sequence[int]) -> Rows:
    """Theirs, found by whatever else is asked: as an expression the merchant chooses no index."""
    return OrderRow.objects.annotate(whose=F("merchant_id") + Value(0)).filter(whose__in=merchant_ids)


def _problems(merchant_ids: Sequence[int]) -> list[Rows]:
    held = [rows.exclude(held_kind=OPERATOR) for rows in _of_statuses(merchant_ids, ("error",))]
    troubled = in_trouble(merchant_ids)
    stopped = OrderRow.objects.filter(merchant_id__in=merchant_ids, status="error").values("pk")
    going_on = OrderRow.objects.filter(pk__in=troubled.exclude(order_id__in=stopped).values("order_id"))
    on_purpose = held_on_purpose(merchant_ids).filter(Exists(troubled.filter(order_id=OuterRef("pk"))))
    return [*held, going_on, on_purpose]


def held_on_purpose(merchant_ids: Sequence[int]) -> Rows:
    """By a person. They are few, and found first: else a list would walk through all orders to meet them in time."""
    rows = OrderRow.objects.annotate(stands=Concat("status", Value("")))
    found = rows.filter(merchant_id__in=merchant_ids, held_kind=OPERATOR, stands="error")
    return OrderRow.objects.filter(pk__in=found.values("pk"))


def _by_pill(merchant_ids: Sequence[int], pill: OrderPill) -> list[Rows]:
    if pill is OrderPill.PROBLEM:
        return _problems(merchant_ids)
    fine = ~Q(pk__in=in_trouble(merchant_ids).values("order_id"))
    unknown = unanswered(merchant_ids).values("order_id")
    if pill is OrderPill.CHECKING:
        rows = OrderRow.objects.filter(fine, pk__in=unknown)
        return [rows.filter(held_kind__in=("", OPERATOR))]
    fine &= ~Q(pk__in=unknown)
    if pill is OrderPill.HELD:
        return [held_on_purpose(merchant_ids).filter(fine)]
    if STATUS_OF[pill] == "at_wms":
        left = Exists(ShipmentRow.objects.filter(order_id=OuterRef("pk"), state="shipped"))
        fine &= Q(left) if pill is OrderPill.PARTLY_SHIPPED else ~Q(left)
    return [rows.filter(fine) for rows in _of_statuses(merchant_ids, (STATUS_OF[pill],))]


def _narrowing(merchant_ids: Sequence[int], wanted: OrderQuery) -> Q:
    narrow = Q()
    if wanted.connection:
        known = Connection.objects.filter(merchant_id__in=merchant_ids, name=wanted.connection)
        narrow &= Q(connection_id__in=list(known.values_list("pk", flat=True)))
    if wanted.marketplace:
        narrow &= Q(marketplace=wanted.marketplace)
    if wanted.ship_method:
        narrow &= Q(ship_method=wanted.ship_method)
    if wanted.held:
        narrow &= Q(held_kind=wanted.held)
    if wanted.since is not None:
        narrow &= Q(ordered_at__gte=wanted.since)
    if wanted.until is not None:
        narrow &= Q(ordered_at__lt=wanted.until)
    if wanted.ship_before is not None:
        narrow &= Q(ship_by__lt=wanted.ship_before)
    if wanted.tests_only:
        narrow &= Q(is_test=True)
    return narrow & _selling(merchant_ids, wanted.sku) if wanted.sku else narrow


def _selling(merchant_ids: Sequence[int], sku: str) -> Q:
    """Under its own name or an alias. What few orders have is taken by its index, else each order is asked."""
    others = Alias.objects.filter(merchant_id__in=merchant_ids, sku=sku).values_list("alias", flat=True)
    names = [sku, *others]
    lines = OrderLineRow.objects.filter(item_sku__in=names)
    few = list(lines.values_list("order_id", flat=True)[: FEW_LINES + 1])
    if len(few) <= FEW_LINES:
        return Q(pk__in=few)
    return Q(Exists(OrderLineRow.objects.filter(order_id=OuterRef("pk"), item_sku__in=names)))
