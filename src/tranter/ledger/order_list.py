"""Pages of orders, for one merchant or several at once, newest first."""

import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from django.db.models import Exists, OuterRef

from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import OrderRow
from tranter.ledger.order_filter import STATUSES, OrderQuery, Rows, Tab, held_on_purpose, of_merchants, streams
from tranter.ledger.order_pill import OrderPill, in_trouble, pills
from tranter.ledger.orders import open_corrected
from tranter.model import Money

PAGE = 50
COUNTED_FOR = timedelta(hours=1)
MOST = "confirmed"


class Item(msgspec.Struct, frozen=True):
    sku: str
    title: str
    quantity: int


class OrderInList(msgspec.Struct, frozen=True, kw_only=True):
    """`buyer` is who receives it; empty once erased."""

    id: int
    merchant: str
    merchant_name: str
    number: str
    connection: str
    marketplace: str
    buyer: str
    items: tuple[Item, ...]
    total: Money
    ordered_at: datetime
    ship_by: datetime | None
    pill: OrderPill
    reason: str
    is_test: bool
    corrected: bool
    refunded: Money | None = None

    @property
    def units(self) -> int:
        return sum(item.quantity for item in self.items)


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """`newer` and `older` are cursors; empty where there is nothing more."""

    orders: tuple[OrderInList, ...]
    newer: str
    older: str


class Place(msgspec.Struct, frozen=True, array_like=True):
    """A page goes on from an order, `back` towards the newer ones."""

    at: float
    id: int
    back: bool = False

    def text(self) -> str:
        return urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


def page(books: Sequence[Book], wanted: OrderQuery, cursor: str = "", limit: int = PAGE) -> Page:
    """A cursor that can't be read begins anew."""
    if not books:
        return Page(orders=(), newer="", older="")
    place = _place(cursor)
    back = place is not None and place.back
    keys = _keys(streams([book.merchant_id for book in books], wanted), place, limit + 1)
    more = len(keys) > limit
    keys = keys[:limit]
    if back:
        keys.reverse()
    before, after = (more, True) if back else (place is not None, more)
    return Page(
        orders=tuple(_shown(books, [pk for _, pk in keys])),
        newer=_cursor(keys[0], back=True) if keys and before else "",
        older=_cursor(keys[-1], back=False) if keys and after else "",
    )


def every(books: Sequence[Book], wanted: OrderQuery, limit: int = 100_000) -> Iterator[OrderInList]:
    """All of them, page after page: for exports."""
    cursor, count = "", 0
    while count < limit:
        found = page(books, wanted, cursor, 200)
        yield from found.orders
        count += len(found.orders)
        if not found.older:
            return
        cursor = found.older


def ids(books: Sequence[Book], wanted: OrderQuery, limit: int = 10_000) -> list[int]:
    keys = _keys(streams([book.merchant_id for book in books], wanted), None, limit)
    return [pk for _, pk in keys[:limit]]


def shown(books: Sequence[Book], order_ids: Sequence[int]) -> list[OrderInList]:
    """These, in this sequence; another merchant's are left out."""
    return _shown(books, order_ids)


def by_merchant(books: Sequence[Book], order_ids: Sequence[int]) -> dict[int, list[int]]:
    """Merchant id → those of these orders that are theirs, in this sequence. Others' are left out."""
    owners: dict[int, int] = {}
    for start in range(0, len(order_ids), 500):
        rows = of_merchants([book.merchant_id for book in books]).filter(pk__in=many(order_ids[start : start + 500]))
        owners.update(rows.values_list("pk", "merchant_id"))
    found: dict[int, list[int]] = {}
    for order_id in dict.fromkeys(order_ids):
        if order_id in owners:
            found.setdefault(owners[order_id], []).append(order_id)
    return found


Key = tuple[datetime, int]


def _keys(found: Sequence[Rows], place: Place | None, limit: int) -> list[Key]:
    """Only what the index holds is read, and of every stream no more than could be shown."""
    back = place is not None and place.back
    keys: list[Key] = []
    for rows in found:
        narrowed = _from(rows, place) if place is not None else rows
        order = ("ordered_at", "pk") if back else ("-ordered_at", "-pk")
        keys += narrowed.order_by(*order).values_list("ordered_at", "pk")[:limit]
    return sorted(set(keys), reverse=not back)[:limit]


def _from(rows: Rows, place: Place) -> Rows:
    at = _time(place.at)
    if place.back:
        return rows.filter(ordered_at__gte=at).exclude(ordered_at=at, pk__lte=place.id)
    return rows.filter(ordered_at__lte=at).exclude(ordered_at=at, pk__gte=place.id)


def _time(seconds: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=round(seconds * 1_000_000))


def _cursor(key: Key, back: bool) -> str:
    at = (key[0] - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(seconds=1)
    return Place(at, key[1], back).text()


def _place(text: str) -> Place | None:
    try:
        return msgspec.json.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=Place) if text else None
    except ValueError:
        return None


def _shown(books: Sequence[Book], order_ids: Sequence[int]) -> list[OrderInList]:
    known = {book.merchant_id: book for book in books}
    rows = {
        row.pk: row
        for row in OrderRow.objects.filter(pk__in=many(order_ids)).select_related("connection", "merchant")
        if row.merchant_id in known
    }
    found = pills(rows.values())
    return [_row(known[rows[pk].merchant_id], rows[pk], found[pk]) for pk in order_ids if pk in rows]


def _row(book: Book, row: OrderRow, pill: OrderPill) -> OrderInList:
    order = open_corrected(book, row)
    return OrderInList(
        id=row.pk,
        merchant=row.merchant.slug,
        merchant_name=row.merchant.name,
        number=row.number,
        connection=row.connection.name,
        marketplace=row.marketplace,
        buyer=(order.ship_to.name if order.ship_to is not None else "") or order.buyer.name,
        items=tuple(Item(line.sku, line.title, line.quantity) for line in order.lines),
        total=Money(row.total_minor, row.currency),
        ordered_at=row.ordered_at,
        ship_by=row.ship_by,
        pill=pill,
        reason=row.reason,
        is_test=row.is_test,
        corrected=bool(row.corrections),
        refunded=order.refunded,
    )


class Tally:
    """How many orders each tab has. Those of old are counted once: the rest is what was added since."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[int, ...], tuple[datetime, int, int]] = {}

    def counts(self, books: Sequence[Book], now: datetime) -> dict[Tab, int]:
        merchants = tuple(sorted(book.merchant_id for book in books))
        by_status = {word: _of(merchants).filter(status=word).count() for word in STATUSES[Tab.ALL] if word != MOST}
        by_status[MOST] = max(self._total(merchants, now) - sum(by_status.values()), 0)
        found = {tab: sum(by_status[word] for word in words) for tab, words in STATUSES.items()}
        return {**found, Tab.PROBLEMS: problems(merchants)}

    def _total(self, merchants: tuple[int, ...], now: datetime) -> int:
        with self._lock:
            at, newest, count = self._known.get(merchants, (None, 0, 0))
        if at is not None and abs(now - at) < COUNTED_FOR:
            return count + of_merchants(merchants).filter(pk__gt=newest).count()
        newest = OrderRow.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        count = _of(merchants).filter(pk__lte=newest).count() if newest else 0
        with self._lock:
            if len(self._known) > 200:
                self._known.clear()
            self._known[merchants] = (now, newest, count)
        return count


def _of(merchants: Sequence[int]) -> Rows:
    return OrderRow.objects.filter(merchant_id__in=merchants)


def problems(merchants: Sequence[int]) -> int:
    """Counted by what indexes hold: what stopped or is in trouble, but for what a person holds and nothing troubles."""
    stopped, troubled = _of(merchants).filter(status="error"), in_trouble(merchants)
    on_purpose = held_on_purpose(merchants).filter(~Exists(troubled.filter(order_id=OuterRef("pk"))))
    return stopped.values("pk").union(troubled.values("order_id")).count() - on_purpose.count()


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What a filter can be set to."""

    connections: tuple[str, ...]
    marketplaces: tuple[str, ...]
    ship_methods: tuple[str, ...]
    held: tuple[str, ...]
    tests: bool


NEWEST = 500


def choices(books: Sequence[Book]) -> Choices:
    """Sites and methods are those of the newest orders: all orders would take too long to read."""
    merchants = [book.merchant_id for book in books]
    newest: list[tuple[str, str, str]] = []
    for merchant in merchants[:20]:
        rows = OrderRow.objects.filter(merchant_id=merchant).order_by("-ordered_at", "-pk")
        newest += rows.values_list("connection__name", "marketplace", "ship_method")[: NEWEST // len(merchants[:20])]
    held = OrderRow.objects.filter(merchant_id__in=merchants, held_kind__gt="").order_by("held_kind")
    return Choices(
        connections=tuple(sorted({name for name, _, _ in newest})),
        marketplaces=tuple(sorted({site for _, site, _ in newest if site})),
        ship_methods=tuple(sorted({method for _, _, method in newest if method})),
        held=tuple(held.values_list("held_kind", flat=True).distinct()),
        tests=_of(merchants).filter(is_test=True).exists(),
    )
