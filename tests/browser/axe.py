"""axe-core in a page, and which pages there are."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
from django.urls import resolve
from django.urls.exceptions import Resolver404
from playwright.sync_api import Error, Page

SOURCE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
RUN = """async ([type, values]) => {
  const found = await axe.run(document, {runOnly: {type, values}, resultTypes: ["violations"]});
  return found.violations.map(({id, nodes}) => `${id}: ` + nodes.slice(0, 3).map(({target, failureSummary}) =>
    target.join(" ") + " (" + failureSummary.split("\\n").slice(1).join(" ").trim() + ")").join("; "));
}"""
WIDER = """() => {
  const over = document.documentElement.scrollWidth - innerWidth;
  if (over <= 0) return [];
  const wide = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth);
  const named = wide.slice(0, 4).map((one) => one.localName + "." + one.className);
  return [`scrolls sideways by ${over} px: ${named.join(", ")}`];
}"""
LINKS = "() => [...document.querySelectorAll('a[href]')].map((link) => link.href)"

DIALOGS = "() => [...document.querySelectorAll('dialog[id]')].map((dialog) => dialog.id).slice(0, 6)"


@cache
def source() -> str:
    return SOURCE.read_text(encoding="utf-8")


def violations(page: Page, colours_only: bool = False) -> list[str]:
    """What axe says about the page as it stands. It comes in past the page's own policy, which would not let it in."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(source())
    asked = ["rule", COLOURS] if colours_only else ["tag", STANDARDS]
    found: list[str] = page.evaluate(RUN, asked)
    return found + list(page.evaluate(WIDER))


def in_dialogs(page: Page, but: set[str]) -> list[str]:
    """What axe says about each dialog while it is open, `but` those that were seen before."""
    found = []
    for identity in page.evaluate(DIALOGS):
        if identity in but:
            continue
        but.add(identity)
        page.evaluate("(id) => document.getElementById(id).showModal()", identity)
        found += [f"dialog {identity}: {wrong}" for wrong in violations(page)]
        page.evaluate("(id) => document.getElementById(id).close()", identity)
    return found


def name_of(url: str) -> str:
    """The route's name, with the tab where a page has tabs; empty for what is not ours."""
    parts = urlsplit(url)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return ""
    return (
        f"{match.url_name} {'all' if 'merchant' not in match.kwargs and parts.path.startswith('/all') else ''}".strip()
    )


def pages(page: Page, start: str, limit: int = 120) -> Iterator[tuple[str, str]]:
    """(name, address) of one page of every kind that links lead to. The page is open when it is handed out."""
    waiting, known = [start], set()
    while waiting and len(known) < limit:
        url = waiting.pop(0)
        name = name_of(url)
        if not name or name in known:
            continue
        known.add(name)
        try:
            reply: Any = page.goto(url)
        except Error:  # a file that is downloaded has no page
            continue
        if reply is None or "text/html" not in reply.headers.get("content-type", ""):
            continue
        assert reply.status < 400, f"{url} answers {reply.status}"
        waiting += [link.split("#")[0] for link in page.evaluate(LINKS) if link.startswith(start_of(start))]
        yield name, url


def start_of(url: str) -> str:
    found = re.match(r"https?://[^/]+", url)
    assert found is not None
    return found.group(0)
