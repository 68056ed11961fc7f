"""Filters at work: orders are skipped, items stay out, listings keep their own stock."""

import pytest

from tests.flow.stage import STOCK, Scene
from tranter.connectors.ebay.simulator import Purchase, Want
from tranter.engine import filter_skips, mapping, operator, rule_book
from tranter.engine.filter_trial import try_filters
from tranter.ledger import lists
from tranter.ledger.mappings import FILTER
from tranter.routing.rule import About, Condition, Rule, Tag, Test


def let(scene: Scene, field: str, text: str | None) -> None:
    mapping.save(scene.hub, scene.book, {FILTER: {("shop", field): text}}, "operator")


def test_a_skipped_order_carries_its_reason_and_is_sent_anyway(scene: Scene) -> None:
    let(scene, "currency", "required full: EUR")
    order = scene.ebay.buy_one("LAMP", 1)
    scene.pass_time(minutes=15)

    [found] = lists.find_orders(scene.book, order.order_id)
    assert (found.status, found.reason) == ("skipped", "the filter of currency: 'USD' is not among those that pass")
    assert scene.kinds() == []

    operator.send_anyway(scene.hub, scene.book, found)
    scene.pass_time(minutes=15)
    assert scene.status(order) == "at_wms"


def test_an_item_stays_out_and_the_rest_is_confirmed(scene: Scene) -> None:
    let(scene, "item_sku", "restricted full: KETL")
    order = scene.ebay.buy(Purchase((Want("LAMP", 1), Want("KETL", 1))))
    scene.pass_time(minutes=15)

    [there] = scene.at_warehouse(order)
    assert [line.sku for line in there.lines] == ["LAMP"]
    scene.gecko.ship(there.id, tracking="1Z999")
    scene.pass_time(minutes=15)
    [parcel] = scene.ebay.fulfillments(order.order_id)
    assert len(parcel.lines) == 1
    assert scene.status(order) == "confirmed"


def test_a_released_order_is_recorded_with_the_rules_that_looked_at_all_of_it(scene: Scene) -> None:
    kettles = Rule(name="kettles", conditions=(Condition(About.SKU, Test.IS, ("KETL",)),), actions=(Tag("kettle"),))
    rule_book.add(scene.hub, scene.book, kettles, "operator")
    let(scene, "item_sku", "restricted full order: KETL")
    order = scene.ebay.buy(Purchase((Want("LAMP", 1), Want("KETL", 1))))
    scene.clock.advance(200)
    scene.run("orders")
    scene.run("decide")

    [found] = lists.find_orders(scene.book, order.order_id)
    operator.send_anyway(scene.hub, scene.book, found)
    let(scene, "item_sku", "restricted full item: KETL")
    scene.pass_time(minutes=15)
    [there] = scene.at_warehouse(order)
    assert sorted(line.sku for line in there.lines) == ["KETL", "LAMP"]
    assert scene.row(order).ruled == [["kettles", "is tagged kettle"]]


def test_listings_keep_their_stock_where_the_filter_says_so(scene: Scene) -> None:
    let(scene, "item_sku", "restricted full item stock: KETL")
    scene.ebay.buy_one("ROPE-S", 1)
    scene.gecko.adjust_stock("KETL", -7)
    scene.pass_time(minutes=65)
    assert scene.shown("KETL") == {STOCK}


def test_what_it_would_leave_out_is_seen_before_it_is_saved(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP", 1)
    scene.pass_time(minutes=15)

    trial = try_filters(scene.hub, scene.book, {("shop", "currency"): "required full: EUR"})

    assert (trial.looked_at, trial.changed) == (1, 1)
    assert trial.examples[0].number == order.order_id
    assert "not taken: the filter of currency" in trial.examples[0].after
    assert try_filters(scene.hub, scene.book, {("shop", "currency"): "required full: USD"}).changed == 0


def test_an_order_that_waits_is_looked_at_again(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP", 1)
    scene.clock.advance(200)
    scene.run("orders")
    let(scene, "currency", "restricted full: USD")
    scene.settle()
    assert scene.status(order) == "skipped"


def test_what_can_not_be_read_is_refused(scene: Scene) -> None:
    with pytest.raises(mapping.BadTable, match="can't be read"):
        let(scene, "currency", "EUR")
    with pytest.raises(mapping.BadTable, match="can't be filtered by"):
        let(scene, "colour", "required full: red")


def test_what_a_removed_filter_left_out_is_decided_again_only_when_somebody_wants_it(scene: Scene) -> None:
    let(scene, "currency", "required full: EUR")
    let(scene, "item_sku", "restricted full order: KETL")
    lamp, kettle = scene.ebay.buy_one("LAMP", 1), scene.ebay.buy_one("KETL", 1)
    scene.pass_time(minutes=15)
    place = ("shop", "currency")
    assert len(filter_skips.skipped_by(scene.hub, scene.book, place)) == 2
    assert filter_skips.skipped_by(scene.hub, scene.book, ("another", "currency")) == []

    let(scene, "currency", None)
    scene.pass_time(minutes=15)
    assert {scene.status(lamp), scene.status(kettle)} == {"skipped"}

    assert filter_skips.decide_skipped_again(scene.hub, scene.book, place, "operator") == 2
    scene.pass_time(minutes=15)
    assert scene.status(lamp) == "at_wms"
    assert scene.status(kettle) == "skipped"
    assert scene.row(kettle).reason.startswith("the filter of item_sku")
    assert filter_skips.decide_skipped_again(scene.hub, scene.book, place, "operator") == 0
    assert filter_skips.skipped_by(scene.hub, scene.book, ("", "item_sku")) == [scene.row(kettle).pk]

    let(scene, "item_sku", None)
    scene.clock.advance(31 * 24 * 3600)
    assert filter_skips.skipped_by(scene.hub, scene.book, ("", "item_sku")) == []
