"""A stretch of time read again, without support."""

from datetime import timedelta

import pytest

from tests.flow.stage import Scene
from tranter.connectors.ebay.simulator import Purchase, Want
from tranter.engine.operator import NotPossible
from tranter.engine.repull import Stretch, repull
from tranter.ledger.models import FulfillmentRow, OrderRow, RawRecord


def again(scene: Scene, hours: int = 24, **more: int) -> object:
    now = scene.clock.now()
    asked = Stretch(since=now - timedelta(hours=hours), until=now, **more)
    return repull(scene.hub, scene.book, scene.cart, asked, "operator")


def test_reading_again_doubles_nothing(scene: Scene) -> None:
    orders = [scene.ebay.buy_one("LAMP") for _ in range(3)]
    scene.pass_time(minutes=15)
    before = [scene.gecko.orders(), OrderRow.objects.count(), RawRecord.objects.count(), FulfillmentRow.objects.count()]
    for _ in range(2):
        found = again(scene)
        assert (found.found, found.known, found.changed, dict(found.new)) == (3, 3, 0, {})
    scene.pass_time(minutes=15)
    after = [scene.gecko.orders(), OrderRow.objects.count(), RawRecord.objects.count(), FulfillmentRow.objects.count()]
    assert after == before
    assert all(len(scene.at_warehouse(order)) == 1 for order in orders)


def test_what_was_missed_is_found_and_sent_once(scene: Scene) -> None:
    scene.ebay.buy_one("KETL")
    scene.pass_time(minutes=15)
    missed = scene.ebay.buy(Purchase((Want("LAMP", 2),)))
    scene.clock.advance(300)
    found = again(scene)
    assert (found.found, found.known, dict(found.new)) == (2, 1, {"new": 1})
    assert found.missed == (missed.order_id,)
    scene.pass_time(minutes=15)
    assert len(scene.at_warehouse(missed)) == 1
    assert scene.kinds() == []


def test_only_what_was_bought_then_is_taken_and_no_more_than_asked(scene: Scene) -> None:
    scene.pass_time(hours=5)
    for _ in range(3):
        scene.ebay.buy_one("LAMP")
    scene.clock.advance(300)
    now = scene.clock.now()
    early = Stretch(since=now - timedelta(hours=5), until=now - timedelta(hours=1))
    assert repull(scene.hub, scene.book, scene.cart, early, "operator").found == 0
    found = again(scene, most=2)
    assert (found.found, found.whole) == (2, False)


def test_what_can_not_be_read_again_is_said(scene: Scene) -> None:
    now = scene.clock.now()
    with pytest.raises(NotPossible, match="brings no orders"):
        repull(scene.hub, scene.book, scene.warehouse, Stretch(since=now - timedelta(1), until=now), "operator")
    with pytest.raises(NotPossible, match="ends before it begins"):
        repull(scene.hub, scene.book, scene.cart, Stretch(since=now, until=now - timedelta(1)), "operator")
