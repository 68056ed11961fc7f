from datetime import timedelta

import msgspec
import pytest

from tests.connectors.ebay.world import World
from tranter.sdk.errors import AuthError, TransientError
from tranter.sdk.http import Reply
from tranter.testing.faultmark import fault


def test_verify_sees_whose_account_it_is_and_what_decides_later() -> None:
    world = World()
    seen = world.ebay.verify()
    assert (seen.account_id, seen.account_name) == (world.vendor.shop.user_id, "sim-seller-us")
    assert seen.facts == {
        "out_of_stock_control": "on",
        "may_sell": "yes",
        "account_type": "BUSINESS",
        "registration_marketplace": "EBAY_US",
    }


def test_verify_sees_what_is_switched_off() -> None:
    world = World(options={"out_of_stock_control": False, "seller_registered": False})
    facts = world.ebay.verify().facts
    assert (facts["out_of_stock_control"], facts["may_sell"]) == ("off", "no")


@pytest.mark.parametrize("answer", [Reply(500, (), b""), Reply(403, (), b"<html>"), Reply(200, (), b"{]")])
def test_what_can_not_be_seen_is_unknown_and_no_failure(answer: Reply) -> None:
    world = World()
    world.ebay.verify()
    world.tap.passing, world.tap.answers = 1, [answer, answer]
    facts = world.ebay.verify().facts
    assert (facts["out_of_stock_control"], facts["may_sell"]) == ("unknown", "unknown")


def test_a_missing_permission_for_extras_is_no_failure() -> None:
    world = World()
    world.ebay.verify()
    denied = Reply(403, (), msgspec.json.encode({"errors": [{"errorId": 1100, "message": "Access denied"}]}))
    world.tap.passing, world.tap.answers = 2, [denied]
    assert world.ebay.verify().facts["out_of_stock_control"] == "on"


@fault("TIME-02")
@pytest.mark.parametrize("ahead", [3600, -3600])
def test_verify_sees_that_our_clock_is_wrong(ahead: int) -> None:
    world = World(hub_ahead=timedelta(seconds=ahead))
    assert world.ebay.verify().facts["clock_skew_seconds"] == str(-ahead)


def test_without_the_account_there_is_no_connection() -> None:
    world = World()
    world.tap.answers = [Reply(503, (), b"")]
    with pytest.raises(TransientError):
        world.ebay.verify()
    world.vendor.revoke()
    with pytest.raises(AuthError):
        world.ebay.verify()


def test_calls_are_noted_without_what_nobody_may_see() -> None:
    world = World()
    world.poll()
    text = repr(world.notes)
    assert "Bearer" not in text
    assert "filter" not in text
    for secret in world.pocket.held.values.values():
        if len(secret) > 12:
            assert secret not in text
