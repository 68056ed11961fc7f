"""Units that a cart has sold since it last acknowledged a quantity of ours, listing by listing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from tranter.ledger.book import Book
from tranter.ledger.models import OrderLineRow
from tranter.ledger.questions import Rows, each, given

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
        since = min(at for at, _ in recent)
        _count_sales(sold, SALES.walk(merchant=book.merchant_id, since=since), recent)
    for start in range(0, len(old), FEW):
        some = old[start : start + FEW]
        pages = {row.listing_id for _, row in some}
        since = min(at for at, _ in some)
        _count_sales(sold, SALES_OF.walk(merchant=book.merchant_id, since=since, pages=pages), some)
    return sold


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
SALES = Rows(lambda: _sales().values_list(*COLUMNS), _Sale)
SALES_OF = Rows(lambda: _sales().filter(listing_id__in=each("pages", str)).values_list(*COLUMNS), _Sale)


def _count_sales(sold: Counter[int], sales: Iterable[_Sale], listings: Iterable[tuple[datetime, Listed]]) -> None:
    """Line by line, for there may be as many as orders in two days."""
    by_page: defaultdict[str, list[tuple[datetime, Listed]]] = defaultdict(list)
    for since, row in listings:
        by_page[row.listing_id].append((since, row))
    for listing_id, variation, item_sku, at, units in sales:
        for since, row in by_page.get(listing_id, ()):
            if at > since and (row.sku == item_sku or (variation and variation == row.variation)):
                sold[row.pk] += units
