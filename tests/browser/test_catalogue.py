"""Stock, catalogue and mappings in a real browser, by keyboard where it counts."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.stage import Stage
from tranter.demo.simulators import parts_of
from tranter.ledger import mappings
from tranter.ledger.models import Flow, ListingRow


def ready(hub: Stage) -> None:
    """Both sides have been read."""
    hub.connect()
    hub.eventually(lambda: not Flow.objects.filter(every_seconds__gt=0, last_ok_at=None).exists())


def misspelt(hub: Stage, count: int = 3) -> list[str]:
    """Some listings are called otherwise than at the warehouse."""
    skus = sorted({row.sku for row in ListingRow.objects.exclude(sku="") if row.sku in hub.world.skus})[:count]
    for sku in skus:
        ListingRow.objects.filter(sku=sku).update(sku=f"ebay {sku.lower().replace('-', '.')}")
    return skus


def test_a_suggestion_is_accepted_in_place_by_keyboard(hub: Stage, page: Page) -> None:
    ready(hub)
    [sku] = misspelt(hub, 1)
    page.goto("/m/default/stock/catalogue?state=unmatched")
    code = f"ebay {sku.lower().replace('-', '.')}"
    button = page.get_by_role("button", name=f"{code} is {sku}").first
    expect(button).to_be_visible()
    button.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text(f"{code} is {sku} from now on.")
    expect(page.get_by_role("button", name=f"{code} is {sku}")).to_have_count(0)
    assert mappings.aliases(hub.book) == [("", code, sku)]


def test_an_unknown_sku_is_mapped_by_typing_and_its_order_goes(hub: Stage, page: Page) -> None:
    ready(hub)
    unknown = parts_of("ebay").UNKNOWN_SKU
    orders = hub.buy(1, unknown)
    hub.arrived(orders)
    page.goto("/m/default/stock/catalogue?state=unmatched")
    page.get_by_role("link", name=f"Choose the SKU for {unknown}").first.click()
    field = page.get_by_label("SKU at the warehouse")
    field.click()
    target = hub.world.skus[0]
    page.keyboard.type(target)
    expect(page.locator(f'datalist option[value="{target}"]')).to_have_count(1)
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text(f"{unknown} is {target} from now on.")
    hub.at_warehouse(orders)


def test_many_suggestions_are_accepted_after_a_look(hub: Stage, page: Page) -> None:
    ready(hub)
    skus = misspelt(hub, 3)
    page.goto("/m/default/stock/catalogue")
    page.get_by_role("link", name="Accept suggestions…").click()
    boxes = page.locator("[data-row]")
    expect(boxes).to_have_count(3)
    boxes.first.uncheck()
    page.get_by_role("button", name="Match these").click()

    expect(page.get_by_role("status")).to_contain_text("2 codes are matched.")
    assert {sku for _, _, sku in mappings.aliases(hub.book)} < set(skus)


def test_a_file_shows_its_difference_and_is_undone_later(hub: Stage, page: Page, tmp_path: Path) -> None:
    ready(hub)
    file = tmp_path / "names.csv"
    file.write_text(f"alias,sku\nOLD-1,{hub.world.skus[0]}\nOLD-2,NOWHERE\n")
    page.goto("/m/default/stock/mappings")
    page.get_by_role("link", name="Import…").click()
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    assert mappings.aliases(hub.book) == []
    page.get_by_role("button", name="Save all of it").click()
    expect(page.get_by_role("status")).to_contain_text("2 rows are saved.")

    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="2 rows").click()
    page.get_by_role("button", name="Undo…").click()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Undone.")
    assert mappings.aliases(hub.book) == []


def test_a_sku_tells_what_its_listings_show(hub: Stage, page: Page) -> None:
    ready(hub)
    sku = hub.world.skus[0]
    page.goto("/m/default/stock")
    page.get_by_role("searchbox", name="Search SKU, name or barcode").fill(sku)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=sku, exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(sku)
    expect(page.get_by_role("heading", name="What your listings show")).to_be_visible()
