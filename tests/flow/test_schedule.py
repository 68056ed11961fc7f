"""Leases, wake-ups and outages of the hub itself."""

import threading
from datetime import timedelta
from random import Random

import pytest

from tests.flow.stage import Scene, Theatre
from tranter.engine.retry import again_at, delay_seconds
from tranter.engine.schedule import free_dead_owners, run_due
from tranter.ledger import connections, journal, orders, raw_records, schedule
from tranter.ledger.book import ensure_book
from tranter.ledger.connections import ConnectionState
from tranter.ledger.models import Flow, FulfillmentRow, Intent, OrderRow
from tranter.ledger.schedule import LeaseLost
from tranter.ledger.setup import close_connections
from tranter.sdk.http import Request
from tranter.testing.faultmark import fault

LEASE = 300.0


def _leased(scene: Scene, owner: str, name: str = "orders") -> schedule.Lease:
    held = schedule.lease(scene.flow(name).pk, owner, LEASE, scene.clock.now())
    assert held is not None
    return held


def test_a_flow_has_one_run_at_a_time(scene: Scene) -> None:
    _leased(scene, "one")

    assert schedule.lease(scene.flow("orders").pk, "two", LEASE, scene.clock.now()) is None
    assert scene.flow("orders").pk not in schedule.due(scene.clock.now() + timedelta(seconds=LEASE - 1))


def test_a_lease_that_ran_out_is_taken_over_and_the_old_token_is_refused(scene: Scene) -> None:
    old = _leased(scene, "one")
    scene.clock.advance(LEASE)
    new = _leased(scene, "two")

    page = raw_records.RawPage("order", [("1", b"{}")], "somewhere else")
    with pytest.raises(LeaseLost):
        raw_records.store_page(scene.book, old, page, scene.clock.now())
    with pytest.raises(LeaseLost):
        schedule.renew(old, LEASE, scene.clock.now())
    schedule.end(old, schedule.Ending(ok=True), scene.clock.now())
    assert scene.flow("orders").lease_owner == "two"
    assert scene.flow("orders").cursor == new.cursor
    schedule.renew(new, LEASE, scene.clock.now())


def test_the_leases_of_a_dead_process_are_free_at_once_and_those_of_a_living_one_are_not(scene: Scene) -> None:
    _leased(scene, "dead", "orders")
    _leased(scene, "alive", "stock")
    free_dead_owners(scene.hub, lambda name: name == "dead")

    assert scene.flow("orders").pk in schedule.due(scene.clock.now())
    assert scene.flow("stock").pk not in schedule.due(scene.clock.now())


def test_a_wake_up_during_a_run_is_answered_by_another_run(scene: Scene) -> None:
    held = _leased(scene, "one")
    schedule.ring(scene.cart.id, ["orders"], scene.clock.now())
    schedule.end(held, schedule.Ending(ok=True), scene.clock.now())

    assert scene.flow("orders").pk in schedule.due(scene.clock.now())


@pytest.mark.parametrize("ok", [True, False])
def test_a_wake_up_during_a_run_that_fails_does_not_hurry_the_retry(scene: Scene, ok: bool) -> None:
    held = _leased(scene, "one")
    schedule.ring(scene.cart.id, ["orders"], scene.clock.now())
    at = scene.clock.now() + timedelta(seconds=30)
    schedule.end(held, schedule.Ending(ok=ok, again_at=at), scene.clock.now())

    assert scene.flow("orders").due_at == (scene.clock.now() if ok else at)


def test_a_day_without_the_hub_costs_one_run_of_each_flow(scene: Scene) -> None:
    order = scene.ebay.buy_one("KETL")
    scene.pass_time(minutes=10)
    scene.clock.jump(scene.clock.now() + timedelta(days=1))
    late = scene.ebay.buy_one("LAMP")
    calls = scene.ebay.calls["getOrders"]
    scene.clock.advance(130)
    scene.settle()

    assert scene.ebay.calls["getOrders"] - calls <= 6
    assert [len(scene.at_warehouse(one)) for one in (order, late)] == [1, 1]


def test_retries_are_thirty_seconds_two_minutes_ten_minutes_half_an_hour_and_hourly() -> None:
    random = Random(1)
    for failures, base in ((1, 30), (2, 120), (3, 600), (4, 1800), (5, 3600), (6, 3600), (1000, 3600)):
        waits = [delay_seconds(failures, random) for _ in range(50)]
        assert base <= min(waits) <= max(waits) <= base * 1.1
        assert len(set(waits)) > 1


@pytest.mark.parametrize(("said", "waits"), [(5.0, 5.0), (0.0, 1.0), (1e9, 86400.0)])
def test_what_the_vendor_says_about_waiting_counts_within_reason(scene: Scene, said: float, waits: float) -> None:
    now = scene.clock.now()

    assert again_at(now, 5, said, Random(1)) - now == timedelta(seconds=waits)


@fault("API-11")
def test_two_hubs_that_run_everything_at_once_make_one_order(scene: Scene) -> None:
    """A webhook wakes one, the poll the other; both have every flow due at the same moment."""
    bought = [scene.ebay.buy_one("KETL") for _ in range(6)]
    scene.clock.advance(300)
    hubs = [scene.another_hub("left"), scene.another_hub("right")]
    gate = threading.Barrier(2)
    troubles: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for _ in range(6):
                schedule.ring(scene.cart.id, ["orders", "decide"], scene.clock.now())
                gate.wait(20)
                run_due(hubs[number])
        except BaseException as error:
            troubles.append(error)
            gate.abort()
            raise
        finally:
            close_connections()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    scene.pass_time(minutes=10)

    assert troubles == []
    assert [len(scene.at_warehouse(order)) for order in bought] == [1] * 6
    assert OrderRow.objects.count() == FulfillmentRow.objects.count() == 6
    assert Intent.objects.filter(verb="push_fulfillment").count() == 6


@fault("API-11")
def test_a_run_that_was_overtaken_in_the_middle_of_a_delivery_doubles_nothing(scene: Scene) -> None:
    """Frozen with its first byte on the way until another process has taken over and delivered."""
    order = scene.ebay.buy_one("KETL")
    scene.clock.advance(200)
    scene.run("orders")
    scene.run("decide")
    woken: list[int] = []

    def freeze(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/orders") and not woken:
            woken.append(1)
            scene.clock.advance(400)
            scene.pass_time(minutes=5)

    scene.bent.before = freeze
    scene.run("deliveries", hub=scene.another_hub("frozen"))
    scene.pass_time(minutes=20)

    assert woken
    assert len(scene.at_warehouse(order)) == 1
    assert scene.gecko.duplicate_orders() == {}
    assert scene.status(order) == "at_wms"
    assert scene.kinds() == []


@fault("API-13")
def test_without_a_single_webhook_everything_arrives(scene: Scene) -> None:
    orders_bought = [scene.ebay.buy_one("KETL") for _ in range(3)]
    scene.pass_time(minutes=15)
    for order in orders_bought:
        scene.gecko.ship(scene.at_warehouse(order)[0].id)
    scene.pass_time(minutes=15)

    assert [scene.status(order) for order in orders_bought] == ["confirmed"] * 3


def test_a_paused_connection_makes_no_call_and_goes_on_where_it_was(scene: Scene) -> None:
    connections.set_state(scene.book, scene.cart.id, ConnectionState.PAUSED, "by hand", scene.clock.now())
    order = scene.ebay.buy_one("KETL")
    calls = scene.ebay.calls.total()
    scene.pass_time(hours=1)
    assert scene.ebay.calls.total() == calls

    connections.set_state(scene.book, scene.cart.id, ConnectionState.LIVE, "", scene.clock.now())
    scene.pass_time(minutes=10)
    assert len(scene.at_warehouse(order)) == 1


def test_two_sites_of_one_account_are_pulled_once_and_each_takes_its_own(theatre: Theatre) -> None:
    from tests.flow.stage import GECKO_URL, Setting

    scene = theatre.scene(Setting(ebay={"marketplaces": ("EBAY_US", "EBAY_GB", "EBAY_DE")}))
    scene.plug_in("warehouse", "tradegecko", {"base_url": GECKO_URL})
    scene.plug_in("shop", "ebay", scene.cart_settings())
    scene.plug_in("british", "ebay", scene.cart_settings(marketplaces=["EBAY_GB"]))
    scene.settle()
    calls = scene.ebay.calls["getOrders"]
    scene.pass_time(minutes=10)
    assert scene.ebay.calls["getOrders"] - calls == 2

    sites = {
        listing.marketplace: listing.listing_id
        for listing in scene.ebay.shop.catalogue.listings.values()
        if listing.variation("KETL") is not None
    }
    bought = {site: scene.ebay.buy_one("KETL", 1, listing) for site, listing in sites.items()}
    scene.pass_time(minutes=10)

    assert {site: scene.row(order).connection.name for site, order in bought.items() if site != "EBAY_DE"} == {
        "EBAY_US": "shop",
        "EBAY_GB": "british",
    }
    assert scene.status(bought["EBAY_DE"]) == "skipped"
    assert "EBAY_DE" in scene.row(bought["EBAY_DE"]).reason
    assert [len(scene.at_warehouse(bought[site])) for site in ("EBAY_US", "EBAY_GB", "EBAY_DE")] == [1, 1, 0]


def test_the_account_goes_on_when_the_site_that_pulled_it_is_paused(theatre: Theatre) -> None:
    from tests.flow.stage import GECKO_URL, Setting

    scene = theatre.scene(Setting(ebay={"marketplaces": ("EBAY_US", "EBAY_GB")}))
    scene.plug_in("warehouse", "tradegecko", {"base_url": GECKO_URL})
    scene.plug_in("shop", "ebay", scene.cart_settings())
    scene.plug_in("british", "ebay", scene.cart_settings(marketplaces=["EBAY_GB"]))
    scene.settle()
    connections.set_state(scene.book, scene.cart.id, ConnectionState.PAUSED, "by hand", scene.clock.now())
    [listing] = [one.listing_id for one in scene.ebay.shop.catalogue.listings.values() if one.marketplace == "EBAY_GB"]
    order = scene.ebay.buy_one("KETL", 1, listing)
    scene.pass_time(minutes=15)

    assert len(scene.at_warehouse(order)) == 1


def test_two_merchants_never_see_each_others_rows(scene: Scene) -> None:
    scene.ebay.buy_one("KETL")
    scene.pass_time(minutes=10)
    other = ensure_book(scene.vault, "another", scene.clock.now())

    assert connections.all_of(other) == []
    assert orders.carts_with_undecided(other) == []
    assert orders.undecided(other, scene.cart.id) == []
    assert [line.what for line in journal.lines(other)] == []
    assert journal.broken_at(scene.book) is None


def test_the_journal_is_one_unbroken_chain(scene: Scene) -> None:
    for sku in ("KETL", "LAMP"):
        order = scene.ebay.buy_one(sku)
        scene.pass_time(minutes=10)
        scene.gecko.ship(scene.at_warehouse(order)[0].id)
        scene.pass_time(minutes=10)

    assert journal.broken_at(scene.book) is None
    assert Flow.objects.exclude(lease_owner="").count() == 0
