"""Units that were sold and of which no warehouse was told yet, by the SKU that their code means."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Q, Sum

from tranter.ledger.book import Book
from tranter.ledger.models import Alias, OrderLineRow

FEW = 500


def waiting_units(book: Book, skus: Iterable[str]) -> dict[str, int]:
    """Orders that were taken, but have no fulfillment yet; a code that is an alias counts for what it means."""
    wanted = set(skus)
    meant = _meanings(book, wanted)
    rows = (
        OrderLineRow.objects.filter(
            order__merchant_id=book.merchant_id,
            order__status__in=("new", "error"),
            order__is_test=False,
            sku__in=wanted | {code for _, code in meant},
        )
        .exclude(order__cart_state__in=("canceled", "skipped", "shipped"))
        .exclude(order__fulfillmentrow__state__in=("planned", "sent", "canceling"))
    )
    found: Counter[str] = Counter()
    sold = rows.order_by().values("order__connection__name", "sku").annotate(units=Sum("quantity"))
    for cart, code, units in sold.values_list("order__connection__name", "sku", "units"):
        found[meant.get((cart, code)) or meant.get(("", code)) or code] += units
    return {sku: units for sku, units in found.items() if sku in wanted}


def _meanings(book: Book, wanted: set[str]) -> dict[tuple[str, str], str]:
    """(connection name or empty, alias) → SKU, of all aliases that have to do with these SKUs."""
    rows = Alias.objects.filter(merchant_id=book.merchant_id)
    if len(wanted) <= FEW:
        rows = rows.filter(Q(sku__in=wanted) | Q(alias__in=wanted))
    return {(connection, alias): sku for connection, alias, sku in rows.values_list("connection", "alias", "sku")}
