"""A cause is cured where it stands, in a real browser, and the orders go."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.stage import Stage
from tranter.connectors.ebay.simulator import Purchase, Want
from tranter.ledger import exceptions

CODE = "BLU-MUG-2"


def stuck(hub: Stage, count: int) -> list[Any]:
    """Orders of an item that the warehouse does not know."""
    hub.connect()
    sku = hub.world.skus[0]
    orders = [hub.world.ebay.buy(Purchase((Want(sku, 1, as_sku=CODE),))) for _ in range(count)]
    hub.arrived(orders)
    hub.eventually(lambda: exceptions.count_open(hub.book) == count)
    return orders


def test_an_unknown_sku_is_mapped_in_place_and_its_orders_are_released(hub: Stage, page: Page) -> None:
    orders = stuck(hub, 3)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("3 need you.")

    page.get_by_role("link", name="Fix and release 3").click()
    expect(page.get_by_role("heading", name=f"SKU “{CODE}” is unknown at the warehouse")).to_be_visible()
    page.get_by_label("SKU", exact=False).last.fill(hub.world.skus[1])
    page.get_by_role("button", name="Fix and release 3").click()

    expect(page.get_by_text("3 orders: done")).to_be_visible()
    hub.at_warehouse(orders)
    page.get_by_role("main").get_by_role("link", name="Problems").click()
    expect(page.get_by_text("Nothing needs you")).to_be_visible()


def test_all_orders_of_a_cause_are_tried_again_in_three_clicks_at_most(hub: Stage, page: Page) -> None:
    stuck(hub, 4)
    page.goto("/m/default/problems")

    page.get_by_role("button", name="Try 4 orders again").click()
    dialog = page.get_by_role("dialog", name="Try 4 orders again?")
    expect(dialog).to_contain_text("go again at once")
    dialog.get_by_role("button", name="Try 4 orders again").click()

    expect(page.get_by_text("4 orders still wait")).to_be_visible()
    expect(page.get_by_text("4 of 4 orders", exact=True)).to_be_visible()


def test_the_list_keeps_itself_true_while_somebody_looks(hub: Stage, page: Page) -> None:
    hub.connect()
    page.goto("/m/default/problems")
    expect(page.get_by_text("Nothing needs you")).to_be_visible()

    order = hub.world.ebay.buy(Purchase((Want(hub.world.skus[0], 1, as_sku=CODE),)))
    hub.arrived([order])

    expect(page.get_by_role("heading", name=f"SKU “{CODE}” is unknown at the warehouse")).to_be_visible()


def test_by_keyboard_alone_a_cause_is_chosen_and_tried_again(hub: Stage, page: Page) -> None:
    stuck(hub, 2)
    page.goto("/m/default/today")

    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page).to_have_url(f"{hub.url}/m/default/problems")
    page.get_by_role("button", name="Try 2 orders again").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text("2 orders still wait")).to_be_visible()
