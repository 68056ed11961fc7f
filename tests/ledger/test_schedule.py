from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction

from tests.ledger.conftest import NOW
from tranter.ledger import connections, schedule
from tranter.ledger.book import Book, ensure_book
from tranter.ledger.connections import ConnectionRecord, ConnectionState, NewConnection
from tranter.ledger.models import Flow
from tranter.ledger.schedule import Ending, Lease, LeaseLost
from tranter.ledger.vault import Vault

LATER = NOW + timedelta(seconds=10)
EXPIRED = NOW + timedelta(seconds=301)
FLOWS = {"orders": 300, "deliveries": 0}


@pytest.fixture
def book(vault: Vault) -> Book:
    return ensure_book(vault, "harbour", NOW)


@pytest.fixture
def shop(book: Book) -> ConnectionRecord:
    return connections.save(book, NewConnection(name="shop", connector="ebay", settings={}, flows=FLOWS), NOW)


@pytest.fixture
def flow(shop: ConnectionRecord) -> Iterator[int]:
    found = schedule.flow_id(shop.id, "orders")
    assert found is not None
    return found


def lease(flow: int, owner: str, at=NOW) -> Lease | None:
    return schedule.lease(flow, owner, 300, at)


def taken(flow: int, owner: str, at=NOW) -> Lease:
    held = lease(flow, owner, at)
    assert held is not None
    return held


def row(flow: int) -> Flow:
    return Flow.objects.get(pk=flow)


@pytest.mark.parametrize(
    ("first_until", "second_at", "gets_it"),
    [
        ("running", NOW, False),
        ("running", LATER, False),
        ("running", NOW + timedelta(seconds=299), False),
        ("running", NOW + timedelta(seconds=300), True),
        ("running", EXPIRED, True),
        ("ended", LATER, True),
        ("owner dead", LATER, True),
    ],
)
def test_who_gets_a_flow_that_somebody_has(flow: int, first_until: str, second_at, gets_it: bool) -> None:
    held = taken(flow, "first")
    match first_until:
        case "ended":
            schedule.end(held, Ending(ok=True), LATER)
        case "owner dead":
            schedule.release_owner("first", LATER)

    second = lease(flow, "second", second_at)

    assert (second is not None) == gets_it
    assert second is None or second.fence == held.fence + 1


def test_whoever_lost_the_lease_can_write_nothing_any_more(flow: int) -> None:
    old = taken(flow, "frozen")
    new = taken(flow, "awake", EXPIRED)

    for write in (
        schedule.check,
        lambda held: schedule.renew(held, 300, EXPIRED),
        lambda held: schedule.move_cursor(held, "x"),
    ):
        with pytest.raises(LeaseLost), transaction.atomic():
            write(old)
    schedule.end(old, Ending(ok=False, trouble="late"), EXPIRED)

    assert row(flow).cursor == ""
    assert (row(flow).lease_owner, row(flow).failures) == ("awake", 0)
    with transaction.atomic():
        schedule.check(new)


def test_the_same_process_does_not_pass_for_its_own_earlier_run(flow: int) -> None:
    old = taken(flow, "hub")
    taken(flow, "hub", EXPIRED)

    with pytest.raises(LeaseLost), transaction.atomic():
        schedule.check(old)


def test_a_lease_is_renewed_only_by_who_has_it(flow: int) -> None:
    held = schedule.renew(taken(flow, "first"), 300, LATER)

    assert held.until == LATER + timedelta(seconds=300)
    assert lease(flow, "second", NOW + timedelta(seconds=305)) is None


def test_a_ring_while_it_runs_lets_it_run_once_more(flow: int, shop: ConnectionRecord) -> None:
    held = taken(flow, "hub")

    schedule.ring(shop.id, ["orders"], LATER)
    schedule.end(held, Ending(ok=True), LATER)

    assert row(flow).due_at == LATER
    again = taken(flow, "hub", LATER)
    schedule.end(again, Ending(ok=True), LATER)
    assert row(flow).due_at == LATER + timedelta(seconds=300)


def test_a_ring_before_it_starts_is_answered_by_that_run(flow: int, shop: ConnectionRecord) -> None:
    schedule.ring(shop.id, ["orders"], NOW)

    schedule.end(taken(flow, "hub"), Ending(ok=True), LATER)

    assert row(flow).due_at == LATER + timedelta(seconds=300)


def test_a_ring_never_puts_a_flow_off(flow: int, shop: ConnectionRecord) -> None:
    schedule.ring(shop.id, ["orders"], EXPIRED)

    assert row(flow).due_at == NOW


def test_a_failure_waits_for_its_own_time_even_when_it_was_rung(flow: int, shop: ConnectionRecord) -> None:
    held = taken(flow, "hub")
    schedule.ring(shop.id, ["orders"], LATER)

    schedule.end(held, Ending(ok=False, trouble="down", again_at=EXPIRED), LATER)

    assert (row(flow).due_at, row(flow).failures, row(flow).trouble) == (EXPIRED, 1, "down")


def test_a_flow_without_a_regular_time_waits_to_be_rung(shop: ConnectionRecord) -> None:
    found = schedule.flow_id(shop.id, "deliveries")
    assert found is not None
    schedule.end(taken(found, "hub"), Ending(ok=True), LATER)

    assert found not in schedule.due(NOW + timedelta(days=365))
    schedule.ring(shop.id, ["deliveries"], LATER)
    assert found in schedule.due(LATER)


@pytest.mark.parametrize("state", [state for state in ConnectionState if state is not ConnectionState.LIVE])
def test_only_a_live_connection_runs(book: Book, shop: ConnectionRecord, flow: int, state: ConnectionState) -> None:
    connections.set_state(book, shop.id, state, "", NOW)

    assert schedule.due(NOW) == []
    assert schedule.startable(NOW, ()) == []
    assert lease(flow, "hub") is None


def test_a_connection_with_enough_to_do_is_passed_over(book: Book, shop: ConnectionRecord) -> None:
    new = NewConnection(name="second", connector="ebay", settings={}, flows=FLOWS)
    other = connections.save(book, new, NOW)

    assert {one.connection_id for one in schedule.startable(NOW, [shop.id])} == {other.id}


def test_however_much_a_big_merchant_has_to_do_a_small_one_comes_second_at_the_latest(
    vault: Vault, book: Book, shop: ConnectionRecord
) -> None:
    for number in range(20):
        connections.save(book, NewConnection(name=f"s{number}", connector="ebay", settings={}, flows=FLOWS), NOW)
    small = connections.save(
        ensure_book(vault, "small", NOW), NewConnection(name="shop", connector="ebay", settings={}, flows=FLOWS), LATER
    )

    found = schedule.startable(LATER, ())

    assert small.id in {one.connection_id for one in found[:2]}
    assert [one.turn for one in found[:4]] == [1, 1, 2, 2]


def test_a_dead_owner_s_flows_are_due_at_once_and_nobody_else_s(flow: int, shop: ConnectionRecord) -> None:
    other = schedule.flow_id(shop.id, "deliveries")
    assert other is not None
    taken(flow, "dead")
    taken(other, "alive")

    assert schedule.release_owner("dead", LATER) == 1

    assert schedule.due(LATER) == [flow]
    assert schedule.owners() == ["alive"]


def test_a_webhook_counts_once_for_each_connection(book: Book, shop: ConnectionRecord) -> None:
    other = connections.save(book, NewConnection(name="second", connector="ebay", settings={}, flows={}), NOW)

    assert [schedule.first_time(shop.id, "event-1", NOW) for _ in range(3)] == [True, False, False]
    assert schedule.first_time(other.id, "event-1", NOW)
