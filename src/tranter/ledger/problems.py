"""Problems: exceptions that have one cause, taken together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from tranter.ledger import journal
from tranter.ledger.book import Book
from tranter.ledger.models import Connection, FulfillmentRow, Merchant, TradeException
from tranter.ledger.writing import writing
from tranter.model import Money

ONE_CAUSE_EACH = frozenset(
    {
        "unknown_sku",
        "duplicate_sku",
        "empty_sku",
        "carrier",
        "country_unknown",
        "unmapped_ship_method",
        "webhook_paused",
    }
)
"""Kinds whose value is the cause: one SKU, one carrier. The value of the others only says where."""
BLOCKING = ("needs_sign_in", "account_taken", "account", "mass_change")
RESOLVED_SHOWN = 2000
SOON, LATER = timedelta(hours=24), timedelta(days=3)


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """What exceptions have in common. `value` None: whatever it is; `connection_id` None: wherever."""

    kind: str
    value: str | None = None
    connection_id: int | None = None


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """`orders` of `count` exceptions have one, worth `money` in each currency; `says` is the newest one's own text."""

    merchant: str
    merchant_name: str
    cause: Cause
    connection: str
    connector: str
    count: int
    orders: int
    money: tuple[Money, ...]
    ship_by: datetime | None
    since: datetime
    says: str
    subject: str


class Affected(msgspec.Struct, frozen=True, kw_only=True):
    """One exception of a group; without an order it is about `subject`."""

    id: int
    subject: str
    value: str
    says: str
    since: datetime
    order_id: int | None
    number: str
    marketplace: str
    total: Money | None
    ship_by: datetime | None


def order_ids(book: Book, cause: Cause, state: str = "open") -> list[int]:
    """The orders that wait for it, the longest waiting first."""
    rows = _rows([book], cause, state).filter(order_id__isnull=False).order_by("opened_at", "pk")
    return list(dict.fromkeys(order_id for order_id in rows.values_list("order_id", flat=True) if order_id))


def groups(books: Sequence[Book], now: datetime, state: str = "open") -> list[Group]:
    """The most urgent first; of those the dearest. Resolved ones: the newest of them."""
    rows = _in_state(books, state)
    if state == "resolved":
        rows = TradeException.objects.filter(pk__in=list(_newest_resolved(books)))
    parts: dict[tuple[int, Cause], list[_Part]] = defaultdict(list)
    for part in _parts(rows):
        parts[part.merchant_id, part.cause].append(part)
    found = _named(parts)
    return sorted(found, key=lambda group: _urgency(group, now))


def group(book: Book, cause: Cause, state: str = "open") -> Group | None:
    """None: it has been cured."""
    together = list(_parts(_rows([book], cause, state)))
    return _named({(book.merchant_id, cause): together})[0] if together else None


def counts(books: Sequence[Book]) -> dict[str, int]:
    """Open and muted exceptions."""
    ids = [book.merchant_id for book in books]
    rows = TradeException.objects.filter(merchant_id__in=ids)
    return {state: rows.filter(state=state).count() for state in ("open", "muted")}


def affected(book: Book, cause: Cause, state: str, after: int = 0, limit: int = 50) -> list[Affected]:
    """In the sequence in which they came; `after` is the last id of the page before."""
    rows = _rows([book], cause, state).filter(pk__gt=after).select_related("order").order_by("pk")
    return [
        Affected(
            id=row.pk,
            subject=row.subject,
            value=row.value,
            says=row.cause,
            since=row.opened_at,
            order_id=row.order_id,
            number=row.order.number if row.order is not None else "",
            marketplace=row.order.marketplace if row.order is not None else "",
            total=Money(row.order.total_minor, row.order.currency) if row.order is not None else None,
            ship_by=row.order.ship_by if row.order is not None else None,
        )
        for row in rows.defer("order__sealed", "order__corrections", "order__before")[:limit]
    ]


def mute(book: Book, cause: Cause, actor: str, now: datetime) -> int:
    """Off the list until they are cured. Others of the same cause that come later are shown."""
    return _move(book, cause, "exception_muted", actor, now)


def unmute(book: Book, cause: Cause, actor: str, now: datetime) -> int:
    return _move(book, cause, "exception_unmuted", actor, now)


def settle(book: Book, cause: Cause, actor: str, now: datetime) -> int:
    """A person has seen to it where the hub can't look. What is still wrong comes back."""
    return _move(book, cause, "exception_settled", actor, now)


WAYS = {
    "exception_muted": ("open", "muted"),
    "exception_unmuted": ("muted", "open"),
    "exception_settled": ("open", "resolved"),
}


def _move(book: Book, cause: Cause, word: str, actor: str, now: datetime) -> int:
    before, after = WAYS[word]
    with writing(book):
        count = _rows([book], cause, before).update(state=after, resolved_at=None if after == "open" else now)
        if count:
            detail: journal.Detail = {"kind": cause.kind, "value": cause.value, "count": count}
            journal.append(book, [journal.Entry(what=word, actor=actor, detail=detail)], now)
    return count


def warehouses(book: Book, orders: Iterable[int]) -> list[str]:
    """Where these orders went."""
    rows = FulfillmentRow.objects.filter(merchant_id=book.merchant_id, order_id__in=list(orders)[:500])
    return sorted(set(rows.exclude(state="canceled").values_list("connection__name", flat=True)))


def _in_state(books: Sequence[Book], state: str) -> "QuerySet[TradeException]":
    return TradeException.objects.filter(merchant_id__in=[book.merchant_id for book in books], state=state)


def _newest_resolved(books: Sequence[Book]) -> Iterable[int]:
    rows = _in_state(books, "resolved").order_by("-resolved_at")
    return rows.values_list("pk", flat=True)[:RESOLVED_SHOWN]


def _rows(books: Sequence[Book], cause: Cause, state: str) -> "QuerySet[TradeException]":
    rows = _in_state(books, state).filter(kind=cause.kind)
    if cause.value is not None:
        rows = rows.filter(value=cause.value)
    if cause.connection_id is not None:
        rows = rows.filter(connection_id=cause.connection_id)
    return rows


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """Those of a group whose orders are of one currency."""

    merchant_id: int
    cause: Cause
    currency: str | None
    count: int
    orders: int
    minor: int
    ship_by: datetime | None
    since: datetime
    newest: int


def _parts(rows: "QuerySet[TradeException]") -> Iterable[_Part]:
    together = rows.order_by().values_list("merchant_id", "kind", "value", "connection_id", "order__currency")
    summed = together.annotate(
        exceptions=Count("pk"),
        orders=Count("order_id"),
        minor=Sum("order__total_minor"),
        ship_by=Min("order__ship_by", filter=~Q(order__status__in=("shipped", "confirmed"))),
        since=Min("opened_at"),
        newest=Max("pk"),
    )
    for merchant_id, kind, value, connection_id, currency, count, orders, minor, ship_by, since, newest in summed:
        of = value if kind in ONE_CAUSE_EACH else None
        yield _Part(
            merchant_id=merchant_id,
            cause=Cause(kind=kind, value=of, connection_id=connection_id),
            currency=currency,
            count=count,
            orders=orders,
            minor=minor or 0,
            ship_by=ship_by,
            since=since,
            newest=newest,
        )


def _named(parts: Mapping[tuple[int, Cause], Sequence[_Part]]) -> list[Group]:
    merchants = {row.pk: row for row in Merchant.objects.filter(pk__in={merchant_id for merchant_id, _ in parts})}
    ids = {cause.connection_id for _, cause in parts}
    places = {row.pk: row for row in Connection.objects.filter(pk__in=[one for one in ids if one is not None])}
    newest = [max(part.newest for part in together) for together in parts.values()]
    said = TradeException.objects.only("cause", "subject").in_bulk(newest)
    found = []
    for (merchant_id, cause), together in parts.items():
        place = places.get(cause.connection_id or 0)
        last = said[max(part.newest for part in together)]
        found.append(
            Group(
                merchant=merchants[merchant_id].slug,
                merchant_name=merchants[merchant_id].name,
                cause=cause,
                connection=place.name if place is not None else "",
                connector=place.connector if place is not None else "",
                count=sum(part.count for part in together),
                orders=sum(part.orders for part in together),
                money=_sums(together),
                ship_by=min((part.ship_by for part in together if part.ship_by is not None), default=None),
                since=min(part.since for part in together),
                says=last.cause,
                subject=last.subject,
            )
        )
    return found


def _sums(together: Sequence[_Part]) -> tuple[Money, ...]:
    sums: dict[str, int] = defaultdict(int)
    for part in together:
        if part.currency:
            sums[part.currency] += part.minor
    return tuple(sorted((Money(minor, code) for code, minor in sums.items()), key=lambda one: -one.decimal()))


def _urgency(group: Group, now: datetime) -> tuple[int, int, float, int, datetime]:
    """What stops a whole connection, then what should have left or leave within a day, three days, ever."""
    soon = 1 if group.ship_by is not None and group.ship_by <= now + SOON else 2
    if soon == 2 and (group.ship_by is None or group.ship_by > now + LATER):
        soon = 3
    worth = sum(float(one.decimal()) for one in group.money)
    return (0 if group.cause.kind in BLOCKING else 1, soon, -worth, -group.count, group.since)
