"""Where is my order?"""

import re

import pytest

from tests.web.house import Web
from tranter.ledger.models import OrderRow
from tranter.ledger.order_page import sheet

SEARCH = "/m/default/search"


@pytest.fixture
def delivered(web: Web) -> OrderRow:
    order = web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=10)
    web.scene.gecko.ship(web.scene.at_warehouse(order)[0].id, tracking="1Z999")
    web.scene.pass_time(minutes=10)
    return OrderRow.objects.get(number=order.order_id)


@pytest.mark.parametrize("what", ["number", "tracking", "receiver", "buyer"])
def test_it_is_found_by_whatever_one_has(web: Web, delivered: OrderRow, what: str) -> None:
    order = sheet(web.scene.book, delivered.pk).order
    assert order.ship_to is not None
    texts = {
        "number": delivered.number,
        "tracking": "1Z999",
        "receiver": order.ship_to.name.upper(),
        "buyer": order.buyer.remote_id,
    }
    for scope in (SEARCH, "/all/search"):
        answer = web.as_viewer().get(f"{scope}?q={texts[what].replace(' ', '+')}")
        assert (answer.status_code, answer.headers.get("Location")) == (303, f"/m/default/orders/{delivered.pk}")


def test_a_sku_leads_to_its_orders(web: Web, delivered: OrderRow) -> None:
    assert web.as_viewer().get(f"{SEARCH}?q=LAMP").headers["Location"] == "/m/default/orders?tab=all&sku=LAMP"


def test_several_are_listed(web: Web) -> None:
    first, second = web.scene.ebay.buy_one("LAMP"), web.scene.ebay.buy_one("KETL")
    web.scene.pass_time(minutes=10)
    for order in (first, second):
        web.scene.gecko.ship(web.scene.at_warehouse(order)[0].id, tracking="BOTH-1")
    web.scene.pass_time(minutes=10)

    assert web.as_viewer().get(f"{SEARCH}?q=BOTH-1").content.decode().count('class="stretch"') == 2


def test_what_is_not_here_is_asked_for_live_and_pulled(web: Web) -> None:
    order = web.scene.ebay.buy_one("LAMP")
    page = web.as_operator().get(f"{SEARCH}?q={order.order_id}").content.decode()
    [ask] = [one.replace("&amp;", "&") for one in re.findall(r'hx-get="([^"]+)"', page)]
    answer = web.as_operator().get(ask).content.decode()

    assert "eBay was asked." in answer
    assert "It would be sent: 1 line." in answer
    assert OrderRow.objects.count() == 0
    assert "Pull it now" not in web.as_viewer().get(ask).content.decode()

    pulled = web.as_operator().post(f"{SEARCH}/pull", {"q": order.order_id, "connection": "shop"})
    row = OrderRow.objects.get()
    assert pulled.headers["Location"] == f"/m/default/orders/{row.pk}"
    web.scene.pass_time(minutes=20)
    assert len(web.scene.at_warehouse(order)) == 1


def test_what_no_cart_has_is_said(web: Web) -> None:
    path = f"{SEARCH}/ask?connection=shop&q=11-11111-11111"
    assert "eBay has no order 11-11111-11111." in web.as_viewer().get(path).content.decode()
    assert web.as_operator().post(f"{SEARCH}/pull", {"q": "11-11111-11111"}).status_code == 303


def test_a_cart_that_is_away_is_said(web: Web) -> None:
    web.scene.bent.down.add("sim.ebay")
    page = web.as_viewer().get(f"{SEARCH}/ask?connection=shop&q=11-11111-11111").content.decode()
    assert "eBay can&#x27;t be asked now" in page


@pytest.mark.parametrize("text", ["", "Ada Lovelace", "<script>", "%00", "x" * 500, "' OR 1=1 --"])
def test_a_name_is_not_asked_of_the_carts(web: Web, text: str) -> None:
    answer = web.as_viewer().get(f"{SEARCH}?q={text.replace(' ', '+')}")
    assert answer.status_code == 200
    assert "hx-get" not in answer.content.decode() or any(letter.isdigit() for letter in text)
    assert "<script>&" not in answer.content.decode()


def test_the_palette_finds_orders_while_they_are_typed(web: Web, delivered: OrderRow) -> None:
    page = web.as_viewer().get(f"/m/default/palette?q={delivered.number[:4]}").content.decode()

    assert f'href="/m/default/orders/{delivered.pk}"' in page
    assert "Confirmed" in page
