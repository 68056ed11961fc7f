"""Ship methods that nobody has mapped, at a cart that holds them."""

from tests.flow.stage import Scene, Setting, Theatre
from tranter.engine import mapping, remedies
from tranter.ledger import seen_words
from tranter.ledger.mappings import SHIP_METHOD
from tranter.ledger.problems import Cause
from tranter.testing.faultmark import fault

STRICT = Setting(cart={"reject_unmapped_ship_methods": True})


@fault("DATA-19")
def test_an_unmapped_method_holds_the_order_until_it_is_mapped(theatre: Theatre) -> None:
    scene = theatre.scene(STRICT).connect()
    order = scene.ebay.buy_one("LAMP", 1)
    scene.pass_time(minutes=15)

    code = scene.row(order).ship_method
    assert scene.kinds() == ["unmapped_ship_method"]
    assert code in scene.troubles()[0].remedy
    assert seen_words.ship_methods(scene.book, scene.cart.id) == [code]

    mapping.save(scene.hub, scene.book, {SHIP_METHOD: {("shop", code): "Express"}}, "operator")
    scene.pass_time(minutes=15)

    assert scene.kinds() == []
    [there] = scene.at_warehouse(order)
    assert "Express" in there.notes


def test_a_method_mapped_to_itself_passes_through(theatre: Theatre) -> None:
    scene = theatre.scene(STRICT).connect()
    order = scene.ebay.buy_one("LAMP", 1)
    scene.pass_time(minutes=15)
    code = scene.row(order).ship_method

    cause = Cause(kind="unmapped_ship_method", value=code)
    remedies.fix_and_release(scene.hub, scene.book, remedies.Fix(cause=cause, becomes=code))
    scene.pass_time(minutes=15)

    assert scene.status(order) == "at_wms"


def test_an_operator_may_release_it_as_it_is(theatre: Theatre) -> None:
    scene = theatre.scene(STRICT).connect()
    order = scene.ebay.buy_one("LAMP", 1)
    scene.pass_time(minutes=15)

    row = scene.row(order)
    row.released = ["unmapped_ship_method"]
    row.undecided = True
    row.save()
    scene.run("decide")
    scene.pass_time(minutes=15)

    assert scene.status(order) == "at_wms"


def test_other_carts_let_it_pass(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP", 1)
    scene.pass_time(minutes=15)
    assert scene.status(order) == "at_wms"
