"""What is asked and changed for every batch."""

from datetime import datetime, timedelta, timezone
from typing import NamedTuple

import pytest
from django.db import transaction
from django.db.models import F
from django.db.transaction import TransactionManagementError

from tranter.ledger import journal, questions, raw_records
from tranter.ledger.book import Book, ensure_book
from tranter.ledger.models import Connection, JournalEntry, Merchant, OrderRow, RawRecord
from tranter.ledger.questions import Change, Question, Rows, each, given, is_set

from .conftest import NOW

ODD = ['it\'s "quoted"', "100 %", "%s and ? and {}", "☃ – Käse", "null", "", "1", "back\\slash"]

BY_SUBJECT = Question(
    lambda: JournalEntry.objects.filter(
        merchant_id=given("merchant"), subject__in=each("subjects", str), at__lte=given("until")
    ).values_list("number", "at", "subject", "detail"),
    tuple[int, datetime, str, dict[str, str | int | bool | None]],
)
SHOPS = Question(
    lambda: (
        Connection.objects.filter(merchant_id=given("merchant"))
        .order_by("-name")
        .values_list("name", "live_at", is_set("live_at"))
    ),
    tuple[str, datetime | None, bool],
)
NAMES = Question(lambda: Connection.objects.filter(name__in=each("names", str)).values_list("name"), str)
SEEN = Change(
    lambda: Connection.objects.filter(merchant_id=given("merchant"), name__in=each("names", str)),
    live_at=given("at"),
    version=F("version") + given("more"),
)


@pytest.fixture
def shops(book: Book) -> Book:
    for name in ("a", "b", "c"):
        Connection.objects.create(
            merchant_id=book.merchant_id, name=name, connector="x", created_at=NOW, state_since=NOW
        )
    return book


def test_values_come_back_as_what_they_were(book: Book) -> None:
    detail = {"text": ODD[0], "number": 2**53, "yes": True, "no": False, "nothing": None}
    at = [NOW + timedelta(microseconds=count) for count in range(len(ODD))]
    for subject, moment in zip(ODD, at, strict=True):
        journal.append(book, [journal.Entry(what="x", subject=subject, detail=detail)], moment)

    told = sorted(BY_SUBJECT.ask(merchant=book.merchant_id, subjects=ODD, until=at[-1]))

    assert [(moment, subject) for _, moment, subject, _ in told] == list(zip(at, ODD, strict=True))
    assert all(moment.tzinfo is not None and found == detail for _, moment, _, found in told)
    assert len(BY_SUBJECT.ask(merchant=book.merchant_id, subjects=ODD, until=at[3])) == 4
    assert BY_SUBJECT.ask(merchant=book.merchant_id + 1, subjects=ODD, until=at[-1]) == []


def test_any_time_zone_is_the_same_moment(book: Book) -> None:
    journal.append(book, [journal.Entry(what="x", subject="s")], NOW)
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert len(BY_SUBJECT.ask(merchant=book.merchant_id, subjects=["s"], until=elsewhere)) == 1
    before = elsewhere - timedelta(microseconds=1)
    assert BY_SUBJECT.ask(merchant=book.merchant_id, subjects=["s"], until=before) == []


def test_nothing_truth_and_sequence_are_kept(shops: Book) -> None:
    Connection.objects.filter(name="b").update(live_at=NOW)

    assert SHOPS.ask(merchant=shops.merchant_id) == [("c", None, False), ("b", NOW, True), ("a", None, False)]


def test_a_list_may_be_empty_or_very_long_and_of_any_kind(shops: Book) -> None:
    assert NAMES.ask(names=[]) == []
    assert NAMES.ask(names={}) == []
    assert sorted(NAMES.ask(names=(name for name in "abz"))) == ["a", "b"]
    assert NAMES.ask(names=[*map(str, range(100_000)), "c"]) == ["c"]
    assert SEEN.make(merchant=shops.merchant_id, names=[], at=NOW, more=1) == 0


def test_only_what_was_found_is_changed(shops: Book) -> None:
    other = ensure_book(shops.vault, "other", NOW)
    Connection.objects.create(merchant_id=other.merchant_id, name="a", connector="x", created_at=NOW, state_since=NOW)

    assert SEEN.make(merchant=shops.merchant_id, names=["a", "b"], at=NOW, more=5) == 2

    rows = Connection.objects.order_by("pk").values_list("name", "live_at", "version")
    first = rows[2][2]
    assert list(rows) == [("a", NOW, first + 5), ("b", NOW, first + 5), ("c", None, first), ("a", None, first)]


def test_each_time_is_asked_anew(book: Book) -> None:
    slugs = Question(lambda: Merchant.objects.filter(slug__in=each("slugs", str)).values_list("slug"), str)
    assert slugs.ask(slugs=["default", "late"]) == ["default"]
    ensure_book(book.vault, "late", NOW)
    assert sorted(slugs.ask(slugs=["default", "late"])) == ["default", "late"]
    assert slugs.ask(slugs=["late"]) == ["late"]


def test_bytes_are_refused(book: Book) -> None:
    sealed = Question(lambda: OrderRow.objects.filter(pk__in=each("ids")).values_list("sealed"), bytes)
    with pytest.raises(TypeError, match="bytes"):
        sealed.ask(ids=[1])


def test_what_locks_is_asked_within_a_transaction(book: Book) -> None:
    locked = Question(
        lambda: Merchant.objects.select_for_update().filter(pk=given("merchant")).values_list("slug"), str
    )

    with transaction.atomic():
        assert locked.ask(merchant=book.merchant_id) == ["default"]
    with pytest.raises(TransactionManagementError, match="within a transaction"):
        locked.ask(merchant=book.merchant_id)


class _Shop(NamedTuple):
    name: str
    settings: dict[str, object]
    state_since: datetime
    live_at: datetime | None
    is_live: bool


class _Page(NamedTuple):
    key: str
    sealed: bytes
    received_at: datetime


SHOP_ROWS = Rows(
    lambda: (
        Connection.objects.filter(merchant_id=given("merchant"))
        .order_by("name")
        .values_list("name", "settings", "state_since", "live_at", is_set("live_at"))
    ),
    _Shop,
)
PAGES = Rows(
    lambda: (
        RawRecord.objects.filter(merchant_id=given("merchant"), key__in=each("keys", str))
        .order_by("pk")
        .values_list("key", "sealed", "received_at")
    ),
    _Page,
)


def test_rows_tell_bytes_and_every_other_value_as_what_it_was(shops: Book) -> None:
    shop = Connection.objects.get(name="b")
    Connection.objects.filter(pk=shop.pk).update(settings={"odd": ODD, "on": True, "no": None}, live_at=NOW)
    bodies = {f"k{count}": bytes([0, 255, count]) * 9 for count in range(3)}
    raw_records.store_reread(shops, shop.pk, list(bodies.items()), NOW)

    told = SHOP_ROWS.ask(merchant=shops.merchant_id)
    found = PAGES.ask(merchant=shops.merchant_id, keys=["k0", "k2"])

    assert [one.name for one in told] == ["a", "b", "c"]
    assert told[1] == _Shop("b", {"odd": ODD, "on": True, "no": None}, NOW, NOW, True)
    assert (told[0].settings, told[0].live_at, told[0].is_live) == ({}, None, False)
    opened = [shops.vault.open(one.sealed, raw_records.raw_place(shop.pk, "order", one.key)) for one in found]
    assert opened == [bodies["k0"], bodies["k2"]]
    assert {one.received_at for one in found} == {NOW}
    assert PAGES.ask(merchant=shops.merchant_id, keys=[]) == []


def test_rows_come_all_however_many_there_are(shops: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "AT_ONCE", 2)
    shop = Connection.objects.get(name="a")
    keys = [f"k{count}" for count in range(5)]
    raw_records.store_reread(shops, shop.pk, [(key, b"x") for key in keys], NOW)

    assert [one.key for one in PAGES.walk(merchant=shops.merchant_id, keys=keys)] == keys
