"""Webhooks as both vendors send them, through the web into the ledger."""

import json
from collections.abc import Iterator

import pytest
from django.db import connections as databases

from tests.flow.stage import Scene, Setting, Theatre
from tests.web.house import BASE_URL, Web, served
from tranter.connectors.ebay.simulator.notifications import Destination, Subscription
from tranter.ledger import credentials
from tranter.ledger.connections import ConnectionState
from tranter.ledger.models import Flow, HookEvent
from tranter.testing.faultmark import fault

TOKEN = "t" * 40
SHOP, WAREHOUSE = f"{BASE_URL}/hooks/default/shop", f"{BASE_URL}/hooks/default/warehouse"
TOPICS = (
    "ORDER_CONFIRMATION",
    "ORDER_CANCELLATION_ACTIVITY",
    "AUTHORIZATION_REVOCATION",
    "MARKETPLACE_ACCOUNT_DELETION",
)


class Post:
    """Carries the vendors' messages to the hub, as long as it is there."""

    def __init__(self) -> None:
        self.web: Web | None = None
        self.statuses: list[int] = []

    def __call__(self, method: str, url: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        assert self.web is not None
        answer = self.web.ask(method, url, body, dict(headers))
        self.statuses.append(answer.status_code)
        return answer.status_code, answer.content


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def scene(theatre: Theatre, post: Post) -> Scene:
    made = theatre.scene(Setting(ebay={"deliver": post}, gecko={"deliver": post})).connect()
    credentials.save(made.vault, made.cart.id, {"notification_token": TOKEN}, None, made.clock.now())
    return made


@pytest.fixture
def web(scene: Scene, post: Post) -> Iterator[Web]:
    with served(scene, base_url=BASE_URL) as made:
        post.web = made
        yield made


def subscribe(scene: Scene) -> None:
    notifier = scene.ebay._notifier
    assert notifier.challenge(SHOP, TOKEN)
    notifier.destinations["d"] = Destination("d", "hub", "ENABLED", SHOP, TOKEN)
    for topic in TOPICS:
        notifier.subscriptions[topic] = Subscription(topic, topic, "ENABLED", "d", "", "1.0")


def due_now(scene: Scene, name: str) -> bool:
    return scene.flow(name).due_at <= scene.clock.now()


def test_ebay_s_challenge_is_answered_for_the_address_that_ebay_knows(scene: Scene, web: Web) -> None:
    assert scene.ebay._notifier.challenge(SHOP, TOKEN)


def test_an_order_s_notification_wakes_the_poll_at_once(scene: Scene, web: Web) -> None:
    subscribe(scene)
    order = scene.ebay.buy_one("LAMP")
    assert not due_now(scene, "orders")

    assert scene.ebay.send_notifications() == 1

    assert due_now(scene, "orders")
    assert web.woken == 1
    scene.settle()
    scene.pass_time(seconds=30)
    assert scene.status(order) == "at_wms"


def test_the_same_notification_twice_wakes_once(scene: Scene, web: Web) -> None:
    subscribe(scene)
    scene.ebay.buy_one("LAMP")
    [outgoing] = scene.ebay.outbox
    assert web.deliver(outgoing)
    scene.settle()
    assert not due_now(scene, "orders")

    assert web.deliver(outgoing)

    assert not due_now(scene, "orders")
    assert HookEvent.objects.count() == 1


@pytest.mark.parametrize("spoil", ["body", "signature", "no signature"])
def test_a_forged_notification_wakes_nobody(scene: Scene, web: Web, spoil: str) -> None:
    subscribe(scene)
    scene.ebay.buy_one("LAMP")
    [(url, headers, body)] = scene.ebay.outbox
    match spoil:
        case "body":
            body = body.replace(b"ORDER_CONFIRMATION", b"MARKETPLACE_ACCOUNT_DELETION")
        case "signature":
            headers = {**headers, "X-EBAY-SIGNATURE": "e30="}
        case "no signature":
            headers = {"Content-Type": "application/json"}

    answer = web.ask("POST", url, body, headers)

    assert answer.status_code == 412
    assert not due_now(scene, "orders")
    assert web.woken == 0
    assert HookEvent.objects.count() == 0


def test_a_withdrawn_consent_is_seen_at_once(scene: Scene, web: Web) -> None:
    subscribe(scene)
    scene.ebay.revoke()

    scene.ebay.send_notifications()

    assert scene.cart.state is ConnectionState.NEEDS_SIGN_IN
    assert scene.kinds() == ["needs_sign_in"]


def test_a_deleted_account_is_erased_before_ebay_has_its_answer(scene: Scene, web: Web) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)
    subscribe(scene)
    scene.ebay.delete_account(order.buyer.username, order.buyer.user_id)

    scene.ebay.send_notifications()

    assert scene.row(order).erased_at is not None


def test_the_deletion_of_a_stranger_s_account_leaves_no_trace(scene: Scene, web: Web) -> None:
    subscribe(scene)
    scene.ebay.delete_account("somebody", "somebody-id")

    assert scene.ebay.send_notifications() == 1

    assert HookEvent.objects.count() == 0


def test_tradegecko_s_webhook_wakes_what_it_speaks_of(scene: Scene, web: Web) -> None:
    message = json.dumps({"object_id": 1, "event": "fulfillments.create", "timestamp": 1, "resource_url": ""}).encode()
    headers = {"X-Gecko-Delivery": "d1", "X-Gecko-Signature": gecko_signature(scene, message)}

    assert web.ask("POST", WAREHOUSE, message, headers).status_code == 200

    assert due_now(scene, "shipments")
    assert web.woken == 1


def test_tradegecko_s_forged_webhook_is_refused_and_never_called_gone(scene: Scene, web: Web) -> None:
    answer = web.ask("POST", WAREHOUSE, b'{"event": "orders.create"}', {"X-Gecko-Signature": "forged"})

    assert answer.status_code == 401
    assert web.woken == 0


def gecko_signature(scene: Scene, body: bytes) -> str:
    from tranter.connectors.tradegecko.simulator.webhooks import signature

    return signature(scene.gecko.credentials()["client_secret"], body)


@pytest.mark.parametrize("path", ["/hooks/default/nobody", "/hooks/nobody/shop", "/hooks/default", "/hooks/a/b/c"])
def test_an_address_that_is_nobody_s_is_not_found(web: Web, path: str) -> None:
    assert web.ask("POST", f"{BASE_URL}{path}", b"{}", {}).status_code == 404


def test_a_body_beyond_a_megabyte_is_not_read(scene: Scene, web: Web) -> None:
    assert web.ask("POST", SHOP, b"x" * (1024 * 1024 + 1), {}).status_code == 413
    assert web.ask("POST", SHOP, b"x" * (1024 * 1024), {}).status_code == 412


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"{", b"null", b"[]", b'{"metadata": 3}'])
def test_whatever_comes_in_nothing_breaks(web: Web, body: bytes) -> None:
    assert web.ask("POST", SHOP, body, {}).status_code in (400, 412)
    assert web.ask("POST", WAREHOUSE, body, {}).status_code in (400, 401)


@fault("STOR-01")
def test_a_webhook_that_can_t_be_written_down_is_asked_for_again(scene: Scene, web: Web) -> None:
    subscribe(scene)
    scene.ebay.buy_one("LAMP")
    with databases["default"].cursor() as cursor:
        cursor.execute("PRAGMA query_only=1")

    assert scene.ebay.send_notifications() == 0

    with databases["default"].cursor() as cursor:
        cursor.execute("PRAGMA query_only=0")
    assert not due_now(scene, "orders")
    scene.clock.advance(61)
    scene.ebay.advance()
    assert scene.ebay.send_notifications() == 1
    assert due_now(scene, "orders")


def test_a_connection_that_waits_for_its_sign_in_still_hears(scene: Scene, web: Web) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)
    subscribe(scene)
    scene.ebay.revoke()
    scene.ebay.send_notifications()
    scene.ebay.delete_account(order.buyer.username, order.buyer.user_id)

    assert scene.ebay.send_notifications() == 1

    assert scene.row(order).erased_at is not None


@fault("API-13")
def test_without_any_webhook_every_order_and_parcel_is_found(scene: Scene, web: Web, post: Post) -> None:
    subscribe(scene)
    scene.ebay._notifier.subscriptions.clear()
    orders = [scene.ebay.buy_one(sku) for sku in ("LAMP", "BOOK", "KETL")]
    scene.pass_time(minutes=15)
    for order in orders:
        [there] = scene.at_warehouse(order)
        scene.gecko.ship(there.id, carrier="UPS", tracking=f"1Z{order.order_id}")
    scene.ebay.send_notifications()
    scene.pass_time(minutes=15)

    assert set(post.statuses) <= {200}
    assert HookEvent.objects.count() == 0
    assert [scene.status(order) for order in orders] == ["confirmed"] * 3


@fault("API-13")
def test_every_flow_that_a_webhook_may_wake_also_runs_by_the_clock(scene: Scene) -> None:
    from tranter.connectors.tradegecko.words import flows_of

    events = ("orders.create", "fulfillments.create", "variants.update", "stock_adjustments.create", "orders.update")
    woken = {("warehouse", name) for event in events for name in flows_of(event)} | {("shop", "orders")}

    by_clock = Flow.objects.filter(every_seconds__gt=0).values_list("connection__name", "name")

    assert woken <= set(by_clock)
