"""Which orders a person wants sent in one delivery, and which might be."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import Q, QuerySet

from tranter.ledger import fulfillments, journal, orders
from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import OrderRow
from tranter.ledger.questions import Question, each, given
from tranter.ledger.writing import writing
from tranter.model.address import address_key

MOST = 20
ALIKE = ("connection_id", "marketplace", "ship_method", "currency", "buyer_hash", "receiver_hash")


class Mate(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    number: str
    is_lead: bool = False


def mates(book: Book, order_ids: Iterable[int]) -> list[list[int]]:
    """Every combination that one of these orders belongs to, the lead first."""
    ids = list(order_ids)
    leads = {*LEADS.ask(merchant=book.merchant_id, orders=ids), *LED.ask(merchant=book.merchant_id, orders=ids)}
    found: dict[int, list[int]] = {lead: [lead] for lead in sorted(leads)}
    for order_id, lead_id in sorted(MATES.ask(merchant=book.merchant_id, leads=found)):
        found[lead_id].append(order_id)
    return list(found.values())


LEADS = Question(
    lambda: OrderRow.objects.filter(
        merchant_id=given("merchant"), pk__in=each("orders"), lead__isnull=False
    ).values_list("lead_id"),
    int,
)
LED = Question(
    lambda: OrderRow.objects.filter(
        merchant_id=given("merchant"), pk__in=each("orders"), mates__isnull=False
    ).values_list("pk"),
    int,
)
MATES = Question(
    lambda: OrderRow.objects.filter(merchant_id=given("merchant"), lead_id__in=each("leads")).values_list(
        "pk", "lead_id"
    ),
    tuple[int, int],
)


def members(book: Book, order_id: int) -> list[Mate]:
    """The combination that this order belongs to, itself too; empty for none."""
    groups = mates(book, [order_id])
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id).in_bulk(groups[0]) if groups else {}
    return [Mate(id=pk, number=rows[pk].number, is_lead=pk == groups[0][0]) for pk in (groups[0] if groups else ())]


def alike(book: Book, order_id: int) -> list[Mate]:
    """Orders that have not left either, of the same buyer, to the same address, by the same way."""
    row = OrderRow.objects.filter(merchant_id=book.merchant_id, pk=order_id).first()
    if row is None or not row.buyer_hash or not row.receiver_hash or not _unsent(book).filter(pk=row.pk).exists():
        return []
    same = _unsent(book).filter(**{name: getattr(row, name) for name in ALIKE}, lead=None, mates=None)
    where = _place(book, row)
    found = [one for one in same.exclude(pk=row.pk).order_by("ordered_at")[:MOST] if _place(book, one) == where]
    return [Mate(id=one.pk, number=one.number) for one in found if one.pk not in _group(book, row)]


def might(books: Sequence[Book], order_ids: Iterable[int]) -> set[int]:
    """Those of these orders that have another one to go with, by what is seen without opening them."""
    found: set[int] = set()
    for book in books:
        unsent = _unsent(book).filter(lead=None, mates=None).exclude(buyer_hash="").exclude(receiver_hash="")
        asked = unsent.filter(pk__in=many(order_ids))
        buyers = list(asked.values_list("buyer_hash", flat=True))
        groups: dict[tuple[object, ...], list[int]] = {}
        for pk, *key in unsent.filter(buyer_hash__in=many(buyers)).values_list("pk", *ALIKE):
            groups.setdefault(tuple(key), []).append(pk)
        found |= {pk for some in groups.values() if len(some) > 1 for pk in some}
    return found & set(order_ids)


def combined(books: Sequence[Book], order_ids: Iterable[int]) -> set[int]:
    """Those of these orders that go with others."""
    rows = OrderRow.objects.filter(merchant_id__in=[book.merchant_id for book in books], pk__in=many(order_ids))
    return set(rows.filter(Q(lead__isnull=False) | Q(mates__isnull=False)).values_list("pk", flat=True))


def _group(book: Book, row: OrderRow) -> set[int]:
    return {pk for group in mates(book, [row.pk]) for pk in group}


def _unsent(book: Book) -> "QuerySet[OrderRow]":
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, status="new", cart_state="open", wish="")
    rows = rows.filter(is_test=False, erased_at=None, held_kind="")
    return rows.exclude(Q(fulfillmentrow__state__in=("sent", "canceling")))


def _place(book: Book, row: OrderRow) -> str:
    order = orders.open_corrected(book, row)
    return address_key(order.ship_to) if order.ship_to is not None else f"none/{row.pk}"


def combine(book: Book, order_ids: Sequence[int], by: str, now: datetime) -> bool:
    """Into the first one's delivery. False when something of one has left, or may have: nothing changed then."""
    lead_id, *others = order_ids
    with writing(book):
        if set(fulfillments.drop_unsent(book, order_ids, now)) < set(order_ids):
            transaction.set_rollback(True)
            return False
        rows = OrderRow.objects.filter(merchant_id=book.merchant_id)
        rows.filter(pk__in=many(others)).update(lead_id=lead_id)
        rows.filter(pk=lead_id).update(lead=None)
        rows.filter(pk__in=many(order_ids)).update(undecided=True)
        _note(book, "orders_combined", order_ids, by, now)
    return True


def part(book: Book, order_id: int, by: str, now: datetime) -> bool:
    """Takes it out; two that are left stay together. False when their delivery has left, or may have."""
    groups = mates(book, [order_id])
    with writing(book):
        if not groups or set(fulfillments.drop_unsent(book, groups[0], now)) < set(groups[0]):
            return False
        leave(book, [order_id])
        OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=many(groups[0])).update(undecided=True)
        _note(book, "orders_parted", [order_id], by, now)
    return True


def leave(book: Book, order_ids: Iterable[int]) -> None:
    """Those that are left have the oldest of them as their lead; one alone is combined with nobody."""
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id)
    for gone in order_ids:
        for group in mates(book, [gone]):
            lead, *others = [pk for pk in group if pk != gone]
            rows.filter(pk__in=many([gone, lead])).update(lead=None)
            rows.filter(pk__in=many(others)).update(lead_id=lead)


def _note(book: Book, word: str, order_ids: Sequence[int], by: str, now: datetime) -> None:
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id).in_bulk(list(order_ids))
    numbers = [rows[pk].number for pk in order_ids]
    detail: journal.Detail = {"orders": ", ".join(numbers)}
    entries = [journal.Entry(what=word, subject=number, actor=by, detail=detail) for number in numbers]
    journal.append(book, entries, now)
