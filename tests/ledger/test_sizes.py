"""A new SQLite ledger plans like a large one."""

import sqlite3
from contextlib import closing

import pytest
from django.db import connection
from django.db.models import Q

from tests.databases import SQLITE
from tranter.ledger import deliveries, privacy, raw_erasing, sizes
from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import FulfillmentRow, Intent, Merchant, OrderRow

from .conftest import NOW


@pytest.fixture(scope="session")
def kind() -> str:
    return SQLITE


@pytest.mark.parametrize("measured", [False, True])
def test_a_new_ledger_does_not_walk_through_all_of_a_merchants_orders(book: Book, measured: bool) -> None:
    if measured:
        sizes.measure()
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=many([1, 2]))
    carried = deliveries._living(book).filter(order_id__in=many([1, 2]))

    assert "INTEGER PRIMARY KEY" in rows.explain()
    assert "(order_id=?)" in carried.explain()


def test_a_large_ledger_does_not_walk_through_all_deliveries_for_those_that_go_within_another(book: Book) -> None:
    rows = (
        FulfillmentRow(merchant_id=book.merchant_id, order_id=number, connection_id=1, sealed=b"")
        for number in range(12_000)
    )
    connection.disable_constraint_checking()
    FulfillmentRow.objects.bulk_create(rows)
    sizes.measure()

    wanted = Q(pk__in=many([1, 2])) | Q(within_id__in=many([1, 2]))

    assert "fulfillment_within" in deliveries._living(book).filter(wanted).explain()


def test_who_opens_the_ledger_while_it_is_measured_plans_like_a_large_one(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes_of_orders = "SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 'ledger_orderrow' ORDER BY idx"
    assume, seen = sizes.assume, []

    def looked_at() -> None:
        with closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as another:
            seen.extend(another.execute(sizes_of_orders).fetchall())
        assume()

    monkeypatch.setattr(sizes, "assume", looked_at)
    sizes.measure()

    with connection.cursor() as cursor:
        cursor.execute(sizes_of_orders)
        assert seen == cursor.fetchall() != []


@pytest.mark.parametrize("measured", [False, True])
def test_what_few_rows_are_is_found_by_the_index_of_those(book: Book, measured: bool) -> None:
    if measured:
        sizes.measure()
    told = raw_erasing._told_by(book, 1, "order", ["a"])

    assert "(merchant_id=? AND subject=?)" in privacy._counted(Merchant.objects.all()).explain()
    assert "intent_shipment" in Intent.objects.filter(shipment=1).explain()
    assert "raw_unread" in privacy._long_unread(book, NOW).explain()
    assert "(connection_id=? AND kind=? AND key=?)" in told.explain()


@pytest.mark.parametrize("erased", [0, 1_000, 29_000])
def test_who_was_erased_is_found_by_the_indexes_of_those_however_many_they_are(book: Book, erased: int) -> None:
    """Most orders of a ledger that has grown are: and hardly any of them because the buyer wanted it."""
    connection.disable_constraint_checking()
    OrderRow.objects.bulk_create(
        OrderRow(
            merchant_id=book.merchant_id,
            connection_id=1,
            account="a1",
            remote_id=f"o{number}",
            number=f"o{number}",
            buyer_hash="" if number < erased - 20 else f"b{number}",
            erased_at=NOW if number < erased else None,
            total_minor=1,
            sealed=b"",
            **dict.fromkeys(("ordered_at", "modified_at", "seen_at", "created_at"), NOW),
        )
        for number in range(30_000)
    )
    sizes.measure()
    known = privacy._wished().filter(merchant_id=book.merchant_id, buyer_hash__in=many(["a"]))

    assert "COVERING INDEX order_erased (" in privacy._counted(Merchant.objects.all()).explain()
    assert "order_erased_buyer (" in privacy._at_their_wish(book).explain()
    assert not erased or "order_erased_buyer" in privacy._wished().explain()
    assert "order_erased_buyer (merchant_id=? AND buyer_hash=?)" in known.explain()


@pytest.mark.parametrize("measured", [False, True])
def test_whom_to_erase_is_found_without_a_walk_through_all_orders(book: Book, measured: bool) -> None:
    if measured:
        sizes.measure()

    assert "order_to_erase" in privacy._long_final(book, NOW, None).explain()
