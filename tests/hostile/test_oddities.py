"""Everything at once, far too long, from right to left, or nothing at all: no page and no form breaks."""

from urllib.parse import quote

import pytest

from tests.hostile.browsers import post_from, text
from tests.hostile.posting import every_form, mine
from tests.web.house import Web
from tranter.ledger.book import ensure_book
from tranter.ledger.models import OrderRow
from tranter.testing.faultmark import fault

ODD = {
    "long": "x" * 10_000,
    "family": "👩\u200d👩\u200d👧\u200d👦" * 500,
    "right to left": "\u202eمحمد عبد الله\u202c " * 40,
    "zalgo": "Z\u0338\u0321\u0322a\u0335\u0358l\u0334g\u0337o " * 200,
    "nothing": "",
    "blanks": "\u00a0\u2003\t \n",
    "control": "a\x00b\x07\x1b[31m\x7f",
    "half": "\ud83d".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "number": "9" * 400,
    "negative": "-1",
    "arabic number": "٣٤",
    "word": "NaN",
}


@pytest.fixture
def busy(web: Web) -> Web:
    for sku in ("LAMP", "KETL"):
        web.scene.ebay.buy_one(sku)
    web.scene.pass_time(minutes=20)
    return web.as_owner()


def odd(number: int) -> str:
    return list(ODD.values())[number % len(ODD)]


def test_odd_words_in_a_form_are_refused_or_taken(busy: Web) -> None:
    """Another one in each field, and another one each time."""
    wrong, number = {}, 0
    for path, fields in every_form(busy):
        if "sign-out" in path or path.endswith("/remove"):
            continue
        for _ in range(3):
            number += 1
            filled = {name: odd(number + place * 5) for place, (name, _) in enumerate(fields)}
            if (status := busy.post(path, filled).status_code) >= 500:
                wrong[path] = (status, filled)
    for path in dict.fromkeys(mine(busy, 1)):
        if (status := busy.get(path).status_code) >= 500:
            wrong[path] = (status, {})
    assert wrong == {}


def test_odd_words_in_an_address_break_nothing(busy: Web) -> None:
    wrong = {}
    names = ("q", "tab", "after", "cursor", "sku", "connection", "since", "until", "page", "status", "view", "cause")
    for number, path in enumerate(dict.fromkeys(mine(busy, 1))):
        for turn in range(2):
            some = [odd(number + turn * 7 + place * 5)[:800] for place in range(len(names))]
            query = "&".join(f"{name}={quote(value)}" for name, value in zip(names, some, strict=True))
            answer = busy.get(f"{path}?{query}")
            if answer.status_code >= 500:
                wrong[path] = query
            answer.close()
    assert wrong == {}


def test_merchants_with_names_of_our_own_words_are_merchants(busy: Web) -> None:
    slugs = ("all", "new", "static", "m", "a-b-c", "sign-in", "2026")
    for slug in slugs:
        ensure_book(busy.scene.vault, slug, busy.scene.clock.now())
    for slug in slugs:
        for place in ("today", "orders", "problems", "stock", "connections", "connections/new", "settings"):
            answer = busy.get(f"/m/{slug}/{place}")
            assert answer.status_code == 200, (slug, place)
            assert f"/m/{slug}/orders" in text(answer)
    assert busy.get("/all/orders").status_code == 200


@fault("SEC-11")
def test_a_file_that_is_far_too_large_is_refused_before_it_is_read(busy: Web) -> None:
    huge = "alias,sku\n" + "A,B\n" * 2_000_000
    for path, fields in every_form(busy):
        if "import" in path:
            answer = post_from(busy, "127.0.0.1", path, {**dict(fields), "text": huge, "pasted": huge, "file": huge})
            assert answer.status_code in (302, 303, 400, 413, 422), path
    assert OrderRow.objects.count() == 2
