"""Calls that nobody answers: hosts that are down, requests and replies that are lost, look-ups that come too early."""

import pytest

from tests.flow.stage import Scene, Setting, Theatre
from tests.flow.trouble import body_of
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault

LOST_WRITES = [
    Fault.LOST_REPLY,
    Fault.LOST_REQUEST,
    Fault.ERROR_BEFORE,
    Fault.ERROR_AFTER,
    Fault.TRUNCATED,
    Fault.HTML,
    Fault.THROTTLED,
    Fault.EXPIRED,
]


@fault("NET-01")
def test_a_cart_that_is_down_for_hours_brings_its_backlog_when_it_is_back(scene: Scene) -> None:
    scene.bent.down.add("sim.ebay")
    orders = []
    for _ in range(5):
        orders.append(scene.ebay.buy_one("KETL"))
        scene.pass_time(minutes=50)
    scene.bent.down.clear()
    scene.pass_time(hours=1, minutes=10)

    assert [len(scene.at_warehouse(order)) for order in orders] == [1] * 5
    assert scene.kinds() == []


@fault("NET-01")
def test_while_a_host_is_down_it_is_asked_ever_more_rarely(scene: Scene) -> None:
    scene.bent.down.add("sim.ebay")
    waits = []
    for _ in range(6):
        due_at = scene.flow("orders").due_at
        scene.pass_time(seconds=(due_at - scene.clock.now()).total_seconds() + 1)
        waits.append((scene.flow("orders").due_at - scene.flow("orders").last_ended_at).total_seconds())

    delays = (30, 120, 600, 1800, 3600, 3600)
    assert all(delay <= wait <= delay * 1.1 for delay, wait in zip(delays, waits, strict=True))


@fault("NET-01")
def test_a_warehouse_that_is_down_gets_every_order_once_when_it_is_back(scene: Scene) -> None:
    scene.bent.down.add("sim.tradegecko")
    orders = [scene.ebay.buy_one("KETL") for _ in range(4)]
    scene.pass_time(minutes=10)
    scene.poll_rarely()
    scene.pass_time(hours=4)
    assert scene.posts() == 0
    scene.bent.down.clear()
    scene.pass_time(hours=2)

    assert [len(scene.at_warehouse(order)) for order in orders] == [1] * 4
    assert {scene.intent(order).doubtful for order in orders} == {False}


@fault("NET-02", "NET-03")
@pytest.mark.parametrize("what", LOST_WRITES)
def test_a_delivery_whose_call_goes_wrong_arrives_once(scene: Scene, what: Fault) -> None:
    scene.gecko_faults.next("POST", "/orders", what)
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=30)

    assert scene.gecko_faults.met == [what]
    assert len(scene.at_warehouse(order)) == 1
    assert scene.status(order) == "at_wms"
    assert scene.unknown() == 0
    assert scene.kinds() == []


@fault("NET-02", "NET-03", "API-26")
@pytest.mark.parametrize("what", LOST_WRITES)
def test_tracking_whose_call_goes_wrong_is_told_once(scene: Scene, what: Fault) -> None:
    order = scene.ebay.buy_one("LAMP", 2)
    scene.pass_time(minutes=10)
    scene.ebay_faults.next("POST", "/shipping_fulfillment", what)
    scene.gecko.ship(scene.at_warehouse(order)[0].id)
    scene.pass_time(minutes=40)

    assert scene.ebay_faults.met == [what]
    assert len(scene.ebay.fulfillments(order.order_id)) == 1
    assert scene.ebay.duplicate_fulfillments() == []
    assert scene.status(order) == "confirmed"
    assert scene.kinds() == []


@fault("NET-02", "API-26")
def test_tracking_lost_three_times_in_a_row_is_told_once(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=10)
    scene.ebay_faults.next("POST", "/shipping_fulfillment", Fault.LOST_REQUEST, times=2)
    scene.ebay_faults.next("POST", "/shipping_fulfillment", Fault.LOST_REPLY)
    scene.ebay_faults.next("GET", "/shipping_fulfillment", Fault.LOST_REPLY, times=2)
    scene.gecko.ship(scene.at_warehouse(order)[0].id)
    scene.pass_time(hours=3)

    assert len(scene.ebay.fulfillments(order.order_id)) == 1
    assert scene.status(order) == "confirmed"


@fault("NET-04")
@pytest.mark.parametrize("lag", [5, 30, 120])
def test_an_unknown_delivery_is_not_made_twice_while_the_search_lags(theatre: Theatre, lag: int) -> None:
    scene = theatre.scene(Setting(gecko={"index_lag_seconds": lag}))
    scene.clock.advance(600)
    scene.connect()
    scene.gecko_faults.next("POST", "/orders", Fault.LOST_REPLY, times=3)
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=40)

    assert len(scene.at_warehouse(order)) == 1
    assert scene.status(order) == "at_wms"


@fault("NET-04")
def test_an_unknown_delivery_is_looked_up_when_its_key_has_grown_old(scene: Scene) -> None:
    """The reply is lost, and TradeGecko is down until it has forgotten the idempotency key."""
    scene.gecko_faults.next("POST", "/orders", Fault.LOST_REPLY)
    order = scene.ebay.buy_one("LAMP")
    scene.deliver_now()
    assert scene.gecko_faults.met == [Fault.LOST_REPLY]
    scene.poll_rarely()
    scene.bent.down.add("sim.tradegecko")
    scene.pass_time(hours=26)
    posts = scene.posts()
    assert scene.unknown() == 1
    assert "not_delivered_for_a_day" in scene.kinds()
    scene.bent.down.clear()
    scene.pass_time(hours=3)

    assert scene.posts() == posts
    assert len(scene.at_warehouse(order)) == 1
    assert scene.status(order) == "at_wms"
    assert scene.unknown() == 0
    assert scene.kinds() == []


@fault("NET-04")
def test_a_look_up_that_fails_is_made_again_and_never_taken_for_absence(scene: Scene) -> None:
    scene.gecko_faults.next("POST", "/orders", Fault.LOST_REPLY)
    order = scene.ebay.buy_one("LAMP")
    scene.deliver_now()
    assert scene.gecko_faults.met == [Fault.LOST_REPLY]
    scene.clock.advance(25 * 3600)
    scene.gecko_faults.next("GET", "/orders", Fault.LOST_REPLY, times=2)
    scene.gecko_faults.next("GET", "/orders", Fault.ERROR_BEFORE, times=2)
    scene.gecko_faults.next("GET", "/orders", Fault.HTML, times=2)
    scene.pass_time(hours=12)

    assert len(scene.at_warehouse(order)) == 1
    assert scene.status(order) == "at_wms"


@fault("NET-03", "NET-04")
def test_a_delivery_that_never_arrived_is_sent_after_two_look_ups(scene: Scene) -> None:
    scene.gecko_faults.next("POST", "/orders", Fault.LOST_REQUEST)
    order = scene.ebay.buy_one("LAMP")
    scene.deliver_now()
    assert scene.gecko_faults.met == [Fault.LOST_REQUEST]
    scene.clock.advance(25 * 3600)
    scene.pass_time(hours=3)

    looks = [attempt for attempt in scene.intent(order).attempt_set.all() if attempt.what == "look"]
    assert [look.outcome for look in looks if look.outcome == "absent"] == ["absent", "absent"]
    assert len(scene.at_warehouse(order)) == 1


@pytest.mark.parametrize("what", [Fault.HTML, Fault.TRUNCATED, Fault.SHUFFLED, Fault.LOST_REPLY, Fault.EXPIRED])
@pytest.mark.parametrize("path", ["/order", "/fulfillments", "/variants", "/inventory_item", "/ws/api.dll"])
def test_a_read_that_goes_wrong_costs_nothing_but_time(scene: Scene, what: Fault, path: str) -> None:
    order = scene.ebay.buy_one("LAMP")
    for plan in (scene.ebay_faults, scene.gecko_faults):
        plan.next("POST" if path.endswith("dll") else "GET", path, what, times=1 if what is Fault.EXPIRED else 3)
    scene.pass_time(minutes=30)
    for one in scene.at_warehouse(order):
        scene.gecko.ship(one.id)
    scene.pass_time(minutes=60)

    assert scene.status(order) == "confirmed"
    assert len(scene.at_warehouse(order)) == 1
    assert scene.kinds() == []


def test_an_unknown_status_word_holds_that_record_only(scene: Scene) -> None:
    scene.bent.bends.append(body_of("/sell/fulfillment", b'"orderPaymentStatus":"PAID"', b'"orderPaymentStatus":"ODD"'))
    strange = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=10)
    assert scene.kinds() == ["unreadable"]
    scene.bent.bends.clear()
    plain = scene.ebay.buy_one("KETL")
    scene.pass_time(minutes=15)

    assert len(scene.at_warehouse(plain)) == 1
    scene.ebay.touch(strange.order_id)
    scene.pass_time(minutes=15)
    assert len(scene.at_warehouse(strange)) == 1
    assert scene.kinds() == []
