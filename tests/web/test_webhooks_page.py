"""Settings, Webhooks: what an owner sees and does there."""

import re

import pytest
from msgspec.structs import replace

from tests.engine.test_webhooks import BASE, Receiver
from tests.web.house import Web
from tranter.engine import webhooks as engine
from tranter.engine.hub import Hub
from tranter.ledger import webhooks
from tranter.ledger.outbox import EVENTS
from tranter.web.settings import forms

HERE = "/m/default/settings/webhooks"
FORM = {"url": "https://shop.example/hook", "events": ["connection.paused"]}


@pytest.fixture
def owner(web: Web) -> Web:
    return web.as_owner()


def added(owner: Web) -> str:
    """The page of a new webhook."""
    answer = owner.post(f"{HERE}/add", FORM)
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_every_event_has_words_in_the_form_and_no_other() -> None:
    assert set(forms.EVENTS) == set(EVENTS.values())


def test_a_webhook_is_added_and_its_secret_is_shown_once(owner: Web) -> None:
    assert "No webhooks yet" in owner.read(HERE)
    page = added(owner)
    assert re.search(r"whsec_[\w+/=]{44}", owner.read(page))
    assert "whsec_" not in owner.read(page)
    assert "https://shop.example/hook" in owner.read(HERE)


def test_whole_orders_are_told_where_cartrovers_style_is_chosen(owner: Web) -> None:
    cartrovers = {"url": "https://old.example/hook", "style": "cartrover"}
    answer = owner.post(f"{HERE}/add", cartrovers)
    assert answer.status_code == 303
    page = answer.headers["Location"]

    (hook,) = webhooks.listed(owner.scene.book)
    assert (hook.style, hook.events) == ("cartrover", ("order.created",))
    assert "whsec_" not in owner.read(page)
    assert "CartRover" in owner.read(page)
    assert 'name="style"' not in owner.read(page)
    wrong = owner.post(f"{HERE}/add", {**cartrovers, "events": ["connection.paused"]})
    assert (wrong.status_code, "is about none" in wrong.content.decode()) == (400, True)
    assert owner.post(f"{HERE}/add", {**cartrovers, "style": "morse"}).status_code == 400


def test_an_address_that_can_not_be_is_told_beside_it(owner: Web) -> None:
    answer = owner.post(f"{HERE}/add", {"url": "shop.example"})

    assert answer.status_code == 400
    assert "Write the whole address" in answer.content.decode()
    assert webhooks.listed(owner.scene.book) == []


def test_what_was_told_is_listed_with_its_answers_and_told_again(owner: Web) -> None:
    page = added(owner)
    scene = owner.scene
    receiver = Receiver(lambda: scene.clock.now().timestamp())
    receiver.answers = [500]
    owner.post("/m/default/connections/shop/pause", {"confirm": "yes"})
    hub = Hub(scene.vault, replace(scene.hub.ports, transport=receiver))
    engine.send_due(hub, engine.Told(BASE))
    shown = owner.read(page)
    assert "connection.paused" in shown
    assert "answered 500" in shown
    assert "Nothing is taken there since" in shown

    (message,) = webhooks.messages(scene.book, webhooks.listed(scene.book)[0].id)
    owner.post(f"{page}/replay", {"message": message.id})
    assert webhooks.message(scene.book, message.id).due_at == scene.clock.now()
    owner.post(f"{page}/replay")


def test_it_is_changed_paused_resumed_given_a_new_secret_and_removed(owner: Web) -> None:
    page = added(owner)
    owner.post(f"{page}/change", {"url": "https://b.example/", "events": []})
    (hook,) = webhooks.listed(owner.scene.book)
    assert (hook.url, hook.events) == ("https://b.example/", ())
    assert owner.post(f"{page}/change", {"url": "b"}).status_code == 400
    owner.post(f"{page}/pause")
    assert "Paused" in owner.read(page)
    owner.post(f"{page}/resume")
    assert webhooks.listed(owner.scene.book)[0].state == "live"
    owner.post(f"{page}/renew")
    assert "whsec_" in owner.read(page)
    owner.post(f"{page}/test")
    assert "The test was not taken" in owner.read(page)
    assert owner.post(f"{page}/rain").status_code == 404
    owner.post(f"{page}/remove")
    assert owner.get(page).status_code == 404


def test_who_paused_a_webhook_is_led_there_from_problems(owner: Web) -> None:
    added(owner)
    hook = webhooks.listed(owner.scene.book)[0]
    webhooks.pause_failing(owner.scene.book, hook.id, "nothing was taken for days", owner.scene.clock.now())
    page = owner.read("/m/default/problems")

    assert "Nobody takes the webhook at shop.example" in page
    assert f'href="{HERE}"' in page


@pytest.mark.parametrize("role", ["operator", "viewer"])
def test_only_an_owner_gets_there(web: Web, role: str) -> None:
    assert web.as_merchant_user(role).get(HERE).status_code == 403
