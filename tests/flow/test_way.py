"""The plain way of one order, and what rings it along."""

from tests.flow.stage import STOCK, Scene


def test_an_order_goes_all_the_way(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP", 2)

    scene.pass_time(minutes=15)
    [delivered] = scene.at_warehouse(order)
    assert scene.status(order) == "at_wms"
    assert scene.shown("LAMP") == {STOCK - 2}

    scene.gecko.ship(delivered.id, carrier="UPS", tracking="1Z999")
    scene.pass_time(minutes=15)
    [parcel] = scene.ebay.fulfillments(order.order_id)
    assert (parcel.tracking, parcel.carrier) == ("1Z999", "UPS")
    assert scene.status(order) == "confirmed"
    assert scene.kinds() == []
    assert scene.shown("LAMP") == {STOCK - 2}
