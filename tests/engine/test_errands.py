"""The same done to many orders: by one process at a time, each order once, whatever dies meanwhile."""

from typing import Any

from tests.engine.live import Live
from tests.flow.stage import Scene
from tranter.connectors.ebay.simulator import UNKNOWN_SKU, Purchase, Want
from tranter.engine.errands import carry_out
from tranter.ledger import errands, journal, mappings, problems
from tranter.ledger.errands import ErrandState, Wanted
from tranter.ledger.models import Errand, OrderRow
from tranter.testing.faultmark import fault

NOBODY = "4711-dead"


def waiting(scene: Scene, count: int) -> list[Any]:
    """Orders of an item that the warehouse does not know."""
    orders = [scene.ebay.buy(Purchase((Want(UNKNOWN_SKU, 1),))) for _ in range(count)]
    scene.pass_time(minutes=15)
    assert scene.kinds() == ["unknown_sku"] * count
    return orders


def started(scene: Scene, what: str, kind: str = "unknown_sku", **detail: str) -> int:
    ids = problems.order_ids(scene.book, problems.Cause(kind=kind))
    return errands.start(scene.book, Wanted(what=what, order_ids=ids, detail=detail), scene.clock.now())


def carried_out(scene: Scene, errand_id: int) -> ErrandState:
    carry_out(scene.hub, lambda owner: owner == NOBODY, lambda: False)
    return errands.state(scene.book, errand_id)


@fault("OPS-10")
def test_what_is_cured_goes_out_and_what_is_not_says_why(scene: Scene) -> None:
    orders = waiting(scene, 3)

    ended = carried_out(scene, started(scene, "retry"))
    assert (ended.state, ended.done, ended.failed, ended.said) == ("done", 0, 3, {"held/unknown_sku": 3})

    mappings.set_aliases(scene.book, [("", UNKNOWN_SKU, "LAMP")], scene.clock.now())
    ended = carried_out(scene, started(scene, "retry"))
    scene.settle()

    assert (ended.done, ended.failed, ended.said) == (3, 0, {"done": 3})
    assert all(len(scene.at_warehouse(order)) == 1 for order in orders)
    assert scene.kinds() == []


def test_what_can_not_be_done_is_counted_by_how_the_order_stands(scene: Scene) -> None:
    orders = [scene.ebay.buy_one("LAMP") for _ in range(2)]
    scene.pass_time(minutes=15)
    ids = [scene.row(order).pk for order in orders]

    held = errands.start(scene.book, Wanted(what="hold", order_ids=ids), scene.clock.now())

    assert carried_out(scene, held).said == {"not_possible/at_wms": 2}


def test_a_hold_that_holds_is_done(scene: Scene) -> None:
    waiting(scene, 1)
    assert carried_out(scene, started(scene, "hold", reason="a recall")).said == {"done": 1}


def test_another_process_goes_on_where_one_died(scene: Scene) -> None:
    waiting(scene, 3)
    errand_id = started(scene, "cancel")
    turn = errands.take(NOBODY, lambda owner: False)
    assert turn is not None
    errands.note(turn, NOBODY, {turn.order_ids[0]: "done"}, scene.clock.now())

    assert errands.take("another", lambda owner: False) is None
    ended = carried_out(scene, errand_id)

    assert (ended.state, ended.done) == ("done", 3)
    assert OrderRow.objects.filter(status="canceled").count() == 2  # the first is taken at its word


@fault("OPS-10")
def test_a_stopped_one_leaves_the_rest_alone(scene: Scene) -> None:
    waiting(scene, 2)
    errand_id = started(scene, "cancel")
    turn = errands.take("first", lambda owner: False)
    assert turn is not None

    assert errands.stop(scene.book, errand_id, scene.clock.now())
    assert not errands.note(turn, "first", {turn.order_ids[0]: "done"}, scene.clock.now())

    assert carried_out(scene, errand_id).state == "stopped"
    assert OrderRow.objects.filter(status="canceled").count() == 0
    assert not errands.stop(scene.book, errand_id, scene.clock.now())
    assert {line.what for line in journal.lines(scene.book)} >= {"errand_started", "errand_stopped"}


def test_a_mistake_in_one_order_does_not_stop_the_others(scene: Scene) -> None:
    waiting(scene, 2)
    errand_id = started(scene, "cancel")
    row = Errand.objects.get(pk=errand_id)
    Errand.objects.filter(pk=errand_id).update(left=[10**9, *row.left], total=3)

    ended = carried_out(scene, errand_id)

    assert (ended.state, ended.done, ended.failed) == ("done", 2, 1)


def test_a_running_hub_carries_it_out_by_itself(live: Live) -> None:
    live.catch_up()
    orders = live.buy(5)
    with live.dispatching() as dispatcher:
        live.ring("orders", live.cart)
        live.eventually(lambda: live.settled(orders))
        ids = list(OrderRow.objects.values_list("pk", flat=True))
        book = live.connected.book

        errand_id = errands.start(book, Wanted(what="cancel", order_ids=ids), live.clock.now())
        dispatcher.wake()
        live.eventually(lambda: errands.state(book, errand_id).state == "done")

        assert errands.state(book, errand_id).done == 5
