"""The full order number, and the one by which the warehouse calls it."""

import msgspec

from tests.flow.stage import Scene, Setting, Theatre
from tranter.engine import explain
from tranter.ledger import connections, cust_refs, lists, orders
from tranter.ledger.connections import NewConnection
from tranter.ledger.models import OrderRow
from tranter.testing.builders import order as made
from tranter.testing.builders import order_line

NARROW = Setting(warehouse={"order_number_length": 10, "order_number_characters": "plain"})


def narrowed(scene: Scene) -> None:
    """The warehouse takes shorter numbers from now on."""
    record = scene.warehouse
    values = {**record.settings, **NARROW.warehouse}
    new = NewConnection(name="warehouse", connector="tradegecko", settings=values, flows={}, live=None)
    connections.save(scene.book, new, scene.clock.now())


def test_the_warehouse_gets_a_number_that_it_takes_and_the_order_keeps_its_own(theatre: Theatre) -> None:
    scene = theatre.scene(NARROW).connect()
    bought = scene.ebay.buy_one("LAMP", 1)

    scene.pass_time(minutes=15)

    [there], row = scene.at_warehouse(bought), scene.row(bought)
    assert there.order_number == row.cust_ref
    assert (len(row.cust_ref), row.cust_ref.isalnum()) == (10, True)
    assert row.number == bought.order_id
    assert scene.status(bought) == "at_wms"


def test_either_number_finds_it(theatre: Theatre) -> None:
    scene = theatre.scene(NARROW).connect()
    bought = scene.ebay.buy_one("LAMP", 1)
    scene.pass_time(minutes=15)
    row = scene.row(bought)

    for text in (row.number, row.cust_ref):
        [found] = lists.find_orders(scene.book, text)
        assert (found.number, found.cust_ref) == (row.number, row.cust_ref)
        [told] = explain.explain(scene.hub, scene.book, text)
        assert told.order.id == row.pk


def test_a_number_that_a_warehouse_was_given_stays_for_good(scene: Scene) -> None:
    sent = scene.ebay.buy_one("LAMP", 1)
    scene.pass_time(minutes=15)
    narrowed(scene)

    orders.undecide(scene.book, [scene.row(sent).pk])
    later = scene.ebay.buy_one("KETL", 1)
    scene.pass_time(minutes=15)

    assert scene.row(sent).cust_ref == sent.order_id
    assert len(scene.row(later).cust_ref) == 10


def test_what_waits_gets_one_that_fits_when_the_warehouse_is_narrower_than_thought(scene: Scene) -> None:
    waits = scene.ebay.buy_one("LAMP", 1)
    scene.clock.advance(200)
    scene.run("orders")
    assert scene.row(waits).cust_ref == waits.order_id

    narrowed(scene)
    scene.pass_time(minutes=15)

    [there] = scene.at_warehouse(waits)
    assert there.order_number == scene.row(waits).cust_ref != waits.order_id


def test_two_carts_with_one_number_never_share_it_at_the_warehouse(scene: Scene) -> None:
    account = scene.cart.account
    first, second = (made(remote, [order_line("LAMP")]) for remote in ("a-1", "a-2"))
    first, second = (msgspec.structs.replace(one, number="1001") for one in (first, second))
    read = [
        orders.ReadOrder(0, scene.cart.id, one, iter(("1001", *(f"1001-{one.remote_id}-{turn}" for turn in range(9)))))
        for one in (first, second)
    ]

    orders.record_orders(scene.book, account, read, scene.clock.now())

    named = dict(OrderRow.objects.filter(number="1001").values_list("remote_id", "cust_ref"))
    assert named == {"a-1": "1001", "a-2": "1001-a-2-0"}
    found = lists.find_orders(scene.book, "1001-a-2-0")
    assert [one.remote_id for one in found] == ["a-2"]


def test_numbers_are_given_once(scene: Scene) -> None:
    bought = scene.ebay.buy_one("LAMP", 1)
    scene.pass_time(minutes=15)
    row = scene.row(bought)

    assert cust_refs.give(scene.book, {row.pk: iter(["another"] * 9)}) == {}
    assert scene.row(bought).cust_ref == row.cust_ref
