"""What CartRover tells of parcels and stock, in its recorded words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from tests.connectors.cartrover.rig import Rig
from tranter.connectors.cartrover import mapping
from tranter.model import Unreadable
from tranter.testing.builders import NOON, fulfillment, fulfillment_line

PARCEL: dict[str, Any] = {
    "carrier": "USPS",
    "method": "09",
    "tracking_no": "9405510899046006477740",
    "date": "2016-08-27T02:24:58+00:00",
    "items": [{"item": "CIOPEN", "quantity": "1", "carton_code": None}],
}


def payload(parcel: dict[str, Any], **order: object) -> bytes:
    items = [{"item": "CIOPEN", "quantity": 2}]
    whole = {"cust_ref": "349347", "order_status": "shipped", "items": items, "shipments": [parcel], **order}
    return msgspec.json.encode({"order": whole, "shipment": parcel})


def test_a_parcel_is_read_with_its_items() -> None:
    read = mapping.shipment(payload(PARCEL))
    assert (read.remote_id, read.remote_order_id) == ("349347/9405510899046006477740", "349347")
    assert (read.carrier, read.service, [(one.sku, one.quantity) for one in read.lines]) == (
        "USPS",
        "09",
        [("CIOPEN", 1)],
    )
    assert read.shipped_at == datetime(2016, 8, 27, 2, 24, 58, tzinfo=UTC)


def test_a_lone_parcel_without_items_is_the_whole_order() -> None:
    read = mapping.shipment(payload({**PARCEL, "items": []}))
    assert [(one.sku, one.quantity) for one in read.lines] == [("CIOPEN", 2)]


@pytest.mark.parametrize(
    "strange",
    [
        payload({**PARCEL, "items": []}, order_status="partial"),
        payload({**PARCEL, "items": []}, shipments=[PARCEL, PARCEL]),
        payload({**PARCEL, "items": [{"item": "CIOPEN", "quantity": "1.5"}]}),
        payload({**PARCEL, "date": "yesterday"}),
        payload(PARCEL, order_status="teleported"),
        b"{}",
    ],
)
def test_what_is_not_understood_waits_for_a_person(strange: bytes) -> None:
    with pytest.raises(Unreadable):
        mapping.shipment(strange)


@pytest.mark.parametrize(
    ("row", "levels"),
    [
        ({"sku": "A", "qty_available": 10, "warehouses": {"2352": {"qty_available": 7}}}, [("2352", 7)]),
        ({"sku": "A", "qty_available": "15", "warehouses": []}, [("", 15)]),
        ({"sku": "A", "qty_available": None}, [("", None)]),
    ],
)
def test_stock_is_counted_per_warehouse(row: dict[str, object], levels: list[tuple[str, int | None]]) -> None:
    read = mapping.stock_levels(msgspec.json.encode(row), NOON)
    assert [(level.location, level.available) for level in read] == levels


def walked(rig: Rig, cursor: str) -> tuple[list[str], str]:
    keys: list[str] = []
    while True:
        page = rig.connector.pull_shipments(cursor, NOON - timedelta(days=1))
        keys += [raw.key for raw in page.records]
        cursor = page.cursor
        if not page.more:
            return keys, cursor


def test_lists_are_walked_to_their_end_and_asked_again_from_a_little_before() -> None:
    rig = Rig()
    numbers = [f"order-{count:03}" for count in range(130)]
    for number in numbers:
        rig.connector.push_fulfillment(fulfillment(number, [fulfillment_line("LAMP", "LAMP")]))
        rig.vendor.ship(number, f"1Z{number}")
    first, cursor = walked(rig, "")
    rig.clock.advance(3600)
    second, cursor = walked(rig, cursor)
    rig.clock.advance(3 * 3600)
    rig.connector.push_fulfillment(fulfillment("late", [fulfillment_line("LAMP", "LAMP")]))
    rig.vendor.ship("late", "1ZLATE")
    _, cursor = walked(rig, cursor)
    third, _ = walked(rig, cursor)
    assert first == second == [f"{number}/1Z{number}" for number in numbers]
    assert third == ["late/1ZLATE"]
