"""Is everything accounted for, what is late, and does anything arrive at all."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.ledger.rows import NOON, connection, days, hours, order, stuck
from tranter.ledger import figures
from tranter.ledger.book import Book, ensure_book
from tranter.ledger.figures import Kept
from tranter.ledger.models import Intent, Merchant, OrderRow
from tranter.ledger.vault import Vault

UTC_ZONE = ZoneInfo("UTC")


@pytest.fixture
def book(vault: Vault) -> Book:
    return ensure_book(vault, "default", NOON)


def sending(book: Book, row: OrderRow, state: str = "ready") -> None:
    Intent.objects.create(
        merchant_id=book.merchant_id,
        connection=connection(book),
        verb="push_fulfillment",
        key=f"push/{row.pk}",
        state=state,
        due_at=NOON,
        order=row,
        created_at=NOON,
    )


def test_every_order_has_an_end_a_reason_or_a_next_time(book: Book) -> None:
    sending(book, order(book, "planned"))
    order(book, "undecided", undecided=True)
    order(book, "waits", reason="not paid yet")
    stuck(book, "held")
    order(book, "there", status="at_wms")
    order(book, "gone", status="confirmed", final_at=NOON)
    order(book, "left", status="shipped")
    order(book, "skipped", status="skipped", final_at=NOON)
    order(book, "canceled", status="canceled", final_at=NOON)
    order(book, "old and open", status="at_wms", ordered_at=days(-90))
    order(book, "old and done", status="confirmed", ordered_at=days(-90), final_at=days(-80))

    found = figures.accounted([book], NOON)

    assert (found.accounted, found.total, found.missing) == (10, 10, 0)
    assert (found.on_the_way, found.delivered, found.held, found.skipped, found.canceled) == (5, 2, 1, 1, 1)


def test_an_order_that_nothing_looks_at_is_missing_and_named(book: Book) -> None:
    sending(book, order(book, "forgotten"), state="done")
    sending(book, order(book, "planned"))

    found = figures.accounted([book], NOON)

    assert (found.accounted, found.total) == (1, 2)
    assert [(slug, number) for slug, _, number in figures.missing_orders([book])] == [("default", "forgotten")]


def test_late_is_what_should_have_left_and_has_not(book: Book) -> None:
    order(book, "late", ship_by=hours(-1), status="at_wms")
    order(book, "later still", ship_by=hours(-9), status="at_wms")
    order(book, "in time", ship_by=hours(1))
    order(book, "gone", ship_by=hours(-9), status="shipped")
    order(book, "skipped", ship_by=hours(-9), status="skipped", final_at=NOON)

    assert [one.number for one in figures.late([book], NOON)] == ["later still", "late"]
    assert figures.late_count([book], NOON) == 2


def test_days_are_the_viewers_days(book: Book) -> None:
    order(book, "late in the evening", ordered_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    order(book, "today", status="confirmed")

    utc = figures.days([book], NOON, UTC_ZONE)
    berlin = figures.days([book], NOON, ZoneInfo("Europe/Berlin"))

    assert len(utc) == 14
    assert [one.total for one in utc[-2:]] == [1, 1]
    assert [one.counts for one in berlin[-2:]] == [{}, {"new": 1, "confirmed": 1}]


def test_closed_days_are_marked(book: Book) -> None:
    Merchant.objects.update(closed_days=[6, "2026-02-25"])
    closed = [one.day.isoformat() for one in figures.days([book], NOON, UTC_ZONE) if one.closed]
    assert closed == ["2026-02-22", "2026-02-25", "2026-03-01"]


def weeks_of_orders(book: Book, count: int = 10, weeks: int = 4) -> None:
    """On Mondays, one every half an hour from 06:30 on, in the merchant's wall time."""
    zone = figures.zone_of(Merchant.objects.get().time_zone)
    for week in range(1, weeks + 1):
        monday = datetime(2026, 3, 2, 6, 30, tzinfo=zone) - timedelta(weeks=week)
        for number in range(count):
            order(book, f"{week}/{number}", ordered_at=monday + timedelta(minutes=30 * number), status="confirmed")
    order(book, "the first", ordered_at=days(-60), status="confirmed")


def test_nothing_where_there_usually_is_something_is_said(book: Book) -> None:
    weeks_of_orders(book)

    found = figures.quiet(book, NOON)

    assert found is not None
    assert (found.since, found.usual) == (datetime(2026, 3, 2, 6, 0, tzinfo=UTC), 10)


def test_one_order_breaks_the_silence_until_it_has_lasted_again(book: Book) -> None:
    weeks_of_orders(book, count=30)
    order(book, "now", ordered_at=hours(-3))

    assert figures.quiet(book, hours(-2)) is None
    found = figures.quiet(book, hours(3))
    assert found is not None
    assert (found.since, found.usual) == (hours(-3), 12)


def test_closed_days_early_hours_and_young_shops_are_quiet_without_a_word(book: Book) -> None:
    weeks_of_orders(book, weeks=1)
    assert figures.quiet(book, NOON) is None
    weeks_of_orders_more(book)
    assert figures.quiet(book, NOON) is not None
    assert figures.quiet(book, NOON.replace(hour=5)) is None
    Merchant.objects.update(closed_days=[0])
    assert figures.quiet(book, NOON) is None
    Merchant.objects.update(closed_days=["2026-03-02"])
    assert figures.quiet(book, NOON) is None


def weeks_of_orders_more(book: Book) -> None:
    OrderRow.objects.all().delete()
    weeks_of_orders(book)


def test_the_morning_begins_where_the_merchant_is(book: Book) -> None:
    Merchant.objects.update(time_zone="America/New_York")
    weeks_of_orders(book)
    assert figures.quiet(book, NOON) is None  # it is seven there
    assert figures.quiet(book, hours(6)) is not None


def test_the_last_order_of_all_merchants(vault: Vault, book: Book) -> None:
    other = ensure_book(vault, "other", NOON)
    order(book, "1")
    order(other, "1", ordered_at=hours(1))
    assert figures.last_order_at([book, other]) == hours(1)
    assert figures.last_order_at([book]) == NOON
    assert figures.last_order_at([]) is None


def test_a_figure_is_worked_out_once_for_a_moment() -> None:
    now, made = [0.0], []
    kept = Kept(lambda: now[0])

    def make() -> int:
        made.append(1)
        return len(made)

    assert [kept.get(("a",), 5, make), kept.get(("a",), 5, make), kept.get(("b",), 5, make)] == [1, 1, 2]
    now[0] = 6
    assert kept.get(("a",), 5, make) == 3
