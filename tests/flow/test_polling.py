"""A quiet shop is looked at less often, a busy one more; what rings starts at once."""

from datetime import datetime, timedelta

from tests.flow.stage import Scene
from tranter.engine import polling
from tranter.ledger import gauges, schedule


def wait(scene: Scene, name: str = "orders") -> float:
    flow = scene.flow(name)
    assert flow.last_ok_at is not None
    return (flow.due_at - flow.last_ok_at).total_seconds()


def quiet_for(scene: Scene, **units: float) -> None:
    """The next run is the first after so long without anything."""
    row = scene.flow("orders")
    row.quiet_since = scene.clock.now() - timedelta(**units)
    row.save()
    scene.run("orders")


def stale_seconds(scene: Scene) -> float | None:
    return next(one.stale_seconds for one in gauges.flows(scene.clock.now()) if one.flow == "orders")


def test_while_orders_come_they_are_looked_for_each_minute_and_then_as_before(scene: Scene) -> None:
    scene.pass_time(minutes=30)
    assert wait(scene) == 300

    scene.ebay.buy_one("LAMP")
    scene.clock.advance(200)
    scene.run("orders")
    assert wait(scene) == 60
    scene.pass_time(minutes=10)
    assert wait(scene) == 300


def test_a_quiet_shop_is_looked_at_less_often_and_is_not_stale_meanwhile(scene: Scene) -> None:
    quiet_for(scene, days=8)
    assert wait(scene) == 1800

    scene.clock.advance(1800)
    assert stale_seconds(scene) == 0
    scene.clock.advance(60)
    assert stale_seconds(scene) == 60


def test_what_rings_starts_at_once_however_quiet_it_was(scene: Scene) -> None:
    quiet_for(scene, days=8)
    schedule.ring(scene.cart.id, ["orders"], scene.clock.now())

    assert scene.flow("orders").pk in schedule.due(scene.clock.now())


def test_an_interval_set_by_hand_is_the_longest_until_it_is_left_to_the_hub(scene: Scene) -> None:
    assert polling.set_every(scene.cart.id, "orders", 600, scene.clock.now())
    quiet_for(scene, days=8)
    assert wait(scene) == 600

    assert polling.set_every(scene.cart.id, "orders", None, scene.clock.now())
    quiet_for(scene, days=8)
    assert wait(scene) == 1800
    assert not polling.set_every(scene.cart.id, "listings", None, scene.clock.now())


def test_stock_is_read_as_often_as_it_is_set(scene: Scene) -> None:
    scene.clock.advance(300)
    scene.run("stock")

    assert wait(scene, "stock") == 300


def test_a_failure_is_no_news(scene: Scene) -> None:
    scene.clock.advance(7200)
    held = schedule.lease(scene.flow("orders").pk, "one", 300, scene.clock.now())
    assert held is not None
    before: datetime | None = scene.flow("orders").quiet_since
    schedule.end(held, schedule.Ending(ok=False, trouble="down", counts={"orders_pulled": 0}), scene.clock.now())

    assert scene.flow("orders").quiet_since == before
    assert stale_seconds(scene) not in (None, 0)
