"""Orders that another hub had taken when a merchant moved over. Kept for good: what it has sent must not go twice."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Q

from tranter.ledger import bulk, fulfillments, journal, orders
from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import FulfillmentRow, OrderElsewhere, OrderRow
from tranter.ledger.questions import Question, each, given
from tranter.ledger.writing import writing

CHUNK = 500


def note(book: Book, hub: str, statuses: Mapping[str, str], actor: str, now: datetime) -> list[int]:
    """`statuses` by number. Which orders are here already, unsent: they are to be decided again."""
    if not statuses:
        return []
    with writing(book):
        row = {"merchant_id": book.merchant_id, "hub": hub, "noted_at": now}
        rows = [{**row, "number": number, "status": status} for number, status in statuses.items()]
        bulk.insert(OrderElsewhere, rows, unique=["merchant_id", "number"], replace=["hub", "status", "noted_at"])
        entry = journal.Entry(what="orders_left_elsewhere", subject=hub, actor=actor, detail={"numbers": len(statuses)})
        journal.append(book, [entry], now)
        return _undecided(book, list(statuses), now)


def _undecided(book: Book, numbers: list[str], now: datetime) -> list[int]:
    free: list[int] = []
    for start in range(0, len(numbers), CHUNK):
        some = numbers[start : start + CHUNK]
        named = Q(number__in=many(some)) | Q(remote_id__in=many(some))
        ids = list(OrderRow.objects.filter(named, merchant_id=book.merchant_id).values_list("pk", flat=True))
        fulfillments.drop_unsent(book, ids, now)
        sent = FulfillmentRow.objects.filter(order_id__in=many(ids)).exclude(state="canceled")
        free += sorted(set(ids) - set(sent.values_list("order_id", flat=True)))
    orders.undecide(book, free)
    return free


def of(book: Book, numbers: Iterable[str]) -> dict[str, str]:
    """Who has them and how they stood there, by number: `CartRover (at_wms)`."""
    noted = NOTED.ask(merchant=book.merchant_id, numbers=set(numbers) - {""})
    return {number: f"{hub} ({status})" for number, hub, status in noted}


NOTED = Question(
    lambda: OrderElsewhere.objects.filter(merchant_id=given("merchant"), number__in=each("numbers", str)).values_list(
        "number", "hub", "status"
    ),
    tuple[str, str, str],
)
