"""Settings, Rules: cards that are written, tried, moved and switched; routing where no card says so."""

from typing import Any

from tests.web.house import Web
from tranter.engine.ruling import rules_of
from tranter.engine.warehouses import plan_of
from tranter.routing.plan import Place
from tranter.routing.rule import About, Condition, HoldIt, Rule, Tag, Test

HERE = "/m/default/settings/rules"
LAMPS = {
    "name": "Lamps",
    "every": "all",
    "about": ["sku", ""],
    "test": ["starts", "is"],
    "words": ["LA, KE", ""],
    "deed": ["hold", "tag", ""],
    "value": ["look at it", "fragile", ""],
}


def written(web: Web, **changed: Any) -> Any:
    return web.post(f"{HERE}/new", {**LAMPS, "do": "save", **changed})


def test_a_rule_is_written_and_shown_in_words(web: Web) -> None:
    owner = web.as_owner()
    assert owner.get(f"{HERE}/new").status_code == 200
    assert written(owner).status_code == 303
    [rule] = rules_of(web.scene.book)
    assert rule == Rule(
        id=rule.id,
        name="Lamps",
        conditions=(Condition(About.SKU, Test.STARTS, ("LA", "KE")),),
        actions=(HoldIt("look at it"), Tag("fragile")),
    )
    page = owner.get(HERE).content.decode()
    assert "A SKU of it begins with LA or KE" in page
    assert "Hold it, because look at it" in page
    assert "LA, KE" in owner.get(f"{HERE}/{rule.id}").content.decode()


def test_it_is_tried_before_it_is_saved_and_keeps_what_was_written(web: Web) -> None:
    web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=10)
    owner = web.as_owner()
    page = written(owner, do="try").content.decode()
    assert "1 of 1 orders of the last 30 days would change" in page
    assert "held: look at it (rule &#x27;Lamps&#x27;)" in page
    assert 'value="look at it"' in page
    assert rules_of(web.scene.book) == ()
    assert written(owner, do="more").content.decode().count('name="deed"') == 3

    written(owner)
    [rule] = rules_of(web.scene.book)
    assert "1 of 1 orders" in owner.get(f"{HERE}/{rule.id}/try").content.decode()


def test_a_trial_says_whose_weight_is_not_known(web: Web) -> None:
    web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=10)
    page = written(web.as_owner(), about=["weight"], test=["at_least"], words=["1 kg"], do="try").content.decode()
    assert "0 of 1 orders of the last 30 days would change" in page
    assert "1 order hangs on a weight that is not known" in page
    assert "Write the weight at the warehouse: LAMP" in page


def test_what_can_not_work_is_said_and_nothing_is_lost(web: Web) -> None:
    answer = written(web.as_owner(), deed=["route"], value=["atlantis"])
    assert answer.status_code == 400
    assert "There is no warehouse &#x27;atlantis&#x27;; known are: warehouse." in answer.content.decode()
    assert 'value="Lamps"' in answer.content.decode()
    assert written(web.as_owner(), about=["nonsense"], test=["is"], words=["x"]).status_code == 400
    assert rules_of(web.scene.book) == ()


def test_rules_are_moved_switched_changed_and_removed(web: Web) -> None:
    owner = web.as_owner()
    for name in ("One", "Two", "Three"):
        written(owner, name=name)
    one, _, three = rules_of(web.scene.book)
    owner.post(f"{HERE}/{three.id}/move", {"place": "1"})
    owner.post(f"{HERE}/{one.id}/switch", {"on": "no"})
    assert [(rule.name, rule.enabled) for rule in rules_of(web.scene.book)] == [
        ("Three", True),
        ("One", False),
        ("Two", True),
    ]
    owner.post(f"{HERE}/{one.id}", {**LAMPS, "name": "First", "every": "any", "do": "save"})
    owner.post(f"{HERE}/{three.id}/remove")
    assert [(rule.name, rule.every, rule.enabled) for rule in rules_of(web.scene.book)] == [
        ("First", False, False),
        ("Two", True, True),
    ]


def test_a_viewer_looks_and_an_operator_works(web: Web) -> None:
    written(web.as_operator())
    [rule] = rules_of(web.scene.book)
    viewer = web.as_viewer()
    page = viewer.get(HERE).content.decode()
    assert "Lamps" in page
    assert "New rule" not in page
    assert viewer.get(f"{HERE}/{rule.id}/try").status_code == 200
    for path in ("new", "routing", f"{rule.id}", f"{rule.id}/move", f"{rule.id}/switch", f"{rule.id}/remove"):
        assert viewer.post(f"{HERE}/{path}", LAMPS).status_code == 403
    assert web.as_owner().get(f"{HERE}/999").status_code == 404


def test_routing_is_set_tried_and_refused(web: Web) -> None:
    owner = web.as_owner()
    form = {"place-warehouse": "1", "regions-warehouse": "US-CA, DE:8", "orders-warehouse": "on", "split": "on"}
    assert "would change" in owner.post(f"{HERE}/routing", {**form, "do": "try"}).content.decode()
    assert owner.post(f"{HERE}/routing", {**form, "do": "save"}).status_code == 303
    plan = plan_of(web.scene.book)
    assert (plan.split, plan.hold_without_stock) == (True, False)
    assert plan.places == (Place(name="warehouse", stock=False, regions=("US-CA", "DE:8")),)
    bad = owner.post(f"{HERE}/routing", {**form, "regions-warehouse": "Narnia", "do": "save"})
    assert bad.status_code == 400
    assert "is no region" in bad.content.decode()
    assert plan_of(web.scene.book) == plan


def test_an_order_shows_its_rules_and_its_tags_and_is_sent_now(web: Web) -> None:
    written(web.as_owner(), deed=["delay", "tag"], value=["4", "fragile"])
    bought = web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=10)
    owner, pk = web.as_owner(), web.scene.row(bought).pk
    page = owner.get(f"/m/default/orders/{pk}").content.decode()
    for said in ("Waits until", "fragile", "<strong>Lamps</strong>: waits 4 h, is tagged fragile", "Send now"):
        assert said in page
    assert web.scene.posts() == 0
    owner.post(f"/m/default/orders/{pk}/do/release")
    web.scene.pass_time(minutes=5)
    assert len(web.scene.at_warehouse(bought)) == 1
