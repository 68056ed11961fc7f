"""What strangers wrote, looked at by a real browser: nothing runs, and nothing even tries to."""

from playwright.sync_api import Dialog, Page, Request

from tests.browser.conftest import Watch
from tests.browser.stage import Stage
from tests.hostile.markup import PAYLOADS
from tranter.connectors.ebay.simulator import Purchase, Want
from tranter.connectors.ebay.simulator.orders import Address, Buyer
from tranter.ledger import notes
from tranter.ledger.models import Merchant, OrderRow
from tranter.testing.faultmark import fault

EACH = 8
PLACES = ("today", "orders", "problems", "stock", "stock/catalogue", "connections", "connections/shop", "settings")


def loaded(number: int, sku: str) -> Purchase:
    some = [PAYLOADS[(number * EACH + place) % len(PAYLOADS)] for place in range(EACH)]
    address = Address(some[0], some[1], "US", some[2], "OR", "97205")
    buyer = Buyer(
        username=f"u{number}", user_id=f"i{number}", name=some[3], address=address, email="a@b.example", company=some[4]
    )
    return Purchase((Want(sku, 1, title=some[5], as_sku=some[6] if number % 2 else None),), buyer=buyer, note=some[7])


@fault("SEC-09")
def test_no_text_of_a_stranger_s_runs_in_a_browser(hub: Stage, page: Page, watch: Watch) -> None:
    hub.connect()
    bought = [
        hub.world.ebay.buy(loaded(number, hub.world.skus[number % len(hub.world.skus)]))
        for number in range(len(PAYLOADS) // EACH + 1)
    ]
    hub.arrived(bought)
    Merchant.objects.update(name='"><img src=//evil.example/x onerror=xss()>')
    for number, row in enumerate(OrderRow.objects.all()):
        notes.add(hub.book, row.pk, PAYLOADS[number], PAYLOADS[-number], hub.hub.ports.clock.now())
    dialogs: list[Dialog] = []
    asked: list[Request] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - Playwright wants a function

    for place in PLACES:
        page.goto(f"/m/default/{place}")
    for row in OrderRow.objects.all():
        page.goto(f"/m/default/orders/{row.pk}")
    page.goto("/m/default/search?q=%22%3E%3Cimg%20src%3Dx%20onerror%3Dxss()%3E")

    assert dialogs == []
    assert [one.url for one in asked if not one.url.startswith((hub.url, "data:"))] == []
    assert watch.faults() == []
