"""A hundred texts that want to be more than text, in every place where somebody else's words are shown."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.flow.stage import Scene
from tests.flow.trouble import body_of
from tests.hostile.browsers import text
from tests.hostile.markup import PAYLOADS, acts_in
from tests.hostile.posting import mine
from tests.web.house import Web
from tranter.connectors.ebay.simulator import Purchase, Want
from tranter.connectors.ebay.simulator.orders import Address, Buyer
from tranter.ledger import notes
from tranter.ledger.models import Merchant, OrderRow, TradeException, User
from tranter.sdk.http import Reply, Request
from tranter.testing.faultmark import fault

NINE = 9
ASKED = ("q", "tab", "status", "sku", "connection", "next", "sort", "after", "since", "until", "cause", "view", "page")


def test_there_are_enough_of_them_and_they_are_seen() -> None:
    assert len(set(PAYLOADS)) >= 100
    acting = [payload for payload in PAYLOADS if acts_in(f"<p>{payload}</p>")]
    assert len(acting) >= 60
    assert (
        acts_in('<p title="a" class="b"><a href="/m/x">ok</a><script src="/static/tranter/app.js"></script></p>') == []
    )


def loaded(number: int) -> Purchase:
    """Nine of them in one order."""
    some = [PAYLOADS[(number * NINE + place) % len(PAYLOADS)] for place in range(NINE)]
    address = Address(some[0], some[1], "US", some[2], "OR", "97205")
    buyer = Buyer(
        username=f"u{number}", user_id=f"i{number}", name=some[3], address=address, email="a@b.example", company=some[4]
    )
    want = Want("LAMP", 1, title=some[6], as_sku=some[7] if number % 2 else None)
    return Purchase((want,), buyer=buyer, note=some[5], service=some[8])


def refusing(request: Request, reply: Reply) -> Reply:
    """The warehouse's complaints are markup, too."""
    if request.method != "POST" or not request.url.endswith("/orders"):
        return reply
    body = b'{"errors": {"shipping_address<img src=x onerror=xss()>": ["<script>xss()</script> is unknown"]}}'
    return Reply(422, reply.headers, body)


def fill(scene: Scene) -> None:
    """Orders in every state, with everything that a stranger may have written in them."""
    lead = b'"document_url":"javascript:xss()//'
    scene.bent.bends.append(body_of("/orders", b'"document_url":"http://', lead))
    for number in range(len(PAYLOADS) // NINE + 1):
        scene.ebay.buy(loaded(number))
    scene.pass_time(minutes=20)
    for number, one in enumerate(scene.gecko.orders()):
        if number % 2:
            scene.gecko.ship(one.id, carrier=PAYLOADS[number], tracking=PAYLOADS[-number])
    scene.pass_time(minutes=20)
    scene.bent.bends.append(refusing)
    scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=20)
    for number, row in enumerate(OrderRow.objects.order_by("pk")):
        notes.add(scene.book, row.pk, PAYLOADS[number], PAYLOADS[number * 3], scene.clock.now())


@pytest.fixture
def full(web: Web) -> Web:
    fill(web.scene)
    Merchant.objects.update(name="<script>xss()</script>")
    owner = web.as_owner()
    User.objects.update(name='"><img src=x onerror=xss()>')
    assert TradeException.objects.exists()
    return owner


def pages() -> Iterator[str]:
    yield from mine(None, 4)  # type: ignore[arg-type]  # the web is not asked
    for pk in OrderRow.objects.values_list("pk", flat=True):
        yield f"/m/default/orders/{pk}"


@fault("SEC-09")
def test_what_strangers_wrote_stays_text_on_every_page(full: Web) -> None:
    wrong, shown = {}, 0
    for path in dict.fromkeys(pages()):
        answer = full.get(path)
        page = text(answer)
        assert answer.status_code < 500, path
        if "html" not in answer.headers.get("Content-Type", ""):
            continue
        shown += "xss()" in page
        if found := acts_in(page):
            wrong[path] = found[:3]
    assert wrong == {}
    assert shown >= 8


@fault("SEC-09")
def test_what_stands_in_an_address_stays_text(full: Web) -> None:
    wrong = {}
    for number, path in enumerate(dict.fromkeys(mine(full, 1))):
        some = [PAYLOADS[(number * 7 + place) % len(PAYLOADS)] for place in range(len(ASKED))]
        query = "&".join(f"{name}={quote(payload)}" for name, payload in zip(ASKED, some, strict=True))
        answer = full.get(f"{path}?{query}")
        page = text(answer)
        if answer.status_code >= 500 or ("html" in answer.headers.get("Content-Type", "") and acts_in(page)):
            wrong[path] = (answer.status_code, acts_in(page)[:3], query)
    assert wrong == {}


@fault("SEC-09")
def test_what_is_typed_into_a_form_comes_back_as_text(full: Web) -> None:
    """With every error that it brings, and on the pages that show it afterwards."""
    from tests.hostile.posting import every_form

    wrong, number = {}, 0
    for path, fields in every_form(full):
        if "sign-out" in path:
            continue
        for _ in range(2):
            number += 1
            filled = {name: PAYLOADS[(number + place) % len(PAYLOADS)] for place, (name, _) in enumerate(fields)}
            answer = full.post(path, filled)
            if answer.status_code >= 500 or acts_in(text(answer)):
                wrong[path] = (answer.status_code, acts_in(text(answer))[:3], filled)
    assert wrong == {}
    for path in dict.fromkeys(mine(full, 2)):
        answer = full.get(path)
        if answer.status_code >= 500 or ("html" in answer.headers.get("Content-Type", "") and acts_in(text(answer))):
            wrong[path] = (answer.status_code, acts_in(text(answer))[:3])
    assert wrong == {}
