"""Units that were sold and of which no warehouse was told yet, by the SKU that their code means."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date

from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import TruncDate

from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import Alias, Kit, OrderLineRow, OrderRow
from tranter.model.dated import Meaning
from tranter.model.kit import Recipe, read_recipe

FEW = 500


def waiting_units(book: Book, skus: Iterable[str]) -> dict[str, int]:
    """Orders taken that have no fulfillment yet. Aliases count for what they mean, kits for what is in them."""
    asked = set(skus)
    kits = _kits(book, asked)
    wanted = asked | set(kits)
    meant = _meanings(book, wanted)
    # Asked of the lines that are left, not of every open order: what is asked before, an index holds.
    wished = OrderRow.objects.filter(pk=OuterRef("order_id")).exclude(cart_state__in=("canceled", "skipped", "shipped"))
    rows = OrderLineRow.objects.filter(
        Exists(wished),
        order__merchant_id=book.merchant_id,
        order__status__in=("new", "error"),
        order__is_test=False,
        sku__in=many(wanted | {code for _, code in meant}),
    ).exclude(order__fulfillmentrow__state__in=("planned", "sent", "canceling"))
    found: Counter[str] = Counter()
    columns = ["order__connection__name", "sku"]
    if any(one.since or one.until for one in meant.values()):  # the day of the order decides what a code means
        rows, columns = rows.annotate(day=TruncDate("order__ordered_at", tzinfo=UTC)), [*columns, "day"]
    sold = rows.order_by().values(*columns).annotate(units=Sum("quantity"))
    for cart, code, *day, units in sold.values_list(*columns, "units"):
        found[_meaning(meant, cart, code, day[0] if day else date.min)] += units
    reserved: Counter[str] = Counter()
    for sku, units in found.items():
        for part, each in [(one.sku, one.quantity) for one in kits[sku]] if sku in kits else [(sku, 1)]:
            reserved[part] += units * each
    return {sku: units for sku, units in reserved.items() if sku in asked}


def _kits(book: Book, skus: set[str]) -> dict[str, Recipe]:
    """Those that are one of these SKUs, or hold one."""
    rows = Kit.objects.filter(merchant_id=book.merchant_id).values_list("sku", "recipe")
    known = {sku: read_recipe(text) for sku, text in rows}
    return {sku: recipe for sku, recipe in known.items() if sku in skus or skus & {one.sku for one in recipe}}


def _meaning(meant: dict[tuple[str, str], Meaning], cart: str, code: str, day: date) -> str:
    """The cart's own alias, else the one for every cart, as far as it counts on that day."""
    known = (meant.get((place, code)) for place in (cart, ""))
    return next((one.sku for one in known if one is not None and one.counts_on(day)), code)


def _meanings(book: Book, wanted: set[str]) -> dict[tuple[str, str], Meaning]:
    """(connection name or empty, alias) → what it means, of all aliases that have to do with these SKUs."""
    rows = Alias.objects.filter(merchant_id=book.merchant_id)
    if len(wanted) <= FEW:
        rows = rows.filter(Q(sku__in=many(wanted)) | Q(alias__in=wanted))
    columns = ("connection", "alias", "sku", "since", "until")
    return {
        (place, alias): Meaning(sku, since, until) for place, alias, sku, since, until in rows.values_list(*columns)
    }
