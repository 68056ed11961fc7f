import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

from tests.browser.stage import Stage, chromium, staged
from tests.ledger.conftest import empty, home

__all__ = ["empty", "home"]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
]
WIDE = {"width": 1280, "height": 900}
PATIENCE_MS = 30_000
"""What is there is seen at once: on a busy machine, some seconds later."""
MISSING = (
    "NO BROWSER: Chromium is missing, so nothing was tried in one. Install it (apt-get install chromium), "
    "or say where it is in TRANTER_CHROMIUM"
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if not path:
        if os.environ.get("CI"):
            pytest.fail(f"{MISSING}; CI must not skip")
        pytest.skip(MISSING)
    # Playwright keeps an event loop in this thread, in which Django would refuse to touch the ledger.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            yield launched
            launched.close()
    finally:
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE") if before is None else None


class Watch:
    """Listens to the pages of a context: an error in the console, or anything that the policy stops, is a fault.

    `allowed` holds parts of texts that a test expects, as the network's "401" when a session has ended.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.allowed: list[str] = []
        self.heard: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.heard.append(f"uncaught: {error.error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.heard.append(f"{message.text} ({message.location.get('url', '')})")

    def faults(self) -> list[str]:
        return [text for text in self.heard if not any(part in text for part in self.allowed)]


@pytest.fixture
def hub(browser: Browser, home: Path, empty: Path) -> Iterator[Stage]:
    """A running hub with nothing connected, both simulators beside it; nobody has signed in yet."""
    with staged(home, empty) as stage:
        yield stage


@pytest.fixture
def context(browser: Browser, hub: Stage) -> Iterator[BrowserContext]:
    """A browser in which nobody is signed in."""
    made = browser.new_context(
        base_url=hub.url, viewport=WIDE, locale="en-GB", timezone_id="UTC", reduced_motion="reduce"
    )
    made.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    yield made
    made.close()


@pytest.fixture
def watch(context: BrowserContext) -> Watch:
    return Watch(context)


@pytest.fixture
def page(context: BrowserContext, hub: Stage, watch: Watch) -> Iterator[Page]:
    """The owner's browser."""
    context.add_cookies([hub.cookie(hub.owner())])
    made = context.new_page()
    yield made
    with suppress(Error):
        made.wait_for_load_state("load")
    assert watch.faults() == []
