"""A person's hand on one order: three ways to stop it, skipped orders after all, orders that are pulled by hand."""

from typing import Any

import pytest

from tests.flow.stage import Scene, Setting, Theatre
from tranter.connectors.ebay.simulator import Purchase, Want
from tranter.engine import asking, operator
from tranter.engine.asking import StepWord
from tranter.engine.explain import explain
from tranter.engine.operator import NotPossible, UnknownOrder
from tranter.ledger import connections, journal
from tranter.ledger.connections import NewConnection
from tranter.ledger.lists import OrderView
from tranter.ledger.models import OrderRow
from tranter.testing.simulator import Fault


def view(scene: Scene, order: Any) -> OrderView:
    return operator.find(scene.book, order.order_id)


def taken(scene: Scene) -> Any:
    """Here, and not on its way yet."""
    order = scene.ebay.buy_one("LAMP")
    scene.clock.advance(200)
    scene.run("orders")
    scene.run("decide")
    return order


def sent(scene: Scene) -> Any:
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=10)
    assert len(scene.at_warehouse(order)) == 1
    return order


def test_of_two_carts_orders_with_one_number_each_is_named_by_its_cart(scene: Scene) -> None:
    first, second = taken(scene), taken(scene)
    other = NewConnection(name="market", connector="csv", settings={}, flows={})
    cart = connections.save(scene.book, other, scene.clock.now())
    OrderRow.objects.filter(number=second.order_id).update(number=first.order_id, connection_id=cart.id)
    number = first.order_id

    with pytest.raises(UnknownOrder) as told:
        operator.find(scene.book, number)
    assert f"shop/{number}" in str(told.value)
    assert f"market/{number}" in str(told.value)
    assert operator.find(scene.book, f"shop/{number}").remote_id == number
    assert operator.find(scene.book, f"market/{number}").remote_id == second.order_id
    assert [one.order.connection for one in explain(scene.hub, scene.book, f"market/{number}")] == ["market"]

    OrderRow.objects.filter(connection_id=cart.id).update(connection_id=scene.cart.id)
    with pytest.raises(UnknownOrder, match=f"shop/{second.order_id}"):
        operator.find(scene.book, f"shop/{number}")
    assert operator.find(scene.book, f"shop/{second.order_id}").remote_id == second.order_id
    for strange in ("nobody/" + number, "shop/", "/" + number, "shop/x/y"):
        with pytest.raises(UnknownOrder):
            operator.find(scene.book, strange)


def test_sending_is_stopped_without_a_word_to_anybody(scene: Scene) -> None:
    order = taken(scene)

    operator.stop(scene.hub, scene.book, view(scene, order), "fraud", by="user:7")
    scene.pass_time(minutes=20)

    assert scene.posts() == 0
    assert scene.status(order) == "canceled"
    assert scene.ebay.order(order.order_id).cancel_state.value == "NONE_REQUESTED"
    assert [line.actor for line in journal.lines(scene.book, order.order_id) if line.what == "cancel_wished"] == [
        "user:7"
    ]


def test_what_the_warehouse_has_is_not_stopped_here(scene: Scene) -> None:
    order = sent(scene)

    with pytest.raises(NotPossible) as refused:
        operator.stop(scene.hub, scene.book, view(scene, order), "")

    assert "has it already as" in refused.value.cause
    assert "tranter cancel" in refused.value.remedy


def test_an_order_is_canceled_at_the_cart(scene: Scene) -> None:
    order = taken(scene)

    operator.cancel_at_cart(scene.hub, scene.book, view(scene, order), "sold out")
    scene.pass_time(minutes=20)

    assert scene.posts() == 0
    assert scene.status(order) == "canceled"
    assert scene.ebay.order(order.order_id).cancel_state.value in ("IN_PROGRESS", "CANCELED")
    assert scene.kinds() == []


def test_a_lost_reply_cancels_at_the_cart_once(scene: Scene) -> None:
    order = taken(scene)
    scene.ebay_faults.next("POST", "/cancellation", Fault.LOST_REPLY)

    operator.cancel_at_cart(scene.hub, scene.book, view(scene, order), "sold out")
    scene.pass_time(minutes=30)

    assert scene.ebay_faults.met == [Fault.LOST_REPLY]
    assert scene.intent(order, "push_cancellation").state == "done"
    assert scene.status(order) == "canceled"


def test_what_the_warehouse_has_is_not_canceled_at_the_cart(scene: Scene) -> None:
    """It would leave although the buyer is paid back."""
    order = sent(scene)

    with pytest.raises(NotPossible, match="paid back"):
        operator.cancel_at_cart(scene.hub, scene.book, view(scene, order), "")

    operator.cancel(scene.hub, scene.book, view(scene, order), "")
    scene.pass_time(minutes=10)
    operator.cancel_at_cart(scene.hub, scene.book, view(scene, order), "")
    scene.pass_time(minutes=20)
    assert scene.at_warehouse(order) == []
    assert scene.ebay.order(order.order_id).cancel_state.value in ("IN_PROGRESS", "CANCELED")


def test_a_cart_is_asked_once(scene: Scene) -> None:
    order = taken(scene)
    operator.cancel_at_cart(scene.hub, scene.book, view(scene, order), "sold out")
    said = operator.cancel_at_cart(scene.hub, scene.book, view(scene, order), "sold out").said

    assert "was asked before" in said


@pytest.fixture
def picky(theatre: Theatre) -> Scene:
    """A connection that takes nothing from before tomorrow."""
    return theatre.scene(Setting(cart={"earliest_order_date": "2026-03-03"})).connect()


def skipped(scene: Scene) -> Any:
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=10)
    assert scene.status(order) == "skipped"
    return order


def test_a_skipped_order_is_sent_anyway(picky: Scene) -> None:
    order = skipped(picky)

    operator.send_anyway(picky.hub, picky.book, view(picky, order))
    picky.pass_time(minutes=10)

    assert len(picky.at_warehouse(order)) == 1
    assert picky.status(order) == "at_wms"


def test_the_skip_is_lifted_for_this_order_alone_and_for_good(picky: Scene) -> None:
    order, other = skipped(picky), skipped(picky)
    operator.send_anyway(picky.hub, picky.book, view(picky, order))

    picky.ebay.edit_note(order.order_id, "please hurry")
    picky.ebay.edit_note(other.order_id, "please hurry")
    picky.pass_time(minutes=20)

    assert (picky.status(order), picky.status(other)) == ("at_wms", "skipped")


@pytest.mark.parametrize("deed", ["cancel", "refund_all", "ship_by_hand"])
def test_what_the_cart_took_back_meanwhile_is_not_sent_anyway(picky: Scene, deed: str) -> None:
    order = skipped(picky)
    getattr(picky.ebay, deed)(order.order_id)

    with pytest.raises(NotPossible):
        operator.send_anyway(picky.hub, picky.book, view(picky, order))

    picky.pass_time(minutes=20)
    assert picky.posts() == 0


def test_only_a_skipped_order_is_sent_anyway(scene: Scene) -> None:
    with pytest.raises(NotPossible, match="is not skipped"):
        operator.send_anyway(scene.hub, scene.book, view(scene, sent(scene)))


def test_an_order_from_another_site_is_sent_anyway(scene: Scene) -> None:
    order = scene.ebay.buy(Purchase((Want("LAMP"),), marketplace="EBAY_GB"))
    scene.pass_time(minutes=10)
    assert scene.status(order) == "skipped"

    operator.send_anyway(scene.hub, scene.book, view(scene, order))
    scene.pass_time(minutes=10)

    assert len(scene.at_warehouse(order)) == 1


def test_an_order_that_is_not_here_is_asked_for_step_by_step(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")

    [asked] = asking.ask(scene.hub, scene.book, order.order_id)

    words = [step.word for step in asked.steps]
    assert words == [
        StepWord.ASKED,
        StepWord.HAS,
        StepWord.SITE,
        StepWord.DATE,
        StepWord.SKUS,
        StepWord.DECISION,
        StepWord.POLL,
    ]
    assert all(step.good for step in asked.steps)
    assert operator.lists.find_orders(scene.book, order.order_id) == []


def test_the_steps_say_why_it_is_not_taken(picky: Scene) -> None:
    order = picky.ebay.buy_one("LAMP")

    [asked] = asking.ask(picky.hub, picky.book, order.order_id)

    bad = {step.word: step.verdict for step in asked.steps if not step.good}
    assert bad == {StepWord.DATE: "", StepWord.DECISION: "skip"}


def test_an_order_that_the_cart_does_not_have_is_said_so(scene: Scene) -> None:
    [asked] = asking.ask(scene.hub, scene.book, "11-11111-11111")

    assert not asked.found
    assert asked.steps[-1].says == "it has no such order"


def test_a_cart_that_does_not_answer_is_said_so(scene: Scene) -> None:
    scene.bent.down.add("sim.ebay")

    [asked] = asking.ask(scene.hub, scene.book, "11-11111-11111")

    assert asked.steps[0].verdict == "no_answer"


def test_an_order_is_pulled_by_hand_and_sent(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")

    [here] = operator.pull(scene.hub, scene.book, order.order_id)
    scene.run("deliveries")

    assert here.number == order.order_id
    assert len(scene.at_warehouse(order)) == 1
    scene.pass_time(minutes=20)
    assert len(scene.at_warehouse(order)) == 1


def test_what_no_cart_has_can_not_be_pulled(scene: Scene) -> None:
    with pytest.raises(UnknownOrder):
        operator.pull(scene.hub, scene.book, "11-11111-11111")
