"""Lists of orders: each once, in sequence, whatever is filtered; and nobody's but those of the books at hand."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.databases import SQLITE, Ledgers
from tests.flow.stage import Scene
from tests.ledger.neighbours import HELD, NOW, PLANNED, SENT, House, move_in
from tranter.connectors.ebay.simulator import UNKNOWN_SKU
from tranter.engine import operator
from tranter.ledger import order_list, order_page, order_search
from tranter.ledger.databases import Database
from tranter.ledger.models import OrderRow, TradeException
from tranter.ledger.order_filter import OrderQuery, Tab, streams
from tranter.ledger.order_list import Tally
from tranter.ledger.order_pill import OrderPill
from tranter.ledger.setup import close_connections, use_database
from tranter.testing.simulator import Fault


@pytest.fixture(scope="module")
def street(kind: str, ledgers_of: Callable[[str], Ledgers]) -> tuple[Database, House, House]:
    ledgers = ledgers_of(kind)
    database = ledgers.fresh()
    found = move_in(ledgers.vault, "me"), move_in(ledgers.vault, "you")
    ledgers.keep()
    return database, *found


@pytest.fixture
def houses(street: tuple[Database, House, House]) -> Iterator[tuple[House, House]]:
    database, me, you = street
    use_database(database)
    yield me, you
    close_connections()


def numbers(found: order_list.Page) -> list[str]:
    return [one.number for one in found.orders]


def pill_of(scene: Scene, order: Any) -> OrderPill:
    [shown] = order_list.shown([scene.book], [scene.row(order).pk])
    return shown.pill


def test_a_list_shows_the_orders_of_its_books_only(houses: tuple[House, House]) -> None:
    me, you = houses

    mine = order_list.page([me.book], OrderQuery(tab=Tab.ALL))
    both = order_list.page([me.book, you.book], OrderQuery(tab=Tab.ALL))

    assert sorted(numbers(mine)) == [SENT, PLANNED, HELD]
    assert {one.merchant for one in mine.orders} == {"me"}
    assert sorted(one.merchant for one in both.orders) == ["me"] * 3 + ["you"] * 3
    assert order_list.shown([me.book], [you.ids[SENT]]) == []
    assert order_list.page([], OrderQuery()).orders == ()


def test_a_row_says_who_receives_what(houses: tuple[House, House]) -> None:
    [one] = order_list.shown([houses[0].book], [houses[0].ids[SENT]])

    assert (one.buyer, one.units, one.items[0].sku) == ("Ada Lovelace", 1, "me-LAMP")
    assert one.total.text() == "10.00"


@pytest.mark.parametrize("many", [False, True])
def test_pages_lose_and_double_nothing_both_ways(
    houses: tuple[House, House], many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of the orders are of the same second. Of many merchants the list walks another index."""
    monkeypatch.setattr("tranter.ledger.order_filter.FEW_STREAMS", 0 if many else 40)
    books = [house.book for house in houses]
    wanted = OrderQuery(tab=Tab.ALL)

    pages, cursor = [], ""
    while not pages or cursor:
        pages.append(order_list.page(books, wanted, cursor, 2))
        cursor = pages[-1].older
    seen = [one.id for page in pages for one in page.orders]
    back = order_list.page(books, wanted, pages[-1].newer, 2)

    assert len(seen) == len(set(seen)) == 6
    assert seen == [one.id for one in order_list.page(books, wanted).orders]
    assert back == pages[-2]
    assert pages[0].newer == ""
    assert [one.id for one in order_list.every(books, wanted)] == seen


def test_a_cursor_of_nonsense_begins_anew(houses: tuple[House, House]) -> None:
    books = [houses[0].book]

    assert order_list.page(books, OrderQuery(), "%%%") == order_list.page(books, OrderQuery())


def test_tabs_are_counted(houses: tuple[House, House]) -> None:
    tally = Tally()

    counts = tally.counts([houses[0].book], NOW)

    assert counts[Tab.ALL] == 3
    assert counts[Tab.OPEN] == len(order_list.page([houses[0].book], OrderQuery(tab=Tab.OPEN)).orders)
    assert counts[Tab.PROBLEMS] == len(order_list.page([houses[0].book], OrderQuery(tab=Tab.PROBLEMS)).orders) == 2
    assert tally.counts([houses[0].book], NOW + timedelta(seconds=5)) == counts


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (OrderQuery(tab=Tab.ALL, connection="shop"), 3),
        (OrderQuery(tab=Tab.ALL, connection="elsewhere"), 0),
        (OrderQuery(tab=Tab.ALL, marketplace="EBAY_GB"), 0),
        (OrderQuery(tab=Tab.ALL, held="unknown_sku"), 1),
        (OrderQuery(tab=Tab.ALL, sku="me-LAMP"), 3),
        (OrderQuery(tab=Tab.ALL, sku="you-LAMP"), 0),
        (OrderQuery(tab=Tab.ALL, since=NOW + timedelta(days=1)), 0),
        (OrderQuery(tab=Tab.ALL, until=NOW + timedelta(days=1)), 3),
        (OrderQuery(tab=Tab.ALL, ship_before=NOW), 0),
        (OrderQuery(tab=Tab.ALL, ship_method="none"), 0),
        (OrderQuery(tab=Tab.ALL, tests_only=True), 0),
        (OrderQuery(pill=OrderPill.PROBLEM), 2),
        (OrderQuery(pill=OrderPill.NEW), 1),
        (OrderQuery(pill=OrderPill.CONFIRMED), 0),
    ],
)
def test_filters_narrow(houses: tuple[House, House], wanted: OrderQuery, found: int) -> None:
    assert len(order_list.page([houses[0].book], wanted).orders) == found


def test_what_a_filter_can_be_set_to(houses: tuple[House, House]) -> None:
    assert order_list.choices([houses[0].book]).held == ("unknown_sku",)


@pytest.mark.parametrize("text", [SENT, "SO-77", "77", "1Z0000000000000001"])
def test_an_order_is_found_by_its_numbers_and_only_at_home(houses: tuple[House, House], text: str) -> None:
    me, you = houses

    assert order_search.search([me.book], text) == [me.ids[SENT]]
    assert sorted(order_search.search([me.book, you.book], text)) == sorted([me.ids[SENT], you.ids[SENT]])


@pytest.mark.parametrize("text", ["ada_l", "ada  LOVELACE "])
def test_people_are_found_by_name(houses: tuple[House, House], text: str) -> None:
    me, _ = houses

    assert sorted(order_search.search([me.book], text)) == sorted(me.ids[one] for one in (SENT, PLANNED, HELD))
    assert order_search.search([me.book], "grace hopper") == []


def test_of_many_orders_of_one_name_the_newest_are_found(
    houses: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tranter.ledger.order_search.MOST", 2)
    both, wanted = [house.book for house in houses], OrderQuery(tab=Tab.ALL)

    for books in (both, both[:1]):
        newest = [one.id for one in order_list.page(books, wanted, limit=2).orders]
        assert order_search.search(books, "ada lovelace") == newest


def test_numbers_are_found_while_they_are_typed(houses: tuple[House, House]) -> None:
    assert len(order_search.beginning([houses[0].book], "14-")) == 3
    assert order_search.beginning([houses[0].book], "14") == []
    assert order_search.sells([houses[0].book], "me-LAMP")
    assert not order_search.sells([houses[0].book], "you-LAMP")


def test_pills_follow_an_order_on_its_way(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP", 2)
    scene.clock.advance(200)
    scene.run("orders")
    assert pill_of(scene, order) is OrderPill.NEW
    scene.pass_time(minutes=10)
    assert pill_of(scene, order) is OrderPill.AT_WAREHOUSE
    there = scene.at_warehouse(order)[0]
    scene.gecko.ship(there.id, partial=True)
    scene.pass_time(minutes=6)
    assert pill_of(scene, order) is OrderPill.PARTLY_SHIPPED
    scene.gecko.ship(there.id)
    scene.pass_time(minutes=20)
    assert pill_of(scene, order) is OrderPill.CONFIRMED


def test_a_push_of_unknown_outcome_is_checking(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.gecko_faults.next("POST", "/orders", Fault.LOST_REPLY)
    scene.deliver_now()

    assert pill_of(scene, order) is OrderPill.CHECKING
    assert [one.id for one in order_list.page([scene.book], OrderQuery(pill=OrderPill.CHECKING)).orders] == [
        scene.row(order).pk
    ]


def test_what_a_person_holds_is_no_problem(scene: Scene) -> None:
    order, troubled = scene.ebay.buy_one("LAMP"), scene.ebay.buy_one(UNKNOWN_SKU)
    scene.clock.advance(200)
    scene.run("orders")
    operator.hold(scene.hub, scene.book, operator.find(scene.book, order.order_id), "")

    assert (pill_of(scene, order), pill_of(scene, troubled)) == (OrderPill.HELD, OrderPill.PROBLEM)
    problems = order_list.page([scene.book], OrderQuery(tab=Tab.PROBLEMS)).orders
    assert [one.number for one in problems] == [troubled.order_id]
    assert Tally().counts([scene.book], scene.clock.now())[Tab.PROBLEMS] == 1


def test_an_open_exception_makes_a_problem_wherever_the_order_is(houses: tuple[House, House]) -> None:
    me, _ = houses
    assert TradeException.objects.filter(order_id=me.ids[SENT], state="open").exists()

    [one] = order_list.shown([me.book], [me.ids[SENT]])

    assert one.pill is OrderPill.PROBLEM


def test_a_sheet_tells_all_of_one_order(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP", 2)
    scene.pass_time(minutes=10)
    scene.gecko.ship(scene.at_warehouse(order)[0].id)
    scene.pass_time(minutes=20)
    row = OrderRow.objects.get(remote_id=order.order_id)

    sheet = order_page.sheet(scene.book, row.pk)
    record = order_page.record(scene.book, row.pk)

    assert (sheet.pill, sheet.lines[0].shipped, len(sheet.parcels)) == (OrderPill.CONFIRMED, 2, 1)
    assert [event.word for event in record.events][:2] == ["order_taken", "fulfillment_planned"]
    assert [(one.verb, one.outcome) for one in record.tries] == [
        ("push_fulfillment", "done"),
        ("push_shipment", "done"),
    ]
    assert record.tries[0].calls[-1]["method"] == "POST"


@pytest.mark.parametrize("kind", [SQLITE], scope="session")
@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("tab", [Tab.OPEN, Tab.SHIPPED, Tab.SKIPPED, Tab.ALL])
def test_a_page_walks_an_index_and_sorts_nothing(
    houses: tuple[House, House], tab: Tab, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a million orders it reads as many entries as it shows."""
    monkeypatch.setattr("tranter.ledger.order_filter.FEW_STREAMS", 0 if many else 40)
    merchants = [house.book.merchant_id for house in houses]
    for rows in streams(merchants, OrderQuery(tab=tab, marketplace="EBAY_US", ship_method="Post")):
        asked = rows.order_by("-ordered_at", "-pk").values_list("ordered_at", "pk")[:51]
        plan = asked.explain()
        assert f"USING COVERING INDEX order_status{'_of_all' if many else ''} " in plan, plan
        assert "TEMP B-TREE" not in plan, plan
