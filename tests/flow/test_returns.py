"""What comes back to the seller is shown, and nothing follows from it."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.flow.stage import STOCK, Scene
from tranter.ledger import order_list, order_page, returns
from tranter.ledger.order_filter import OrderQuery, Tab
from tranter.model import Money, Return, ReturnLine, ReturnState


def _confirmed(scene: Scene) -> Any:
    order = scene.ebay.buy_one("LAMP", 2)
    scene.pass_time(minutes=10)
    scene.gecko.ship(scene.at_warehouse(order)[0].id)
    scene.pass_time(minutes=20)
    assert scene.status(order) == "confirmed"
    return order


@pytest.mark.parametrize("how", ["whole", "line", "part"])
def test_a_refund_after_it_left_is_a_tag_and_neither_restocks_nor_sends(scene: Scene, how: str) -> None:
    order = _confirmed(scene)
    deeds = {
        "whole": lambda: scene.ebay.refund_all(order.order_id),
        "line": lambda: scene.ebay.refund_line(order.order_id, order.lines[0].line_item_id),
        "part": lambda: scene.ebay.refund_part(order.order_id),
    }
    deeds[how]()
    scene.pass_time(minutes=30)

    [shown] = order_list.page([scene.book], OrderQuery(tab=Tab.ALL), "").orders
    assert shown.refunded is not None
    assert (shown.refunded >= shown.total) == (how != "part")
    assert shown.refunded > Money.zero("USD")
    assert (scene.status(order), scene.kinds(), scene.posts()) == ("confirmed", [], 1)
    assert scene.gecko.available("LAMP") == STOCK - 2
    assert scene.shown("LAMP") == {STOCK - 2}


def _marks(scene: Scene, order: Any) -> list[str]:
    return list(returns.marks([scene.book], [scene.row(order).pk]).values())


def test_what_comes_back_to_the_warehouse_is_shown_and_never_restocked_by_the_hub(scene: Scene) -> None:
    order = _confirmed(scene)
    [there] = scene.at_warehouse(order)
    first = scene.gecko.send_back(there.id, {"LAMP": 1})
    scene.pass_time(minutes=90)
    [back] = order_page.sheet(scene.book, scene.row(order).pk).returns
    assert (back.state, back.lines, back.warehouse) == ("returning", (("LAMP", 1),), "warehouse")
    assert _marks(scene, order) == ["returning"]

    scene.gecko.receive_return(first)
    scene.pass_time(minutes=90)
    [back] = order_page.sheet(scene.book, scene.row(order).pk).returns
    assert back.state == "received"
    assert _marks(scene, order) == ["partly"]

    scene.gecko.receive_return(scene.gecko.send_back(there.id))
    scene.pass_time(minutes=90)
    assert _marks(scene, order) == ["returned"]
    assert (scene.status(order), scene.kinds(), scene.posts()) == ("confirmed", [], 1)
    assert scene.posts("/fulfillment_returns") == 0
    assert scene.shown("LAMP") == {scene.gecko.available("LAMP")} == {STOCK}  # the warehouse counted them, once
    words = [event.word for event in order_page.record(scene.book, scene.row(order).pk).events]
    assert words.count("return_received") == 2
    assert words.count("return_returning") == 1


def test_a_return_of_an_order_that_is_none_of_ours_stops_nobody(scene: Scene) -> None:
    order = _confirmed(scene)
    [there] = scene.at_warehouse(order)
    found = Return(
        remote_id="77",
        remote_order_id="999999",
        state=ReturnState.RECEIVED,
        modified_at=scene.clock.now(),
        lines=(ReturnLine(quantity=1),),
    )
    warehouse = scene.warehouse.id
    assert returns.record(scene.book, warehouse, [found], scene.clock.now()) == 0
    mine = replace(found, remote_order_id=str(there.id))
    assert returns.record(scene.book, warehouse, [mine, mine], scene.clock.now()) == 1
    older = replace(mine, state=ReturnState.RETURNING, modified_at=mine.modified_at - timedelta(hours=1))
    assert returns.record(scene.book, warehouse, [older], scene.clock.now()) == 0
    assert _marks(scene, order) == ["partly"]
