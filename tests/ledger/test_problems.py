"""Exceptions of one cause are one problem; the most urgent stands first."""

from tests.ledger.rows import NOON, days, hours, order, raised, stuck
from tranter.ledger import exceptions, journal, problems
from tranter.ledger.book import ensure_book
from tranter.ledger.problems import Cause, Group
from tranter.ledger.vault import Vault
from tranter.model import Money


def causes(groups: list[Group]) -> list[tuple[str, str | None, int]]:
    return [(group.cause.kind, group.cause.value, group.count) for group in groups]


def test_orders_that_wait_for_the_same_are_one_problem_with_what_they_are_worth(vault: Vault) -> None:
    book = ensure_book(vault, "default", NOON)
    stuck(book, "1", total="10.00 EUR", ship_by=hours(30))
    stuck(book, "2", total="5.50 EUR", ship_by=hours(20))
    stuck(book, "3", total="700 JPY")
    stuck(book, "4", value="CUP")

    mug, cup = problems.groups([book], NOON)

    assert (mug.cause.value, mug.count, mug.orders, mug.ship_by) == ("MUG", 3, 3, hours(20))
    assert mug.money == (
        Money(700, "JPY"),
        Money(1550, "EUR"),
    )
    assert (mug.connection, mug.connector, mug.says) == ("shop", "ebay", "unknown_sku of 3")
    assert cup.cause.value == "CUP"


def test_what_stops_a_connection_comes_first_then_what_should_leave_soon_then_what_is_dear(vault: Vault) -> None:
    book = ensure_book(vault, "default", NOON)
    stuck(book, "1", value="CHEAP", total="1.00 EUR")
    stuck(book, "2", value="DEAR", total="900.00 EUR")
    stuck(book, "3", value="SOON", total="2.00 EUR", ship_by=hours(3))
    stuck(book, "4", value="LATER", total="2.00 EUR", ship_by=days(2))
    raised(book, "needs_sign_in", "shop")

    assert [cause[1] for cause in causes(problems.groups([book], NOON))] == [None, "SOON", "LATER", "DEAR", "CHEAP"]


def test_where_the_value_is_not_the_cause_the_kind_is(vault: Vault) -> None:
    book = ensure_book(vault, "default", NOON)
    stuck(book, "1", kind="voided_after_telling", value="1Z1")
    stuck(book, "2", kind="voided_after_telling", value="1Z2")

    assert causes(problems.groups([book], NOON)) == [("voided_after_telling", None, 2)]


def test_all_merchants_in_reach_and_no_others(vault: Vault) -> None:
    mine, yours = ensure_book(vault, "mine", NOON), ensure_book(vault, "yours", NOON)
    stuck(mine, "1")
    stuck(yours, "1")

    assert [group.merchant for group in problems.groups([mine], NOON)] == ["mine"]
    assert sorted(group.merchant for group in problems.groups([mine, yours], NOON)) == ["mine", "yours"]
    assert problems.groups([], NOON) == []


def test_the_orders_of_a_problem_come_page_by_page(vault: Vault) -> None:
    book = ensure_book(vault, "default", NOON)
    for number in range(5):
        stuck(book, str(number))
    cause = Cause(kind="unknown_sku", value="MUG")

    first = problems.affected(book, cause, "open", limit=3)
    second = problems.affected(book, cause, "open", after=first[-1].id, limit=3)

    assert [one.number for one in first + second] == ["0", "1", "2", "3", "4"]
    assert first[0].total == Money(1000, "EUR")


def test_a_muted_cause_is_off_the_list_and_newcomers_are_on_it(vault: Vault) -> None:
    book = ensure_book(vault, "default", NOON)
    cause = Cause(kind="unknown_sku", value="MUG")
    stuck(book, "1")
    stuck(book, "2")

    assert problems.mute(book, cause, "user:1", NOON) == 2
    assert problems.groups([book], NOON) == []
    stuck(book, "3")
    assert causes(problems.groups([book], NOON)) == [("unknown_sku", "MUG", 1)]
    assert causes(problems.groups([book], NOON, "muted")) == [("unknown_sku", "MUG", 2)]
    assert problems.counts([book]) == {"open": 1, "muted": 2}

    assert problems.unmute(book, cause, "user:1", NOON) == 2
    assert problems.counts([book]) == {"open": 3, "muted": 0}
    words = [
        (line.what, line.actor, line.detail["count"])
        for line in journal.lines(book, limit=9)
        if line.detail.get("count")
    ]
    assert words[:2] == [("exception_unmuted", "user:1", 2), ("exception_muted", "user:1", 2)]


def test_what_a_person_saw_to_is_settled(vault: Vault) -> None:
    book = ensure_book(vault, "default", NOON)
    stuck(book, "1", kind="cancel_too_late", value="")

    assert problems.settle(book, Cause(kind="cancel_too_late"), "operator", NOON) == 1
    assert problems.settle(book, Cause(kind="cancel_too_late"), "operator", NOON) == 0
    assert causes(problems.groups([book], NOON, "resolved")) == [("cancel_too_late", None, 1)]
    assert problems.group(book, Cause(kind="cancel_too_late")) is None


def test_a_parcel_that_has_left_is_no_longer_urgent(vault: Vault) -> None:
    book = ensure_book(vault, "default", NOON)
    row = order(book, "1", status="shipped", ship_by=hours(-9))
    raised(book, "carrier", "1", value="Pigeon", order_id=row.pk)

    assert problems.groups([book], NOON)[0].ship_by is None
    assert exceptions.count_open(book) == 1
