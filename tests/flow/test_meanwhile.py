"""What happens while an order is being decided is not missed: other flows run on other threads."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest

from tests.flow.stage import Scene, Setting, Theatre
from tranter.connectors.ebay import orders as ebay_orders
from tranter.connectors.ebay import windows
from tranter.engine import intake
from tranter.engine import operator as hands
from tranter.engine.going_live import looking
from tranter.engine.run import Run
from tranter.ledger import decisions, operator, orders, raw_records, schedule
from tranter.ledger.book import Book
from tranter.ledger.models import Flow, OrderRow, RawRecord
from tranter.ledger.order_marks import OrderToDecide
from tranter.sdk.errors import TransientError
from tranter.sdk.verbs import Page, PullsOrders, Raw
from tranter.testing.faultmark import fault


def _meanwhile(monkeypatch: pytest.MonkeyPatch, happening: Callable[[], object]) -> None:
    """Between looking at a batch and writing down what was decided of it, once."""
    apply, left = decisions.apply, [happening]

    def interrupted(*asked: Any) -> int:
        if left:
            left.pop()()
        return apply(*asked)

    monkeypatch.setattr(decisions, "apply", interrupted)


def test_a_plan_and_the_ring_of_its_flow_are_written_down_together(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that runs deliveries just before the plan is there must be called once more."""
    order = scene.ebay.buy_one("LAMP")
    _meanwhile(monkeypatch, lambda: scene.run("deliveries"))
    scene.clock.advance(200)
    scene.run("orders")
    scene.run("decide")
    deliveries = schedule.flow_id(scene.warehouse.id, "deliveries")

    assert deliveries in schedule.due(scene.clock.now())
    scene.settle()
    assert len(scene.at_warehouse(order)) == 1


def test_products_read_while_an_order_is_decided_let_it_go(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = theatre.scene(Setting())
    scene.plug_in("warehouse", "tradegecko", {"base_url": "http://sim.tradegecko"})
    scene.plug_in("shop", "ebay", scene.cart_settings())
    order = scene.ebay.buy_one("LAMP")
    _meanwhile(monkeypatch, lambda: scene.run("products"))
    scene.clock.advance(200)
    scene.run("orders")
    scene.run("decide")
    scene.pass_time(minutes=30)

    assert scene.status(order) == "at_wms"


@fault("API-20")
def test_an_order_that_the_cart_changes_while_it_is_decided_is_decided_anew(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = scene.ebay.buy_one("LAMP")

    def canceled_and_seen() -> None:
        scene.ebay.cancel(order.order_id)
        scene.clock.advance(1)
        scene.run("orders")

    scene.clock.advance(200)
    scene.run("orders")
    _meanwhile(monkeypatch, canceled_and_seen)
    scene.run("decide")
    scene.settle()

    assert scene.status(order) == "canceled"
    assert scene.posts() == 0


def test_a_hold_that_comes_while_an_order_is_decided_holds_it(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.clock.advance(200)
    scene.run("orders")

    def held() -> None:
        operator.wish(scene.book, scene.row(order).pk, operator.Wish(word="hold"), scene.clock.now())

    _meanwhile(monkeypatch, held)
    scene.run("decide")
    scene.settle()

    assert scene.kinds() == ["operator"]
    assert scene.posts() == 0


def _ids(found: Sequence[OrderToDecide]) -> list[int]:
    return [one.id for one in found]


def test_what_changed_meanwhile_stays_undecided(scene: Scene) -> None:
    scene.ebay.buy_one("LAMP")
    scene.clock.advance(200)
    scene.run("orders")
    [looked_at] = orders.undecided(scene.book, scene.cart.id)

    orders.decided(scene.book, {looked_at.id: "another mark"})

    assert _ids(orders.undecided(scene.book, scene.cart.id)) == [looked_at.id]


def test_what_became_of_an_order_is_told_when_it_is_decided_though_somebody_else_decides(scene: Scene) -> None:
    """Another worker has just begun to decide this cart's orders, and dies before it comes to this one."""
    order = scene.ebay.buy_one("LAMP")
    scene.clock.advance(200)
    scene.run("orders")
    operator.wish(scene.book, scene.row(order).pk, operator.Wish(word="hold"), scene.clock.now())
    scene.run("decide")
    flow_id = schedule.flow_id(scene.cart.id, "decide")
    assert flow_id is not None
    assert schedule.lease(flow_id, "another", 1.0, scene.clock.now()) is not None

    outcome = hands.release(scene.hub, scene.book, hands.find(scene.book, order.order_id))

    assert outcome.order.held == ""
    assert not scene.row(order).undecided


def _fetched(scene: Scene, order: Any) -> list[tuple[str, bytes]]:
    connector = scene.hub.plug(scene.cart).connector
    assert isinstance(connector, PullsOrders)
    return [(raw.key, raw.payload) for raw in connector.fetch_orders([order.order_id])]


@fault("API-20")
def test_a_version_that_comes_while_an_older_one_is_read_is_read_as_well(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = scene.ebay.buy_one("LAMP")
    record, left = orders.record_orders, [order]

    def interrupted(*asked: Any) -> int:
        if left:
            scene.ebay.cancel(left.pop().order_id)
            scene.clock.advance(1)
            raw_records.store_reread(scene.book, scene.cart.id, _fetched(scene, order), scene.clock.now())
        return record(*asked)

    monkeypatch.setattr(orders, "record_orders", interrupted)
    scene.clock.advance(200)
    scene.run("orders")

    assert scene.row(order).cart_state == "canceled"


def test_what_was_told_a_moment_ago_is_read_as_it_was_told(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[list[str]] = []
    unread = raw_records.unread

    def looked_at(*asked: Any) -> list[raw_records.RawLine]:
        found = unread(*asked)
        read.append([raw.key for raw in found])
        return found

    monkeypatch.setattr(raw_records, "unread", looked_at)
    order = scene.ebay.buy_one("LAMP")
    scene.clock.advance(200)
    scene.run("orders")

    assert scene.row(order).remote_id == order.order_id
    assert read == [[]]  # nothing was left to be opened


@fault("API-20")
def test_what_was_told_and_is_stored_in_another_version_by_now_is_opened(scene: Scene) -> None:
    first, second = (scene.ebay.buy_one("LAMP") for _ in range(2))
    raw_records.store_reread(scene.book, scene.cart.id, _fetched(scene, first), scene.clock.now())
    told = dict(_fetched(scene, first)) | dict(_fetched(scene, second))
    assert [raw.key for raw in raw_records.unread_of(scene.book, scene.cart.id, "order", told)] == [first.order_id]

    scene.ebay.cancel(first.order_id)
    scene.clock.advance(1)
    raw_records.store_reread(scene.book, scene.cart.id, _fetched(scene, first), scene.clock.now())
    assert raw_records.unread_of(scene.book, scene.cart.id, "order", told) == []
    connector = scene.hub.plug(scene.cart).connector
    assert isinstance(connector, PullsOrders)
    assert intake.take_orders(looking(scene.hub, scene.cart), scene.cart, connector, told=told) == 1
    assert scene.row(first).cart_state == "canceled"


@fault("API-20")
def test_what_is_stored_and_not_read_yet_does_not_count_as_seen(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.clock.advance(200)
    scene.run("orders")
    scene.run("decide")
    scene.clock.advance(61)
    scene.ebay.cancel(order.order_id)
    scene.clock.advance(1)
    for _ in range(2):  # the second one finds nothing new
        raw_records.store_reread(scene.book, scene.cart.id, _fetched(scene, order), scene.clock.now())
    scene.run("deliveries")
    scene.settle()

    assert (scene.posts(), scene.status(order)) == (0, "canceled")


def test_who_looks_for_some_orders_and_finds_none_reads_no_others(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    raw_records.store_reread(scene.book, scene.cart.id, _fetched(scene, order), scene.clock.now())
    connector = scene.hub.plug(scene.cart).connector
    assert isinstance(connector, PullsOrders)
    run = looking(scene.hub, scene.cart)

    assert intake.take_orders(run, scene.cart, connector, []) == 0
    assert intake.take_orders(run, scene.cart, connector, ["another"]) == 0
    assert not OrderRow.objects.exists()
    assert intake.take_orders(run, scene.cart, connector) == 1


def test_while_a_pull_runs_nobody_else_reads_what_it_brings(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.clock.advance(200)
    raw_records.store_reread(scene.book, scene.cart.id, _fetched(scene, order), scene.clock.now())
    pull = schedule.flow_id(scene.cart.id, "orders")
    assert pull is not None
    held = schedule.lease(pull, "another", 300, scene.clock.now())
    assert held is not None

    scene.run("decide")
    assert not OrderRow.objects.exists()
    schedule.end(held, schedule.Ending(ok=True, again_at=scene.clock.now()), scene.clock.now())
    scene.run("decide")
    assert scene.row(order).undecided is False


def _read_one_by_one(monkeypatch: pytest.MonkeyPatch, at_once: int = 1) -> None:
    """Pages of one order, read in batches of so many."""
    monkeypatch.setattr(windows, "PAGE_SIZE", 1)
    monkeypatch.setattr(raw_records, "AT_ONCE", at_once)


def test_a_long_pull_reads_its_first_orders_while_it_fetches_the_last(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    _read_one_by_one(monkeypatch, at_once=2)
    known: list[int] = []
    store = raw_records.store_page

    def looked_at(*asked: Any) -> int:
        known.append(OrderRow.objects.count())
        return store(*asked)

    monkeypatch.setattr(raw_records, "store_page", looked_at)
    for _ in range(5):
        scene.ebay.buy_one("LAMP")
    scene.clock.advance(200)
    scene.run("orders")

    assert known == [0, 2, 4]
    assert OrderRow.objects.count() == 5


def _pulling(scene: Scene, *pages: Page) -> None:
    """An order flow's run that is told these pages; where they say that there is more, the vendor fails then."""
    flow = schedule.flow_id(scene.cart.id, "orders")
    assert flow is not None
    held = schedule.lease(flow, scene.hub.ports.owner, 300, scene.clock.now())
    assert held is not None
    told = iter(pages)

    def pull(_: str) -> Page:
        page = next(told, None)
        if page is None:
            raise TransientError("busy")
        return page

    intake.pull_pages(Run(scene.hub, scene.cart, held), "order", pull, lambda told: None)


def _page(cursor: str, *, half: str = "", whole: str = "", more: bool = True) -> Page:
    """Of one record, or of none where it only says what is whole."""
    key = half or f"order {cursor}"
    records = () if whole else (Raw(key=key, payload=b"{}"),)
    return Page(
        records=records, cursor=cursor, more=more, half=frozenset({half} - {""}), whole=frozenset({whole} - {""})
    )


def test_what_came_before_a_page_that_fails_is_not_asked_for_again(scene: Scene) -> None:
    with pytest.raises(TransientError):
        _pulling(scene, _page("1"), _page("2"))

    assert set(RawRecord.objects.values_list("key", flat=True)) == {"order 1", "order 2"}
    assert Flow.objects.get(connection_id=scene.cart.id, name="orders").cursor == "2"


def test_pages_of_one_moment_are_one_commit(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    stored: list[int] = []
    store = raw_records.store_page

    def counted(book: Book, held: schedule.Lease, page: raw_records.RawPage, now: datetime) -> int:
        stored.append(len(page.records))
        return store(book, held, page, now)

    monkeypatch.setattr(raw_records, "store_page", counted)
    _pulling(scene, _page("1"), _page("2"), _page("3", more=False))
    assert stored == [3]


@pytest.mark.parametrize(
    ("pages", "state"),
    [
        ((_page("1", half="a"), _page("2", whole="a", more=False)), "new"),
        ((_page("1", whole="a"), _page("2", half="a", more=False)), "half"),
        ((_page("1", half="a"), _page("2", whole="a"), _page("3", half="a", more=False)), "half"),
    ],
)
@fault("API-20")
def test_what_is_half_and_what_is_whole_is_what_the_last_page_says(
    scene: Scene, pages: tuple[Page, ...], state: str
) -> None:
    _pulling(scene, *pages)
    assert RawRecord.objects.get(key="a").state == state


@pytest.mark.parametrize("at_once", [1, 1000])
@fault("API-20")
def test_what_a_page_tells_by_half_is_not_read_before_the_rest_came(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """eBay's list says that a cancellation was asked for, and not what was asked: the order itself tells it."""
    _read_one_by_one(monkeypatch, at_once)
    read: list[list[bytes]] = []
    record = orders.record_orders

    def looked_at(book: Book, account: str, found: Sequence[orders.ReadOrder], now: datetime) -> int:
        rows = RawRecord.objects.filter(pk__in=[one.raw_id for one in found])
        read.append(
            [book.vault.open(row.sealed, raw_records.raw_place(row.connection_id, row.kind, row.key)) for row in rows]
        )
        return record(book, account, found, now)

    monkeypatch.setattr(orders, "record_orders", looked_at)
    wanted = scene.ebay.buy_one("LAMP")
    scene.ebay.buy_one("LAMP")
    scene.ebay.request_cancel(wanted.order_id)
    scene.clock.advance(200)
    scene.run("orders")

    told = [body for bodies in read for body in bodies if wanted.order_id.encode() in body]
    assert [b'"cancelRequestId"' in body for body in told] == [True]
    assert OrderRow.objects.count() == 2


@fault("API-20")
def test_what_was_told_by_half_when_the_pull_broke_is_not_read_by_who_decides(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    _read_one_by_one(monkeypatch)
    first, wanted = scene.ebay.buy_one("LAMP"), scene.ebay.buy_one("LAMP")
    scene.ebay.request_cancel(wanted.order_id)
    scene.clock.advance(200)
    one = ebay_orders.one

    def broken(*_: Any) -> None:
        raise TransientError("busy")

    monkeypatch.setattr(ebay_orders, "one", broken)
    scene.run("orders")
    scene.run("decide")
    assert [row.remote_id for row in OrderRow.objects.all()] == [first.order_id]

    monkeypatch.setattr(ebay_orders, "one", one)
    scene.clock.advance(600)
    scene.run("orders")
    assert scene.row(wanted).cart_state == "cancel_requested"
    assert not RawRecord.objects.exclude(state="old").exists()


def test_stock_is_told_now_and_then_while_orders_are_being_read(scene: Scene) -> None:
    pull = schedule.flow_id(scene.cart.id, "orders")
    assert pull is not None
    scene.run("listing_stock")
    scene.clock.advance(10)
    held = schedule.lease(pull, "another", 300, scene.clock.now())
    assert held is not None
    scene.gecko.adjust_stock("LAMP", -1)
    scene.run("stock")

    before = scene.shown("LAMP")
    scene.run("listing_stock")
    assert scene.shown("LAMP") == before
    scene.clock.advance(21)
    scene.run("listing_stock")
    assert scene.shown("LAMP") != before

    scene.gecko.adjust_stock("LAMP", -1)
    scene.run("stock")
    before = scene.shown("LAMP")
    scene.run("listing_stock")
    assert scene.shown("LAMP") == before
    schedule.end(held, schedule.Ending(ok=True, again_at=scene.clock.now()), scene.clock.now())
    scene.clock.advance(1)
    scene.settle()
    assert scene.shown("LAMP") != before
