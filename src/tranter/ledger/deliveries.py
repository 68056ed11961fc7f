"""One delivery may carry several orders: each has its own fulfillment, and all follow the lead's."""

from collections.abc import Iterable, Sequence
from operator import itemgetter

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import FulfillmentRow, Intent
from tranter.ledger.questions import Question, each, given
from tranter.model.fulfillment import told_line_id


def together(book: Book, order_ids: Iterable[int]) -> set[int]:
    """These orders, and those whose goods go in one delivery with them."""
    ids = set(order_ids)
    leads = LEADS.ask(merchant=book.merchant_id, orders=ids)
    return {*ids, *(order_id for _, _, order_id in CARRIED.ask(merchant=book.merchant_id, leads=leads))}


LEADS = Question(
    lambda: _living_of(given("merchant")).filter(order_id__in=each("orders")).values_list(Coalesce("within_id", "pk")),
    int,
)
CARRIED = Question(
    lambda: (
        _living_of(given("merchant"))
        .filter(Q(pk__in=each("leads")) | Q(within_id__in=each("leads")))
        .values_list("pk", "within_id", "order_id")
    ),
    tuple[int, int | None, int],
)


def carriers(
    book: Book, order_ids: Iterable[int], states: Sequence[str] = ("planned", "sent", "canceling")
) -> list[int]:
    """The fulfillments that were sent, or are to be, for these orders: their own or their lead's."""
    rows = _living(book).filter(order_id__in=many(order_ids), state__in=states)
    return list(rows.order_by("number").values_list(Coalesce("within_id", "pk"), flat=True).distinct())


def all_of(book: Book, lead: FulfillmentRow) -> list[FulfillmentRow]:
    """The lead's first."""
    return by_lead(book, [lead.pk]).get(lead.pk, [])


def by_lead(book: Book, leads: Iterable[int]) -> dict[int, list[FulfillmentRow]]:
    """What each of these deliveries carries, the lead's first; with their orders and lines."""
    ids = set(leads)
    rows = (
        _living(book)
        .filter(Q(pk__in=many(ids)) | Q(within_id__in=many(ids)))
        .select_related("order")
        .prefetch_related("lines")
    )
    found: dict[int, list[FulfillmentRow]] = {}
    for row in sorted(rows, key=lambda row: (row.within_id is not None, row.pk)):
        for lead in ids & {row.pk, row.within_id}:
            found.setdefault(lead, []).append(row)
    return found


def orders_of(book: Book, fulfillment_ids: Iterable[int]) -> dict[int, list[int]]:
    """Whose goods each of these deliveries carries."""
    found: dict[int, list[int]] = {}
    carried = CARRIED.ask(merchant=book.merchant_id, leads=fulfillment_ids)
    for pk, within_id, order_id in sorted(carried, key=itemgetter(0)):
        found.setdefault(within_id or pk, []).append(order_id)
    return found


def intents_of(book: Book, order_ids: Iterable[int]) -> "QuerySet[Intent]":
    """What was or is to be sent of these orders, in deliveries of their own or of others."""
    ids = list(order_ids)
    own = Q(order_id__in=many(ids))
    carried = Q(fulfillment_id__in=many(carriers(book, ids)))
    return Intent.objects.filter(own | carried, merchant_id=book.merchant_id)


def told_id(row: FulfillmentRow, line_id: str) -> str:
    """What the warehouse calls this line."""
    return line_id if row.within_id is None else told_line_id(row.order.remote_id, line_id)


def _living(book: Book) -> "QuerySet[FulfillmentRow]":
    return _living_of(book.merchant_id)


def _living_of(merchant: int | given) -> "QuerySet[FulfillmentRow]":
    return FulfillmentRow.objects.filter(merchant_id=merchant).exclude(state="canceled")
