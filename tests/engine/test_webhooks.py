"""Webhooks out: what a receiver is told, how it knows that it was us, and what happens when it does not take it."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from msgspec.structs import replace

from tests.flow.stage import Scene
from tranter.engine import webhooks as engine
from tranter.engine.hub import Hub
from tranter.engine.webhooks import Told
from tranter.ledger import book, connections, webhooks
from tranter.ledger.connections import ConnectionState
from tranter.ledger.models import JournalEntry, WebhookMessage
from tranter.ledger.webhooks import Wanted, WebhookLine, WebhookProblem
from tranter.sdk.http import NoAnswer, Reply, Request, ReqwestTransport
from tranter.sdk.outbound import Outbound

BASE = "https://hub.example"
URL = "https://shop.example/hook"
TOLERANCE = 300


class Receiver:
    """Checks each message as Standard Webhooks tells a receiver to, and keeps those that are good."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.secret, self._now = "", now
        self.taken: list[tuple[str, dict]] = []
        self.answers: list[int | None] = []
        self.headers: list[tuple[tuple[str, str], ...]] = [()]
        self.heard = 0

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        self.heard += 1
        answer = self.answers.pop(0) if self.answers else 204
        if answer is None:
            raise NoAnswer("shop.example: time-out")
        if answer < 300:
            assert self.is_ours(request), "a signature that nobody can check"
            body = json.loads(request.body)
            self.taken.append((dict(request.headers)["webhook-id"], body))
        return Reply(answer, self.headers[0], b"")

    def is_ours(self, request: Request) -> bool:
        given = dict(request.headers)
        if abs(self._now() - int(given["webhook-timestamp"])) > TOLERANCE:
            return False
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        content = b".".join((given["webhook-id"].encode(), given["webhook-timestamp"].encode(), request.body))
        wanted = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        versions = [one.split(",", 1) for one in given["webhook-signature"].split(" ")]
        return any(name == "v1" and hmac.compare_digest(mark, wanted) for name, mark in versions)

    @property
    def events(self) -> list[str]:
        return [body["type"] for _, body in self.taken]


class Town:
    def __init__(self, scene: Scene, events: tuple[str, ...] = ()) -> None:
        self.scene = scene
        self.receiver = Receiver(lambda: scene.clock.now().timestamp())
        self.hub = Hub(scene.vault, replace(scene.hub.ports, transport=self.receiver))
        self.hook, self.receiver.secret = engine.add(scene.book, Wanted(url=URL, events=events), "operator", self.now)

    @property
    def now(self):
        return self.scene.clock.now()

    def look(self) -> WebhookLine:
        return webhooks.one(self.scene.book, self.hook.id)

    def send(self) -> int:
        return engine.send_due(self.hub, Told(BASE))

    def later(self, **span: float) -> None:
        self.scene.clock.jump(self.now + timedelta(**span))

    def happens(self) -> None:
        """Something that is told, once."""
        connection = self.scene.cart
        for state in (ConnectionState.PAUSED, ConnectionState.LIVE):
            connections.set_state(self.scene.book, connection.id, state, "", self.now)


@pytest.fixture
def town(scene: Scene) -> Town:
    return Town(scene, ("connection.paused",))


def test_the_way_of_an_order_is_told_step_by_step(scene: Scene) -> None:
    town = Town(scene)
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=20)
    town.send()
    (at_warehouse,) = scene.at_warehouse(order)
    scene.gecko.ship(at_warehouse.id)
    scene.pass_time(minutes=20)
    town.send()

    told = [event for event in town.receiver.events if event.startswith("order.")]
    assert told == ["order.created", "order.sent", "order.shipped", "order.confirmed", "order.changed"]
    row = scene.row(order)
    last = next(body for _, body in town.receiver.taken if body["type"] == "order.confirmed")
    assert last["data"] == {
        "merchant": "default",
        "order": {
            "id": row.pk,
            "number": row.number,
            "remote_id": order.order_id,
            "status": "confirmed",
            "url": f"{BASE}/api/v1/orders/{row.pk}",
        },
    }


def test_nothing_of_a_person_is_told(scene: Scene) -> None:
    town = Town(scene)
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=20)
    town.send()

    told = json.dumps([body for _, body in town.receiver.taken])
    assert len(town.receiver.taken) >= 2
    assert [word for word in (order.buyer.name, order.buyer.email, order.buyer.username) if word in told] == []


def test_only_what_was_asked_for_is_told(town: Town) -> None:
    town.happens()
    town.send()

    assert town.receiver.events == ["connection.paused"]
    assert town.receiver.taken[0][1]["data"] == {"merchant": "default", "subject": "shop"}


def test_what_did_not_happen_is_not_told(town: Town) -> None:
    """The message is written with the change, or neither is."""
    from django.db import transaction

    with transaction.atomic():
        town.happens()
        transaction.set_rollback(True)

    assert town.send() == 0
    assert not WebhookMessage.objects.exists()


def test_a_receiver_that_is_down_is_told_later_under_the_same_id(town: Town) -> None:
    town.receiver.answers = [500, None, 204]
    town.happens()
    assert town.send() == 0
    town.later(seconds=29)
    assert town.send() == 0
    assert town.receiver.heard == 1
    town.later(seconds=10)
    assert town.send() == 0
    town.later(minutes=3)
    assert town.send() == 1

    (message,) = webhooks.messages(town.scene.book, town.hook.id)
    assert (message.state, message.attempts) == ("sent", 3)
    assert [(one.taken, one.status) for one in webhooks.attempts(town.scene.book, message.id)] == [
        (True, 204),
        (False, 0),
        (False, 500),
    ]
    assert town.receiver.taken[0][0] == message.message_id


def test_when_the_receiver_names_a_time_it_is_kept(town: Town) -> None:
    town.receiver.answers = [429]
    town.receiver.headers = [(("Retry-After", "7200"),)]
    town.happens()
    town.send()
    town.later(seconds=7190)
    assert town.send() == 0
    town.later(seconds=20)
    assert town.send() == 1


def test_a_redirect_is_not_followed_and_not_taken_for_a_yes(town: Town) -> None:
    town.receiver.answers = [302]
    town.happens()

    assert (town.send(), town.receiver.heard) == (0, 1)


def test_a_receiver_that_is_down_is_asked_once_not_for_every_message(town: Town) -> None:
    for _ in range(5):
        town.happens()
    town.receiver.answers = [503]

    assert (town.send(), town.receiver.heard) == (0, 1)
    town.later(seconds=40)
    assert town.send() == 5


def test_one_message_that_is_never_taken_does_not_keep_the_others_back(town: Town) -> None:
    for _ in range(3):
        town.happens()
    town.receiver.answers = [422]
    town.send()
    town.later(seconds=30)

    assert town.send() == 2
    assert sorted(one.state for one in webhooks.messages(town.scene.book, town.hook.id)) == ["sent", "sent", "waiting"]


def test_after_three_days_a_message_is_given_up_and_can_be_replayed(town: Town) -> None:
    town.receiver.answers = [500] * 100
    town.happens()
    for _ in range(80):
        town.send()
        town.later(minutes=66)
    (message,) = webhooks.messages(town.scene.book, town.hook.id)
    assert message.state == "failed"

    town.receiver.answers = []
    assert webhooks.replay(town.scene.book, [message.id], town.now) == 1
    assert town.send() == 1
    assert town.receiver.taken[0][0] == message.message_id


def test_what_failed_since_a_time_is_replayed_together(town: Town) -> None:
    town.happens()
    WebhookMessage.objects.update(state="failed")
    began = town.now
    town.later(hours=1)
    town.happens()
    WebhookMessage.objects.update(state="failed")

    assert webhooks.replay_failed(town.scene.book, town.hook.id, began + timedelta(minutes=1), town.now) == 1
    assert webhooks.replay_failed(town.scene.book, town.hook.id, began, town.now) == 1


def test_one_that_takes_nothing_for_days_is_paused_and_a_person_hears_of_it(town: Town) -> None:
    town.receiver.answers = [500] * 1000
    for _ in range(7):
        for _ in range(30):
            town.send()
            town.later(minutes=48)
        town.happens()
    town.send()

    assert town.look().state == "paused"
    assert "webhook_paused" in town.scene.kinds()
    heard = town.receiver.heard
    town.happens()
    assert (town.send(), town.receiver.heard) == (0, heard)

    town.receiver.answers = []
    webhooks.resume(town.scene.book, town.hook.id, "operator", town.now)
    assert town.send() >= 2
    assert "webhook_paused" not in town.scene.kinds()


def test_one_that_says_it_is_gone_is_paused_at_once(town: Town) -> None:
    town.receiver.answers = [410]
    town.happens()
    town.send()

    assert (town.look().state, town.look().state_reason) == ("paused", "it answered that it is gone (410)")


def test_for_a_day_both_secrets_sign(town: Town) -> None:
    old = town.receiver.secret
    _, new = webhooks.renew_secret(town.scene.book, town.hook.id, "operator", town.now)
    assert new != old
    town.happens()
    assert town.send() == 1
    town.receiver.secret = new
    town.happens()
    assert town.send() == 1
    town.later(hours=25)
    town.happens()
    town.receiver.secret = old
    with pytest.raises(AssertionError, match="nobody can check"):
        town.send()


def test_the_secret_is_told_once_and_stands_nowhere(town: Town) -> None:
    from django.db import connection

    key = town.receiver.secret.removeprefix("whsec_")
    assert len(base64.b64decode(key)) == 32
    assert town.receiver.secret not in repr(town.look())
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM ledger_webhook")
        assert key.encode() not in bytes(cursor.fetchone()[0])
    assert not JournalEntry.objects.filter(detail__icontains="shop.example").exists()


def test_a_restored_ledger_tells_nobody_anything(town: Town) -> None:
    town.happens()
    book.pause_pushes("restored")
    assert (town.send(), town.receiver.heard) == (0, 0)
    book.resume_pushes()
    assert town.send() == 1


def test_a_test_message_goes_at_once_and_is_signed(town: Town) -> None:
    tried = engine.try_out(town.hub, town.scene.book, town.hook.id)

    assert (tried.taken, town.receiver.events) == (True, ["webhook.test"])


@pytest.mark.parametrize(
    "url", ["shop.example", "ftp://shop.example/", "folder:///etc", "https://", "https://a:b@c.example/", "https://a b"]
)
def test_an_address_that_can_not_be_called_is_refused(scene: Scene, url: str) -> None:
    with pytest.raises(WebhookProblem):
        engine.add(scene.book, Wanted(url=url), "operator", scene.clock.now())


def test_an_event_that_is_not_known_is_refused(scene: Scene) -> None:
    with pytest.raises(WebhookProblem, match=r"order\.sent"):
        engine.add(scene.book, Wanted(url=URL, events=("order.sold",)), "operator", scene.clock.now())


def test_a_private_address_is_not_called_unless_it_is_allowed_by_name(scene: Scene) -> None:
    town = Town(scene, ("connection.paused",))
    with listening(town.receiver) as port:
        url = f"http://127.0.0.1:{port}/hook"
        engine.change(scene.book, town.hook.id, Wanted(url=url, events=("connection.paused",)), "operator", town.now)
        for allowed, taken in ((frozenset(), 0), (frozenset({f"127.0.0.1:{port}"}), 1)):
            transport = ReqwestTransport(Outbound(allow_hosts=allowed))
            hub = Hub(scene.vault, replace(scene.hub.ports, transport=transport))
            town.happens()
            town.later(hours=2)
            assert engine.send_due(hub, Told(BASE)) >= taken
            transport.close()
            assert bool(town.receiver.taken) == bool(taken)


@contextmanager
def listening(receiver: Receiver) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = tuple((name.lower(), value) for name, value in self.headers.items())
            answer = receiver.send(Request("POST", self.path, headers, body), 1)
            self.send_response(answer.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
