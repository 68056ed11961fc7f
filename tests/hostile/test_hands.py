"""What impatient or mistaken hands do: send again, key it in elsewhere, take in the past, press twice."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.flow.stage import Scene, Setting, Theatre
from tests.hostile.browsers import text
from tests.hostile.posting import mine
from tests.web.house import Web, served
from tests.web.test_set_up import fields
from tranter.connectors.ebay.simulator import UNKNOWN_SKU
from tranter.ledger import connections, mappings
from tranter.ledger.connections import ConnectionState
from tranter.ledger.models import Connection, Intent, Merchant, OrderRow
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault

DEEDS = ("resend", "resend-anyway", "retry", "release", "send-anyway", "hold", "release", "resend", "retry")


def do(web: Web, scene: Scene, order: Any, deed: str) -> str:
    """What the next page says."""
    url = f"/m/default/orders/{scene.row(order).pk}"
    assert (
        web.post(f"{url}/do/{deed}", {"reason": "it looks stuck", "typed": scene.row(order).number}).status_code == 303
    )
    return re.sub(r"\s+", " ", text(web.get(url)))


def at_warehouse(scene: Scene) -> Any:
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)
    assert scene.status(order) == "at_wms"
    return order


def unanswered(scene: Scene) -> Any:
    scene.gecko_faults.next("POST", "/orders", Fault.LOST_REPLY)
    order = scene.ebay.buy_one("LAMP")
    while not scene.unknown():
        scene.clock.advance(20)
        scene.settle()
    return order


def refused(scene: Scene) -> Any:
    """Refused with an error, and done all the same."""
    scene.gecko_faults.next("POST", "/orders", Fault.ERROR_AFTER)
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)
    return order


def shipped(scene: Scene) -> Any:
    order = at_warehouse(scene)
    scene.gecko.ship(scene.at_warehouse(order)[0].id)
    scene.pass_time(minutes=15)
    return order


def held(scene: Scene) -> Any:
    order = scene.ebay.buy_one(UNKNOWN_SKU)
    scene.pass_time(minutes=15)
    return order


@fault("OPS-01", "OPS-15")
@pytest.mark.parametrize("state", [at_warehouse, unanswered, refused, shipped, held])
def test_pressed_again_and_again_nothing_is_sent_twice(web: Web, state: Callable[[Scene], Any]) -> None:
    scene, owner = web.scene, web.as_owner()
    order = state(scene)
    for deed in DEEDS:
        do(owner, scene, order, deed)
        do(owner, scene, order, deed)
        scene.pass_time(minutes=3)
    scene.pass_time(hours=1)

    living = [one for one in scene.gecko.orders() if one.reference_number == order.order_id and one.status != "void"]
    assert len(living) <= 1
    assert not scene.gecko.duplicate_orders()


@fault("OPS-01")
def test_what_is_there_already_is_said_with_its_number(web: Web) -> None:
    order = at_warehouse(web.scene)
    number = web.scene.at_warehouse(order)[0].order_number

    page = do(web.as_owner(), web.scene, order, "resend")

    assert f"{order.order_id} is already there as {number}: nothing was sent" in page


# keyed in at the warehouse by hand


def keyed(scene: Scene, order: Any, **fields: str) -> Any:
    """As a person at the warehouse's own screen does it."""
    [variant] = [row for row in scene.gecko.rows("variants") if row["sku"] == "LAMP"]
    price = str(order.lines[0].unit_price)
    body = {
        "status": "active",
        "issued_at": "2026-03-02",
        "company": {"name": order.buyer.name, "company_type": "consumer", "email": order.buyer.email},
        "shipping_address": {"address1": "1 Street", "city": "Town", "country": "US", "label": "Home"},
        "order_line_items": [{"variant_id": variant["id"], "quantity": 1, "price": price}],
        **fields,
    }
    connector: Any = scene.hub.plug(scene.warehouse).connector
    connector._client.post("/orders", "order", body, "")
    return scene.gecko.orders()[-1]


@fault("OPS-02")
@pytest.mark.parametrize("named", [("order_number", "reference_number"), ("reference_number",), ("order_number",)])
def test_an_order_that_was_keyed_in_meanwhile_is_not_sent_as_well(scene: Scene, named: tuple[str, ...]) -> None:
    order = held(scene)
    keyed(scene, order, **dict.fromkeys(named, order.order_id))

    mappings.set_aliases(scene.book, [("", UNKNOWN_SKU, "LAMP")], scene.clock.now())
    scene.pass_time(hours=1)

    numbers = [one for one in scene.gecko.orders() if order.order_id in (one.order_number, one.reference_number)]
    assert len(numbers) == 1
    assert scene.kinds() in ([], ["doubtful_at_warehouse"])


# the past of a shop


@pytest.fixture
def old(theatre: Theatre) -> Scene:
    """A shop with a past, signed in and not live."""
    scene = theatre.scene(Setting(stock_live=False)).connect()
    connections.set_state(scene.book, scene.cart.id, ConnectionState.DRAFT, "", scene.clock.now())
    Connection.objects.filter(pk=scene.cart.id).update(live_at=None)
    for number in range(110):
        order = scene.ebay.buy_one("LAMP")
        if number < 55:
            scene.ebay.ship_by_hand(order.order_id)
    scene.clock.advance(400)
    return scene


@fault("OPS-03")
def test_a_shop_with_a_past_is_not_taken_in_by_one_yes(old: Scene) -> None:
    with served(old) as web:
        owner, url = web.as_owner(), "/m/default/connections/shop/go-live"
        owner.post(url, {"yes": "1"})
        owner.post(url, {})
        old.pass_time(hours=1)
        assert old.cart.state is ConnectionState.DRAFT
        assert OrderRow.objects.count() == 0
        plan = text(owner.get(f"{url}/plan"))

    assert "55" in plan
    assert old.posts() == 0


@fault("OPS-03")
def test_what_was_shipped_before_is_never_sent(old: Scene) -> None:
    with served(old) as web:
        page = text(web.as_owner().get("/m/default/connections/shop/go-live/plan"))
        yeses = dict(re.findall(r'name="(yes|yes_many|sure|really)[^"]*" value="([^"]*)"', page))
        web.as_owner().post("/m/default/connections/shop/go-live", {**yeses, "yes": "2", "yeses": "2", "many": "on"})
        connections.set_state(old.book, old.cart.id, ConnectionState.LIVE, "", old.clock.now())
        old.pass_time(hours=1)

    assert old.posts() <= 55
    shipped_before = OrderRow.objects.filter(status="skipped").count()
    assert len(old.gecko.orders()) + shipped_before <= 110
    assert all(one.status in ("skipped", "at_wms") for one in OrderRow.objects.all())


# whose it is

READERS_OWN = re.compile(r'action="[^"]*/orders/columns"')  # which columns somebody sees is nobody else's


@fault("OPS-12")
def test_every_dialog_that_changes_something_says_whose_it_is(web: Web) -> None:
    for state in (held, at_warehouse):
        state(web.scene)
    Merchant.objects.filter(slug="default").update(name="Harbour Goods")
    Merchant.objects.create(slug="other", name="Other", created_at=web.scene.clock.now())
    owner, silent = web.as_owner(), {}
    for path in dict.fromkeys(mine(owner, 4)):
        page = text(owner.get(path))
        for dialog in re.findall(r"<dialog.*?</dialog>", page, re.DOTALL):
            changes = 'method="post"' in dialog and not READERS_OWN.search(dialog)
            if changes and "Harbour Goods" not in dialog and path.startswith("/m/"):
                silent.setdefault(path, re.sub(r"<[^>]+>|\s+", " ", dialog)[:120])
        if path.startswith("/m/") and "<main" in page and "Harbour Goods" not in page:
            silent[path] = "no merchant in the page"
    assert silent == {}


@fault("OPS-15")
def test_a_double_click_on_many_orders_does_each_once(web: Web) -> None:
    order = held(web.scene)
    mappings.set_aliases(web.scene.book, [("", UNKNOWN_SKU, "LAMP")], web.scene.clock.now())
    owner = web.as_owner()
    form = {"what": "retry", "order": str(web.scene.row(order).pk), "confirm": "yes"}
    for _ in range(3):
        assert owner.post("/m/default/orders/many", form).status_code == 303
    web.scene.pass_time(hours=1)

    assert len(web.scene.at_warehouse(order)) <= 1
    assert Intent.objects.filter(order=web.scene.row(order), verb="push_fulfillment").count() <= 1


@fault("OPS-07")
def test_of_two_who_change_the_same_settings_the_second_is_told(web: Web) -> None:
    url, scene = "/m/default/connections/shop/settings", web.scene
    ada, bob = web.as_owner(), web.as_operator()
    seen = re.findall(r'name="version" value="(\d+)"', text(ada.get(url)))[0]
    assert ada.post(url, fields(buffer="3", version=seen)).status_code == 303

    answer = bob.post(url, fields(buffer="7", version=seen))

    assert answer.status_code == 422
    assert "Somebody saved these settings while you had them open" in text(answer)
    assert scene.cart.settings["buffer"] == 3
    again = re.findall(r'name="version" value="(\d+)"', text(answer))[0]
    assert bob.post(url, fields(buffer="7", version=again)).status_code == 303
    assert scene.cart.settings["buffer"] == 7


@fault("OPS-05")
def test_who_removes_a_connection_reads_what_is_still_open_of_it(web: Web) -> None:
    orders = [held(web.scene), at_warehouse(web.scene)]
    owner = web.as_owner()
    assert "2 of its orders are still open" in text(owner.get("/m/default/connections/shop"))

    owner.post("/m/default/connections/shop/remove", {})

    assert OrderRow.objects.count() == 2
    assert text(owner.get(f"/m/default/orders/{web.scene.row(orders[0]).pk}"))
    assert len(web.scene.at_warehouse(orders[1])) == 1
