"""Orders in a real browser: the first one to its tracking number, and the one that is not here."""

import re
from datetime import timedelta

from django.db.models import Q
from playwright.sync_api import Page, expect

from tests.browser.stage import Stage
from tranter.demo.simulators import parts_of
from tranter.ledger import schedule
from tranter.ledger.models import Flow, OrderRow

UNKNOWN_SKU = parts_of("ebay").UNKNOWN_SKU
LIST = "/m/default/orders"


def test_the_first_order_is_followed_to_its_tracking_number(hub: Stage, page: Page) -> None:
    """The page stands open, and says by itself how far the order is."""
    page.goto(LIST)
    expect(page.get_by_text("No orders yet")).to_be_visible()
    hub.connect()
    [order] = hub.buy(1)
    hub.arrived([order])
    page.get_by_role("link", name=order.order_id).click()

    hub.at_warehouse([order])
    expect(page.locator(".page-head .pill")).to_have_text("At warehouse")
    hub.ship([order])
    expect(page.locator(".page-head .pill")).to_have_text("Confirmed")
    story = page.locator("#order-story")
    expect(story.get_by_text("TradeGecko has it")).to_be_visible()
    expect(story.get_by_text("A parcel left with UPS")).to_be_visible()
    expect(story.get_by_text("eBay knows the tracking number")).to_be_visible()
    assert not page.get_by_text("POST /orders").is_visible()
    page.get_by_text("Technical details").click()
    expect(page.get_by_text(re.compile("POST /orders → 201"))).to_be_visible()


def test_where_is_my_order(hub: Stage, page: Page) -> None:
    """Bought a moment ago: the cart is asked before the eyes of who asks, and it is pulled. By keyboard alone."""
    connected = hub.connect()
    hub.arrived(hub.buy(1))
    _polls_no_more(hub, connected.cart.id)
    [order] = hub.buy(1)
    page.goto("/m/default/today")
    page.keyboard.press("/")
    page.keyboard.type(order.order_id)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Where is my order?")).to_be_visible()
    for step in ("eBay was asked.", "Bought on eBay US, which is taken.", "It would be sent: 1 line."):
        expect(page.get_by_text(step)).to_be_visible()
    page.get_by_role("button", name="Pull it now").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=f"Order {order.order_id}")).to_be_visible()
    hub.at_warehouse([order])
    assert len([one for one in hub.world.gecko.orders() if one.reference_number == order.order_id]) == 1


def _polls_no_more(hub: Stage, cart_id: int) -> None:
    """So that the next order does not come by itself, nor with a longer look back that is under way."""
    now = hub.hub.ports.clock.now()
    schedule.set_every(cart_id, "orders", 10**7, now)
    hub.house.wake()
    soon = Q(due_at__lt=now + timedelta(hours=12)) | ~Q(lease_owner="")
    pulls = Flow.objects.filter(soon, connection_id=cart_id, name__startswith="orders")
    hub.eventually(lambda: not pulls.exists())


def test_what_no_cart_has_is_said_so(hub: Stage, page: Page) -> None:
    hub.connect()
    page.goto("/m/default/search?q=11-11111-11111")

    expect(page.get_by_text("eBay has no order 11-11111-11111.")).to_be_visible()
    expect(page.get_by_role("button", name="Pull it now")).to_have_count(0)


def test_an_address_and_a_sku_are_corrected_by_keyboard(hub: Stage, page: Page) -> None:
    hub.connect()
    [order] = hub.buy(1, UNKNOWN_SKU)
    hub.arrived([order])
    hub.eventually(lambda: OrderRow.objects.filter(held_kind="unknown_sku").exists())
    page.goto(f"{LIST}?tab=problems")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Unknown SKU:")).to_be_visible()
    page.get_by_role("link", name="Correct the SKU").focus()
    page.keyboard.press("Enter")
    city = page.get_by_label("City")
    city.fill("")
    page.keyboard.press("Enter")
    city.fill("Leeds")
    page.get_by_label("Umbrella").fill(hub.world.skus[0])
    page.keyboard.press("Enter")

    expect(page.get_by_text("Corrected; it goes out so.")).to_be_visible()
    hub.at_warehouse([order])
    expect(page.locator(".page-head .pill")).to_have_text("At warehouse")
    expect(page.get_by_text("Leeds")).to_be_visible()


def test_an_order_is_stopped_after_a_question(hub: Stage, page: Page) -> None:
    hub.connect()
    [order] = hub.buy(1, UNKNOWN_SKU)
    hub.arrived([order])
    page.goto(f"{LIST}/{OrderRow.objects.get(number=order.order_id).pk}")
    page.get_by_role("button", name="Stop sending…").focus()
    page.keyboard.press("Enter")
    question = page.get_by_role("dialog", name=f"Stop sending {order.order_id}?")
    expect(question.get_by_text("It is an order of default, bought on eBay US.")).to_be_visible()
    expect(question.get_by_role("button", name="Not now")).to_be_focused()
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    page.keyboard.press("Enter")
    question.get_by_role("button", name="Stop sending").press("Enter")

    expect(page.locator(".page-head .pill")).to_have_text("Cancelled")


def test_selected_orders_are_retried_together(hub: Stage, page: Page) -> None:
    hub.connect()
    odd = hub.buy(3, UNKNOWN_SKU)
    hub.arrived(odd)
    hub.eventually(lambda: OrderRow.objects.filter(held_kind="unknown_sku").count() == 3)
    page.goto(f"{LIST}?tab=problems")
    expect(page.locator(".bulk-bar")).to_be_hidden()
    page.get_by_label("Select all on this page").check()
    expect(page.locator(".bulk-bar")).to_contain_text("3 selected")
    page.get_by_role("button", name="Retry").click()

    expect(page).to_have_url(re.compile(r"/m/default/errands/\d+$"))


def test_filters_and_views_are_kept_in_the_address(hub: Stage, page: Page) -> None:
    hub.connect()
    hub.arrived(hub.buy(3))
    page.goto(f"{LIST}?tab=all")
    page.get_by_role("form", name="Filters").get_by_label("Status").select_option("Confirmed")
    expect(page.get_by_text("No order fits")).to_be_visible()
    page.get_by_role("button", name="Save view").click()
    page.get_by_label("Name").fill("Done ones")
    page.keyboard.press("Enter")

    expect(page.get_by_role("navigation", name="Saved views").get_by_role("link", name="Done ones")).to_be_visible()
    page.get_by_role("link", name="Without Confirmed").click()
    expect(page.get_by_role("row")).to_have_count(4)
