"""Every kind of exception has its cure, and a cause is cured for all its orders at once."""

import pytest

from tests.docs.words import exception_kinds
from tests.engine.test_errands import carried_out, waiting
from tests.flow.stage import Scene, Setting, Theatre
from tranter.connectors.ebay.simulator import UNKNOWN_SKU
from tranter.engine import remedies
from tranter.engine.errands import DEEDS
from tranter.engine.remedies import Cure, Fix, NoCure
from tranter.ledger import mappings, problems
from tranter.ledger.problems import Cause


def test_every_kind_that_the_code_knows_has_a_cure() -> None:
    kinds = {kind.replace("*", one) for kind in exception_kinds() for one in ("products", "listings")}
    assert sorted(kinds - set(remedies.CURES)) == []
    assert sorted(set(remedies.CURES) - kinds) == []


def test_what_is_done_to_many_orders_can_be_done() -> None:
    assert {cure.value for cure in remedies.DEEDS} <= set(DEEDS)


def test_a_kind_of_a_connectors_own_is_looked_at_and_tried_again() -> None:
    assert Cure.RETRY in remedies.cures("a_word_of_acme")


@pytest.mark.parametrize("only_here", [False, True])
def test_an_unknown_sku_is_mapped_and_all_its_orders_go_out(scene: Scene, only_here: bool) -> None:
    orders = waiting(scene, 3)
    [group] = problems.groups([scene.book], scene.clock.now())
    assert (group.cause.value, group.orders) == (UNKNOWN_SKU, 3)

    fix = Fix(cause=group.cause, becomes="LAMP", only_here=only_here)
    ended = carried_out(scene, remedies.fix_and_release(scene.hub, scene.book, fix))
    scene.settle()

    assert (ended.what, ended.done, ended.total) == ("retry", 3, 3)
    assert mappings.aliases(scene.book) == [("shop" if only_here else "", UNKNOWN_SKU, "LAMP")]
    assert all(len(scene.at_warehouse(order)) == 1 for order in orders)
    assert problems.groups([scene.book], scene.clock.now()) == []
    assert scene.gecko.duplicate_orders() == {}


def test_a_carrier_is_mapped_at_the_warehouse_that_says_it(theatre: Theatre) -> None:
    scene = theatre.scene(Setting(cart={"unknown_carrier": "hold"})).connect()
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=10)
    scene.gecko.ship(scene.at_warehouse(order)[0].id, carrier="Hofmann Kurier")
    scene.pass_time(minutes=30)
    [group] = problems.groups([scene.book], scene.clock.now())

    ended = carried_out(scene, remedies.fix_and_release(scene.hub, scene.book, Fix(cause=group.cause, becomes="DHL")))
    scene.pass_time(minutes=10)

    assert ended.done == 1
    assert [one.carrier for one in scene.ebay.fulfillments(order.order_id)] == ["DHL"]
    assert scene.kinds() == []


def test_what_no_mapping_cures_is_refused(scene: Scene) -> None:
    with pytest.raises(NoCure):
        remedies.fix_and_release(scene.hub, scene.book, Fix(cause=Cause(kind="no_address", value="x"), becomes="LAMP"))
    with pytest.raises(NoCure):
        remedies.fix_and_release(scene.hub, scene.book, Fix(cause=Cause(kind="unknown_sku"), becomes="LAMP"))
    with pytest.raises(NoCure):
        remedies.confirm_stock(scene.hub, scene.book, Cause(kind="carrier", connection_id=scene.cart.id))
