"""Every page, for everybody: axe finds nothing, in both themes, on a large and on a small screen."""

from playwright.sync_api import BrowserContext, Page

from tests.browser import axe, town
from tests.browser.stage import Stage

SIZES = ((1280, 900), (360, 780))
THEMES = ("light", "dark")


def looked_at(page: Page, name: str, dialogs: set[str]) -> list[str]:
    """Another theme changes colours and nothing else, so the second is asked about those alone."""
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for theme in THEMES:
            page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", theme)
            wrong = axe.violations(page, colours_only=theme != THEMES[0])
            found += [f"{name} {width} {theme}: {one}" for one in wrong]
    page.set_viewport_size({"width": 320, "height": 700})
    found += [f"{name} 320: {one}" for one in page.evaluate(axe.WIDER)]
    page.set_viewport_size({"width": 1280, "height": 900})
    return found + [f"{name} {one}" for one in axe.in_dialogs(page, dialogs)]


def test_nothing_stands_in_anybodys_way(hub: Stage, page: Page) -> None:
    town.settle(hub)

    found: list[str] = []
    seen, dialogs = [], set[str]()
    for name, _ in axe.pages(page, f"{hub.url}/m/default/today"):
        seen.append(name)
        found += looked_at(page, name, dialogs)

    assert "\n".join(found) == ""
    assert {"today", "orders", "problems", "stock", "connections", "settings"} <= set(seen)


def test_nor_of_somebody_who_is_not_signed_in(hub: Stage, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/welcome")
    found = looked_at(page, "welcome", set())
    hub.owner()
    for address in ("/sign-in", "/forgotten", "/oauth/callback"):
        page.goto(address)
        found += looked_at(page, address, set())

    assert "\n".join(found) == ""
