import time
from datetime import timedelta

import pytest

from tests.engine.live import Live
from tranter.engine.dispatch import PER_CONNECTION, Dispatcher
from tranter.ledger import connections, exceptions, journal, schedule
from tranter.ledger.models import Connection, Flow, Intent
from tranter.testing.faultmark import fault


def test_what_is_due_runs_by_itself_until_the_order_is_at_the_warehouse(live: Live) -> None:
    [order] = live.buy()

    with live.dispatching():
        live.eventually(lambda: live.settled([order]))

    assert live.all_there([order])
    assert journal.broken_at(live.connected.book) is None


def test_what_is_rung_runs_at_once(live: Live) -> None:
    live.catch_up()
    live.doors.heard.clear()

    with live.dispatching() as dispatcher:
        live.pause(0.1)
        live.ring("stock", live.warehouse)
        dispatcher.wake()
        live.eventually(lambda: live.doors.heard["GET sim.tradegecko/variants"], 1.0)

    assert live.doors.heard["GET sim.tradegecko/variants"] > 0


def test_what_rings_in_this_process_is_heard_between_two_looks(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    live.catch_up()
    live.doors.heard.clear()
    monkeypatch.setattr("tranter.engine.dispatch.LOOK_SECONDS", 1_000_000.0)

    with live.dispatching():
        live.pause(0.1)
        live.ring("stock", live.warehouse)
        live.eventually(lambda: live.doors.heard["GET sim.tradegecko/variants"], 5.0)

    assert live.doors.heard["GET sim.tradegecko/variants"] > 0


def test_a_connection_that_hangs_leaves_the_others_their_threads(live: Live) -> None:
    live.catch_up()
    live.doors.shut_before.add("sim.ebay")
    for name in ("orders", "orders_daily", "orders_weekly", "listings", "decide"):
        live.ring(name, live.cart)
    before = Flow.objects.get(connection=live.warehouse.id, name="stock").last_ok_at

    with live.dispatching(workers=3) as dispatcher:
        live.eventually(lambda: live.doors.waiting("sim.ebay") > 0)
        for _ in range(3):
            live.ring("stock", live.warehouse)
            dispatcher.wake()
            live.pause(0.2)
        live.eventually(lambda: Flow.objects.get(connection=live.warehouse.id, name="stock").last_ok_at > before)

        leased = Flow.objects.filter(connection=live.cart.id, lease_until__isnull=False)
        assert 0 < leased.count() <= PER_CONNECTION


def test_two_processes_never_run_the_same_flow_at_the_same_time(live: Live) -> None:
    live.catch_up()
    live.doors.most.clear()
    second = live.another_hub("second")

    with live.dispatching() as one, live.dispatching(second) as other:
        for _ in range(40):
            live.ring("shipments", live.warehouse)
            one.wake()
            other.wake()
            live.pause(0.02)

    assert live.doors.heard["GET sim.tradegecko/fulfillments"] > 2
    assert live.doors.most["GET sim.tradegecko/fulfillments"] == 1


def test_the_flows_of_a_dead_process_are_taken_over(live: Live) -> None:
    live.catch_up()
    flow_id = schedule.flow_id(live.warehouse.id, "stock")
    assert flow_id is not None
    assert schedule.lease(flow_id, "4711-dead", 1e9, live.clock.now()) is not None

    with live.dispatching():
        live.eventually(lambda: Flow.objects.get(pk=flow_id).lease_owner != "4711-dead")
        live.eventually(lambda: Flow.objects.get(pk=flow_id).lease_until is None)


def test_a_mistake_in_one_connection_is_shown_and_stops_no_other(live: Live) -> None:
    live.catch_up()
    Connection.objects.filter(pk=live.cart.id).update(settings={"nonsense": "1"}, version=99)
    live.ring("orders", live.cart)
    before = Flow.objects.get(connection=live.warehouse.id, name="stock").last_ok_at

    with live.dispatching() as dispatcher:
        live.eventually(lambda: exceptions.count_open(live.connected.book))
        live.ring("stock", live.warehouse)
        live.eventually(lambda: Flow.objects.get(connection=live.warehouse.id, name="stock").last_ok_at > before)
        assert dispatcher.alive()

    shown = {(line.kind, line.subject) for line in exceptions.open_exceptions(live.connected.book)}
    assert ("flow_stopped", "shop orders") in shown
    flow = Flow.objects.get(connection=live.cart.id, name="orders")
    assert flow.lease_until is None
    assert flow.failures > 0
    assert flow.due_at > live.clock.now()


@fault("CRASH-17")
def test_asked_to_stop_it_takes_nothing_new_and_finishes_what_it_began(live: Live) -> None:
    live.catch_up()
    live.doors.shut_after.add("POST sim.tradegecko/orders")
    orders = live.buy(20)
    live.ring("orders", live.cart)
    dispatcher = Dispatcher(live.hub, live.owner.is_dead)
    dispatcher.start()
    live.eventually(lambda: live.doors.waiting("POST sim.tradegecko/orders") >= 4)

    live.doors.open()
    assert dispatcher.stop(20)

    assert Intent.objects.filter(state__in=("claimed", "unknown")).count() == 0
    assert not Flow.objects.exclude(lease_owner="").exists()
    heard = sum(live.doors.heard.values())
    live.pause(0.3)
    assert sum(live.doors.heard.values()) == heard
    go_on(live, orders)


@fault("CRASH-17")
@pytest.mark.parametrize("when", ["before", "after"])
def test_what_has_no_answer_when_time_is_up_is_unknown_and_looked_up_by_the_next(live: Live, when: str) -> None:
    live.catch_up()
    (live.doors.shut_after if when == "after" else live.doors.shut_before).add("POST sim.tradegecko/orders")
    orders = live.buy(20)
    live.ring("orders", live.cart)
    dispatcher = Dispatcher(live.hub, live.owner.is_dead)
    dispatcher.start()
    live.eventually(lambda: live.doors.waiting("POST sim.tradegecko/orders") >= 4)

    began = time.monotonic()
    assert not dispatcher.stop(0.5)
    assert time.monotonic() - began < 5  # half a second, and a slow machine's due

    claimed = Intent.objects.filter(state="claimed").count()
    assert claimed >= 4
    # The process would end here. Its last calls come too late: their lease is another's.
    schedule.release_owner(live.owner.name, live.clock.now())
    go_on(live, orders)
    assert Intent.objects.filter(state__in=("claimed", "unknown")).count() == 0


def go_on(live: Live, orders: list) -> None:
    """Another process goes on; in the end each order is there once."""
    with live.dispatching(live.another_hub("the next")):
        live.doors.open()
        live.eventually(lambda: live.settled(orders), 30)
    assert live.all_there(orders)
    assert live.world.gecko.duplicate_orders() == {}


def test_paused_connections_rest(live: Live) -> None:
    live.catch_up()
    state = connections.ConnectionState.PAUSED
    connections.set_state(live.connected.book, live.cart.id, state, "by hand", live.clock.now())
    live.doors.heard.clear()
    live.ring("orders", live.cart)

    with live.dispatching() as dispatcher:
        dispatcher.wake()
        live.pause(0.3)

    assert not any("sim.ebay" in name for name in live.doors.heard)


@fault("TIME-01")
def test_a_lease_that_seems_long_over_is_still_one_run_s(live: Live) -> None:
    """The clock jumps while a run is at work: the run that is overtaken writes nothing any more."""
    live.catch_up()
    flow_id = schedule.flow_id(live.warehouse.id, "stock")
    assert flow_id is not None
    held = schedule.lease(flow_id, live.owner.name, 300, live.clock.now())
    assert held is not None
    later = live.clock.now() + timedelta(hours=1)

    taken = schedule.lease(flow_id, "second", 300, later)

    assert taken is not None
    with pytest.raises(schedule.LeaseLost):
        schedule.move_cursor(held, "overtaken")
