"""What every page has around it."""

from playwright.sync_api import Page, expect

from tests.browser.stage import Stage


def test_a_visitor_of_a_running_hub_comes_to_today(hub: Stage, page: Page) -> None:
    page.goto("/")

    expect(page).to_have_url(f"{hub.url}/m/default/today")
    expect(page.get_by_role("navigation", name="Places", exact=True).get_by_role("link")).to_have_count(6)


def test_the_theme_that_was_chosen_is_there_before_the_next_page_is_drawn(page: Page) -> None:
    page.goto("/")
    page.get_by_text("Ada Brandt").click()
    page.get_by_role("button", name="Dark").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/m/default/orders")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_orders_flow_from_cart_to_warehouse_while_the_browser_looks_on(hub: Stage, page: Page) -> None:
    hub.connect()
    orders = hub.buy(2)
    page.goto("/m/default/orders")

    hub.at_warehouse(orders)
    hub.ship(orders)

    hub.eventually(lambda: hub.sync() or all(one.parcels for one in orders))
