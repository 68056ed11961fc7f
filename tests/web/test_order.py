"""The page of one order: what happened to it, and what a person does."""

import re
from typing import Any

import pytest

from tests.flow.stage import Scene, Setting
from tests.web.house import Web, served
from tranter.connectors.ebay.simulator import UNKNOWN_SKU, Purchase, Want
from tranter.connectors.ebay.simulator.orders import Address
from tranter.engine import mapping
from tranter.engine.errands import carry_out
from tranter.ledger import orders, privacy
from tranter.ledger.models import OrderNote, OrderRow
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault


def row(order: Any) -> OrderRow:
    return OrderRow.objects.get(number=order.order_id)


def url(order: Any) -> str:
    return f"/m/default/orders/{row(order).pk}"


def page(web: Web, order: Any) -> str:
    return re.sub(r"\s+", " ", web.read(url(order)))


def do(web: Web, order: Any, deed: str, **form: str) -> int:
    return web.post(f"{url(order)}/do/{deed}", form).status_code


def taken(web: Web, sku: str = "LAMP") -> Any:
    order = web.scene.ebay.buy_one(sku)
    web.scene.clock.advance(200)
    web.scene.run("orders")
    web.scene.run("decide")
    return order


def story(text: str) -> list[str]:
    return re.findall(r"<li[^>]*><span>([^<]+)</span>", text)


def test_a_lost_reply_is_told_in_plain_words(web: Web) -> None:
    web.scene.gecko_faults.next("POST", "/orders", Fault.LOST_REQUEST)
    order = web.scene.ebay.buy_one("LAMP")
    web.scene.deliver_now()
    doubtful = page(web.as_viewer(), order)
    web.scene.pass_time(minutes=20)
    web.scene.gecko.ship(web.scene.at_warehouse(order)[0].id)
    web.scene.pass_time(minutes=20)
    told = story(page(web.as_viewer(), order))

    assert "Checking" in doubtful
    assert "Nobody knows whether it arrived: we look at TradeGecko." in doubtful
    assert told[:3] == ["Taken from eBay", "Ready to be sent to TradeGecko", "The first reply of TradeGecko was lost"]
    assert told[3:] == [
        "Sent again, and this time TradeGecko answered",
        "TradeGecko has it",
        "A parcel left with UPS",
        "eBay knows the tracking number",
        "eBay counts it as sent",
    ]


def test_no_page_speaks_of_the_engine_room(web: Web) -> None:
    order = taken(web, UNKNOWN_SKU)
    shown = re.sub(r"<[^>]+>", " ", page(web.as_owner(), order)).lower()

    assert [word for word in ("intent", "fulfillment", "attempt", "lease", "cursor") if word in shown] == []


def test_what_is_wrong_is_said_with_the_way_out(web: Web) -> None:
    order = taken(web, UNKNOWN_SKU)
    shown = page(web.as_operator(), order)

    assert "Unknown SKU:" in shown
    assert f'class="btn main" href="{url(order)}/correct"' in shown
    assert "btn main" not in re.sub(r"<dialog.*?</dialog>", "", page(web.as_viewer(), order))


def test_an_order_is_held_and_released(web: Web) -> None:
    order = taken(web)
    do(web.as_operator(), order, "hold")
    held = page(web.as_operator(), order)
    do(web.as_operator(), order, "release")
    web.scene.pass_time(minutes=5)

    assert "Held" in held
    assert ">Release</button>" in held
    assert "operator@hub.example holds it" in held
    assert len(web.scene.at_warehouse(order)) == 1


def test_three_ways_to_stop_say_whose_order_it_is(web: Web) -> None:
    order = taken(web)
    shown = page(web.as_operator(), order)
    assert re.findall(r'<dialog class="dialog" id="(ask-[a-z-]+)"', shown) == ["ask-stop", "ask-cancel-at-cart"]
    assert shown.count("It is an order of default, bought on eBay US.") == 2
    web.scene.pass_time(minutes=10)
    shown = page(web.as_operator(), order)
    assert re.findall(r'<dialog class="dialog" id="(ask-[a-z-]+)"', shown) == ["ask-cancel"]


@pytest.mark.parametrize(("deed", "state"), [("stop", "NONE_REQUESTED"), ("cancel-at-cart", "CANCELED")])
def test_an_order_is_stopped_here_or_at_the_cart(web: Web, deed: str, state: str) -> None:
    order = taken(web)
    assert do(web.as_operator(), order, deed, reason="fraud") == 303
    web.scene.pass_time(minutes=20)

    assert web.scene.at_warehouse(order) == []
    assert web.scene.ebay.order(order.order_id).cancel_state.value == state
    assert "Cancelled" in page(web.as_viewer(), order)


def test_what_can_not_be_done_is_said_and_names_no_command(web: Web) -> None:
    order = taken(web)
    web.scene.pass_time(minutes=10)
    operator = web.as_operator()
    do(operator, order, "stop")
    shown = page(operator, order)

    assert "the warehouse has it already as" in shown
    assert "tranter cancel" not in shown


def test_a_skipped_order_is_sent_anyway(web_with_a_late_start: Web) -> None:
    web = web_with_a_late_start
    order = web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=10)
    assert ">Send anyway</button>" in page(web.as_operator(), order)
    do(web.as_operator(), order, "send-anyway")
    web.scene.pass_time(minutes=10)

    assert len(web.scene.at_warehouse(order)) == 1


@pytest.fixture
def web_with_a_late_start(theatre: Any) -> Any:
    scene: Scene = theatre.scene(Setting(cart={"earliest_order_date": "2026-03-03"})).connect()
    with served(scene) as web:
        yield web


ADDRESS = {
    "name": "Grace Hopper",
    "company": "",
    "lines": "1 Park Row\r\nFlat 2",
    "postal_code": "LS1 5HN",
    "city": "Leeds",
    "region": "",
    "country": "GB",
    "phone": "",
}


def test_address_and_sku_are_corrected_and_it_is_sent(web: Web) -> None:
    order = taken(web, UNKNOWN_SKU)
    answer = web.as_operator().post(f"{url(order)}/correct", {**ADDRESS, "sku-0": "LAMP"})
    web.scene.pass_time(minutes=10)

    assert (answer.status_code, answer.headers["Location"]) == (303, url(order))
    assert [line.sku for line in web.scene.at_warehouse(order)[0].lines if line.sku] == ["LAMP"]
    shown = page(web.as_viewer(), order)
    assert "Grace Hopper<br>1 Park Row<br>Flat 2<br>Leeds<br>LS1 5HN<br>United Kingdom" in shown
    assert f"the cart says {UNKNOWN_SKU}" in shown


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("city", ""), ("postal_code", ""), ("country", "XX")])
def test_what_is_wrong_stands_beside_its_field(web: Web, field: str, value: str) -> None:
    order = taken(web, UNKNOWN_SKU)
    answer = web.as_operator().post(f"{url(order)}/correct", {**ADDRESS, "sku-0": "LAMP", field: value})
    shown = answer.content.decode()

    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in shown
    assert "Grace Hopper" in shown or field == "name"
    assert row(order).corrections is None


def test_what_the_warehouse_has_is_not_corrected(web: Web) -> None:
    order = taken(web)
    web.scene.pass_time(minutes=10)
    answer = web.as_operator().post(f"{url(order)}/correct", {**ADDRESS, "sku-0": "LAMP"})

    assert answer.status_code == 422
    assert "the warehouse has it already" in answer.content.decode()


def test_a_form_that_changes_nothing_corrects_nothing(web: Web) -> None:
    order = taken(web)
    form = dict(
        re.findall(r'name="([^"]+)" value="([^"]*)"', web.as_operator().get(f"{url(order)}/correct").content.decode())
    )
    before = orders.open_order(web.scene.book, row(order)).ship_to
    assert before is not None
    form = {**form, "lines": "\n".join(before.lines), "country": before.country}
    web.as_operator().post(f"{url(order)}/correct", form)

    assert row(order).corrections is None


def test_notes_are_sealed_and_removed(web: Web) -> None:
    order = taken(web)
    web.as_operator().post(f"{url(order)}/notes", {"text": "rang twice <b>"})
    [note] = OrderNote.objects.all()

    assert b"rang" not in bytes(note.sealed)
    assert "rang twice &lt;b&gt;" in page(web.as_viewer(), order)
    web.as_operator().post(f"{url(order)}/notes/{note.pk}/remove")
    assert OrderNote.objects.count() == 0


def test_an_erased_order_shows_nobody(web: Web) -> None:
    order = taken(web)
    buyer = orders.open_order(web.scene.book, row(order)).buyer
    privacy.erase_buyer(web.scene.book, "ebay", [buyer.remote_id], web.scene.clock.now())
    shown = page(web.as_operator(), order)

    assert "data has been erased" in shown
    assert buyer.remote_id not in shown


def test_technical_details_are_closed_and_name_no_secret(web: Web) -> None:
    order = taken(web)
    web.scene.pass_time(minutes=10)
    shown = page(web.as_viewer(), order)

    assert '<details><summary class="soft">Technical details' in shown
    assert "POST /orders → 201" in shown
    assert "Bearer" not in shown


def test_an_unknown_deed_is_not_there(web: Web) -> None:
    assert do(web.as_owner(), taken(web), "explode") == 404


def test_a_buyer_who_cancels_in_time_is_answered_at_the_warehouse(web: Web) -> None:
    order = taken(web)
    web.scene.pass_time(minutes=10)
    web.scene.ebay.request_cancel(order.order_id)
    web.scene.pass_time(minutes=20)
    shown = page(web.as_operator(), order)

    assert "Buyer asks to cancel:" in shown
    assert 'class="btn danger needs-script main" type="button" data-opens="ask-cancel"' in shown
    assert shown.count('id="ask-cancel"') == 1


def test_what_the_warehouse_stopped_is_looked_for_and_sent_again_on_a_persons_word(web: Web) -> None:
    order = taken(web)
    web.scene.pass_time(minutes=10)
    web.scene.gecko.set_order_status(web.scene.at_warehouse(order)[0].id, "void")
    web.scene.pass_time(hours=2)
    assert 'id="ask-resend-anyway"' in page(web.as_operator(), order)
    do(web.as_operator(), order, "resend-anyway", typed="yes")
    web.scene.pass_time(minutes=10)
    assert web.scene.at_warehouse(order) == []
    do(web.as_operator(), order, "resend-anyway", typed=row(order).number)
    web.scene.pass_time(minutes=10)

    assert len(web.scene.at_warehouse(order)) == 1
    assert web.scene.kinds() == []


def test_an_unknown_sku_is_mapped_in_place_for_all(web: Web) -> None:
    order = taken(web, UNKNOWN_SKU)
    other = taken(web, UNKNOWN_SKU)
    shown = page(web.as_operator(), order)
    assert f"Map {UNKNOWN_SKU} for every order that has it" in shown

    web.as_operator().post("/m/default/stock/map-sku", {"code": UNKNOWN_SKU, "sku": "LAMP", "back": url(order)})
    web.scene.pass_time(minutes=10)

    assert [len(web.scene.at_warehouse(one)) for one in (order, other)] == [1, 1]


def changed(web: Web) -> Any:
    """Bought as 1, sent to the warehouse, and then 3 of it and another street."""
    order = taken(web)
    web.scene.pass_time(minutes=10)
    web.scene.ebay.edit_line(order.order_id, order.lines[0].line_item_id, 3)
    web.scene.ebay.edit_address(order.order_id, Address(line1="9 New Street", city="Leeds", country="US"))
    web.scene.pass_time(minutes=20)
    return order


@fault("API-21", "API-22")
def test_what_the_cart_changed_is_shown_beside_what_the_warehouse_has(web: Web) -> None:
    order = changed(web)
    shown = page(web.as_operator(), order)

    assert re.findall(r"<del>([^<]+)</del>", shown)[:2] == ["1", order.buyer.address.line1]
    assert re.findall(r"<ins>([^<]+)</ins>", shown)[:2] == ["3", "9 New Street"]
    assert 'data-opens="ask-send-changed"' in shown
    assert "Stop it and send it changed…" in shown

    problem = web.as_operator().get("/m/default/problems").content.decode()
    assert "<ins>9 New Street</ins>" in problem
    assert "9 New Street" not in web.as_viewer().get("/m/default/settings/journal").content.decode()


@fault("API-21", "API-22")
def test_a_change_is_sent_again_accepted_or_ignored_on_the_page(web: Web) -> None:
    orders = [changed(web) for _ in range(3)]
    for order, deed in zip(orders, ("send-changed", "accept-change", "ignore-change"), strict=True):
        assert do(web.as_operator(), order, deed) == 303
    web.scene.pass_time(minutes=20)

    units = [[line.quantity for line in web.scene.at_warehouse(one)[0].lines if line.sku] for one in orders]
    assert units == [[3], [1], [1]]
    assert web.scene.kinds() == []
    told = [story(page(web.as_viewer(), one)) for one in orders]
    assert "operator@hub.example told the warehouse of the change" in told[1]
    assert "operator@hub.example ignored the change" in told[2]


def test_all_changed_orders_are_sent_again_from_the_problems_page(web: Web) -> None:
    orders = [changed(web) for _ in range(2)]
    assert "Stop and send 2 changed" in web.as_operator().get("/m/default/problems").content.decode()
    web.as_operator().post("/m/default/problems/do", {"kind": "changed_at_cart", "what": "send_changed"})
    carry_out(web.scene.hub, lambda owner: False, lambda: False)
    web.scene.pass_time(minutes=20)

    units = [[line.quantity for line in web.scene.at_warehouse(one)[0].lines if line.sku] for one in orders]
    assert (units, web.scene.kinds()) == ([[3], [3]], [])


def test_an_item_that_a_filter_leaves_out_is_crossed_out(web: Web) -> None:
    rule = {("", "item_sku"): "restricted full: KETL"}
    mapping.save(web.scene.hub, web.scene.book, {"filter": rule}, "operator")
    order = web.scene.ebay.buy(Purchase((Want("LAMP", 1), Want("KETL", 1))))
    web.scene.clock.advance(200)
    web.scene.run("orders")
    address = f"/m/default/orders/{web.scene.row(order).pk}"
    before = web.as_viewer().get(address).content.decode()
    web.scene.pass_time(minutes=15)
    after = web.as_viewer().get(address).content.decode()

    assert before.count("<del>") == after.count("<del>") == 1
    assert "Not sent" in after
