from typing import Any

import pytest
from msgspec.structs import replace

from tests.connectors.tradegecko.rig import HOST, START, Rig, reply, rig, scripted
from tranter.model import Fulfillment, Money
from tranter.sdk.errors import RejectedError, TransientError, UnexpectedResponseError
from tranter.sdk.verbs import Sighting, Verdict
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault, FaultPlan


def seen(world: Rig, *wanted: Fulfillment) -> list[Sighting]:
    return list(world.connector.look_up_fulfillments(wanted))


def placed(world: Rig, **changes: object) -> tuple[Fulfillment, int]:
    order = world.fulfillment(**changes)
    receipt = world.connector.push_fulfillment(order)
    return order, int(receipt.remote_id)


@fault("NET-03", "NET-04")
def test_what_was_never_made_is_absent() -> None:
    world = rig()
    (sighting,) = seen(world, world.fulfillment())
    assert sighting.verdict is Verdict.ABSENT
    assert sighting.key == world.fulfillment().key


@fault("NET-02", "CRASH-05")
def test_what_was_made_is_found_with_its_lines() -> None:
    world = rig()
    order = world.fulfillment(
        world.line("MUG", 1, 500, "a"), world.line("LAMP", 3, 1000, "b"), world.line("MUG", 2, 900, "c")
    )
    receipt = world.connector.push_fulfillment(order)
    (sighting,) = seen(world, order)
    assert sighting.verdict is Verdict.FOUND
    assert sighting.receipt is not None
    assert sighting.receipt.remote_id == receipt.remote_id
    assert dict(sighting.receipt.lines) == dict(receipt.lines)
    assert sighting.receipt.links == receipt.links


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("draft", Verdict.FOUND),
        ("active", Verdict.FOUND),
        ("finalized", Verdict.FOUND),
        ("fulfilled", Verdict.FOUND),
        ("void", Verdict.DOUBT),
        ("deleted", Verdict.DOUBT),
    ],
)
def test_every_status_is_looked_into(status: str, verdict: Verdict) -> None:
    world = rig()
    order, order_id = placed(world)
    world.vendor.change("orders", order_id, {"status": status})
    (sighting,) = seen(world, order)
    assert sighting.verdict is verdict
    if verdict is Verdict.DOUBT:
        assert status in sighting.reason


@fault("NET-02")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"total": Money(1999, "USD"), "shipping": Money(1, "USD")}, "another total"),
        ({"lines": "more"}, "other lines"),
        ({"lines": "another"}, "other lines"),
        ({"lines": "unknown"}, "unknown"),
        ({"reference": "12-54321-54321"}, "another reference"),
    ],
)
def test_only_what_agrees_in_reference_lines_and_total_is_adopted(changes: dict[str, Any], reason: str) -> None:
    world = rig()
    order, _ = placed(world)
    lines = {
        "more": (world.line("LAMP", 3, 2000),),
        "another": (world.line("MUG", 2, 2000),),
        "unknown": (replace(world.line("LAMP", 2, 2000), product_id=""),),
    }
    if "lines" in changes:
        changes = {"lines": lines[changes["lines"]]}
    (sighting,) = seen(world, replace(order, key="another/1", **changes))
    assert sighting.verdict is Verdict.DOUBT
    assert reason in sighting.reason
    assert sighting.receipt is None


def test_an_order_of_another_hub_with_our_reference_is_adopted_without_its_buyer() -> None:
    """A seller who comes from another hub has the orders there already, under the same reference."""
    world = rig()
    order, order_id = placed(world)
    world.vendor.change("orders", order_id, {"source_url": "https://elsewhere.example.com/1"})
    (sighting,) = seen(world, order)
    assert sighting.verdict is Verdict.FOUND
    assert sighting.receipt is not None
    assert sighting.receipt.links == ()


def test_two_orders_with_our_reference_are_a_doubt() -> None:
    world = rig()
    order, _ = placed(world)
    world.connector.push_fulfillment(replace(order, generation=2))
    (sighting,) = seen(world, order)
    assert sighting.verdict is Verdict.DOUBT


def test_the_other_fulfillment_of_one_order_is_not_taken_for_this_one() -> None:
    world = rig()
    first, first_id = placed(world, number="A")
    second = replace(first, key="push_fulfillment/7/12-12345-12345/2", number="B", lines=(world.line("MUG", 1, 700),))
    assert seen(world, second)[0].verdict is Verdict.ABSENT
    world.connector.push_fulfillment(second)
    sightings = seen(world, first, second)
    assert [sighting.verdict for sighting in sightings] == [Verdict.FOUND, Verdict.FOUND]
    assert sightings[0].receipt is not None
    assert sightings[0].receipt.remote_id == str(first_id)


def test_a_filter_that_finds_parts_of_numbers_is_not_trusted() -> None:
    world = rig(partial_order_numbers=True)
    placed(world, reference="12-1234", number="12-1234")
    (sighting,) = seen(world, world.fulfillment(reference="12-1", number="12-1"))
    assert sighting.verdict is Verdict.ABSENT


def test_fifty_orders_are_looked_up_in_a_handful_of_calls() -> None:
    world = rig()
    orders = [
        world.fulfillment(key=f"k/{number}/1", reference=f"12-{number:05}-12345", number=f"{number:05}")
        for number in range(50)
    ]
    for order in orders[:25]:
        world.connector.push_fulfillment(order)
    before = len(world.vendor.heard)
    sightings = seen(world, *orders)
    assert len(world.vendor.heard) - before <= 4
    assert [sighting.key for sighting in sightings] == [order.key for order in orders]
    assert [sighting.verdict for sighting in sightings] == [Verdict.FOUND] * 25 + [Verdict.ABSENT] * 25


@fault("NET-04")
def test_a_list_that_lags_behind_says_absent_and_later_found() -> None:
    world = rig(index_lag_seconds=4)
    order, _ = placed(world)
    assert seen(world, order)[0].verdict is Verdict.ABSENT
    world.clock.advance(5)
    assert seen(world, order)[0].verdict is Verdict.FOUND


@fault("NET-04")
@pytest.mark.parametrize("broken", [Fault.LOST_REPLY, Fault.HTML, Fault.TRUNCATED, Fault.ERROR_AFTER, Fault.THROTTLED])
def test_a_look_up_that_fails_never_says_absent(broken: Fault) -> None:
    world = rig(plan=FaultPlan(seed=1))
    order, _ = placed(world)
    world.plan.rates = {broken: 1.0}
    with pytest.raises(TransientError):
        seen(world, order)


def test_shuffled_lines_pair_as_before() -> None:
    world = rig(plan=FaultPlan(seed=5))
    order = world.fulfillment(*(world.line("LAMP", 1, 500, f"l{index}") for index in range(9)))
    receipt = world.connector.push_fulfillment(order)
    world.plan.rates = {Fault.SHUFFLED: 1.0}
    (sighting,) = seen(world, order)
    assert sighting.receipt is not None
    assert sighting.receipt.lines == receipt.lines


def test_taxes_that_tradegecko_adds_do_not_hide_an_order() -> None:
    world = rig(tax_rate="10.0")
    order, _ = placed(world)
    assert seen(world, order)[0].verdict is Verdict.FOUND


@pytest.mark.parametrize("body", [b'{"orders":null}', b'{"companies":[]}', b'{"orders":[{"status":"active"}]}'])
def test_an_answer_that_is_no_list_of_orders_never_says_absent(body: bytes) -> None:
    connector, _ = scripted(reply(200, body))
    with pytest.raises((UnexpectedResponseError, TransientError)):
        connector.look_up_fulfillments([rig().fulfillment()])


def test_a_stopped_order_is_found_stopped_on_the_second_try() -> None:
    world = rig()
    _, order_id = placed(world)
    for _ in range(2):
        assert world.connector.push_cancellation(str(order_id), "cancel/1", "").remote_id == str(order_id)
    assert world.vendor.orders()[0].status == "void"


@pytest.mark.parametrize("status", ["draft", "active", "finalized"])
def test_an_order_that_nobody_packed_can_be_stopped(status: str) -> None:
    world = rig({"order_status": status})
    _, order_id = placed(world)
    world.connector.push_cancellation(str(order_id), "cancel/1", "the buyer changed her mind")
    assert world.vendor.orders()[0].status == "void"


@pytest.mark.parametrize("partial", [True, False])
@pytest.mark.parametrize("deed", ["pack", "ship"])
def test_what_is_packed_or_shipped_can_not_be_stopped_any_more(deed: str, partial: bool) -> None:
    world = rig()
    _, order_id = placed(world)
    getattr(world.vendor, deed)(order_id, partial)
    with pytest.raises(RejectedError) as caught:
        world.connector.push_cancellation(str(order_id), "cancel/1", "")
    assert caught.value.kind == "too_late"
    assert caught.value.remedy


def test_stopping_an_unknown_order_is_refused() -> None:
    with pytest.raises(RejectedError) as caught:
        rig().connector.push_cancellation("424242", "cancel/1", "")
    assert caught.value.kind == "not_found"


def test_orders_that_the_warehouse_voids_or_deletes_come_back_as_cancellations() -> None:
    world = rig()
    ids = []
    for number, status in (("1", "void"), ("2", "deleted"), ("3", "active")):
        _, order_id = placed(world, key=f"k/{number}/1", reference=number, number=number)
        world.clock.advance(10)
        world.vendor.set_order_status(order_id, status)
        ids.append(str(order_id))
    page = world.connector.pull_cancellations("", START)
    found = [world.connector.read_cancellation(record.payload) for record in page.records]
    assert [one.remote_order_id for one in found] == ids[:2]
    assert [one.reason for one in found] == ["void in TradeGecko", "deleted in TradeGecko"]
    assert not page.more
    assert HOST
