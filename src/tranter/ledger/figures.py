"""Figures of a merchant's day: is everything accounted for, what is late, does anything arrive at all."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from statistics import median
from threading import Lock
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

import msgspec
from django.db.models import Count, Exists, OuterRef, QuerySet

from tranter.ledger import intents
from tranter.ledger.book import Book
from tranter.ledger.models import Intent, Merchant, OrderRow, TradeException
from tranter.model import Money

STATUSES = ("new", "at_wms", "shipped", "confirmed", "error", "canceled", "skipped")
OPEN = ("new", "at_wms", "error")
ACCOUNTED_DAYS = 30
CHART_DAYS = 14
DAY_BEGINS = time(6)
WEEKS_COMPARED = 4
WEEKS_NEEDED = 2
QUIET_FROM = 8
"""Orders that usually come by now, before nothing at all is worth a word: chance alone does that once in 3,000."""

SKIPPED_FROM, SKIPPED_DAYS, SKIPPED_KNOWN = 5, 28, 20
TIMES_SKIPPED, LEAST_SKIPPED = 3, 0.05

Found = TypeVar("Found")


class Kept:
    """Figures that many viewers look at every two seconds are worked out once; an old one is good for a moment."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._lock = clock, Lock()
        self._values: dict[tuple[object, ...], tuple[float, object]] = {}

    def get(self, key: tuple[object, ...], seconds: float, make: Callable[[], Found]) -> Found:
        now = self._clock()
        with self._lock:
            held = self._values.get(key)
        if held is not None and now - held[0] < seconds:
            return cast("Found", held[1])
        value = make()
        with self._lock:
            if len(self._values) > 1000:
                self._values.clear()
            self._values[key] = (self._clock(), value)
        return value


class Accounted(msgspec.Struct, frozen=True, kw_only=True):
    """Every order since `since`, and older ones that are still open, by how it stands.

    `missing` have neither an end nor a reason nor a next time.
    """

    since: datetime
    delivered: int
    held: int
    skipped: int
    canceled: int
    on_the_way: int
    missing: int

    @property
    def total(self) -> int:
        return self.delivered + self.held + self.skipped + self.canceled + self.on_the_way + self.missing

    @property
    def accounted(self) -> int:
        return self.total - self.missing


class Late(msgspec.Struct, frozen=True, kw_only=True):
    """An order that should have left and has not."""

    merchant: str
    order_id: int
    number: str
    marketplace: str
    status: str
    held: str
    total: Money
    ship_by: datetime


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """Orders that were bought on `day`, by their status now."""

    day: date
    closed: bool
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


class Quiet(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing was bought since `since`; on such a day there usually are `usual` in that time."""

    merchant: str
    since: datetime
    usual: int


def needing(books: Sequence[Book]) -> int:
    return TradeException.objects.filter(merchant_id__in=_ids(books), state="open").count()


def accounted(books: Sequence[Book], now: datetime, days: int = ACCOUNTED_DAYS) -> Accounted:
    since = now - timedelta(days=days)
    rows = _orders(books)
    recent = rows.filter(status__in=STATUSES, ordered_at__gte=since)
    found = dict(recent.order_by().values_list("status").annotate(Count("pk")))
    older = rows.filter(final_at__isnull=True, status__in=OPEN, ordered_at__lt=since)
    for status, count in older.order_by().values_list("status").annotate(Count("pk")):
        found[status] = found.get(status, 0) + count
    missing = _missing(rows).count()
    return Accounted(
        since=since,
        delivered=found.get("shipped", 0) + found.get("confirmed", 0),
        held=found.get("error", 0),
        skipped=found.get("skipped", 0),
        canceled=found.get("canceled", 0),
        on_the_way=found.get("new", 0) + found.get("at_wms", 0) - missing,
        missing=missing,
    )


def _missing(rows: "QuerySet[OrderRow]") -> "QuerySet[OrderRow]":
    """New ones that nothing looks at: not to be decided, not held, not waiting for the cart, nothing to be sent."""
    coming = Intent.objects.filter(order_id=OuterRef("pk"), state__in=intents.OPEN)
    new = rows.filter(final_at__isnull=True, status="new", undecided=False, held_kind="", reason="")
    return new.filter(~Exists(coming))


def missing_orders(books: Sequence[Book], limit: int = 20) -> list[tuple[str, int, str]]:
    """(merchant, order id, number) of those that are not accounted for."""
    rows = _missing(_orders(books)).order_by("pk")
    return list(rows.values_list("merchant__slug", "pk", "number")[:limit])


def late(books: Sequence[Book], now: datetime, limit: int = 20) -> list[Late]:
    """The latest first."""
    rows = _late(books, now).select_related("merchant").order_by("ship_by").defer("sealed", "corrections", "before")
    return [
        Late(
            merchant=row.merchant.slug,
            order_id=row.pk,
            number=row.number,
            marketplace=row.marketplace,
            status=row.status,
            held=row.held_kind,
            total=Money(row.total_minor, row.currency),
            ship_by=row.ship_by or now,
        )
        for row in rows[:limit]
    ]


def late_count(books: Sequence[Book], now: datetime) -> int:
    return _late(books, now).count()


def _late(books: Sequence[Book], now: datetime) -> "QuerySet[OrderRow]":
    return _orders(books).filter(final_at__isnull=True, status__in=OPEN, ship_by__lt=now)


def days(books: Sequence[Book], now: datetime, zone: ZoneInfo, count: int = CHART_DAYS) -> list[Day]:
    """Today last. A day is closed when it is so for every merchant."""
    today = now.astimezone(zone).date()
    closed = list(_closed_days(books).values())
    found = []
    for ago in range(count - 1, -1, -1):
        day = today - timedelta(days=ago)
        begin, end = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
        rows = _orders(books).filter(status__in=STATUSES, ordered_at__gte=begin, ordered_at__lt=end)
        counts: dict[str, int] = defaultdict(int)
        counts.update(rows.order_by().values_list("status").annotate(Count("pk")))
        shut = bool(closed) and all(is_closed(day, one) for one in closed)
        found.append(Day(day=day, closed=shut, counts=dict(counts)))
    return found


def last_order_at(books: Sequence[Book]) -> datetime | None:
    times = [
        OrderRow.objects.filter(merchant_id=one).order_by("-ordered_at", "-pk").values_list("ordered_at", flat=True)[:1]
        for one in _ids(books)
    ]
    return max((at for found in times for at in found), default=None)


def quiet(book: Book, now: datetime) -> Quiet | None:
    """Says that nothing comes, where on such a day something does. In the merchant's own time, not on closed days."""
    merchant = Merchant.objects.get(pk=book.merchant_id)
    local = now.astimezone(zone_of(merchant.time_zone))
    begin = datetime.combine(local.date(), DAY_BEGINS, local.tzinfo)
    closed = tuple(merchant.closed_days)
    if local <= begin or is_closed(local.date(), closed):
        return None
    last = last_order_at([book])
    since = max(begin, last.astimezone(local.tzinfo)) if last is not None else begin
    usual = _usual(book, (since, local), closed)
    if usual < QUIET_FROM or _bought(book, since, local, after=True):
        return None
    return Quiet(merchant=merchant.slug, since=since, usual=usual)


class Skipping(msgspec.Struct, frozen=True, kw_only=True):
    """Of `orders` that were bought since `since`, `skipped` are not sent; usually `usual` of 100 are not."""

    since: datetime
    orders: int
    skipped: int
    usual: int


def skipping(book: Book, now: datetime) -> Skipping | None:
    """Says that a filter or a rule lets far less through than before: it may not be what was meant."""
    since = now - timedelta(days=1)
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, ordered_at__lte=now)
    lately = rows.filter(ordered_at__gt=since)
    skipped = lately.filter(status="skipped").count()
    if skipped < SKIPPED_FROM:
        return None
    before = rows.filter(ordered_at__lte=since, ordered_at__gt=since - timedelta(days=SKIPPED_DAYS))
    known, orders = before.count(), lately.count()
    if known < SKIPPED_KNOWN:
        return None
    usual = before.filter(status="skipped").count() / known
    if skipped / orders <= TIMES_SKIPPED * max(usual, LEAST_SKIPPED):
        return None
    return Skipping(since=since, orders=orders, skipped=skipped, usual=round(100 * usual))


def _usual(book: Book, span: tuple[datetime, datetime], closed: Sequence[object]) -> int:
    """The median of the same hours of this weekday in the weeks before, from when the first order came."""
    first = OrderRow.objects.filter(merchant_id=book.merchant_id).order_by("ordered_at")
    began = first.values_list("ordered_at", flat=True).first()
    found = []
    for week in range(1, WEEKS_COMPARED + 1):
        begin, end = (_weeks_before(at, week) for at in span)
        if began is not None and began < begin and not is_closed(begin.date(), closed):
            found.append(_bought(book, begin, end))
    return int(median(found)) if len(found) >= WEEKS_NEEDED else 0


def _weeks_before(at: datetime, weeks: int) -> datetime:
    """By the wall clock: 06:00 stays 06:00 across a change of summer time."""
    return datetime.combine(at.date() - timedelta(weeks=weeks), at.timetz())


def _bought(book: Book, begin: datetime, end: datetime, after: bool = False) -> int:
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, ordered_at__lt=end)
    return (rows.filter(ordered_at__gt=begin) if after else rows.filter(ordered_at__gte=begin)).count()


def is_closed(day: date, closed: Sequence[object]) -> bool:
    """`closed` holds weekdays (0 is Monday) and ISO dates."""
    return day.weekday() in closed or day.isoformat() in closed


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def _closed_days(books: Sequence[Book]) -> Mapping[int, tuple[object, ...]]:
    rows = Merchant.objects.filter(pk__in=_ids(books))
    return {pk: tuple(found) for pk, found in rows.values_list("pk", "closed_days")}


def _orders(books: Sequence[Book]) -> "QuerySet[OrderRow]":
    return OrderRow.objects.filter(merchant_id__in=_ids(books))


def _ids(books: Sequence[Book]) -> list[int]:
    return [book.merchant_id for book in books]
