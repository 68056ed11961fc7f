"""Accounts are connected, let go live and signed in at again by keyboard alone."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Watch
from tests.browser.stage import Stage
from tests.browser.test_set_up import HERE, keys, vendor_s_icon
from tranter.ledger import connections
from tranter.ledger.connections import ConnectionState

__all__ = ["keys", "vendor_s_icon"]

pytestmark = pytest.mark.timeout(180)
MOST_STEPS = 150


def go_to(page: Page, wanted: Locator) -> None:
    """By Tab alone."""
    wanted.first.wait_for()
    for _ in range(MOST_STEPS):
        if wanted.first.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the focus never comes there")


def press(page: Page, name: str | re.Pattern[str], role: str = "button") -> None:
    go_to(page, page.get_by_role(role, name=name))  # type: ignore[arg-type]
    page.keyboard.press("Enter")


def write(page: Page, label: str, text: str) -> None:
    go_to(page, page.get_by_label(label))
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def agree(page: Page, vendor: str, word: str, button: str = "") -> None:
    """The window opens by Enter, and is answered by Enter."""
    go_to(page, page.get_by_role("button", name=button or f"Sign in at {vendor}"))
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    popup = opened.value
    popup.get_by_role("button", name=word).wait_for()
    press(popup, word)


def test_ebay_is_connected_and_goes_live(keys: Stage, page: Page) -> None:
    page.goto(HERE)
    press(page, "New connection", "link")
    press(page, re.compile("eBay"), "link")
    write(page, "Name", "shop")
    press(page, "Continue")
    agree(page, "eBay", "Agree")
    press(page, "Continue to the settings", "link")
    press(page, "Save and test")
    press(page, "OK, on to going live", "link")
    press(page, "Go live")

    expect(page.get_by_text("shop is live.")).to_be_visible()
    press(page, "Send stock from now on")
    expect(page.get_by_text("Stock is sent to shop from now on.")).to_be_visible()


def test_tradegecko_is_connected_and_goes_live(hub: Stage, page: Page) -> None:
    secrets = hub.world.secrets("tradegecko")
    page.goto(f"{HERE}/new")
    press(page, re.compile("TradeGecko"), "link")
    write(page, "Address of the API", hub.urls["tradegecko"])
    write(page, "Application id", secrets["client_id"])
    write(page, "Application secret", secrets["client_secret"])
    press(page, "Continue")
    agree(page, "TradeGecko", "Authorize")
    press(page, "Continue to the settings", "link")
    press(page, "Save and test")
    press(page, "OK, on to going live", "link")
    press(page, "Go live")

    expect(page.get_by_text("tradegecko is live.")).to_be_visible()


def test_somebody_signs_in_again(keys: Stage, page: Page, watch: Watch) -> None:
    made = keys.connect()
    settings = {**made.cart.settings, "ru_name": keys.world.ebay.options.ru_name}
    connections.Connection.objects.filter(pk=made.cart.id).update(settings=settings, version=50)
    connections.needs_sign_in(keys.book, made.cart, "the sign-in has run out", keys.hub.ports.clock.now())
    page.goto(f"{HERE}/shop")
    press(page, "Sign in again", "link")

    agree(page, "eBay", "Agree", "Sign in again")

    keys.eventually(lambda: connections.by_name(keys.book, "shop").state is ConnectionState.LIVE)
    page.goto(f"{HERE}/shop")
    expect(page.get_by_text("Healthy").or_(page.get_by_text("Degraded"))).to_be_visible()
