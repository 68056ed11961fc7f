"""Lists as one parameter."""

from django.db import connection
from django.db.models import Q

from tranter.ledger.book import Book, ensure_book
from tranter.ledger.many import many
from tranter.ledger.models import FulfillmentRow, Merchant, OrderRow

from .conftest import NOW


def test_numbers_and_texts_are_found_by_a_list(book: Book) -> None:
    ensure_book(book.vault, 'it\'s "quoted", ☃', NOW)

    assert [one.slug for one in Merchant.objects.filter(pk__in=many([book.merchant_id, 10**12]))] == ["default"]
    odd = Merchant.objects.filter(slug__in=many(name for name in ('it\'s "quoted", ☃', "nobody")))
    assert odd.count() == 1
    assert Merchant.objects.exclude(slug__in=many(["default"])).filter(pk=book.merchant_id).count() == 0


def test_a_list_may_be_empty_hold_nothing_or_very_many(book: Book) -> None:
    assert Merchant.objects.filter(pk__in=many([])).count() == 0
    assert Merchant.objects.filter(pk__in=many([None])).count() == 0
    assert Merchant.objects.exclude(pk__in=many([])).filter(pk=book.merchant_id).count() == 1
    assert Merchant.objects.filter(pk__in=many(range(300_000))).filter(pk=book.merchant_id).count() == 1
    assert OrderRow.objects.filter(pk__in=many([])).update(undecided=True) == 0


def test_lists_beside_an_or_are_looked_up_in_an_index(book: Book) -> None:
    rows = FulfillmentRow.objects.filter(Q(pk__in=many([1, 2])) | Q(within_id__in=many([3])))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = off")  # an empty table is read whole, whatever the plan of a large one
    told = rows.explain()

    assert "SubPlan" not in told
    assert "BitmapOr" in told or "MULTI-INDEX OR" in told
