"""A buyer who is to be erased is nowhere any more, whatever had become of the order; no poll brings anything back."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.flow.stage import Scene
from tests.flow.trouble import body_of
from tests.hostile.seals import CANARY, Seals, canary_buyer, in_the_files, listening
from tests.web.house import BASE_URL, Web, served
from tests.web.test_hooks import SHOP, TOKEN, subscribe
from tranter.connectors.ebay.simulator import UNKNOWN_SKU, Purchase, Want
from tranter.engine import corrections, operator
from tranter.engine.corrections import Wanted
from tranter.engine.upkeep import look_after
from tranter.ledger import credentials, notes, orders
from tranter.ledger.models import OrderRow
from tranter.sdk.http import Reply
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault

ECHO = json.dumps(
    {"errors": {"shipping_address": ["'1 Quokka Lane' of IDA QUOKKA1 (quokka1@members.ebay.com) is unknown"]}}
).encode()
NOTE = f"Leave it with Mrs {CANARY.title()}"


@pytest.fixture
def seals(scene: Scene) -> Iterator[Seals]:
    with listening() as made:
        yield made


@pytest.fixture
def hub(scene: Scene) -> Iterator[Web]:
    credentials.save(scene.vault, scene.cart.id, {"notification_token": TOKEN}, None, scene.clock.now())
    with served(scene, base_url=BASE_URL) as web:
        scene.ebay.options.deliver = lambda method, url, headers, body: (
            (answer := web.ask(method, url, body, dict(headers))).status_code,
            answer.content,
        )
        subscribe(scene)
        yield web


def bought(scene: Scene, sku: str = "LAMP") -> Any:
    return scene.ebay.buy(Purchase((Want(sku, 1),), buyer=canary_buyer(), note=NOTE))


def held(scene: Scene) -> Any:
    order = bought(scene, UNKNOWN_SKU)
    scene.pass_time(minutes=15)
    view = operator.find(scene.book, order.order_id)
    notes.add(scene.book, view.id, "owner", f"{CANARY} rang up", scene.clock.now())
    address = orders.to_decide(scene.book, view.id).order.ship_to
    assert address is not None
    moved = replace(address, lines=(f"9 {CANARY} Street",))
    corrections.correct(scene.hub, scene.book, view, Wanted(ship_to=moved))
    return order


def at_warehouse(scene: Scene) -> Any:
    order = bought(scene)
    scene.pass_time(minutes=15)
    assert len(scene.at_warehouse(order)) == 1
    return order


def unanswered(scene: Scene) -> Any:
    scene.gecko_faults.next("POST", "/orders", Fault.LOST_REPLY)
    order = bought(scene)
    while not scene.unknown():
        scene.clock.advance(20)
        scene.settle()
    return order


def confirmed(scene: Scene) -> Any:
    order = at_warehouse(scene)
    scene.gecko.ship(scene.at_warehouse(order)[0].id, carrier="UPS", tracking="1Z999")
    scene.pass_time(minutes=15)
    assert scene.status(order) == "confirmed"
    return order


def cancelled(scene: Scene) -> Any:
    order = at_warehouse(scene)
    scene.ebay.cancel(order.order_id)
    scene.pass_time(minutes=30)
    return order


def refused(scene: Scene) -> Any:
    """The warehouse's complaint repeats what it was sent."""
    scene.bent.bends.append(
        lambda request, reply: (
            Reply(422, reply.headers, ECHO) if request.method == "POST" and request.url.endswith("/orders") else reply
        )
    )
    order = bought(scene)
    scene.pass_time(minutes=15)
    scene.bent.bends.clear()
    return order


def unreadable(scene: Scene) -> Any:
    """Its record stays as it came, for a later version to read."""
    scene.bent.bends.append(body_of("/sell/fulfillment", b'"primaryPhone"', b'"primaryPhone": [], "was"'))
    order = bought(scene)
    scene.pass_time(minutes=15)
    scene.bent.bends.clear()
    assert scene.kinds() == ["unreadable"]
    return order


STATES = (held, at_warehouse, unanswered, confirmed, cancelled, refused, unreadable)


@fault("SEC-22", "SEC-24")
@pytest.mark.parametrize("state", STATES)
def test_an_account_that_ebay_deleted_is_gone_before_ebay_has_its_answer(
    scene: Scene, hub: Web, seals: Seals, state: Callable[[Scene], Any]
) -> None:
    order = state(scene)
    assert seals.left() != []

    scene.ebay.delete_account(order.buyer.username, order.buyer.user_id)
    assert scene.ebay.send_notifications() > 0

    assert seals.left() == []
    later(scene, days=2)
    assert seals.left() == []
    assert not in_the_files()


@fault("SEC-22")
def test_told_twice_or_of_a_stranger_the_answer_is_the_same_and_nothing_else_goes(scene: Scene, hub: Web) -> None:
    order = confirmed(scene)
    scene.ebay.delete_account(order.buyer.username, order.buyer.user_id)
    _, headers, body = scene.ebay.outbox[-1]
    scene.ebay.delete_account("a_stranger", "u-stranger")
    stranger = scene.ebay.outbox[-1]

    assert [hub.ask("POST", SHOP, body, dict(headers)).status_code for _ in range(2)] == [200, 200]
    assert hub.ask("POST", SHOP, stranger[2], dict(stranger[1])).status_code == 200
    assert hub.ask("POST", SHOP, body[:-1] + b" ", dict(headers)).status_code == 412
    assert OrderRow.objects.exclude(erased_at=None).count() == 1


@fault("SEC-22")
def test_the_challenge_is_answered_at_the_very_address_and_without_a_redirect(scene: Scene, hub: Web) -> None:
    answer = hub.get(f"{SHOP}?challenge_code=abc")

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert scene.ebay._notifier.challenge(SHOP, TOKEN)
    assert hub.get(f"{SHOP}/?challenge_code=abc").status_code == 404


def later(scene: Scene, **time: float) -> None:
    scene.poll_rarely()
    scene.clock.jump(scene.clock.now() + timedelta(**time))
    scene.settle()


@fault("SEC-23")
def test_thirty_days_after_its_end_nothing_of_the_buyer_is_left(scene: Scene, seals: Seals) -> None:
    order = confirmed(scene)
    notes.add(scene.book, scene.row(order).pk, "owner", f"{CANARY} says thanks", scene.clock.now())
    later(scene, days=29)
    look_after(scene.hub)
    assert seals.left() != []

    later(scene, days=2)
    assert look_after(scene.hub)

    assert seals.left() == []
    assert not in_the_files()
    row = scene.row(order)
    assert (row.status, row.total_minor > 0) == ("confirmed", True)


@fault("SEC-23")
@pytest.mark.parametrize(("state", "days"), [(cancelled, 31), (unreadable, 91)])
def test_what_never_left_does_not_stay_either(
    scene: Scene, seals: Seals, state: Callable[[Scene], Any], days: int
) -> None:
    state(scene)
    scene.bent.down.add("sim.ebay")
    assert seals.left() != []

    later(scene, days=days)
    look_after(scene.hub)

    assert seals.left() == []


@fault("SEC-12")
def test_what_a_person_does_leaves_no_buyer_in_the_journal(scene: Scene) -> None:
    held(scene)
    refused(scene)
    from tranter.ledger.models import JournalEntry

    told = [str(row) for row in JournalEntry.objects.values_list("what", "subject", "actor", "detail")]
    assert [line for line in told if CANARY in line.lower()] == []
