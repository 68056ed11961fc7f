"""Every word that the pages say of themselves goes through gettext.

Drawn in a language that brackets what it translates, nothing is left outside but numbers, times and the trade's names.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from babel import Locale
from django.db import models
from django.utils import translation

from tests.flow.stage import Scene
from tests.web.crossing import addresses, guarded, ledger_models, near_ids
from tests.web.house import Web
from tranter.ledger.models import OrderRow
from tranter.ledger.orders import open_order
from tranter.sdk import registry

OPEN, CLOSE = "⟦", "⟧"
BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{3,}")
NAMES = {"Tranter", "TradeGecko", "eBay", "CSV", "UTC", "SKU", "SKUs", "API", "Enter", "Esc", "Ctrl", "Slack", "JSON"}
SPOKEN = ("title", "alt", "placeholder", "aria-label")
SILENT = {"script", "style", "code", "time", "svg", "pre", "option"}
VOID = {"meta", "link", "input", "br", "hr", "img", "use", "path", "wbr"}


def bracketed(text: str) -> str:
    return f"{OPEN}{text}{CLOSE}" if text else text


@pytest.fixture
def foreign(monkeypatch: pytest.MonkeyPatch) -> None:
    """The language in which every translated text stands in brackets."""
    real = translation._trans

    class Foreign:
        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

        def gettext(self, message: str) -> str:
            return bracketed(real.gettext(message))

        def ngettext(self, singular: str, plural: str, number: int) -> str:
            return bracketed(real.ngettext(singular, plural, number))

        def pgettext(self, context: str, message: str) -> str:
            return bracketed(real.pgettext(context, message))

        def npgettext(self, context: str, singular: str, plural: str, number: int) -> str:
            return bracketed(real.npgettext(context, singular, plural, number))

    monkeypatch.setattr(translation, "_trans", Foreign())


class Heard(HTMLParser):
    """What a page says: its texts, and those of its labels."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_silent = tag in SILENT or dict(attrs).get("translate") == "no"
        if is_silent or (self._silent and tag not in VOID):
            self._silent.append(tag)
        if not self._silent:
            self.texts += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


def own_words(page: str, known: set[str]) -> set[str]:
    """A translated sentence may run through several elements."""
    heard = Heard()
    heard.feed(page)
    text = "\n".join(heard.texts)
    while BRACKETED.search(text):
        text = BRACKETED.sub(" ", text)
    return {word for word in WORD.findall(text) if word.lower() not in known}


def trade_words(scene: Scene) -> set[str]:
    """What stands in the ledger, and what the connectors call things."""
    found: set[str] = set()
    for model in ledger_models():
        columns = [
            one.name
            for one in model._meta.fields
            if isinstance(one, models.CharField | models.TextField | models.JSONField)
        ]
        for row in model._default_manager.values_list(*columns):
            found |= set(WORD.findall(" ".join(str(value) for value in row)))
    for row in OrderRow.objects.all():
        found |= set(WORD.findall(str(open_order(scene.book, row))))
    for manifest in map(registry.manifest, registry.names()):
        found |= set(
            WORD.findall(f"{manifest.label} {manifest.settings.model_json_schema()} {manifest.settings.sheets()}")
        )
    return found


def world_words() -> set[str]:
    """Countries, languages and months are named by the CLDR in the reader's own."""
    english = Locale("en")
    months = english.months["format"]["abbreviated"].values()
    return set(WORD.findall(" ".join([*english.territories.values(), *english.languages.values(), *months])))


def pages(web: Web) -> Iterator[tuple[str, str]]:
    owner = web.as_owner()
    ids = sorted({pk for some in near_ids().values() for pk in some[:2]})
    for one in guarded():
        for path in list(addresses(one, "default", ids, ["shop", "ebay"]))[:6]:
            page = owner.get(path)
            if page.status_code == 200 and "html" in page.headers.get("Content-Type", ""):
                yield path, page.content.decode()
    for path in ("/sign-in", "/forgotten"):
        yield path, web.get(path).content.decode()


def test_every_text_goes_through_gettext(web: Web, foreign: None) -> None:
    for sku in ("LAMP", "KETL"):
        web.scene.ebay.buy_one(sku)
    web.scene.pass_time(minutes=20)
    web.as_owner()
    known = {word.lower() for word in trade_words(web.scene) | world_words() | NAMES}
    left = {path: sorted(own_words(page, known)) for path, page in pages(web)}

    words: dict[str, str] = {}
    for path, some in left.items():
        for word in some:
            words.setdefault(word, path)
    assert words == {}
