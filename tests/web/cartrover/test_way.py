"""An order handed in here goes the way of every order, and its tracking comes back the way clients read it."""

from typing import Any

from tests.web.cartrover.client import Client, client
from tests.web.house import Web
from tranter.engine.connecting import Wish, connect
from tranter.ledger import connections, journal, mappings
from tranter.ledger.models import OrderRow, RawRecord


def there(web: Web, reference: str) -> Any:
    [found] = [one for one in web.scene.gecko.orders() if one.reference_number == reference]
    return found


def delivered(till: Client, reference: str, **fields: Any) -> Any:
    till.hand_in(reference, **fields)
    till.web.scene.pass_time(minutes=1)
    return there(till.web, reference)


def test_an_order_is_told_to_be_taken_when_it_is_written_down(till: Client) -> None:
    till.hand_in("A-1", cust_po_no="A-0000000001")

    assert till.said == {"success_code": True, "cust_ref": "A-1", "order_number": "A-0000000001"}
    row = OrderRow.objects.get(remote_id="A-1")
    assert (row.number, row.connection.name, row.status) == ("A-0000000001", "till", "new")
    assert RawRecord.objects.get(key="A-1").state == "old"
    assert till.web.woken == 1


def test_it_goes_to_the_warehouse_and_its_tracking_stands_ready_until_it_was_fetched(till: Client) -> None:
    order, scene = delivered(till, "A-1"), till.web.scene
    assert [(line.sku, line.quantity) for line in order.lines if line.sku] == [("LAMP", 2)]
    assert till.status("A-1") == "at_wms"

    scene.gecko.ship(order.id)
    scene.pass_time(minutes=10)
    [parcel] = till.get("cart/orders/status/A-1")["shipments"]
    assert till.status("A-1") == "shipped"
    assert parcel["tracking_no"]
    assert [(one["item"], one["quantity"]) for one in parcel["items"]] == [("LAMP", "2")]
    assert scene.troubles() == []

    body = {"order_status": "confirmed", "shipments": [{"tracking_no": parcel["tracking_no"]}]}
    till.post("cart/orders/update/A-1", body)
    assert till.said == {"success_code": True}
    assert till.status("A-1") == "confirmed"
    told = [line for line in journal.lines(scene.book, "A-1") if line.what == "tracking_confirmed"]
    assert len(told) == 1


def test_what_has_left_in_part_is_partial_and_confirmed_parcel_by_parcel(till: Client) -> None:
    order, scene = delivered(till, "A-1", items=[{"item": "LAMP", "quantity": 3}]), till.web.scene
    scene.gecko.ship(order.id, partial={"LAMP": 1})
    scene.pass_time(minutes=10)
    assert till.status("A-1") == "partial"
    [listed] = till.get("cart/orders/list/partial")
    assert (listed["total_qty"], listed["num_to_ship"], listed["num_shipped"]) == ("3", "2", "1")
    assert till.get("cart/orders/list/at_wms") == []

    scene.gecko.ship(order.id)
    scene.pass_time(minutes=10)
    first, second = till.get("cart/orders/status/A-1")["shipments"]
    till.post("cart/orders/update/A-1", {"order_status": "confirmed", "shipments": [first]})
    assert till.status("A-1") == "shipped"
    till.post("cart/orders/update/A-1", {"order_status": "confirmed", "shipments": [second]})
    assert till.status("A-1") == "confirmed"


def test_without_a_parcel_nothing_can_be_confirmed_and_a_strange_number_confirms_nothing(till: Client) -> None:
    order = delivered(till, "A-1")
    till.post("cart/orders/update/A-1", {"order_status": "confirmed"})
    assert till.refusal == ("Failure", "A-1: no parcel has left yet")

    till.web.scene.gecko.ship(order.id)
    till.web.scene.pass_time(minutes=10)
    till.post("cart/orders/update/A-1", {"order_status": "confirmed", "shipments": [{"tracking_no": "NOPE"}]})
    assert till.refusal == ("Invalid", "A-1 has no parcel with the tracking number NOPE")
    till.post("cart/orders/update/A-1", {"order_status": "shipped"})
    assert till.refusal[0] == "Invalid"
    assert till.status("A-1") == "shipped"


def test_a_carrier_is_told_in_the_words_that_carts_know(till: Client) -> None:
    order, scene = delivered(till, "A-1"), till.web.scene
    scene.gecko.ship(order.id)
    scene.pass_time(minutes=10)
    [parcel] = till.get("cart/orders/status/A-1")["shipments"]

    mappings.set_carriers(scene.book, [("warehouse", parcel["carrier"], "FEDEX")], scene.clock.now())

    [parcel] = till.get("cart/orders/status/A-1")["shipments"]
    assert parcel["carrier"] == "FEDEX"


def test_it_is_canceled_while_nothing_of_it_has_left_and_twice_is_as_good_as_once(till: Client) -> None:
    till.hand_in("A-1")
    for _ in range(2):
        assert till.post("cart/orders/cancel/cartrover", {"cust_ref": "A-1"}) == {"success": True, "message": ""}
    till.web.scene.pass_time(minutes=10)

    assert till.status("A-1") == "canceled"
    assert till.web.scene.gecko.orders() == []


def test_what_the_warehouse_has_is_stopped_there_and_no_sooner(till: Client) -> None:
    order = delivered(till, "A-1")
    till.post("cart/orders/cancel/cartrover", [{"cust_ref": "A-1"}])
    assert till.refusal[0] == "Failure"
    assert till.status("A-1") == "at_wms"

    assert till.get("cart/orders/wms_cancel/A-1") == {"success": True, "message": ""}
    assert till.status("A-1") == "canceled"
    assert there(till.web, "A-1").status in ("void", "deleted")
    assert order.id == there(till.web, "A-1").id


def test_what_has_left_is_stopped_by_nobody(till: Client) -> None:
    order = delivered(till, "A-1")
    till.web.scene.gecko.ship(order.id)
    till.web.scene.pass_time(minutes=10)

    till.get("cart/orders/wms_cancel/A-1")

    assert till.refusal[0] == "Failure"
    assert "has left" in till.refusal[1]
    assert till.status("A-1") == "shipped"


def test_what_the_warehouse_stopped_stands_as_canceled(till: Client) -> None:
    order = delivered(till, "A-1")
    till.web.scene.gecko.set_order_status(order.id, "void")
    till.web.scene.pass_time(hours=3)

    assert till.status("A-1") == "canceled"
    [listed] = till.get("cart/orders/list/canceled")
    assert listed["cancel_date"]


def test_a_stranger_to_the_warehouse_waits_as_an_error_with_its_reason(till: Client) -> None:
    till.hand_in("A-1", items=[{"item": "NOSUCH", "quantity": 1}])
    till.web.scene.pass_time(minutes=1)

    [listed] = till.get("cart/orders/list/error")
    assert (listed["order_status"], listed["on_hold"], listed["error_code"]) == ("error", "Y", "unknown_sku")
    assert "NOSUCH" in listed["error_reason"]


def test_one_merchants_reference_is_taken_once_whichever_cart_has_it(web: Web, till: Client) -> None:
    other = client(web, name="kiosk")
    till.hand_in("A-1")

    for again in (till, other):
        again.hand_in("A-1", items=[{"item": "KETL", "quantity": 9}])
        assert again.refusal == ("Failure", "OrderDuplicate")
    assert till.get("cart/orders/A-1")["items"][0]["item"] == "LAMP"
    assert OrderRow.objects.filter(remote_id="A-1").count() == 1


def test_a_cart_may_hold_what_travels_by_a_way_that_nobody_mapped(till: Client) -> None:
    """Mapping it over the API releases it."""
    scene = till.web.scene
    cart = connections.by_name(scene.book, "till")
    wish = Wish(connector="api", name="till", settings={"reject_unmapped_ship_methods": True})
    connect(scene.hub, scene.book, wish)
    assert connections.by_name(scene.book, "till").settings["place"] == cart.settings["place"]
    till.hand_in("A-1", ship_code="Pigeon")
    scene.pass_time(minutes=1)
    assert till.status("A-1") == "error"

    till.post("cart/shipmethod/till", [{"cart_code": "Pigeon", "wms_code": None}])
    scene.pass_time(minutes=1)

    assert till.status("A-1") == "at_wms"
