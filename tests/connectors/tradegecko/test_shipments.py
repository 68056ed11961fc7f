import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.connectors.tradegecko.rig import START, Rig, reply, rig, scripted
from tranter.connectors.tradegecko.connector import TradeGecko
from tranter.model import Shipment, ShipmentState, Unreadable
from tranter.sdk.errors import TransientError, UnexpectedResponseError
from tranter.testing.simulator import Fault, FaultPlan


def pulled(connector: TradeGecko, cursor: str = "", tries: int = 200) -> tuple[list[Shipment], str]:
    """Everything until there is no more, trying again after what passes."""
    found: list[Shipment] = []
    for _ in range(tries):
        try:
            page = connector.pull_shipments(cursor, START)
        except TransientError:
            continue
        found += [connector.read_shipment(record.payload) for record in page.records]
        cursor = page.cursor
        if not page.more:
            return found, cursor
    raise AssertionError("there is no end to it")


def order_id(world: Rig, number: int = 1) -> int:
    order = world.fulfillment(
        world.line("LAMP", 2, 2000, "a"),
        world.line("MUG", 1, 500, "b"),
        key=f"k/{number}/1",
        reference=f"r{number}",
        number=f"n{number}",
    )
    return int(world.connector.push_fulfillment(order).remote_id)


def test_a_parcel_comes_back_with_carrier_tracking_and_lines() -> None:
    world = rig()
    placed = world.fulfillment(world.line("LAMP", 2, 2000, "a"), world.line("MUG", 1, 500, "b"))
    receipt = world.connector.push_fulfillment(placed)
    world.clock.advance(60)
    world.vendor.ship(int(receipt.remote_id), carrier="DHL Express", tracking="JD014600")
    (shipment,), _ = pulled(world.connector)
    assert shipment.remote_order_id == receipt.remote_id
    assert shipment.state is ShipmentState.SHIPPED
    assert (shipment.carrier, shipment.tracking_number) == ("DHL Express", "JD014600")
    assert shipment.shipped_at == START + timedelta(seconds=60)
    ours = {theirs: line_id for line_id, theirs in receipt.lines}
    assert [(ours[line.remote_line_id], line.sku, line.quantity) for line in shipment.lines] == [
        ("a", "LAMP", 2),
        ("b", "MUG", 1),
    ]


def test_two_parcels_of_one_order_are_two_shipments() -> None:
    world = rig()
    identity = order_id(world)
    for partial, tracking in (({"LAMP": 1}, "T1"), (False, "T2")):
        world.clock.advance(60)
        world.vendor.ship(identity, partial, tracking=tracking)
    shipments, _ = pulled(world.connector)
    assert [(one.tracking_number, [line.quantity for line in one.lines]) for one in shipments] == [
        ("T1", [1]),
        ("T2", [1, 1]),
    ]


@pytest.mark.parametrize(("ship_packed", "state"), [(False, ShipmentState.PACKED), (True, ShipmentState.SHIPPED)])
def test_a_packed_parcel_is_shipped_only_where_that_is_wanted(ship_packed: bool, state: ShipmentState) -> None:
    world = rig({"ship_packed": ship_packed})
    world.vendor.pack(order_id(world))
    (shipment,), _ = pulled(world.connector)
    assert shipment.state is state


def test_a_parcel_without_carrier_or_tracking_is_a_parcel() -> None:
    world = rig()
    world.vendor.ship(order_id(world), carrier=None, tracking=None)
    (shipment,), _ = pulled(world.connector)
    assert (shipment.carrier, shipment.tracking_number) == ("", "")


@pytest.mark.parametrize("status", ["void", "deleted"])
def test_a_parcel_that_was_taken_back_is_void(status: str) -> None:
    world = rig()
    parcel = world.vendor.ship(order_id(world))
    _, cursor = pulled(world.connector)
    world.clock.advance(60)
    world.vendor.change("fulfillments", parcel, {"status": status})
    shipments, _ = pulled(world.connector, cursor)
    assert shipments[-1].state is ShipmentState.VOID


def test_a_corrected_label_is_pulled_again() -> None:
    world = rig()
    parcel = world.vendor.ship(order_id(world), tracking="WRONG")
    _, cursor = pulled(world.connector)
    world.clock.advance(3600)
    world.vendor.relabel(parcel, "UPS", "RIGHT")
    shipments, _ = pulled(world.connector, cursor)
    assert [one.tracking_number for one in shipments] == ["RIGHT"]


def many(world: Rig, count: int, seconds: float) -> set[str]:
    parcels = set()
    for number in range(count):
        identity = order_id(world, number)
        world.clock.advance(seconds)
        parcels.add(str(world.vendor.ship(identity)))
    return parcels


@pytest.mark.parametrize("seconds", [0, 1])
def test_no_parcel_is_lost_between_pages_even_when_all_have_one_time(seconds: float) -> None:
    world = rig(rate_limit=100_000)
    world.budget.observe = lambda *_: None  # type: ignore[method-assign]
    world.budget._calls = world.budget._left = 100_000
    parcels = many(world, 600, seconds)
    shipments, _ = pulled(world.connector)
    assert {one.remote_id for one in shipments} == parcels
    assert len(shipments) <= 610


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_repeated_and_broken_pages_lose_no_parcel(seed: int) -> None:
    world = rig(rate_limit=100_000, plan=FaultPlan(seed=seed))
    world.budget._calls = world.budget._left = 100_000
    parcels = many(world, 300, 0 if seed % 2 else 1)
    world.plan.rates = {
        Fault.SHUFFLED: 0.3,
        Fault.REPEATED: 0.3,
        Fault.TRUNCATED: 0.1,
        Fault.HTML: 0.1,
        Fault.LOST_REPLY: 0.1,
    }
    shipments, _ = pulled(world.connector)
    assert {one.remote_id for one in shipments} == parcels


def test_parcels_that_change_while_they_are_read_are_read_again() -> None:
    world = rig(rate_limit=100_000)
    world.budget._calls = world.budget._left = 100_000
    parcels = many(world, 400, 1)
    page = world.connector.pull_shipments("", START)
    first = world.connector.read_shipment(page.records[0].payload)
    for parcel in sorted(parcels, key=int)[:100]:
        world.vendor.relabel(int(parcel), "UPS", "NEW")
    shipments, _ = pulled(world.connector, page.cursor)
    latest = {first.remote_id: first, **{one.remote_id: one for one in shipments}}
    rest = {record.key for record in page.records} | set(latest)
    assert rest == parcels
    assert sum(one.tracking_number == "NEW" for one in latest.values()) == 100


def test_what_becomes_visible_late_is_caught_by_the_overlap() -> None:
    world = rig(index_lag_seconds=90)
    late = order_id(world)
    world.clock.advance(200)
    world.vendor.ship(late, tracking="T1")
    world.clock.advance(95)
    _, cursor = pulled(world.connector)
    assert len(pulled(world.connector, cursor)[0]) == 1
    other = order_id(world, 2)
    world.vendor.ship(other, tracking="T2")
    _, cursor = pulled(world.connector, cursor)
    world.clock.advance(95)
    assert "T2" in {one.tracking_number for one in pulled(world.connector, cursor)[0]}


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, b'{"fulfillments":[{"id":1', TransientError),
        (200, b"<html>", TransientError),
        (200, b"", TransientError),
        (200, b"[]", UnexpectedResponseError),
        (200, b'{"orders":[]}', UnexpectedResponseError),
        (200, b'{"fulfillments":[{"id":1}]}', UnexpectedResponseError),
        (500, b"", TransientError),
    ],
)
def test_a_broken_page_is_never_an_empty_one(status: int, body: bytes, error: type[Exception]) -> None:
    connector, _ = scripted(reply(status, body))
    with pytest.raises(error):
        connector.pull_shipments("", START)


def test_a_page_with_fewer_rows_than_it_says_is_read_again() -> None:
    said = ("X-Pagination", '{"total_records":3,"total_pages":1,"offset":0}')
    connector, _ = scripted(reply(200, b'{"fulfillments":[]}', said))
    with pytest.raises(TransientError):
        connector.pull_shipments("", START)


def test_lines_that_do_not_come_along_are_fetched() -> None:
    row = {"id": 1, "order_id": 2, "status": "fulfilled", "updated_at": "2026-03-02T09:00:00.000Z"}
    lines = [{"id": 5, "fulfillment_id": 1, "order_line_item_id": 7, "quantity": "2.0", "variant_id": 3}]
    connector, script = scripted(
        reply(200, json.dumps({"fulfillments": [row]}).encode()),
        reply(200, json.dumps({"fulfillment_line_items": lines}).encode()),
    )
    (shipment,), _ = pulled(connector)
    assert [(line.remote_line_id, line.quantity) for line in shipment.lines] == [("7", 2)]
    assert "fulfillment_id%5B%5D=1" in script.requests[1].url


def parcel(lines: list[dict[str, object]], **changes: object) -> bytes:
    row = {"id": 1, "order_id": 2, "status": "fulfilled", "updated_at": "2026-03-02T09:00:00.000Z"}
    return json.dumps({"fulfillment": row | changes, "fulfillment_line_items": lines}).encode()


LINE = {"id": 5, "fulfillment_id": 1, "order_line_item_id": 7, "quantity": "2.0"}


@pytest.mark.parametrize(
    "payload",
    [
        parcel([LINE], status="teleported"),
        parcel([]),
        parcel([LINE | {"quantity": "1.5"}]),
        parcel([LINE | {"quantity": "-1"}]),
        parcel([LINE | {"quantity": None}]),
        parcel([LINE], shipped_at="soon"),
        parcel([LINE | {"variant_id": None}]),
        b"{}",
        b"<html>",
    ],
)
def test_a_parcel_that_makes_no_sense_waits_for_a_person(payload: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        rig().connector.read_shipment(payload)
    assert caught.value.cause


def test_a_charge_in_a_parcel_is_no_line_of_it() -> None:
    charge = LINE | {"id": 6, "variant_id": None, "variant_sku": None}
    shipment = rig().connector.read_shipment(parcel([LINE | {"variant_id": 3}, charge]))
    assert len(shipment.lines) == 1


def test_recorded_fulfillments_are_read_as_they_stand(shared: Path) -> None:
    recorded = json.loads((shared / "contracts/tradegecko/recorded/fulfillments.json").read_text())
    body = recorded["interactions"][0]["response"]["json"]
    connector, _ = scripted(reply(200, json.dumps(body).encode()))
    shipments, _ = pulled(connector)
    rows = {str(row["id"]): row for row in body["fulfillments"]}
    assert {one.remote_id for one in shipments} == set(rows)
    for one in shipments:
        row = rows[one.remote_id]
        assert len(one.lines) == len(row["fulfillment_line_item_ids"])
        assert one.carrier == ""
        shipped_at = row["shipped_at"] or row["updated_at"]
        assert one.shipped_at == datetime.fromisoformat(shipped_at).replace(tzinfo=UTC)
