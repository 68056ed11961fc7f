"""Reading orders from the simulated eBay."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from tests.connectors.ebay.payloads import a_line, an_order
from tests.connectors.ebay.world import HOST, START, World
from tranter.connectors.ebay.simulator.orders import Buyer
from tranter.connectors.ebay.simulator.purchases import Purchase, Want
from tranter.connectors.ebay.simulator.seeds import Mix, plan_orders
from tranter.model import CartState
from tranter.sdk.errors import TransientError, UnexpectedResponseError
from tranter.sdk.http import Reply
from tranter.sdk.verbs import Raw
from tranter.testing.faultmark import fault
from tranter.testing.simulator import FaultPlan


def queries(world: World) -> list[dict[str, str]]:
    urls = [urlsplit(request.url) for request in world.tap.requests]
    return [
        {name: values[0] for name, values in parse_qs(url.query).items()}
        for url in urls
        if url.path == "/sell/fulfillment/v1/order"
    ]


def buy(world: World, count: int, sku: str = "LAMP-S") -> list[str]:
    return [world.vendor.buy_one(sku).order_id for _ in range(count)]


@fault("API-04", "API-07")
def test_a_poll_asks_for_changes_only_and_a_sweep_for_creations_only() -> None:
    world = World()
    world.poll()
    world.poll(sweep=True)
    poll, sweep = queries(world)
    assert re.fullmatch(r"lastmodifieddate:\[2026-08-25T09:00:00\.000Z\.\.2026-11-23T09:00:00\.000Z\]", poll["filter"])
    assert sweep["filter"].startswith("creationdate:[")
    for query in (poll, sweep):
        assert query["filter"].count("date:") == 1
        assert (query["limit"], query["fieldGroups"]) == ("200", "TAX_BREAKDOWN")


@fault("API-04")
def test_a_change_of_an_old_order_is_seen() -> None:
    world = World()
    (order_id,) = buy(world, 1)
    cursor = world.poll().cursor
    world.pass_time(40 * 86400)
    cursor = world.poll(cursor).cursor
    world.vendor.cancel(order_id)
    world.pass_time(60)
    poll = world.poll(cursor)
    assert {world.read(record).state for record in poll.records} == {CartState.CANCELED}


@pytest.mark.parametrize("seed", [1, 2])
def test_every_order_is_read_to_the_cent_and_once(seed: int) -> None:
    world = World()
    for planned in plan_orders(seed, 450, mix=Mix.EVERYTHING):
        world.vendor.buy(planned.purchase)
    world.pass_time(7200)
    poll = world.poll()
    visible = [order for order in world.vendor.orders() if order.paid_at is not None]
    assert set(poll.keys) == {order.order_id for order in visible}
    for record in poll.records:
        order, truth = world.read(record), world.vendor.order(record.key)
        assert order.total.decimal() == truth.total
        assert order.collected_tax.decimal() == truth.collected_tax
        assert [line.quantity for line in order.lines] == [line.quantity for line in truth.lines]


@fault("API-01")
def test_orders_of_one_and_the_same_moment_are_all_read_across_pages_and_polls() -> None:
    world = World()
    world.pass_time(10)
    first = buy(world, 300)
    poll = world.poll()
    later = buy(world, 300)  # the same moment once more: the clock has not moved
    world.pass_time(300)
    again = world.poll(poll.cursor)
    assert set(first) | set(later) <= set(poll.keys) | set(again.keys)


@fault("API-02")
def test_orders_that_move_between_pages_are_not_skipped() -> None:
    world = World(options={"enrichment": False})
    ids = buy(world, 500)
    world.pass_time(60)
    cursor, seen, page_number = "", set(), 0
    for page_number in range(20):
        page = world.ebay.pull_orders(cursor, START - timedelta(days=1), False)
        seen |= {record.key for record in page.records}
        cursor = page.cursor
        if not page.more:
            break
        world.clock.advance(1)
        world.vendor.touch(ids[page_number])  # leaves the frozen window, so that all the others move up
    assert page_number < 19
    world.pass_time(300)
    assert set(ids) <= seen | set(world.poll(cursor).keys)


@fault("API-03")
@pytest.mark.parametrize("lag", [0, 90, 300])
def test_an_order_that_becomes_visible_late_is_seen(lag: int) -> None:
    world = World(options={"visibility_lag_seconds": lag, "index_lag_seconds": lag})
    cursor, seen, bought = "", set(), []
    for _ in range(12):
        bought += buy(world, 1)
        poll = world.poll(cursor)
        cursor, seen = poll.cursor, seen | set(poll.keys)
        world.pass_time(300)
    for _ in range(3):
        poll = world.poll(cursor)
        cursor, seen = poll.cursor, seen | set(poll.keys)
        world.pass_time(300)
    assert set(bought) <= seen


@fault("API-03")
def test_a_sweep_finds_what_the_poll_could_not_see() -> None:
    world = World(options={"visibility_lag_seconds": 3600})
    (order_id,) = buy(world, 1)
    cursor = world.poll().cursor
    for _ in range(20):
        world.pass_time(300)
        cursor = world.poll(cursor).cursor
    assert order_id in world.poll("", START - timedelta(days=2), sweep=True).keys


def test_a_sweep_and_a_poll_can_share_a_cursor() -> None:
    world = World()
    buy(world, 450)
    world.pass_time(60)
    page = world.ebay.pull_orders("", START - timedelta(days=1), True)
    swept = {record.key for record in page.records}
    poll = world.poll(page.cursor)
    while page.more:
        page = world.ebay.pull_orders(poll.cursor if not page.cursor else page.cursor, START, True)
        swept |= {record.key for record in page.records}
    assert len(poll.keys) == len(swept) == 450


@fault("API-05")
def test_a_cancellation_is_read_where_ebay_tells_of_it() -> None:
    world = World()
    (order_id,) = buy(world, 1)
    world.vendor.request_cancel(order_id)
    world.pass_time(60)
    poll = world.poll()
    order = world.read(poll.records[-1])
    assert order.state is CartState.CANCEL_REQUESTED
    assert "BUYER_CANCEL" in order.state_reason
    assert f"/sell/fulfillment/v1/order/{order_id}" in world.tap.paths()


@fault("API-05", "API-20")
def test_the_check_before_sending_sees_a_request_to_cancel() -> None:
    world = World()
    ids = buy(world, 3)
    world.vendor.request_cancel(ids[1])
    world.vendor.cancel(ids[2])
    found = {raw.key: world.read(raw).state for raw in world.ebay.fetch_orders([*ids, "99-99999-99999"])}
    assert found == {
        ids[0]: CartState.OPEN,
        ids[1]: CartState.CANCEL_REQUESTED,
        ids[2]: CartState.CANCELED,
    }


@fault("API-07")
def test_fifty_orders_are_fetched_with_one_call() -> None:
    world = World()
    ids = buy(world, 50)
    world.ebay.fetch_orders(ids[:1])
    before = len(world.tap.requests)
    assert len(world.ebay.fetch_orders(ids)) == 50
    assert len(world.tap.requests) == before + 1
    assert world.ebay.fetch_orders([]) == ()


def test_a_tax_number_is_fetched_where_lists_leave_it_out() -> None:
    world = World(options={"marketplaces": ("EBAY_IT",)}, settings={"marketplace": "EBAY_IT"})
    from tranter.connectors.ebay.simulator.orders import Address

    home = Address("Via Roma 1", "Torino", "IT", postal_code="10121")
    buyer = Buyer("carla", "u1", "Carla", home, "c@members.ebay.it", "011", tax_id_type="CODICE_FISCALE", tax_id="CF1")
    sku = next(iter(world.vendor.shop.catalogue.items))
    world.vendor.buy(Purchase((Want(sku),), buyer))
    world.pass_time(60)
    assert world.read(world.poll().records[-1]).buyer.tax_id == "CF1"


def test_what_was_reread_is_kept_when_a_later_call_fails() -> None:
    world = World()
    ids = buy(world, 3)
    for order_id in ids:
        world.vendor.request_cancel(order_id)
    world.pass_time(60)
    page = world.ebay.pull_orders("", START - timedelta(days=1), False)
    assert (page.half, page.whole, page.more) == ({*ids}, set(), True)
    world.tap.passing = 1
    world.tap.answers = [Reply(503, (), b"")]
    page = world.ebay.pull_orders(page.cursor, START, False)
    assert (len(page.records), page.more, len(page.whole), page.whole < {*ids}) == (1, True, 1, True)
    page = world.ebay.pull_orders(page.cursor, START, False)
    assert (len(page.records), page.more, len(page.whole), page.half) == (2, False, 2, set())


def test_after_a_pause_in_the_middle_of_a_window_the_poll_reads_on_to_now() -> None:
    world = World()
    early = buy(world, 300)
    world.pass_time(60)
    page = world.ebay.pull_orders("", START - timedelta(days=1), False)
    world.pass_time(8 * 3600)
    late = buy(world, 1)
    world.pass_time(60)
    poll = world.poll(page.cursor)
    assert set(early) | set(late) <= {record.key for record in page.records} | set(poll.keys)


def test_a_null_where_a_word_should_be_hides_no_cancellation() -> None:
    world = World()
    line = a_line(purchaseMarketplaceId=None)
    odd = an_order(line, cancelStatus={"cancelState": "IN_PROGRESS", "cancelRequests": []})
    world.ebay.verify()
    world.tap.passing, world.tap.answers = 0, [page_of(odd)]
    page = world.ebay.pull_orders("", START - timedelta(days=1), False)
    assert page.more
    assert odd["orderId"] in page.cursor


# clocks


@fault("API-06", "TIME-01")
@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(hours=-1), timedelta(seconds=4), timedelta(days=2)])
def test_a_wrong_clock_of_ours_loses_no_order(ahead: timedelta) -> None:
    world = World(hub_ahead=ahead)
    cursor, seen, bought = "", set(), []
    for _ in range(6):
        bought += buy(world, 2)
        world.pass_time(150)
        poll = world.poll(cursor)
        cursor, seen = poll.cursor, seen | set(poll.keys)
        world.pass_time(150)
    seen |= set(world.poll(cursor).keys)
    assert set(bought) <= seen


@fault("TIME-01")
def test_a_clock_that_jumps_ahead_and_back_loses_no_order() -> None:
    world = World(hub_ahead=timedelta(seconds=1))
    cursor, seen, bought = "", set(), []
    for jump in (0, 3600, 0, -3600, 0, 0):
        bought += buy(world, 1)
        world.hub_clock._now += timedelta(seconds=jump)
        poll = world.poll(cursor)
        cursor, seen = poll.cursor, seen | set(poll.keys)
        world.pass_time(300)
    for _ in range(2):
        poll = world.poll(cursor)
        cursor, seen = poll.cursor, seen | set(poll.keys)
        world.pass_time(300)
    assert set(bought) <= seen


def test_an_order_of_this_very_second_is_read_at_once() -> None:
    world = World()
    world.clock.advance(0.7)
    (order_id,) = buy(world, 1)
    world.clock.advance(0.1)
    cursor = world.poll().cursor
    world.clock.advance(300.05)
    (another,) = buy(world, 1)
    assert {order_id, another} <= set(world.poll(cursor).keys)


# bad replies


def page_of(*orders: object, **changes: object) -> Reply:
    body = {"total": len(orders), "offset": 0, "limit": 200, "orders": orders, **changes}
    return Reply(200, (), msgspec.json.encode(body))


def pulled(world: World, *answers: Reply) -> tuple[Raw, ...]:
    world.tap.passing = 0
    world.ebay.verify()
    world.tap.answers = list(answers)
    return world.ebay.pull_orders("", START - timedelta(days=1), False).records


@fault("API-10")
@pytest.mark.parametrize("strange", [None, 7, "text", [], {}, {"orderId": 12}, {"orderId": "x", "lineItems": "none"}])
def test_a_record_that_is_no_order_stops_nobody(strange: object) -> None:
    world = World()
    records = pulled(world, page_of(an_order(), strange, an_order(a_line(), orderId="2")))
    assert len(records) == 3
    assert len({record.key for record in records}) == 3
    assert [record.key for record in records][::2] == ["07-10512-44019", "2"]


@fault("DATA-14")
@pytest.mark.parametrize("odd", [b"\\ud83d", b"\\u0000", b"\\udc00\\ud800", b"\xff\xfe"])
def test_a_half_character_spoils_neither_the_page_nor_its_order(odd: bytes) -> None:
    world = World()
    page = page_of(an_order(a_line(title="Lamp ODD"), buyerCheckoutNotes="ODD"), None, an_order(orderId="2"))
    records = pulled(world, Reply(200, (), page.body.replace(b"ODD", odd)))
    assert [record.key for record in records][::2] == ["07-10512-44019", "2"]
    order = world.read(records[0])
    assert order.lines[0].title.startswith("Lamp ")
    order.note.encode()
    assert "\0" not in order.note


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Sorry</body></html>",
        b'{"total": 3, "orders": [{"orderId"',
        msgspec.json.encode({"total": 3, "orders": []}),
    ],
)
def test_a_broken_page_is_never_an_empty_one(body: bytes) -> None:
    with pytest.raises(TransientError):
        pulled(World(), Reply(200, (), body))


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"orders": []}', b'{"total": "many", "orders": []}', b"null"])
def test_a_strange_page_stops(body: bytes) -> None:
    with pytest.raises(UnexpectedResponseError):
        pulled(World(), Reply(200, (), body))


@fault("API-08")
def test_a_page_that_comes_twice_is_asked_for_again() -> None:
    world = World()
    buy(world, 500)
    world.pass_time(60)
    page = world.ebay.pull_orders("", START - timedelta(days=1), False)
    first = Reply(200, (), msgspec.json.encode({"total": 500, "orders": []}))
    world.tap.passing = 0
    body = {"total": 500, "orders": [msgspec.Raw(record.payload) for record in page.records]}
    world.tap.answers = [Reply(first.status, (), msgspec.json.encode(body))]
    with pytest.raises(TransientError, match="another page"):
        world.ebay.pull_orders(page.cursor, START, False)
    assert len(world.poll(page.cursor).keys) == 300


def test_a_cursor_that_is_not_ours_only_costs_a_new_beginning() -> None:
    world = World()
    buy(world, 1)
    world.pass_time(10)
    assert len(world.poll("rubbish").keys) == 1


@fault("API-02", "API-08", "AUTH-01", "NET-02")
def test_under_a_storm_of_faults_every_order_arrives() -> None:
    world = World(plan=FaultPlan.parse("storm", seed=3))
    world.plan.lost_rotations = 0
    for planned in plan_orders(3, 260, mix=Mix.EVERYTHING):
        world.vendor.buy(planned.purchase)
    world.pass_time(7200)
    cursor, seen = "", set()
    for _ in range(200):
        world.pass_time(61)
        try:
            page = world.ebay.pull_orders(cursor, START - timedelta(days=1), False)
        except TransientError:
            continue
        seen |= {record.key for record in page.records}
        cursor = page.cursor
    assert {order.order_id for order in world.vendor.orders() if order.paid_at} <= seen


def test_the_calls_carry_what_ebay_asks_for_and_no_more() -> None:
    world = World()
    world.poll()
    headers = dict(world.tap.requests[-1].headers)
    assert headers["Accept-Language"] == "en-US"
    assert headers["Authorization"].startswith("Bearer ")
    assert world.tap.requests[-1].url.startswith(f"http://{HOST}/")
