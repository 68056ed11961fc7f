"""The numbers by which warehouses call orders: unique per merchant, and for good once a warehouse was asked."""

from collections.abc import Iterator, Mapping, Sequence

from tranter.ledger import bulk
from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import FulfillmentRow, Merchant, OrderRow
from tranter.ledger.questions import Question, each, given
from tranter.ledger.writing import writing

AT_ONCE = 4


def choose(book: Book, numbers: Sequence[Iterator[str] | None]) -> list[str | None]:
    """Inside the caller's transaction: for each the first of its numbers that no order of this merchant has.

    The merchant is locked, so that no two choose the same at the same time.
    """
    chosen: list[str | None] = [None] * len(numbers)
    left = {place: wanted for place, wanted in enumerate(numbers) if wanted is not None}
    if left:
        Merchant.objects.select_for_update().get(pk=book.merchant_id)
    used: set[str] = set()
    at_once = 1  # the first one does, but for very few
    while left:
        offered = {place: [next(wanted) for _ in range(at_once)] for place, wanted in left.items()}
        at_once = AT_ONCE
        used |= _taken(book, {number for some in offered.values() for number in some})
        for place, some in offered.items():
            free = next((number for number in some if number not in used), None)
            if free is not None:
                chosen[place] = free
                used.add(free)
                del left[place]
    return chosen


def _taken(book: Book, numbers: set[str]) -> set[str]:
    return set(TAKEN.ask(merchant=book.merchant_id, numbers=numbers))


TAKEN = Question(
    lambda: OrderRow.objects.filter(merchant_id=given("merchant"), cust_ref__in=each("numbers", str)).values_list(
        "cust_ref"
    ),
    str,
)


def give(book: Book, wanted: Mapping[int, Iterator[str]]) -> dict[int, str]:
    """New numbers to those of these orders that no warehouse was ever asked for. By order id."""
    with writing(book):
        asked = FulfillmentRow.objects.filter(merchant_id=book.merchant_id, order_id__in=many(wanted))
        mine = OrderRow.objects.select_for_update().filter(merchant_id=book.merchant_id, pk__in=many(wanted))
        settled = set(asked.values_list("order_id", flat=True))
        rows = mine.order_by("pk").values_list("pk", "cust_ref")
        ids = [pk for pk, known in rows if known is None or pk not in settled]
        chosen = dict(zip(ids, choose(book, [wanted[pk] for pk in ids]), strict=True))
        bulk.update(OrderRow, [{"id": pk, "cust_ref": number} for pk, number in chosen.items()])
    return {pk: number for pk, number in chosen.items() if number}
