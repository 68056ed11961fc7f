from datetime import timedelta

import pytest
from pydantic import SecretStr

from tests.connectors.tradegecko.rig import BASE_URL, HOST, START, Memory, Rig, reply, rig, scripted, wired
from tranter.connectors.tradegecko import manifest
from tranter.connectors.tradegecko.settings import TradeGeckoSettings
from tranter.connectors.tradegecko.simulator import simulator
from tranter.engine.clock import VirtualClock
from tranter.sdk.errors import AuthError, RejectedError, TransientError
from tranter.sdk.forms import SettingsError
from tranter.sdk.registry import manifest as registered
from tranter.testing.faultmark import fault
from tranter.testing.inprocess import InProcess
from tranter.testing.simulator import Fault, FaultPlan


def signed_in(plan: FaultPlan | None = None) -> tuple[Rig, Memory]:
    """A connection with a refresh token, as a consent leaves it."""
    clock = VirtualClock(START)
    vendor = simulator(clock, base_url=BASE_URL, skus=("LAMP",))
    tokens = vendor.sign_in()
    memory = Memory(
        {
            "client_id": "tranter",
            "client_secret": "simulated-secret",
            "access_token": tokens["access_token"],
            "refresh_token": tokens["refresh_token"],
            "access_token_expires_at": (START + timedelta(seconds=7200)).isoformat(),
        }
    )
    faults = plan or FaultPlan()
    connector, budget, notes = wired(InProcess({HOST: (vendor, faults)}), clock, memory, {}, {})
    return Rig(vendor, clock, faults, connector, memory, budget, notes), memory


def test_verify_shows_whose_account_it_is_and_what_later_decisions_need() -> None:
    world = rig(currency="GBP")
    seen = world.connector.verify()
    assert seen.account_name == "Simulated Goods"
    assert seen.facts["currency"] == "GBP"
    assert seen.facts["tax_treatment"] == "exclusive"
    assert "Main Warehouse" in seen.facts["locations"]
    assert "Office" not in seen.facts["locations"]


def test_a_location_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(RejectedError) as caught:
        rig({"location_id": "424242"}).connector.verify()
    assert "Main Warehouse" in caught.value.remedy


def test_orders_leave_from_the_chosen_location() -> None:
    world = rig()
    place = world.vendor.locations()["Second Warehouse"]
    world.reconnected({"location_id": str(place)}).push_fulfillment(world.fulfillment())
    assert world.vendor.rows("orders")[0]["stock_location_id"] == place


def test_the_manifest_is_found_by_its_name() -> None:
    assert registered("tradegecko") is manifest
    settings = TradeGeckoSettings.read({"base_url": "https://api.example.com/"})
    assert manifest.auth is not None
    auth = manifest.auth(settings)
    assert auth.token_url == "https://api.example.com/oauth/token"
    assert auth.rotates


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "base_url"),
        ({"base_url": "api.example.com"}, "base_url"),
        ({"base_url": "ftp://api.example.com"}, "base_url"),
        ({"base_url": "https://me:secret@api.example.com"}, "base_url"),
        ({"base_url": "https://api.example.com/v1"}, "base_url"),
        ({"base_url": "https://api.example.com", "pack_orders": True}, "finalized"),
        ({"base_url": "https://api.example.com", "customer_matching": "fixed"}, "company_id"),
        ({"base_url": "https://api.example.com", "currency": "usd"}, "currency"),
        ({"base_url": "https://api.example.com", "location_id": "main"}, "location_id"),
        ({"base_url": "https://api.example.com", "order_state": "x"}, "order_state"),
    ],
)
def test_bad_settings_are_named(values: dict[str, object], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        TradeGeckoSettings.read(values)


def test_secrets_are_shown_nowhere() -> None:
    settings = TradeGeckoSettings(base_url=BASE_URL, access_token=SecretStr("very-secret"))
    assert "very-secret" not in repr(settings)
    assert "access_token" not in settings.plain()
    assert settings.secret_names() == {"client_id", "client_secret", "refresh_token", "access_token"}


@fault("AUTH-01")
def test_an_expired_token_is_refreshed_once_and_the_rotated_one_is_kept() -> None:
    world, memory = signed_in()
    first = memory.values["refresh_token"]
    world.clock.advance(7300)
    world.connector.verify()
    assert memory.values["refresh_token"] != first
    assert world.vendor.calls["POST", "oauth/token"] == 1
    world.vendor.expire_access_tokens()
    world.connector.verify()
    assert world.vendor.calls["POST", "oauth/token"] == 2


@fault("AUTH-02")
def test_a_revoked_sign_in_is_told_as_such() -> None:
    world, _ = signed_in()
    world.vendor.revoke()
    with pytest.raises(AuthError):
        world.connector.verify()


@fault("CRASH-11")
def test_a_rotation_that_got_lost_ends_in_a_wish_to_sign_in_again() -> None:
    world, memory = signed_in(FaultPlan())
    world.vendor.expire_access_tokens()
    world.plan.rates = {Fault.LOST_REPLY: 0.0}
    world.plan.lost_rotations = world.plan._rotations_left = 1
    world.plan._token_requests = 1
    with pytest.raises(TransientError):
        world.connector.verify()
    with pytest.raises(AuthError):
        world.connector.verify()
    memory.save({name: str(value) for name, value in world.vendor.sign_in().items()}, memory.generation)
    memory.values.pop("access_token_expires_at", None)
    assert world.connector.verify().account_name


def test_a_privileged_token_that_is_refused_asks_for_a_new_one() -> None:
    world = rig(access_tokens=("another",))
    with pytest.raises(AuthError):
        world.connector.verify()


def test_a_spent_budget_waits_for_the_vendors_next_slot() -> None:
    world = rig(rate_limit=5)
    for _ in range(5):
        world.connector.pull_stock("")
    with pytest.raises(TransientError) as caught:
        world.connector.pull_stock("")
    assert caught.value.not_done
    assert caught.value.retry_after == pytest.approx(300)
    assert world.vendor.calls["GET", "variants"] == 5
    world.clock.advance(300)
    world.connector.pull_stock("")


def test_a_429_closes_the_budget_until_the_reset_that_it_names() -> None:
    reset = int(START.timestamp()) + 120
    connector, script = scripted(reply(429, b"", ("X-Rate-Limit-Reset", str(reset))))
    for _ in range(3):
        with pytest.raises(TransientError) as caught:
            connector.pull_stock("")
        assert caught.value.not_done
        assert caught.value.retry_after == pytest.approx(120)
    assert len(script.requests) == 1


def test_a_429_without_a_word_waits_for_the_end_of_the_slot() -> None:
    connector, _ = scripted(reply(429, b""))
    with pytest.raises(TransientError) as caught:
        connector.pull_stock("")
    assert caught.value.retry_after == pytest.approx(300)
