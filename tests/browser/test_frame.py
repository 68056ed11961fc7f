"""What every page has around it."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Watch
from tests.browser.stage import Stage
from tranter.demo.simulators import parts_of


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


def test_the_palette_goes_to_a_place_by_keyboard_alone(hub: Stage, page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("sto")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Stock")
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{hub.url}/m/default/stock")


def test_the_palette_gives_the_focus_back_when_it_is_closed(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Orders", exact=True).first.focus()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="Orders", exact=True).first).to_be_focused()


def test_letters_go_to_places_unless_somebody_types_or_has_switched_them_off(hub: Stage, page: Page) -> None:
    page.goto("/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("o")
    expect(page).to_have_url(f"{hub.url}/m/default/orders")

    page.keyboard.press("?")
    page.get_by_label("Single letters are shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_timeout(300)
    expect(page).to_have_url(f"{hub.url}/m/default/orders")


def test_a_session_that_ended_is_said_with_the_way_back(context: BrowserContext, page: Page, watch: Watch) -> None:
    watch.allowed.append("401")
    page.goto("/m/default/orders")
    context.clear_cookies()

    expect(page.get_by_role("status")).to_contain_text("Your session has ended")
    page.get_by_role("status").get_by_role("link", name="Sign in").click()
    expect(page).to_have_url("/sign-in?next=%2Fm%2Fdefault%2Forders")


def test_a_small_screen_has_four_places_and_the_rest_under_more(hub: Stage, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto("/")
    page.get_by_role("button", name="More").click()
    page.get_by_role("navigation", name="More").get_by_role("link", name="Settings").click()

    expect(page).to_have_url(f"{hub.url}/m/default/settings")


def test_what_happened_stands_on_an_open_page_and_takes_nobodys_focus(hub: Stage, page: Page) -> None:
    hub.connect()
    page.goto("/m/default/today")
    problems = page.get_by_role("navigation", name="Places", exact=True).get_by_role("link", name="Problems")
    expect(problems.locator(".badge")).to_have_count(0)
    problems.focus()

    hub.arrived(hub.buy(1, parts_of("ebay").UNKNOWN_SKU))

    expect(problems.locator(".badge")).to_contain_text("1")
    expect(problems).to_be_focused()


def test_the_scripts_of_all_pages_together_are_light(page: Page) -> None:
    page.goto("/")
    sizes: dict[str, int] = page.evaluate(
        "() => Object.fromEntries(performance.getEntriesByType('resource').filter(({name}) => name.includes('.js'))"
        ".map(({name, encodedBodySize}) => [name, encodedBodySize]))"
    )

    assert len(sizes) >= 4
    assert min(sizes.values()) > 0
    assert sum(sizes.values()) <= 100_000


def test_orders_flow_from_cart_to_warehouse_while_the_browser_looks_on(hub: Stage, page: Page) -> None:
    hub.connect()
    orders = hub.buy(2)
    page.goto("/m/default/orders")

    hub.at_warehouse(orders)
    hub.ship(orders)

    hub.eventually(lambda: hub.sync() or all(one.parcels for one in orders))
    page.goto("/m/default/orders?tab=all")
    expect(page.get_by_role("row").filter(has_text="Confirmed")).to_have_count(2)
