"""Tokens that expire, are revoked, or are refreshed by two at once."""

import threading
from datetime import timedelta

import pytest

from tests.flow.stage import Scene
from tranter.ledger import connections, credentials, exceptions
from tranter.ledger.connections import ConnectionState
from tranter.ledger.setup import close_connections
from tranter.sdk.errors import AuthError
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault


@fault("AUTH-01")
def test_an_access_token_that_expired_is_renewed_without_a_word(scene: Scene) -> None:
    for _ in range(3):
        scene.ebay.expire_access_tokens()
        scene.gecko.expire_access_tokens()
        order = scene.ebay.buy_one("KETL")
        scene.pass_time(minutes=15)
        assert len(scene.at_warehouse(order)) == 1

    assert scene.kinds() == []
    assert {scene.flow(name).failures for name in ("orders", "deliveries", "stock")} == {0}


@fault("AUTH-01")
def test_a_token_is_renewed_before_it_expires(scene: Scene) -> None:
    scene.poll_rarely()
    scene.pass_time(hours=7)

    refused = [heard for heard in scene.gecko.heard if heard.status == 401]
    assert refused == []
    assert scene.kinds() == []


@fault("AUTH-02")
@pytest.mark.parametrize("name", ["shop", "warehouse"])
def test_a_revoked_consent_pauses_everything_and_a_new_one_resumes_without_loss(scene: Scene, name: str) -> None:
    orders = [scene.ebay.buy_one("KETL")]
    scene.pass_time(minutes=10)
    scene.gecko.ship(scene.at_warehouse(orders[0])[0].id)
    vendor = scene.ebay if name == "shop" else scene.gecko
    vendor.revoke()
    vendor.expire_access_tokens()
    orders.append(scene.ebay.buy_one("LAMP"))
    scene.pass_time(minutes=30)

    assert connections.by_name(scene.book, name).state is ConnectionState.NEEDS_SIGN_IN
    assert scene.kinds() == ["needs_sign_in"]
    calls = len(scene.gecko.heard) if name == "warehouse" else scene.ebay.calls.total()
    scene.poll_rarely()
    orders.append(scene.ebay.buy_one("KETL"))
    scene.pass_time(days=1)
    assert calls == (len(scene.gecko.heard) if name == "warehouse" else scene.ebay.calls.total())

    scene.sign_in_again(name)
    scene.pass_time(hours=3)
    assert [len(scene.at_warehouse(order)) for order in orders] == [1, 1, 1]
    assert scene.status(orders[0]) == "confirmed"
    assert scene.kinds() == []
    assert scene.unknown() == 0


@fault("AUTH-02")
def test_a_lost_rotation_asks_for_a_sign_in_and_loses_nothing(scene: Scene) -> None:
    scene.gecko.expire_access_tokens()
    scene.gecko_faults.next("POST", "/oauth/token", Fault.LOST_REPLY)
    order = scene.ebay.buy_one("KETL")
    scene.pass_time(minutes=30)
    assert scene.kinds() == ["needs_sign_in"]

    scene.sign_in_again("warehouse")
    scene.pass_time(minutes=10)
    assert len(scene.at_warehouse(order)) == 1
    assert scene.kinds() == []


@pytest.mark.parametrize("what", [Fault.LOST_REQUEST, Fault.ERROR_BEFORE, Fault.HTML, Fault.THROTTLED])
def test_a_token_endpoint_in_trouble_is_no_reason_to_ask_for_a_sign_in(scene: Scene, what: Fault) -> None:
    scene.gecko.expire_access_tokens()
    scene.ebay.expire_access_tokens()
    scene.gecko_faults.next("POST", "/oauth/token", what, times=3)
    scene.ebay_faults.next("POST", "/oauth2/token", what, times=3)
    order = scene.ebay.buy_one("KETL")
    scene.pass_time(minutes=50)

    assert len(scene.at_warehouse(order)) == 1
    assert scene.kinds() == []


@fault("AUTH-03")
def test_two_hubs_that_refresh_a_rotating_token_at_once_use_one_new_token(scene: Scene) -> None:
    """Eight threads of two processes' worth of hubs, on one ledger."""
    scene.gecko.expire_access_tokens()
    hubs = [scene.another_hub("left"), scene.another_hub("right")]
    tokens = _tokens_bought(scene)
    gate = threading.Barrier(8)
    troubles: list[BaseException] = []

    def work(number: int) -> None:
        try:
            plug = hubs[number % 2].plug(scene.warehouse)
            gate.wait()
            plug.connector.verify()
        except AuthError as error:
            troubles.append(error)
        finally:
            close_connections()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert troubles == []
    assert _tokens_bought(scene) - tokens == 1
    assert scene.warehouse.state is ConnectionState.LIVE


@fault("AUTH-03")
def test_the_loser_of_a_race_for_the_token_takes_the_winners(scene: Scene) -> None:
    """The claim ran out meanwhile: the old token is refused, and the row has changed."""
    scene.gecko.expire_access_tokens()
    other = scene.another_hub("other")
    once: list[int] = []

    def overtake(request: object) -> None:
        if str(getattr(request, "url", "")).endswith("/oauth/token") and not once:
            once.append(1)
            scene.clock.advance(61)
            other.plug(scene.warehouse).connector.verify()

    scene.bent.before = overtake
    scene.hub.plug(scene.warehouse).connector.verify()

    assert once
    assert scene.warehouse.state is ConnectionState.LIVE


def _tokens_bought(scene: Scene) -> int:
    return sum(1 for heard in scene.gecko.heard if heard.path == "/oauth/token" and heard.status == 200)


@fault("AUTH-02")
def test_secrets_stand_in_no_exception_and_no_reason(scene: Scene) -> None:
    values, _ = credentials.load(scene.vault, scene.warehouse.id)
    scene.gecko.revoke()
    scene.gecko.expire_access_tokens()
    scene.pass_time(minutes=10)

    told = " ".join(f"{line.cause} {line.remedy}" for line in exceptions.open_exceptions(scene.book))
    assert told
    assert not [name for name, value in values.items() if len(value) > 8 and value in told]


@fault("TIME-01")
def test_a_clock_that_jumps_an_hour_ahead_and_back_loses_and_doubles_nothing(scene: Scene) -> None:
    """The hub's clock only: the vendors go on by theirs."""
    hub_clock = _Skewed(scene)
    hub = scene.another_hub("skewed", clock=hub_clock)
    orders = []
    for skew in (timedelta(), timedelta(hours=1), timedelta(), timedelta(hours=-1), timedelta()):
        hub_clock.skew = skew
        orders.append(scene.ebay.buy_one("KETL"))
        for _ in range(4):
            scene.clock.advance(150)
            scene.run_everything(hub)
    scene.pass_time(hours=2)

    assert [len(scene.at_warehouse(order)) for order in orders] == [1] * 5
    assert scene.posts() == 5
    assert scene.kinds() == []


class _Skewed:
    """The stage's clock as a machine sees it whose own goes wrong."""

    scale = 1.0

    def __init__(self, scene: Scene) -> None:
        self._clock, self.skew = scene.clock, timedelta()

    def now(self):  # type: ignore[no-untyped-def]
        return self._clock.now() + self.skew

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        self._clock.sleep(seconds)
