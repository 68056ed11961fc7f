"""Units that a cart has sold since it last acknowledged a quantity of ours, listing by listing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet, Sum

from tranter.ledger.book import Book
from tranter.ledger.models import OrderLineRow
from tranter.ledger.questions import Question, Rows, each, given

FEW = 500
SALES_WINDOW = timedelta(days=2)


class Listed(NamedTuple):
    """The columns that are reckoned with: a merchant may have 100,000 of them."""

    pk: int
    key: str
    listing_id: str
    sku: str
    variation: str
    marketplace: str
    family: str
    acknowledged: int | None
    acknowledged_at: datetime | None
    pushing: bool
    wanted: int | None
    revisions: int
    revisions_on: date | None


def sold_units(book: Book, rows: Sequence[Listed]) -> Counter[int]:
    """Units sold since the cart last acknowledged a quantity: few listings by their pages, many by the days since."""
    known = [(row.acknowledged_at, row) for row in rows if row.acknowledged_at is not None]
    if len(known) <= FEW:
        recent, old = [], known
    else:
        lately = max(at for at, _ in known) - SALES_WINDOW
        recent = [one for one in known if one[0] >= lately]
        old = [one for one in known if one[0] < lately]
    sold: Counter[int] = Counter()
    if recent:
        since, newest = min(at for at, _ in recent), max(at for at, _ in recent)
        of_page = _by_page(recent)
        for listing_id, variation, item_sku, units in LATER.ask(merchant=book.merchant_id, since=newest):
            for _, row in of_page.get(listing_id, ()):
                sold[row.pk] += units if _is_of(row, item_sku, variation) else 0
        _count_sales(sold, SALES.walk(merchant=book.merchant_id, since=since, until=newest), of_page)
    for start in range(0, len(old), FEW):
        some = old[start : start + FEW]
        pages = {row.listing_id for _, row in some}
        since = min(at for at, _ in some)
        _count_sales(sold, SALES_OF.walk(merchant=book.merchant_id, since=since, pages=pages), _by_page(some))
    return sold


ByPage = Mapping[str, Sequence[tuple[datetime, Listed]]]


def _by_page(listings: Iterable[tuple[datetime, Listed]]) -> ByPage:
    found: defaultdict[str, list[tuple[datetime, Listed]]] = defaultdict(list)
    for since, row in listings:
        found[row.listing_id].append((since, row))
    return found


def _is_of(row: Listed, item_sku: str, variation: str) -> bool:
    return row.sku == item_sku or bool(variation and variation == row.variation)


class _Sale(NamedTuple):
    """A line of an order that somebody bought since."""

    listing_id: str
    variation: str
    item_sku: str
    at: datetime
    units: int


def _sales() -> "QuerySet[OrderLineRow]":
    return OrderLineRow.objects.filter(order__merchant_id=given("merchant"), order__ordered_at__gt=given("since"))


COLUMNS = ("listing_id", "variation", "item_sku", "order__ordered_at", "quantity")
WHAT = ("listing_id", "variation", "item_sku")
SALES = Rows(lambda: _sales().filter(order__ordered_at__lte=given("until")).values_list(*COLUMNS), _Sale)
SALES_OF = Rows(lambda: _sales().filter(listing_id__in=each("pages", str)).values_list(*COLUMNS), _Sale)
LATER = Question(
    lambda: _sales().order_by().values(*WHAT).annotate(units=Sum("quantity")).values_list(*WHAT, "units"),
    tuple[str, str, str, int],
)
"""Sold since the newest acknowledgement: as many rows as things that were sold, however many orders there are."""


def _count_sales(sold: Counter[int], sales: Iterable[_Sale], of_page: ByPage) -> None:
    """Line by line, for there may be as many as orders in two days."""
    for listing_id, variation, item_sku, at, units in sales:
        for since, row in of_page.get(listing_id, ()):
            if at > since and _is_of(row, item_sku, variation):
                sold[row.pk] += units
