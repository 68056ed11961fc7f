"""What a person corrects goes before what the cart says, and doubles nothing."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.flow.stage import Scene
from tranter.connectors.ebay.simulator import UNKNOWN_SKU
from tranter.engine import corrections, operator
from tranter.engine.corrections import BadCorrection, Wanted
from tranter.engine.operator import NotPossible
from tranter.ledger import fulfillments, notes, orders, privacy
from tranter.ledger.lists import OrderView
from tranter.ledger.models import FulfillmentRow, OrderLineRow
from tranter.ledger.order_columns import receiver_key
from tranter.model import Address, Fulfillment
from tranter.testing.simulator import Fault

LEEDS = Address(name="Grace Hopper", lines=("1 Park Row",), city="Leeds", postal_code="LS1 5HN", country="UK")


def view(scene: Scene, order: Any) -> OrderView:
    return operator.find(scene.book, order.order_id)


def held(scene: Scene) -> Any:
    order = scene.ebay.buy_one(UNKNOWN_SKU)
    scene.pass_time(minutes=10)
    assert scene.row(order).held_kind == "unknown_sku"
    return order


def line_of(scene: Scene, order: Any) -> str:
    return OrderLineRow.objects.get(order=scene.row(order)).line_id


def document(scene: Scene, order: Any) -> Fulfillment:
    row = FulfillmentRow.objects.filter(order=scene.row(order)).latest("number")
    return fulfillments.documents(scene.book, [row.pk])[row.pk]


def test_a_corrected_sku_is_sent(scene: Scene) -> None:
    order = held(scene)

    corrections.correct(
        scene.hub, scene.book, view(scene, order), Wanted(skus={line_of(scene, order): "LAMP"}, by="user:7")
    )
    scene.pass_time(minutes=10)

    [there] = scene.at_warehouse(order)
    assert [line.sku for line in there.lines if line.sku] == ["LAMP"]
    assert scene.kinds() == []


def test_a_corrected_address_is_sent(scene: Scene) -> None:
    order = held(scene)

    corrections.correct(scene.hub, scene.book, view(scene, order), Wanted(ship_to=LEEDS))
    corrections.correct(scene.hub, scene.book, view(scene, order), Wanted(skus={line_of(scene, order): "LAMP"}))
    scene.pass_time(minutes=10)

    assert len(scene.at_warehouse(order)) == 1
    assert document(scene, order).ship_to == replace(LEEDS, country="GB")


def test_a_correction_outlasts_what_the_cart_says_later(scene: Scene) -> None:
    order = held(scene)
    operator.hold(scene.hub, scene.book, view(scene, order), "")
    corrections.correct(
        scene.hub, scene.book, view(scene, order), Wanted(ship_to=LEEDS, skus={line_of(scene, order): "LAMP"})
    )

    scene.ebay.edit_note(order.order_id, "please hurry")
    scene.pass_time(minutes=20)
    operator.release(scene.hub, scene.book, view(scene, order))
    scene.pass_time(minutes=10)

    assert len(scene.at_warehouse(order)) == 1
    assert document(scene, order).ship_to.city == "Leeds"
    assert document(scene, order).note == "please hurry"


def test_a_refused_order_is_planned_anew_with_the_correction(scene: Scene) -> None:
    """The variant was deleted after the catalogue had been read."""
    rows = scene.gecko._state.store.table("variants").rows
    [variant] = [row for row in rows.values() if row["sku"] == "LAMP"]
    del rows[variant["id"]]
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=30)
    assert scene.intent(order).state == "rejected"

    corrections.correct(
        scene.hub, scene.book, view(scene, order), Wanted(ship_to=LEEDS, skus={line_of(scene, order): "KETL"})
    )
    scene.pass_time(minutes=10)

    [there] = scene.at_warehouse(order)
    assert [line.sku for line in there.lines if line.sku] == ["KETL"]
    assert document(scene, order).ship_to.city == "Leeds"
    assert scene.kinds() == []


def test_what_may_be_there_is_not_corrected_before_it_was_looked_up(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.gecko_faults.next("POST", "/orders", Fault.LOST_REPLY)
    scene.deliver_now()
    assert scene.unknown() == 1

    with pytest.raises(NotPossible, match="looked up first"):
        corrections.correct(scene.hub, scene.book, view(scene, order), Wanted(ship_to=LEEDS))

    scene.pass_time(minutes=20)
    assert len(scene.at_warehouse(order)) == 1


def test_what_the_warehouse_has_is_stopped_there_first(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=10)
    with pytest.raises(NotPossible, match="has it already"):
        corrections.correct(scene.hub, scene.book, view(scene, order), Wanted(ship_to=LEEDS))

    operator.cancel(scene.hub, scene.book, view(scene, order), "")
    scene.pass_time(minutes=10)
    corrections.correct(scene.hub, scene.book, view(scene, order), Wanted(ship_to=LEEDS))
    assert scene.status(order) == "canceled"
    operator.resend(scene.hub, scene.book, view(scene, order))
    scene.pass_time(minutes=10)

    assert len(scene.at_warehouse(order)) == 1
    assert document(scene, order).ship_to.city == "Leeds"


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        ("name", {"name": " "}),
        ("lines", {"lines": ("",)}),
        ("city", {"city": ""}),
        ("postal_code", {"postal_code": ""}),
        ("country", {"country": "Atlantis"}),
    ],
)
def test_an_address_that_no_parcel_finds_is_refused(scene: Scene, part: str, changed: dict[str, Any]) -> None:
    order = held(scene)

    with pytest.raises(BadCorrection) as refused:
        corrections.correct(scene.hub, scene.book, view(scene, order), Wanted(ship_to=replace(LEEDS, **changed)))

    assert refused.value.parts == (part,)


def test_a_line_that_there_is_not_is_refused(scene: Scene) -> None:
    order = held(scene)

    with pytest.raises(BadCorrection, match="has no line 99"):
        corrections.correct(scene.hub, scene.book, view(scene, order), Wanted(skus={"99": "LAMP"}))


def test_an_empty_sku_takes_the_correction_back(scene: Scene) -> None:
    order = held(scene)
    line = line_of(scene, order)
    operator.hold(scene.hub, scene.book, view(scene, order), "")
    corrections.correct(scene.hub, scene.book, view(scene, order), Wanted(skus={line: "LAMP"}))
    corrections.correct(scene.hub, scene.book, view(scene, order), Wanted(skus={line: ""}))

    assert orders.to_decide(scene.book, scene.row(order).pk).order.lines[0].sku == UNKNOWN_SKU


def test_corrections_and_notes_are_erased_with_the_buyer(scene: Scene) -> None:
    order = held(scene)
    corrections.correct(scene.hub, scene.book, view(scene, order), Wanted(ship_to=LEEDS))
    notes.add(scene.book, scene.row(order).pk, "ops@example.com", "Grace rang twice", scene.clock.now())
    assert scene.row(order).receiver_hash == scene.vault.hash(receiver_key("grace  HOPPER"))

    buyer = orders.open_order(scene.book, scene.row(order)).buyer.remote_id
    privacy.erase_buyer(scene.book, "ebay", [buyer], scene.clock.now())

    row = scene.row(order)
    assert (row.corrections, row.receiver_hash) == (None, "")
    assert notes.of_order(scene.book, row.pk) == []
