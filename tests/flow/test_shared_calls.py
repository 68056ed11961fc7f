"""Several processes work at one account; the vendor counts their calls together, and does not say what is left."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import pytest

from tests.databases import POSTGRESQL
from tests.flow.stage import Scene, Setting, Theatre
from tranter.engine.hub import Hub
from tranter.engine.schedule import run_due
from tranter.ledger import account_calls
from tranter.ledger.setup import close_connections
from tranter.sdk import registry
from tranter.sdk.http import Reply, Request, Transport
from tranter.sdk.manifest import Manifest, Pace

LIMIT = 60
SLOT_SECONDS = 300


class Silent:
    """Hides what the vendor tells about its count, and counts its answers."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.answers: Counter[int] = Counter()

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        reply = self._inner.send(request, timeout_seconds)
        self.answers[reply.status] += 1
        headers = tuple(one for one in reply.headers if not one[0].lower().startswith("x-rate-limit"))
        return msgspec.structs.replace(reply, headers=headers)


pytestmark = pytest.mark.parametrize("kind", [POSTGRESQL], scope="session")


@pytest.fixture
def scene(theatre: Theatre) -> Scene:
    made = theatre.scene(Setting(gecko={"rate_limit": LIMIT}, goods={"stock": {"LAMP": 500}})).connect()
    made.pass_time(minutes=10)
    return made


def silent_hub(scene: Scene, owner: str, failpoint: Callable[[str], None] = lambda _: None) -> tuple[Hub, Silent]:
    hub = scene.another_hub(owner, failpoint)
    line = Silent(hub.ports.transport)
    return Hub(scene.vault, msgspec.structs.replace(hub.ports, transport=line), _slow_vendor), line


def _slow_vendor(name: str) -> Manifest:
    manifest = registry.manifest(name)
    return msgspec.structs.replace(manifest, pace=Pace(LIMIT, SLOT_SECONDS)) if name == "tradegecko" else manifest


def test_two_hubs_at_one_account_stay_within_its_limit_together(scene: Scene) -> None:
    other, other_line = silent_hub(scene, "other")

    def meanwhile(name: str) -> None:
        if name == "answered.push_fulfillment":
            for flow in ("stock", "products", "shipments"):
                scene.run(flow, hub=other)

    first, first_line = silent_hub(scene, "first", meanwhile)
    bought = [scene.ebay.buy_one("LAMP") for _ in range(LIMIT + 20)]
    scene.clock.advance(200)
    for flow in ("orders", "decide"):
        scene.run(flow, hub=first)
    scene.clock.jump(_next_slot(scene))
    scene.run("deliveries", hub=first)

    assert other_line.answers[200] >= 6
    assert first_line.answers[200] + first_line.answers[201] + other_line.answers[200] >= LIMIT - 4
    for _ in range(4):
        scene.clock.jump(_next_slot(scene))
        run_due(first)
        run_due(other)
    assert {len(scene.at_warehouse(order)) for order in bought} == {1}
    assert first_line.answers[429] + other_line.answers[429] == 0


def _next_slot(scene: Scene) -> datetime:
    now = scene.clock.now()
    return now + timedelta(seconds=SLOT_SECONDS - now.timestamp() % SLOT_SECONDS)


def test_however_many_ask_at_the_same_moment_no_call_is_given_twice(scene: Scene) -> None:
    granted: list[int] = []

    def ask() -> None:
        try:
            for _ in range(20):
                granted.append(account_calls.draw("one", 7, LIMIT, 10, 0)[0])
        finally:
            close_connections()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(granted) == LIMIT
    assert account_calls.left("one", 7, LIMIT) == 0


def test_a_clock_that_is_a_little_behind_is_given_nothing_and_one_that_was_far_ahead_stops_nobody(scene: Scene) -> None:
    assert account_calls.draw("one", 7, LIMIT, 10, 0)[:2] == (10, LIMIT - 10)
    assert account_calls.draw("one", 6, LIMIT, 10, 0)[0] == 0
    account_calls.give_back("one", 6, 10)
    assert account_calls.left("one", 7, LIMIT) == LIMIT - 10
    account_calls.give_back("one", 7, 10)
    assert account_calls.left("one", 7, LIMIT) == LIMIT
    account_calls.draw("one", 9000, LIMIT, LIMIT, 0)
    assert account_calls.draw("one", 8, LIMIT, 10, 0)[0] == 10
