from datetime import timedelta

import pytest

from tests.simulators.tradegecko.client import Caller, line
from tranter.connectors.tradegecko.simulator import Staff
from tranter.connectors.tradegecko.simulator.proofs import ShipmentSeen


def run(caller: Caller, limit: int = 10_000) -> None:
    """The clock jumps from deed to deed until nothing is left to do."""
    for _ in range(limit):
        due_at = caller.vendor.next_event_at()
        if due_at is None:
            return
        caller.clock.at = max(caller.clock.at, due_at)
        caller.vendor.advance()
    raise AssertionError("the world does not come to rest")


def many(caller: Caller, count: int) -> None:
    for number in range(count):
        lines = [line(caller, f"TG-{number % 9 + 1:04d}", quantity=number % 3 + 1)]
        caller.order(order_number=f"E-{number}", reference_number=f"R-{number}", order_line_items=lines)


def by_reference(caller: Caller) -> dict[str, list[ShipmentSeen]]:
    found: dict[str, list[ShipmentSeen]] = {}
    for seen in caller.vendor.shipments():
        found.setdefault(str(seen.reference_number), []).append(seen)
    return found


def test_nothing_moves_by_itself_unless_staff_is_at_work() -> None:
    caller = Caller()
    caller.order()
    assert caller.vendor.next_event_at() is None
    caller.clock.sleep(10 * 86400)
    assert caller.vendor.shipments() == []


def test_the_staff_sends_every_active_order_completely() -> None:
    caller = Caller(at_work=True)
    many(caller, 60)
    run(caller)
    assert {order.status for order in caller.vendor.orders()} == {"fulfilled"}
    for order in caller.vendor.orders():
        sent = sum(quantity for seen in by_reference(caller)[str(order.reference_number)] for _, quantity in seen.lines)
        assert sent == sum(seen.quantity for seen in order.lines)


def test_some_orders_leave_in_two_parcels_and_some_labels_lack_a_carrier() -> None:
    caller = Caller(at_work=True, rate_limit=1000)
    many(caller, 150)
    run(caller)
    shipments = caller.vendor.shipments()
    assert {len(parcels) for parcels in by_reference(caller).values()} == {1, 2}
    assert any(seen.carrier is None for seen in shipments)
    assert any(seen.shipped_at is None for seen in shipments)
    assert any(" " in str(seen.tracking) for seen in shipments)
    assert len({seen.tracking for seen in shipments}) == len(shipments)


def test_drafts_wait_for_a_person() -> None:
    caller = Caller(at_work=True)
    order = caller.order(status="draft")
    run(caller)
    assert caller.vendor.shipments() == []
    caller.send("PUT", f"/orders/{order['id']}", {"order": {"status": "active"}})
    run(caller)
    assert len(caller.vendor.shipments()) == 1


def test_the_staff_may_approve_drafts() -> None:
    caller = Caller(staff=Staff(at_work=True, approves_drafts=True))
    caller.order(status="draft")
    run(caller)
    assert caller.vendor.orders()[0].status == "fulfilled"


@pytest.mark.parametrize("status", ["void", "deleted"])
def test_orders_that_are_called_off_in_time_are_not_sent(status: str) -> None:
    caller = Caller(at_work=True)
    order = caller.order()
    caller.vendor.set_order_status(order["id"], status)
    run(caller)
    assert caller.vendor.shipments() == []


def test_an_order_meets_the_same_fate_whatever_else_happens() -> None:
    alone, busy = Caller(at_work=True), Caller(at_work=True)
    many(busy, 30)
    for caller in (alone, busy):
        caller.order(reference_number="R-X", order_line_items=[line(caller, quantity=4)])
        run(caller)
    fates = [
        [(seen.carrier, seen.tracking, seen.lines, seen.shipped_at) for seen in by_reference(caller)["R-X"]]
        for caller in (alone, busy)
    ]
    assert fates[0] == fates[1]


def test_a_seed_repeats_the_whole_world() -> None:
    histories = []
    for seed in (3, 3, 4):
        caller = Caller(at_work=True, seed=seed)
        many(caller, 20)
        run(caller)
        histories.append(caller.vendor.history)
    assert histories[0] == histories[1] != histories[2]


def test_deeds_carry_the_time_at_which_they_were_due() -> None:
    caller = Caller(at_work=True)
    caller.order()
    due_at = caller.vendor.next_event_at()
    assert due_at is not None
    caller.clock.sleep(30 * 86400)
    parcel = caller.rows("/fulfillments")[0]
    assert parcel["created_at"] == f"{due_at:%Y-%m-%dT%H:%M:%S}.000Z"


def test_shelves_are_recounted_now_and_then() -> None:
    caller = Caller(staff=Staff(at_work=True, recount_every_seconds=3600))
    before = [caller.vendor.available(sku) for sku in caller.vendor.skus()]
    caller.clock.sleep(timedelta(days=1).total_seconds())
    after = [caller.vendor.available(sku) for sku in caller.vendor.skus()]
    assert before != after
    assert caller.vendor.next_event_at() is not None


def test_a_person_sends_part_of_an_order() -> None:
    caller = Caller()
    order = caller.order(order_line_items=[line(caller, "TG-0001", 3), line(caller, "TG-0002", 2)])
    caller.vendor.ship(order["id"], partial={"TG-0001": 1}, carrier=None, tracking="T-1")
    caller.vendor.ship(order["id"], partial=True, tracking="T-2")
    assert caller.vendor.orders()[0].fulfillment_status == "partial"
    caller.vendor.ship(order["id"], tracking="T-3")
    seen = caller.vendor.shipments()
    assert [one.lines for one in seen] == [
        (("TG-0001", 1),),
        (("TG-0001", 2),),
        (("TG-0002", 2),),
    ]
    assert [one.carrier for one in seen] == [None, "UPS", "UPS"]
    assert caller.vendor.orders()[0].status == "fulfilled"
    with pytest.raises(ValueError, match="nothing left"):
        caller.vendor.ship(order["id"])


def test_a_label_is_corrected_and_a_parcel_voided() -> None:
    caller = Caller()
    before = caller.vendor.available("TG-0001")
    order = caller.order()
    parcel_id = caller.vendor.ship(order["id"])
    caller.clock.sleep(60)
    caller.vendor.relabel(parcel_id, "DHL", "NEW-1")
    row = caller.show(f"/fulfillments/{parcel_id}")
    assert (row["tracking_company"], row["tracking_number"]) == ("DHL", "NEW-1")
    assert row["updated_at"] > row["created_at"]
    caller.vendor.void_shipment(parcel_id)
    assert caller.vendor.shipments()[0].status == "void"
    assert caller.vendor.orders()[0].status == "finalized"
    assert caller.vendor.available("TG-0001") == before - 1


def test_stock_is_counted_and_received_by_people() -> None:
    caller = Caller()
    before = caller.vendor.available("TG-0001")
    caller.vendor.adjust_stock("TG-0001", -200)
    caller.vendor.receive_stock("TG-0001", 50)
    assert caller.vendor.available("TG-0001") == before - 150


def test_a_missing_item_is_added_by_a_person() -> None:
    caller = Caller()
    variant_id = caller.vendor.add_sku("NEW-1")
    assert caller.rows("/variants", sku="NEW-1")[0]["id"] == variant_id
