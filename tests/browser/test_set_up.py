"""Connecting accounts in a real browser, with windows that open, are blocked, closed, or say no."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Watch
from tests.browser.stage import Stage
from tranter.engine import setting_up
from tranter.ledger import connections, letters
from tranter.ledger.applications import Keys
from tranter.ledger.connections import ConnectionState

HERE = "/m/default/connections"
SIGN_IN = "Sign in at eBay"


@pytest.fixture(autouse=True)
def vendor_s_icon(watch: Watch) -> None:
    """The vendors in miniature have none."""
    watch.allowed.append("favicon.ico")


@pytest.fixture
def keys(hub: Stage) -> Stage:
    """The application's keys are given already."""
    secrets = hub.world.ebay.credentials()
    plain = {"environment": "custom", "base_url": hub.urls["ebay"], "ru_name": hub.world.ebay.options.ru_name}
    hidden = {name: secrets[name] for name in ("client_id", "client_secret")}
    setting_up.give_keys(hub.hub, "ebay", Keys(plain, hidden))
    return hub


def begin(page: Page) -> None:
    """As far as the access to eBay."""
    page.goto(HERE)
    page.get_by_role("link", name="New connection").first.click()
    page.get_by_role("link", name="eBay").click()
    page.get_by_role("checkbox", name=re.compile("ebay.com · USD")).check()
    page.get_by_label("Name").fill("shop")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Grant access")).to_be_visible()


def decide(page: Page, button: str) -> Page:
    """Opens the window and presses a button in it."""
    with page.expect_popup() as opened:
        page.get_by_role("button", name=SIGN_IN).click()
    popup = opened.value
    popup.get_by_role("button", name=button).click()
    return popup


def test_the_whole_set_up_with_a_window_of_its_own(hub: Stage, page: Page) -> None:
    """From nothing to a cart and a warehouse that run, and an order on its way."""
    begin(page)
    _give_keys(hub, page)
    decide(page, "Agree")

    page.get_by_role("link", name="Continue to the settings").click()
    page.get_by_label("Buffer").fill("1")
    page.get_by_role("button", name="Save and test").click()
    expect(page.get_by_role("heading", name="Orders that it would take")).to_be_visible()
    page.get_by_role("link", name="OK, on to going live").click()
    expect(page.get_by_text("What will happen to the orders")).to_be_visible()
    page.get_by_role("button", name="Go live").click()
    expect(page.get_by_text("shop is live.")).to_be_visible()

    _connect_warehouse(hub, page)
    bought = hub.buy(2)
    hub.at_warehouse(bought)
    page.goto(f"{HERE}/shop")
    expect(page.get_by_text("Healthy")).to_be_visible()


def _give_keys(hub: Stage, page: Page) -> None:
    secrets = hub.world.ebay.credentials()
    form = page.locator("form[action$='/keys']")
    form.get_by_label("Custom").check()
    form.get_by_label("Address").fill(hub.urls["ebay"])
    form.get_by_label("RuName").fill(hub.world.ebay.options.ru_name)
    form.get_by_label("App ID").fill(secrets["client_id"])
    form.get_by_label("Cert ID").fill(secrets["client_secret"])
    form.get_by_role("button", name="Keep the keys").click()
    expect(page.get_by_text("The keys are kept")).to_be_visible()


def _connect_warehouse(hub: Stage, page: Page) -> None:
    secrets = hub.world.secrets("tradegecko")
    page.goto(f"{HERE}/new/tradegecko")
    page.get_by_label("Address of the API").fill(hub.urls["tradegecko"])
    page.get_by_label("Application id").fill(secrets["client_id"])
    page.get_by_label("Application secret").fill(secrets["client_secret"])
    page.get_by_label("Name", exact=True).fill("depot")
    page.get_by_role("button", name="Continue").click()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Sign in at TradeGecko").click()
    opened.value.get_by_role("button", name="Authorize").click()
    page.get_by_role("link", name="Continue to the settings").click()
    page.get_by_role("button", name="Save and test").click()
    expect(page.get_by_text("Access works")).to_be_visible()
    page.get_by_role("link", name="OK, on to going live").click()
    page.get_by_role("button", name="Go live").click()
    expect(page.get_by_text("depot is live.")).to_be_visible()


def test_a_refusal_is_said_and_can_be_mended(keys: Stage, page: Page, watch: Watch) -> None:
    watch.allowed.append("400")
    begin(page)
    decide(page, "Decline")
    expect(page.get_by_text("Declined at eBay: nothing was changed.")).to_be_visible()

    decide(page, "Agree")

    expect(page.get_by_role("heading", name=re.compile("Signed in as"))).to_be_visible()


def test_a_window_that_is_closed_is_noticed(keys: Stage, page: Page) -> None:
    begin(page)
    with page.expect_popup() as opened:
        page.get_by_role("button", name=SIGN_IN).click()
    opened.value.get_by_role("button", name="Agree").wait_for()
    expect(page.get_by_text("Waiting for eBay")).to_be_visible()

    opened.value.close()

    expect(page.get_by_text("The window was closed")).to_be_visible()


def test_a_blocked_window_is_noticed_and_this_one_does_as_well(keys: Stage, page: Page) -> None:
    page.add_init_script("window.open = () => null")
    begin(page)
    page.get_by_role("button", name=SIGN_IN).click()
    expect(page.get_by_text("Your browser blocked the window.")).to_be_visible()

    page.get_by_role("button", name="Sign in in this window").click()
    page.get_by_role("button", name="Agree").click()

    expect(page.get_by_role("heading", name="Signed in")).to_be_visible()
    assert connections.by_name(keys.book, "shop").account_id
    page.goto(f"{HERE}/shop")
    expect(page.get_by_role("button", name="Save and test")).to_be_visible()


def test_whoever_was_signed_out_meanwhile_is_told(
    keys: Stage, page: Page, context: BrowserContext, watch: Watch
) -> None:
    watch.allowed.append("401")
    begin(page)
    with page.expect_popup() as opened:
        page.get_by_role("button", name=SIGN_IN).click()
    opened.value.get_by_role("button", name="Agree").wait_for()

    context.clear_cookies()

    expect(page.get_by_text("You were signed out of this hub in between")).to_be_visible()


def test_an_account_that_is_connected_already_is_the_wrong_one(keys: Stage, page: Page, watch: Watch) -> None:
    watch.allowed.append("400")
    keys.connect()
    page.goto(f"{HERE}/new/ebay")
    page.get_by_label("Name", exact=True).fill("second")
    page.get_by_role("button", name="Continue").click()

    decide(page, "Agree")

    expect(page.get_by_text("That is another account.")).to_be_visible()


def test_the_owner_of_the_account_signs_in_by_a_link_in_another_browser(
    keys: Stage, page: Page, browser: Browser
) -> None:
    begin(page)
    page.get_by_label("E-mail of the account's owner").fill("ada@shop.example")
    page.get_by_role("button", name="Make a link").click()
    message = page.locator("#message").inner_text()
    link = next(word for word in message.split() if "/setup/" in word)
    page.goto(HERE)
    expect(page.get_by_text("Awaiting owner")).to_be_visible()

    _as_the_owner(browser, link)

    page.goto(f"{HERE}/shop/access")
    expect(page.get_by_role("heading", name=re.compile("Signed in as"))).to_be_visible()
    told = {one.to for one in letters.letters(keys.hub.vault)}
    assert {"ada@shop.example", "owner@hub.example"} <= told
    assert connections.by_name(keys.book, "shop").state is ConnectionState.DRAFT


def _as_the_owner(browser: Browser, link: str) -> None:
    elsewhere = browser.new_context()
    guest = elsewhere.new_page()
    guest.goto(link)
    expect(guest.get_by_role("heading", name="Connect your eBay account")).to_be_visible()
    expect(guest.get_by_text("ebay.com")).to_be_visible()
    guest.get_by_role("button", name=SIGN_IN).click()
    guest.get_by_role("button", name="Decline").click()
    guest.get_by_role("link", name="Begin again").click()
    guest.get_by_role("button", name=SIGN_IN).click()
    guest.get_by_role("button", name="Agree").click()
    expect(guest.get_by_role("heading", name="Signed in")).to_be_visible()
    guest.goto(link)
    expect(guest.get_by_text("has done its work")).to_be_visible()
    elsewhere.close()


def test_a_test_order_is_followed_live_and_cancelled(hub: Stage, page: Page) -> None:
    hub.connect()
    page.goto(f"{HERE}/shop/test")
    page.get_by_role("button", name="Send a test order").click()

    expect(page.get_by_text("has it as a draft")).to_be_visible()
    page.get_by_role("button", name="Cancel it again").click()

    expect(page.get_by_text(re.compile("went to warehouse and is cancelled"))).to_be_visible()
