"""What will happen is shown with real data before it happens; a test order leaves no trace in the counts."""

from datetime import timedelta

import pytest

from tests.flow.stage import SKUS, Scene, Setting, Theatre
from tranter.engine import order_plan, setting_up, trial_order
from tranter.engine.naming import aliases_of
from tranter.engine.order_plan import NeedsAnotherYes
from tranter.engine.preview import preview
from tranter.engine.reconcile import reconcile
from tranter.engine.trial_order import NoTrial
from tranter.ledger import connections, mappings, overview, runs
from tranter.ledger.connections import ConnectionState
from tranter.ledger.models import OrderRow, RunRow, ShipmentRow


@pytest.fixture
def before(theatre: Theatre) -> Scene:
    """The warehouse runs; the shop is signed in and not live."""
    scene = theatre.scene(Setting(stock_live=False)).connect()
    connections.set_state(scene.book, scene.cart.id, ConnectionState.DRAFT, "", scene.clock.now())
    connections.Connection.objects.filter(pk=scene.cart.id).update(live_at=None)
    return scene


def buy(scene: Scene, count: int, sku: str = "LAMP") -> list[object]:
    bought = [scene.ebay.buy_one(sku) for _ in range(count)]
    scene.clock.advance(400)
    return bought


def test_a_preview_counts_what_would_be_taken_and_stores_nothing(before: Scene) -> None:
    buy(before, 3)

    seen = preview(before.hub, before.book, before.cart)

    assert seen.seen.account_id
    assert seen.orders is not None
    assert (seen.orders.open, seen.orders.too_old) == (3, 0)
    assert seen.warehouse == "warehouse"
    assert seen.products == len(SKUS)
    assert seen.strange_skus == ()
    assert OrderRow.objects.count() == 0


def test_the_earliest_order_date_leaves_out_what_is_older(before: Scene) -> None:
    buy(before, 2)
    before.clock.advance(2 * 86400)
    buy(before, 1)
    day = (before.clock.now() - timedelta(days=1)).date().isoformat()
    setting_up.change(before.hub, before.book, before.cart, {"earliest_order_date": day})

    seen = preview(before.hub, before.book, before.cart)

    assert seen.orders is not None
    assert (seen.orders.open, seen.orders.too_old) == (1, 2)


def test_codes_without_a_product_come_with_what_they_likely_mean(theatre: Theatre) -> None:
    known = (*(sku for sku in SKUS if sku != "ROPE-M"), "ROPE M")
    goods = {"skus": known, "stock": dict.fromkeys(known, 9)}
    scene = theatre.scene(Setting(goods=goods)).connect()
    buy(scene, 2, "ROPE-M")

    (strange,) = preview(scene.hub, scene.book, scene.cart).strange_skus

    assert (strange.sku, strange.orders) == ("ROPE-M", 2)
    assert strange.suggestions[0].sku == "ROPE M"


def test_ship_methods_that_nobody_mapped_are_named(before: Scene) -> None:
    buy(before, 2)
    ((code, count),) = preview(before.hub, before.book, before.cart).methods.items()
    assert count == 2

    mappings.set_ship_methods(before.book, [("shop", code, "Express")], before.clock.now())

    assert preview(before.hub, before.book, before.cart).methods == {}


def test_a_warehouse_is_tried_out_too(before: Scene) -> None:
    seen = preview(before.hub, before.book, before.warehouse)

    assert seen.orders is None
    assert seen.products == len(SKUS)
    assert "LAMP" in seen.sample_products


def test_the_plan_knows_what_is_at_the_warehouse_already(scene: Scene) -> None:
    buy(scene, 2)
    scene.pass_time(minutes=15)
    buy(scene, 1)

    plan = order_plan.order_plan(scene.hub, scene.book, scene.cart)

    assert plan is not None
    assert (plan.sends, plan.there, plan.held) == (1, 2, 0)
    assert not plan.needs_second_yes


def test_more_than_fifty_need_a_second_yes(before: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_plan, "MANY", 2)
    buy(before, 3)

    with pytest.raises(NeedsAnotherYes, match="3 orders"):
        order_plan.let_go(before.hub, before.book, before.cart, 1)
    assert before.cart.state is ConnectionState.DRAFT

    order_plan.let_go(before.hub, before.book, before.cart, 2)
    assert before.cart.state is ConnectionState.LIVE
    before.pass_time(minutes=15)
    assert len(before.gecko.orders()) == 3


def test_nobody_signed_in_means_nothing_goes_live(before: Scene) -> None:
    connections.Connection.objects.filter(pk=before.cart.id).update(account_id="")

    with pytest.raises(NeedsAnotherYes, match="signed in"):
        order_plan.let_go(before.hub, before.book, before.cart, 2)


# A test order


def test_a_test_order_goes_to_the_warehouse_as_a_draft_that_says_so(before: Scene) -> None:
    begun = trial_order.begin(before.hub, before.book, before.cart, "LAMP", "Post")
    before.settle()

    stands = trial_order.follow(before.book, begun.id)

    assert stands.number.startswith("TEST-")
    assert (stands.status, stands.state) == ("at_wms", "sent")
    assert stands.codes[0][:2] == ("LAMP", "LAMP")
    (there,) = before.gecko.orders()
    assert there.status == "draft"
    assert "TEST ORDER" in there.notes


def test_its_codes_are_shown_as_they_are_mapped(before: Scene) -> None:
    mappings.set_aliases(before.book, [("shop", "LAMPE", "LAMP")], before.clock.now())
    mappings.set_ship_methods(before.book, [("shop", "Post", "Letter")], before.clock.now())
    assert aliases_of(before.book).sku("shop", "LAMPE") == "LAMP"

    begun = trial_order.begin(before.hub, before.book, before.cart, "LAMPE", "Post")

    assert begun.codes[0][:2] == ("LAMPE", "LAMP")
    assert (begun.method_in, begun.method_out) == ("Post", "Letter")


def test_it_is_canceled_at_the_warehouse_again(before: Scene) -> None:
    begun = trial_order.begin(before.hub, before.book, before.cart)
    before.settle()

    trial_order.end(before.hub, before.book, begun.id)
    before.settle()

    assert trial_order.follow(before.book, begun.id).status == "canceled"
    assert {one.status for one in before.gecko.orders()} <= {"void", "deleted"}


def test_one_that_never_left_is_just_taken_back(before: Scene) -> None:
    begun = trial_order.begin(before.hub, before.book, before.cart)

    assert trial_order.end(before.hub, before.book, begun.id).status == "canceled"
    before.settle()
    assert before.gecko.orders() == []


def test_a_test_order_counts_nowhere(scene: Scene) -> None:
    shown = scene.shown("LAMP")
    begun = trial_order.begin(scene.hub, scene.book, scene.cart, "LAMP")
    scene.pass_time(hours=25)

    assert overview.status_counts(scene.book).total() == 0
    assert scene.shown("LAMP") == shown
    assert scene.kinds() == []
    found = reconcile(scene.hub, scene.book, 7)
    assert found.differences == ()
    assert trial_order.follow(scene.book, begun.id).status == "at_wms"


def test_somebody_who_deletes_it_at_the_warehouse_ends_it(scene: Scene) -> None:
    begun = trial_order.begin(scene.hub, scene.book, scene.cart, "LAMP")
    scene.settle()
    (there,) = scene.gecko.orders()
    scene.gecko.set_order_status(there.id, "void")
    scene.pass_time(hours=2)

    assert trial_order.follow(scene.book, begun.id).status == "canceled"
    assert scene.kinds() == []
    assert ShipmentRow.objects.count() == 0


def test_without_a_warehouse_that_runs_there_is_no_test(before: Scene) -> None:
    connections.set_state(before.book, before.warehouse.id, ConnectionState.PAUSED, "", before.clock.now())

    with pytest.raises(NoTrial, match="does not run"):
        trial_order.begin(before.hub, before.book, before.cart)


def test_a_code_that_the_warehouse_does_not_know_is_said_so(before: Scene) -> None:
    with pytest.raises(NoTrial, match="NO-SUCH"):
        trial_order.begin(before.hub, before.book, before.cart, "NO-SUCH")
    assert OrderRow.objects.count() == 0


# Runs


def test_a_run_that_did_something_is_kept(scene: Scene) -> None:
    RunRow.objects.all().delete()
    scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)

    kept = runs.newest(scene.book, scene.cart.id)

    assert {"orders_pulled": 1} in [dict(line.counts) for line in kept if line.flow == "orders"]
    assert all(line.counts or not line.ok for line in kept)


def test_a_run_that_failed_is_kept_with_its_reason(scene: Scene) -> None:
    scene.bent.down.add("sim.ebay")
    scene.pass_time(minutes=6)

    failed = [line for line in runs.newest(scene.book, scene.cart.id) if not line.ok]

    assert failed
    assert "can't be reached" in failed[0].trouble


def test_old_runs_are_forgotten(scene: Scene) -> None:
    scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)
    scene.clock.advance(31 * 86400)

    assert runs.forget_old(scene.clock.now())
    assert runs.newest(scene.book, scene.cart.id) == []
