"""What comes back to the seller is shown, and nothing follows from it."""

from typing import Any

import pytest

from tests.flow.stage import STOCK, Scene
from tranter.ledger import order_list
from tranter.ledger.order_filter import OrderQuery, Tab
from tranter.model import Money


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
