"""Rules by weight, from the variant's field at the warehouse to what becomes of an order."""

from tests.flow.stage import Scene, Setting, Theatre
from tranter.connectors.ebay.simulator import Purchase, Want
from tranter.engine import rule_book
from tranter.engine.explain import explain
from tranter.engine.shelves import sku_story
from tranter.routing.rule import HoldIt, Rule
from tranter.routing.rule_text import read_condition

HEAVY = Rule(name="Heavy", conditions=(read_condition("weight at-least 3 kg"),), actions=(HoldIt("by freight"),))


def let(theatre: Theatre, **weights: tuple[str, str]) -> Scene:
    return theatre.scene(Setting(goods={"weights": weights})).connect()


def test_a_heavy_order_is_held_and_a_light_one_goes(theatre: Theatre) -> None:
    scene = let(theatre, LAMP=("1.5", "kg"))
    rule_book.add(scene.hub, scene.book, HEAVY, "operator")
    light, heavy = scene.ebay.buy_one("LAMP", 1), scene.ebay.buy_one("LAMP", 2)
    scene.pass_time(minutes=15)
    assert scene.status(light) == "at_wms"
    assert (scene.status(heavy), scene.row(heavy).held_kind) == ("error", "rule_hold")
    story = sku_story(scene.hub, scene.book, "LAMP")
    assert story is not None
    assert story.line.weight_grams == 1500


def test_an_unknown_weight_is_said_in_the_trial_and_at_the_order_until_it_is_known(theatre: Theatre) -> None:
    scene = let(theatre, LAMP=("1.5", "kg"))
    scene.ebay.buy(Purchase((Want("LAMP", 2), Want("KETL", 1))))
    scene.pass_time(minutes=15)
    trial = rule_book.test(scene.hub, scene.book, [HEAVY])
    assert (trial.looked_at, trial.changed, trial.unweighed, trial.unknown_weights) == (1, 0, 1, ("KETL",))

    rule_book.add(scene.hub, scene.book, HEAVY, "operator")
    second = scene.ebay.buy(Purchase((Want("LAMP", 2), Want("KETL", 1))))
    scene.pass_time(minutes=15)
    assert scene.status(second) == "at_wms"
    assert scene.row(second).ruled == [["Heavy", "does not apply: the weight of 'KETL' is not known"]]
    [told] = explain(scene.hub, scene.book, second.order_id)
    assert any("the weight of 'KETL' is not known" in str(entry.detail) for entry in told.story.steps)
