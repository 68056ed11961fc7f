from datetime import timedelta
from random import Random

import pytest
from django.db import connection

from tests.flow.stage import START, Scene
from tranter.engine.clock import VirtualClock
from tranter.engine.hub import Hub
from tranter.engine.pool import SerialPool
from tranter.engine.ports import Ports, no_failpoint
from tranter.engine.schedule import run_due
from tranter.engine.upkeep import look_after
from tranter.ledger.models import Merchant, OrderRow
from tranter.ledger.privacy import ClockInDoubt
from tranter.testing.faultmark import fault

TWENTY_YEARS = timedelta(days=365 * 20)


@pytest.fixture
def old(scene: Scene) -> Scene:
    """With an order that was final a month ago."""
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)
    scene.gecko.ship(scene.at_warehouse(order)[0].id, carrier="UPS", tracking="1Z999")
    scene.pass_time(minutes=15)
    OrderRow.objects.update(final_at=START - timedelta(days=31))
    return scene


def erased(scene: Scene) -> int:
    return OrderRow.objects.exclude(erased_at=None).count()


def mistaken(scene: Scene, by: timedelta) -> Hub:
    """A hub in the same world, whose own clock is wrong."""
    random = Random(1)
    ports = Ports(
        clock=VirtualClock(scene.clock.now() + by),
        transport=scene.bent,
        pool=SerialPool(random),
        random=random,
        owner="mistaken",
        failpoint=no_failpoint,
    )
    return Hub(scene.vault, ports)


def refuses(hub: Hub) -> bool:
    """Because the clocks differ, or because nobody has confirmed ours."""
    try:
        return not look_after(hub)
    except ClockInDoubt:
        return True


def test_a_month_after_an_order_is_final_its_buyer_is_erased(old: Scene) -> None:
    assert look_after(old.hub)

    assert erased(old) == 1


@pytest.mark.parametrize(("days", "gone"), [(30, 1), (31, 1), (32, 0), (90, 0)])
def test_each_merchant_sets_how_long_buyers_are_kept(old: Scene, days: int, gone: int) -> None:
    Merchant.objects.update(keep_days=days)

    look_after(old.hub)

    assert erased(old) == gone


def test_a_hub_that_has_not_called_anybody_yet_erases_nobody(old: Scene) -> None:
    hub = old.another_hub("fresh")

    assert not look_after(hub)
    assert erased(old) == 0

    old.clock.advance(600)
    run_due(hub)
    assert look_after(hub)
    assert erased(old) == 1


def test_where_nothing_is_to_be_erased_no_proof_is_asked_for(scene: Scene) -> None:
    assert look_after(scene.another_hub("fresh"))


@fault("TIME-10")
@pytest.mark.parametrize("by", [TWENTY_YEARS, timedelta(days=3), -timedelta(days=3)])
def test_a_hub_whose_clock_is_wrong_erases_nobody_though_its_own_rows_agree(old: Scene, by: timedelta) -> None:
    OrderRow.objects.update(final_at=START - timedelta(days=400))
    hub = mistaken(old, by)
    for _ in range(3):
        hub.ports.clock.sleep(3600)
        run_due(hub)
        assert refuses(hub)

    assert erased(old) == 0


@fault("TIME-10")
def test_a_clock_that_jumps_under_a_running_hub_erases_nobody(old: Scene) -> None:
    OrderRow.objects.update(final_at=None)
    old.clock.jump(old.clock.now() + timedelta(minutes=10))
    old.settle()
    order = OrderRow.objects.get()
    OrderRow.objects.filter(pk=order.pk).update(final_at=old.clock.now())
    old.bent.down |= {"sim.ebay", "sim.tradegecko"}  # certificates that have long expired

    old.clock.jump(old.clock.now() + TWENTY_YEARS)
    assert refuses(old.hub)
    run_due(old.hub)
    assert refuses(old.hub)

    assert erased(old) == 0


def test_the_database_knows_how_large_its_tables_are(old: Scene) -> None:
    """Else it looks an order up by its merchant, among all that he ever had."""
    look_after(old.hub)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'ledger_orderrow'")
        assert cursor.fetchone()[0] > 5
