"""Units that a cart has sold since it last acknowledged a quantity of ours, listing by listing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import OrderLineRow

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
    lines = OrderLineRow.objects.filter(order__merchant_id=book.merchant_id)
    if recent:
        _count_sales(sold, lines.filter(order__ordered_at__gt=min(at for at, _ in recent)), recent)
    for start in range(0, len(old), FEW):
        some = old[start : start + FEW]
        pages = {row.listing_id for _, row in some}
        since = min(at for at, _ in some)
        _count_sales(sold, lines.filter(listing_id__in=many(pages), order__ordered_at__gt=since), some)
    return sold


def _count_sales(
    sold: Counter[int], lines: "QuerySet[OrderLineRow]", listings: Iterable[tuple[datetime, Listed]]
) -> None:
    """Line by line, for there may be as many as orders in two days."""
    by_page: defaultdict[str, list[tuple[datetime, Listed]]] = defaultdict(list)
    for since, row in listings:
        by_page[row.listing_id].append((since, row))
    columns = ("listing_id", "variation", "item_sku", "order__ordered_at", "quantity")
    for listing_id, variation, item_sku, at, units in lines.values_list(*columns).iterator():
        for since, row in by_page.get(listing_id, ()):
            if at > since and (row.sku == item_sku or (variation and variation == row.variation)):
                sold[row.pk] += units
