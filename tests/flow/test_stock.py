"""Quantities: absolute, never older than what was shown before, never a zero by mistake."""

from datetime import timedelta

import pytest

from tests.flow.stage import SKUS, STOCK, Scene, Setting, Theatre
from tranter.ledger import connections, mappings, schedule, stock
from tranter.ledger.models import ListingRow, OrderLineRow
from tranter.sdk.http import Reply, Request
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault

EMPTY_LIST = b'{"variants":[]}'


def _api_changes(scene: Scene) -> int:
    return len(scene.ebay.stock_changes)


@fault("INV-01")
def test_a_sale_between_reading_and_pushing_is_taken_off(scene: Scene) -> None:
    scene.gecko.adjust_stock("LAMP", -40)
    scene.run("stock")
    scene.ebay.buy_one("LAMP", 3)
    scene.clock.advance(10)
    scene.run("orders")
    scene.run("listing_stock")

    assert scene.shown("LAMP") == {7}
    scene.pass_time(minutes=30)
    assert scene.shown("LAMP") == {7}
    assert scene.gecko.available("LAMP") == 7


@fault("INV-01")
def test_the_last_unit_sold_on_one_page_leaves_every_other_page(scene: Scene) -> None:
    scene.gecko.adjust_stock("LAMP", 1 - STOCK)
    scene.pass_time(minutes=6)
    assert scene.shown("LAMP") == {1}
    first, *others = scene.listings_of("LAMP")
    assert others
    scene.ebay.buy_one("LAMP", 1, first)
    scene.pass_time(minutes=6)

    assert scene.shown("LAMP") == {0}


@fault("INV-02")
def test_our_own_pushes_are_no_news(scene: Scene) -> None:
    scene.gecko.adjust_stock("LAMP", -5)
    scene.pass_time(minutes=10)
    changes = _api_changes(scene)
    scene.run("listings")
    scene.pass_time(hours=2)

    assert _api_changes(scene) == changes
    assert scene.shown("LAMP") == {STOCK - 5}


@fault("INV-03")
@pytest.mark.parametrize("frozen_at", ["its last check", "its first byte"])
def test_a_run_that_was_overtaken_does_not_bring_sold_units_back(scene: Scene, frozen_at: str) -> None:
    """It claims its work, sleeps until its lease is over, and wakes when a newer run has pushed."""
    woken: list[int] = []

    def sleep() -> None:
        if not woken:
            woken.append(1)
            scene.clock.advance(400)
            scene.gecko.adjust_stock("KETL", -10)
            scene.run("stock")
            scene.run("listing_stock")

    def at_check(point: str) -> None:
        if point == "before_call.push_stock" and frozen_at == "its last check":
            sleep()

    def at_first_byte(request: Request) -> None:
        if request.url.endswith("/bulk_update_price_quantity") and frozen_at == "its first byte":
            sleep()

    hub = scene.another_hub("sleeper", at_check)
    scene.gecko.adjust_stock("KETL", -5)
    scene.run("stock")
    scene.bent.before = at_first_byte
    scene.run("listing_stock", hub=hub)
    assert woken
    scene.pass_time(minutes=20)

    assert scene.shown("KETL") == {STOCK - 15}
    assert not ListingRow.objects.filter(pushing=True).exists()


@fault("INV-03")
def test_an_older_reading_never_replaces_a_newer_one(scene: Scene) -> None:
    """A slow read of the stock ends after a newer one has been stored."""
    scene.gecko.adjust_stock("KETL", -5)
    slow = scene.another_hub("slow")
    done: list[int] = []

    def hold_back(request: Request, reply: Reply) -> Reply:
        if "/variants" in request.url and not done:
            done.append(1)
            scene.clock.advance(301)
            scene.gecko.adjust_stock("KETL", -10)
            scene.run("stock")
        return reply

    scene.bent.bends.append(hold_back)
    scene.run("stock", hub=slow)
    scene.bent.bends.clear()
    scene.run("listing_stock")

    assert scene.shown("KETL") == {STOCK - 15}


@fault("INV-04")
def test_units_that_the_warehouse_committed_are_taken_off_once(scene: Scene) -> None:
    for quantity in (1, 2, 4):
        order = scene.ebay.buy_one("KETL", quantity)
        scene.pass_time(minutes=20)
        assert scene.at_warehouse(order)
        assert scene.shown("KETL") == {scene.gecko.available("KETL")}
    scene.gecko.ship(scene.at_warehouse(order)[0].id)
    scene.pass_time(minutes=20)

    assert scene.shown("KETL") == {scene.gecko.available("KETL")} == {STOCK - 7}


@fault("INV-04")
def test_an_order_that_cannot_be_sent_still_keeps_its_units(scene: Scene) -> None:
    scene.bent.down.add("sim.tradegecko")
    scene.ebay.buy_one("KETL", 6, scene.listings_of("KETL")[0])
    scene.pass_time(minutes=20)
    scene.run("listing_stock")

    assert scene.shown("KETL") == {STOCK - 6}


@fault("INV-01")
def test_an_order_under_another_name_that_cannot_be_sent_keeps_its_units_too(scene: Scene) -> None:
    mappings.set_aliases(scene.book, [("shop", "OLD-1", "LAMP")], scene.clock.now())
    before = stock.shelves(scene.book, scene.warehouse.id, ["LAMP"])["LAMP"][0].reserved
    order = scene.ebay.buy_one("LAMP", 2)
    scene.clock.advance(200)
    scene.run("orders")
    OrderLineRow.objects.filter(order=scene.row(order)).update(sku="OLD-1", item_sku="OLD-1")

    found = stock.shelves(scene.book, scene.warehouse.id, ["LAMP"])["LAMP"][0].reserved
    elsewhere = stock.shelves(scene.book, scene.warehouse.id, ["BOOK"])["BOOK"][0].reserved

    assert (before, found, elsewhere) == (0, 2, 0)


@fault("INV-08")
@pytest.mark.parametrize("flow", ["stock", "products"])
def test_an_empty_list_with_status_200_empties_no_shelf(theatre: Theatre, flow: str) -> None:
    skus = tuple(f"SKU-{number:02}" for number in range(40))
    scene = theatre.scene(Setting(ebay={"skus": skus}, goods={"skus": skus, "stock": dict.fromkeys(skus, 9)})).connect()
    before = scene.ebay.shown()

    def emptied(request: Request, reply: Reply) -> Reply:
        if "/variants" not in request.url:
            return reply
        headers = tuple((name, value) for name, value in reply.headers if name.lower() != "x-pagination")
        return Reply(200, headers, EMPTY_LIST)

    scene.bent.bends.append(emptied)
    for _ in range(3):
        scene.clock.advance(60)
        scene.run(flow)
        scene.settle()
    scene.pass_time(hours=2)
    assert scene.ebay.shown() == before
    assert "products_shrunk" in scene.kinds()

    scene.bent.bends.clear()
    order = scene.ebay.buy_one("SKU-03")
    scene.pass_time(hours=2)
    assert len(scene.at_warehouse(order)) == 1
    assert scene.kinds() == []


@fault("INV-08")
def test_half_a_list_empties_no_shelf(theatre: Theatre) -> None:
    skus = tuple(f"SKU-{number:02}" for number in range(40))
    scene = theatre.scene(Setting(ebay={"skus": skus}, goods={"skus": skus, "stock": dict.fromkeys(skus, 9)})).connect()
    before = scene.ebay.shown()
    variants = [row for row in scene.gecko.rows("variants") if row["sku"] in skus[:20]]
    for row in variants:
        scene.gecko.change("variants", row["id"], {"status": "archived"})
    scene.pass_time(hours=2)

    assert scene.ebay.shown() == before
    assert "products_shrunk" in scene.kinds()


@fault("INV-08")
def test_many_listings_going_to_zero_at_once_stop_and_ask(theatre: Theatre) -> None:
    skus = tuple(f"SKU-{number:02}" for number in range(40))
    scene = theatre.scene(Setting(ebay={"skus": skus}, goods={"skus": skus, "stock": dict.fromkeys(skus, 9)})).connect()
    scene.pass_time(minutes=40)
    before = scene.ebay.shown()
    for sku in skus[:25]:
        scene.gecko.adjust_stock(sku, -9)
    scene.pass_time(minutes=20)
    assert scene.ebay.shown() == before
    assert scene.kinds() == ["mass_change"]

    connections.confirm_stock(scene.book, scene.cart, scene.clock.now())
    schedule.ring(scene.cart.id, ["listing_stock"], scene.clock.now())
    scene.pass_time(minutes=10)
    assert all(scene.shown(sku) == {0} for sku in skus[:25])
    assert scene.kinds() == []


def test_the_first_push_waits_for_the_yes(theatre: Theatre) -> None:
    scene = theatre.scene(Setting(stock_live=False)).connect()
    before = scene.ebay.shown()
    scene.gecko.adjust_stock("LAMP", -20)
    scene.pass_time(hours=1)
    assert scene.ebay.shown() == before
    assert _api_changes(scene) == 0

    connections.confirm_stock(scene.book, scene.cart, scene.clock.now())
    schedule.ring(scene.cart.id, ["listing_stock"], scene.clock.now())
    scene.settle()
    assert scene.shown("LAMP") == {STOCK - 20}


@pytest.mark.parametrize(("choice", "shown"), [("ask", 1), ("allow", 0), ("never", 1)])
def test_a_zero_that_would_end_the_listing_is_asked_about(theatre: Theatre, choice: str, shown: int) -> None:
    setting = Setting(ebay={"out_of_stock_control": False}, cart={"out_of_stock": choice})
    scene = theatre.scene(setting).connect()
    scene.gecko.adjust_stock("KETL", -STOCK)
    scene.pass_time(minutes=20)

    assert scene.shown("KETL") == {shown}
    assert scene.kinds() == (["zero_needs_choice"] if choice == "ask" else [])
    if choice != "allow":
        scene.gecko.adjust_stock("KETL", 8)
        scene.pass_time(minutes=20)
        assert scene.shown("KETL") == {8}
        assert scene.kinds() == []


@pytest.mark.parametrize(
    ("goods", "cart", "expected"),
    [
        ({"untracked": ("KETL",)}, {}, None),
        ({"max_online": {"KETL": 7}}, {}, 7),
        ({}, {"maximum_shown": 12}, 12),
        ({}, {"buffer": 10}, STOCK - 10),
        ({}, {"share_percent": 50}, STOCK // 2),
        ({}, {"minimum_level": STOCK + 1}, 0),
    ],
)
def test_the_merchants_limits_are_kept(
    theatre: Theatre, goods: dict[str, object], cart: dict[str, object], expected: int | None
) -> None:
    scene = theatre.scene(Setting(goods=goods, cart=cart))
    before = scene.shown("KETL")
    scene.connect()
    scene.pass_time(minutes=10)

    assert scene.shown("KETL") == (before if expected is None else {expected})


def test_negative_stock_shows_as_none_left(scene: Scene) -> None:
    scene.gecko.adjust_stock("KETL", -STOCK - 5)
    scene.pass_time(minutes=10)

    assert scene.gecko.available("KETL") == -5
    assert scene.shown("KETL") == {0}


def test_a_listing_takes_no_more_revisions_a_day_than_the_cart_allows(scene: Scene) -> None:
    [listing] = scene.listings_of("BOOK")
    row = ListingRow.objects.get(listing_id=listing)
    today = scene.clock.now().date()
    ListingRow.objects.filter(pk=row.pk).update(revisions=249, revisions_on=today)
    scene.gecko.adjust_stock("BOOK", 5)
    scene.pass_time(minutes=10)
    assert scene.shown("BOOK") == {STOCK}

    scene.gecko.adjust_stock("BOOK", -7)
    scene.pass_time(minutes=10)
    assert scene.shown("BOOK") == {STOCK - 2}
    scene.gecko.adjust_stock("BOOK", -1)
    scene.pass_time(minutes=10)
    assert scene.shown("BOOK") == {STOCK - 2}

    scene.poll_rarely()
    scene.clock.jump(scene.clock.now() + timedelta(days=1))
    scene.pass_time(hours=2)
    assert scene.shown("BOOK") == {STOCK - 3}


@pytest.mark.parametrize("what", [Fault.LOST_REPLY, Fault.LOST_REQUEST, Fault.ERROR_AFTER, Fault.HTML, Fault.TRUNCATED])
@pytest.mark.parametrize("path", ["/bulk_update_price_quantity", "/ws/api.dll"])
def test_a_push_whose_call_goes_wrong_ends_at_the_right_quantity(scene: Scene, what: Fault, path: str) -> None:
    scene.ebay_faults.next("POST", path, what)
    for sku in SKUS:
        scene.gecko.adjust_stock(sku, -3)
    scene.pass_time(minutes=30)

    assert scene.ebay_faults.met == [what]
    assert {sku: scene.shown(sku) for sku in SKUS} == {sku: {STOCK - 3} for sku in SKUS}


def test_a_quantity_edited_by_hand_at_the_cart_is_corrected_within_a_day(scene: Scene) -> None:
    [listing] = scene.listings_of("BOOK")
    scene.ebay.set_quantity(listing, "BOOK", 99)
    scene.poll_rarely()
    scene.pass_time(hours=26)

    assert scene.shown("BOOK") == {STOCK}


def test_nothing_changed_means_no_call(scene: Scene) -> None:
    scene.pass_time(minutes=30)
    calls = scene.ebay.calls["bulkUpdatePriceQuantity"] + scene.ebay.calls["ReviseInventoryStatus"]
    changes = _api_changes(scene)
    scene.pass_time(hours=3)

    assert calls == scene.ebay.calls["bulkUpdatePriceQuantity"] + scene.ebay.calls["ReviseInventoryStatus"]
    assert _api_changes(scene) == changes
