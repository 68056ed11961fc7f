"""Records that can't go as they are: they wait in sight, the others flow, and a repair releases them once."""

from datetime import timedelta
from typing import Any

import pytest

from tests.flow.stage import GECKO_URL, SKUS, Scene, Setting, Theatre
from tests.flow.trouble import body_of
from tranter.connectors.ebay.simulator import UNKNOWN_SKU, Purchase, Want
from tranter.ledger import intents, mappings, schedule
from tranter.testing.faultmark import fault


def _listing_without_sku(scene: Scene) -> str:
    return scene.listings_of("")[0]


@fault("API-17")
def test_an_unknown_sku_waits_and_flows_on_by_itself_when_the_warehouse_has_it(scene: Scene) -> None:
    order = scene.ebay.buy_one(UNKNOWN_SKU)
    plain = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)
    [trouble] = scene.troubles()
    assert (trouble.kind, trouble.value, trouble.subject) == ("unknown_sku", UNKNOWN_SKU, order.order_id)
    assert len(scene.at_warehouse(plain)) == 1
    assert scene.at_warehouse(order) == []

    scene.gecko.add_sku(UNKNOWN_SKU)
    scene.pass_time(hours=2)
    assert len(scene.at_warehouse(order)) == 1
    assert scene.posts() == 2
    assert scene.kinds() == []


@fault("API-17")
def test_an_alias_releases_every_order_that_waits_for_it_at_once(scene: Scene) -> None:
    orders = [scene.ebay.buy_one(UNKNOWN_SKU) for _ in range(3)]
    scene.pass_time(minutes=15)
    assert scene.kinds() == ["unknown_sku"] * 3

    mappings.set_aliases(scene.book, [("", UNKNOWN_SKU, "LAMP")], scene.clock.now())
    scene.settle()
    assert [[line.sku for line in scene.at_warehouse(order)[0].lines if line.sku] for order in orders] == [["LAMP"]] * 3
    assert scene.kinds() == []


@fault("API-17")
def test_an_alias_to_another_unknown_sku_can_be_corrected(scene: Scene) -> None:
    order = scene.ebay.buy_one(UNKNOWN_SKU)
    mappings.set_aliases(scene.book, [("shop", UNKNOWN_SKU, "LAMPP")], scene.clock.now())
    scene.pass_time(minutes=15)
    [trouble] = scene.troubles()
    assert trouble.value == "LAMPP"

    mappings.set_aliases(scene.book, [("shop", UNKNOWN_SKU, "LAMP")], scene.clock.now())
    scene.settle()
    assert len(scene.at_warehouse(order)) == 1
    assert scene.kinds() == []


def test_a_sku_that_is_twice_at_the_warehouse_waits_until_it_is_there_once(theatre: Theatre) -> None:
    scene = theatre.scene(Setting(goods={"duplicated": ("LAMP",)})).connect()
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)
    assert scene.kinds() == ["duplicate_sku"]
    assert scene.posts() == 0

    twins = [row for row in scene.gecko.rows("variants") if row["sku"] == "LAMP"]
    scene.gecko.change("variants", twins[1]["id"], {"sku": "LAMP-OLD"})
    scene.pass_time(hours=2)
    assert len(scene.at_warehouse(order)) == 1
    assert scene.kinds() == []


@pytest.mark.parametrize(
    ("settings", "sent"),
    [
        ({"blank_sku": "hold"}, ""),
        ({"blank_sku": "fixed", "fixed_sku": "LAMP"}, "LAMP"),
        ({"blank_sku": "item_id"}, "the item id"),
    ],
)
def test_a_listing_without_a_sku_goes_as_the_merchant_chose(
    theatre: Theatre, settings: dict[str, Any], sent: str
) -> None:
    scene = theatre.scene(Setting(cart=settings)).connect()
    listing = _listing_without_sku(scene)
    if sent == "the item id":
        scene.gecko.add_sku(listing)
        scene.run("products")
        sent = listing
    order = scene.ebay.buy_one("", listing_id=listing)
    scene.pass_time(minutes=15)

    if not sent:
        assert scene.kinds() == ["line_trouble"]
        assert scene.at_warehouse(order) == []
        return
    [there] = scene.at_warehouse(order)
    assert [line.sku for line in there.lines if line.sku] == [sent]
    assert scene.kinds() == []


def test_an_order_of_five_hundred_lines_arrives_whole_and_once(scene: Scene) -> None:
    order = scene.ebay.buy(Purchase(tuple(Want(SKUS[index % len(SKUS)]) for index in range(500))))
    scene.pass_time(minutes=30)

    [there] = scene.at_warehouse(order)
    assert sum(line.quantity for line in there.lines if line.sku) == 500
    scene.gecko.ship(there.id)
    scene.pass_time(minutes=30)
    assert scene.status(order) == "confirmed"
    assert scene.kinds() == []


@fault("API-17")
def test_a_refusal_by_the_warehouse_is_not_repeated_without_end(scene: Scene) -> None:
    """The variant was deleted after the catalogue had been read."""
    rows = scene.gecko._state.store.table("variants").rows
    [variant] = [row for row in rows.values() if row["sku"] == "LAMP"]
    del rows[variant["id"]]
    order = scene.ebay.buy_one("LAMP")
    other = scene.ebay.buy_one("KETL")
    scene.pass_time(minutes=30)
    posts = scene.posts()
    assert scene.kinds() == ["unknown_sku"]
    assert len(scene.at_warehouse(other)) == 1
    scene.pass_time(minutes=25)
    assert scene.posts() == posts

    rows[variant["id"]] = variant
    scene.pass_time(hours=2)
    assert len(scene.at_warehouse(order)) == 1
    assert scene.kinds() == []


@fault("API-15")
def test_an_old_void_order_that_answers_a_create_is_never_taken_for_ours(theatre: Theatre) -> None:
    scene = theatre.scene(Setting(gecko={"returns_earlier_order": True})).connect()
    first = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=10)
    [there] = scene.at_warehouse(first)
    scene.gecko.set_order_status(there.id, "void")
    second = scene.ebay.buy_one("KETL")
    values = {"order_number": second.order_id, "reference_number": second.order_id}
    scene.gecko.change("orders", there.id, values)
    scene.pass_time(minutes=20)

    assert scene.status(second) == "error"
    assert [trouble.subject for trouble in scene.troubles() if trouble.kind == "foreign_order"] == [second.order_id]


def _as_another_hub_did(theatre: Theatre, quantity: int) -> tuple[Scene, Any, Any]:
    """An eBay order that CartRover delivered before this hub was connected: `quantity` of the 2 units bought."""
    scene = theatre.scene()
    order = scene.ebay.buy_one("LAMP", 2)
    scene.clock.advance(600)
    scene.plug_in("warehouse", "tradegecko", {"base_url": GECKO_URL})
    [line] = order.lines
    [variant] = [row for row in scene.gecko.rows("variants") if row["sku"] == "LAMP"]
    lines = [{"variant_id": variant["id"], "quantity": quantity, "price": str(line.unit_price)}]
    fields = {
        "order_number": order.order_id,
        "reference_number": order.order_id,
        "status": "active",
        "issued_at": "2026-03-02",
        "company": {"name": "Somebody", "company_type": "consumer"},
        "shipping_address": {"address1": "1 Street", "city": "Town", "country": "US", "label": "Home"},
        "order_line_items": lines,
    }
    connector: Any = scene.hub.plug(scene.warehouse).connector
    connector._client.post("/orders", "order", fields, "")
    assert len(scene.at_warehouse(order)) == 1
    scene.plug_in("shop", "ebay", scene.cart_settings())
    scene.settle()
    return scene, order, scene.at_warehouse(order)[0]


@fault("API-15")
def test_a_backlog_order_that_another_hub_delivered_is_adopted(theatre: Theatre) -> None:
    scene, order, there = _as_another_hub_did(theatre, 2)
    scene.pass_time(minutes=30)
    assert scene.posts() == 1
    assert scene.status(order) == "at_wms"
    assert scene.kinds() == []

    scene.gecko.ship(there.id)
    scene.pass_time(minutes=30)
    assert scene.status(order) == "confirmed"


@fault("API-15")
def test_a_backlog_order_with_other_lines_at_the_warehouse_is_a_doubt_for_a_person(theatre: Theatre) -> None:
    scene, order, there = _as_another_hub_did(theatre, 1)
    scene.pass_time(minutes=30)
    assert scene.posts() == 1
    assert scene.kinds() == ["doubtful_at_warehouse"]
    assert scene.status(order) == "error"

    scene.gecko.set_order_status(there.id, "deleted")
    intents.retry(scene.book, scene.row(order).pk, scene.clock.now())
    schedule.ring(scene.warehouse.id, ["deliveries"], scene.clock.now())
    scene.pass_time(minutes=30)
    assert scene.kinds() == ["doubtful_at_warehouse"]
    assert scene.posts() == 1


def test_an_order_before_the_earliest_date_is_skipped(theatre: Theatre) -> None:
    scene = theatre.scene(Setting(cart={"earliest_order_date": "2026-03-02"}))
    old = scene.ebay.buy_one("LAMP")
    scene.clock.jump(scene.clock.now() + timedelta(days=1))
    scene.connect()
    scene.pass_time(minutes=10)

    assert len(scene.at_warehouse(old)) == 1


@pytest.mark.parametrize("spoil", [b'"lineItems":[', b'"orderId":"'])
def test_a_page_that_cannot_be_read_moves_no_cursor(scene: Scene, spoil: bytes) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.bent.bends.append(body_of("/sell/fulfillment", spoil, b'"\x00'))
    scene.pass_time(minutes=30)
    scene.bent.bends.clear()
    scene.pass_time(hours=2)

    assert len(scene.at_warehouse(order)) == 1
    assert scene.kinds() == []


def test_drafts_stay_reserved_until_the_warehouse_takes_them_on(theatre: Theatre) -> None:
    scene = theatre.scene(Setting(warehouse={"order_status": "draft"})).connect()
    order = scene.ebay.buy_one("LAMP", 3)
    scene.pass_time(minutes=30)
    [draft] = scene.at_warehouse(order)
    assert draft.status == "draft"
    assert scene.gecko.available("LAMP") == 50
    assert scene.shown("LAMP") == {47}

    scene.gecko.set_order_status(draft.id, "active")
    scene.pass_time(minutes=30)
    assert scene.gecko.available("LAMP") == 47
    assert scene.shown("LAMP") == {47}
