"""The day's work by keyboard alone: Tab, Enter, the space bar and letters; no click, no focus by script.

Correcting an address and mapping a SKU by keyboard stand with the orders and the catalogue.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.stage import Stage
from tranter.demo.simulators import parts_of
from tranter.engine import setting_up
from tranter.ledger import connections
from tranter.ledger.applications import Keys
from tranter.ledger.connections import ConnectionState
from tranter.ledger.models import OrderRow

UNKNOWN_SKU = parts_of("ebay").UNKNOWN_SKU
FURTHEST = 140
FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) return "";
  const words = [one.labels?.[0]?.innerText ?? "", one.getAttribute("aria-label") ?? "", one.innerText ?? ""];
  return one.localName + "|" + words.join(" ").replace(/\\s+/g, " ").trim();
}"""
HIDDEN = """() => {
  const {top, bottom, left, width} = document.activeElement.getBoundingClientRect();
  const there = document.elementFromPoint(left + Math.min(width / 2, 40), (top + bottom) / 2);
  const one = document.activeElement;
  return !there || !(one.contains(there) || there.contains(one) || one.labels?.[0]?.contains(there));
}"""


def reach(page: Page, words: str, kind: str = "") -> None:
    """Tab until the focus is on what begins with these words; and it must be in sight there, under no bar."""
    wanted = re.compile(rf"{kind or '[a-z]+'}\|(\W*){re.escape(words)}( |$)")
    for _ in range(FURTHEST):
        page.keyboard.press("Tab")
        if wanted.match(page.evaluate(FOCUSED)):
            page.wait_for_function(f"() => !({HIDDEN})()", timeout=3000)
            return
    raise AssertionError(f"Tab never came to {words!r}")


def press(page: Page, words: str, kind: str = "") -> None:
    reach(page, words, kind)
    page.keyboard.press("Enter")


def write(page: Page, label: str, text: str) -> None:
    reach(page, label)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def press_in_window(page: Page, opener: str, answer: str) -> None:
    """The vendor's own window."""
    reach(page, opener)
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    expect(opened.value.get_by_role("button", name=answer)).to_be_visible()
    press(opened.value, answer)


def letters(page: Page, *pressed: str) -> None:
    for one in pressed:
        page.keyboard.press(one)


@pytest.fixture(autouse=True)
def vendor_s_icon(watch: Watch) -> None:
    """The vendors in miniature have none."""
    watch.allowed.append("favicon.ico")


def finish(page: Page) -> None:
    """From the sign-in to a connection that runs."""
    expect(page.get_by_role("link", name="Continue to the settings")).to_be_visible()
    press(page, "Continue to the settings")
    expect(page.get_by_role("button", name="Save and test")).to_be_visible()
    press(page, "Save and test")
    expect(page.get_by_role("link", name="OK, on to going live")).to_be_visible()
    press(page, "OK, on to going live")
    expect(page.get_by_role("button", name="Go live")).to_be_visible()
    press(page, "Go live", "button")


def test_ebay_is_connected_and_goes_live(hub: Stage, page: Page) -> None:
    secrets = hub.world.ebay.credentials()
    plain = {"environment": "custom", "base_url": hub.urls["ebay"], "ru_name": hub.world.ebay.options.ru_name}
    hidden = {name: secrets[name] for name in ("client_id", "client_secret")}
    setting_up.give_keys(hub.hub, "ebay", Keys(plain, hidden))
    page.goto("/")
    letters(page, "g", "c")
    expect(page.get_by_role("heading", name="Connections", level=1)).to_be_visible()
    press(page, "New connection")
    expect(page.get_by_role("heading", name="What do you want to connect?")).to_be_visible()
    press(page, "eBay")
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    reach(page, "United States")
    if not page.evaluate("() => document.activeElement.checked"):
        page.keyboard.press("Space")
    write(page, "Name", "shop")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Grant access")).to_be_visible()

    press_in_window(page, "Sign in at eBay", "Agree")
    finish(page)

    expect(page.get_by_text("shop is live.")).to_be_visible()


def test_tradegecko_is_connected_and_goes_live(hub: Stage, page: Page) -> None:
    secrets = hub.world.secrets("tradegecko")
    page.goto("/m/default/connections/new/tradegecko")
    write(page, "Name", "depot")
    write(page, "Address of the API", hub.urls["tradegecko"])
    write(page, "Application id", secrets["client_id"])
    write(page, "Application secret", secrets["client_secret"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Grant access")).to_be_visible()

    press_in_window(page, "Sign in at TradeGecko", "Authorize")
    finish(page)

    expect(page.get_by_text("depot is live.")).to_be_visible()


def test_whoever_has_to_signs_in_again(hub: Stage, page: Page) -> None:
    connected = hub.connect()
    connections.needs_sign_in(hub.book, connected.warehouse, "the sign-in has run out", hub.hub.ports.clock.now())
    page.goto("/")
    press(page, "Sign in again")
    expect(page).to_have_url(re.compile("/problems"))
    press(page, "Sign in again")
    expect(page).to_have_url(re.compile("/access"))
    press_in_window(page, "Sign in again", "Authorize")

    hub.eventually(lambda: connections.by_id(connected.warehouse.id).state is ConnectionState.LIVE)


def test_an_order_is_found_by_its_number_and_stopped(hub: Stage, page: Page) -> None:
    hub.connect()
    [order] = hub.buy(1, UNKNOWN_SKU)
    hub.arrived([order])
    page.goto("/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type(order.order_id)
    expect(page.get_by_role("option", selected=True)).to_contain_text(order.order_id)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"Order {order.order_id}")).to_be_visible()

    press(page, "Stop sending…")
    expect(page.get_by_role("dialog")).to_be_visible()
    press(page, "Stop sending")

    expect(page.locator(".page-head .pill")).to_have_text("Cancelled")


def waiting(hub: Stage, count: int) -> list:
    hub.connect()
    orders = hub.buy(count, UNKNOWN_SKU)
    hub.arrived(orders)
    hub.eventually(lambda: OrderRow.objects.filter(held_kind="unknown_sku").count() == count)
    return orders


def test_one_order_is_tried_again(hub: Stage, page: Page) -> None:
    [order] = waiting(hub, 1)
    page.goto("/m/default/orders?tab=problems")
    letters(page, "j", "Enter")
    expect(page.get_by_role("heading", name=f"Order {order.order_id}")).to_be_visible()
    press(page, "Try again")

    expect(page.get_by_role("status")).not_to_be_empty()


def test_many_orders_are_tried_again_together(hub: Stage, page: Page) -> None:
    waiting(hub, 3)
    page.goto("/m/default/orders?tab=problems")
    letters(page, "j", "x", "j", "x")
    expect(page.locator(".bulk-bar")).to_contain_text("2 selected")
    press(page, "Retry")

    expect(page.get_by_text("2 of 2 orders", exact=True)).to_be_visible()


def test_who_stands_on_the_bar_of_the_selection_stays_there_when_the_list_comes_anew(hub: Stage, page: Page) -> None:
    waiting(hub, 2)
    page.goto("/m/default/orders?tab=problems")
    letters(page, "j", "x")
    reach(page, "Retry")

    hub.arrived(hub.buy(1, UNKNOWN_SKU))

    expect(page.locator("[data-row]")).to_have_count(3)
    expect(page.locator(".bulk-bar")).to_contain_text("1 selected")
    expect(page.get_by_role("button", name="Retry")).to_be_focused()
