"""Secrets and buyers in no log, no journal, no error and no page that need not show them."""

import logging
from collections.abc import Iterator

import pytest

from tests.flow.stage import Scene
from tests.flow.trouble import body_of
from tests.hostile.browsers import text
from tests.hostile.posting import mine
from tests.hostile.seals import CANARY, canary_buyer, every_row
from tests.web.house import Web
from tranter.connectors.ebay.simulator import UNKNOWN_SKU, Purchase, Want
from tranter.ledger import credentials
from tranter.ledger.models import JournalEntry, TradeException
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault
from tranter.web.server import speak_on_stderr

TELLING = ("client_secret", "refresh_token", "access_token", "notification_token", "client_id")


def secrets(scene: Scene) -> set[str]:
    held = [credentials.load(scene.vault, info.id)[0] for info in (scene.cart, scene.warehouse)]
    known = {str(value) for each in held for name, value in each.items() if name in TELLING}
    return {value for value in known if len(value) > 8}


@pytest.fixture
def heard(scene: Scene, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[list[str]]:
    """All that is said anywhere, at the most talkative."""
    speak_on_stderr()
    caplog.set_level(logging.DEBUG)
    for name in ("django", "django.request", "django.server", "waitress", "allauth", "tranter"):
        caplog.set_level(logging.DEBUG, name)
    found: list[str] = []
    yield found
    said = capfd.readouterr()
    found += [caplog.text, said.out, said.err]


def told(heard: list[str], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> str:
    said = capfd.readouterr()
    return "\n".join([*heard, caplog.text, said.out, said.err]).lower()


def a_bad_day(scene: Scene) -> None:
    """Every kind of trouble, with one buyer in the midst of it."""
    for sku in ("LAMP", UNKNOWN_SKU, "BOOK"):
        scene.ebay.buy(Purchase((Want(sku, 1),), buyer=canary_buyer(), note=f"for {CANARY}"))
    for trouble in (Fault.LOST_REPLY, Fault.LOST_REQUEST, Fault.ERROR_AFTER, Fault.HTML):
        scene.gecko_faults.next("POST", "/orders", trouble)
    scene.ebay_faults.next("GET", "/sell/fulfillment", Fault.TRUNCATED)
    scene.pass_time(minutes=40)
    scene.bent.bends.append(body_of("/sell/fulfillment", b'"currency"', b'"current"'))
    scene.ebay.buy(Purchase((Want("LAMP", 1),), buyer=canary_buyer(2)))
    scene.pass_time(minutes=20)
    scene.bent.bends.clear()
    scene.gecko.revoke()
    scene.ebay.revoke()
    scene.pass_time(hours=3)


@fault("SEC-12")
def test_a_bad_day_names_no_buyer_and_no_secret(
    scene: Scene, heard: list[str], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    known = secrets(scene)
    a_bad_day(scene)

    assert TradeException.objects.exists()
    clear = "\n".join(
        str(getattr(row, field.attname))
        for row in every_row()
        for field in row._meta.concrete_fields
        if not isinstance(getattr(row, field.attname), bytes)
    )
    for place in (told(heard, caplog, capfd), clear.lower(), str(list(JournalEntry.objects.values())).lower()):
        assert CANARY not in place
        assert [secret for secret in known if secret.lower() in place] == []


@fault("SEC-12", "SEC-26")
def test_no_page_shows_a_secret_and_no_page_s_mistake_tells_anything(
    web: Web, heard: list[str], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    known = secrets(web.scene)
    for sku in ("LAMP", UNKNOWN_SKU):
        web.scene.ebay.buy(Purchase((Want(sku, 1),), buyer=canary_buyer(), note=f"for {CANARY}"))
    web.scene.pass_time(minutes=20)
    owner, shown = web.as_owner(), {}
    for path in dict.fromkeys(mine(owner, 4)):
        page = text(owner.get(path))
        if leaked := [secret for secret in known if secret in page]:
            shown[path] = leaked
    assert shown == {}
    said = told(heard, caplog, capfd)
    assert CANARY not in said
    assert [secret for secret in known if secret.lower() in said] == []


@fault("SEC-12")
def test_a_mistake_of_our_own_in_the_middle_of_an_order_shows_nothing_of_it(
    web: Web, heard: list[str], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Sealed values that can't be opened any more: the page fails, and says so without a name."""
    from tranter.ledger.models import OrderRow

    web.scene.ebay.buy(Purchase((Want(UNKNOWN_SKU, 1),), buyer=canary_buyer(), note=f"for {CANARY}"))
    web.scene.pass_time(minutes=20)
    [row] = OrderRow.objects.all()
    OrderRow.objects.update(sealed=bytes(row.sealed[:-1]) + b"x")

    answer = web.as_owner().get(f"/m/default/orders/{row.pk}")

    assert answer.status_code == 500
    page = text(answer).lower()
    said = told(heard, caplog, capfd)
    for word in (CANARY, "traceback", "vault", ".py", "sealed"):
        assert word not in page
    assert CANARY not in said
