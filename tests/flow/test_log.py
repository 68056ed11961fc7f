"""What the log says of an order: its number, and nothing about anybody."""

from structlog.testing import capture_logs

from tests.flow.stage import Scene
from tranter.testing.simulator import Fault


def test_a_push_whose_answer_was_lost_is_logged_with_the_orders_number(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.gecko_faults.next("POST", "/orders", Fault.LOST_REPLY)
    with capture_logs() as said:
        scene.deliver_now()

    [line] = [one for one in said if one["event"] == "push unknown"]
    assert (line["order"], line["verb"], line["connection"]) == (
        scene.row(order).number,
        "push_fulfillment",
        "warehouse",
    )
    assert order.buyer.name not in repr(said)
