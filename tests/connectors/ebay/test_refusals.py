import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from tests.connectors.ebay.world import World
from tranter.connectors.ebay.refusals import RejectedByEbay, is_expired, refusal
from tranter.connectors.ebay.words import KINDS, REMEDIES
from tranter.sdk.errors import AuthError, ConnectorError, RejectedError, TransientError, UnexpectedResponseError
from tranter.sdk.http import Reply
from tranter.testing.faultmark import fault

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def body(error_id: int, category: str = "REQUEST") -> bytes:
    return msgspec.json.encode({"errors": [{"errorId": error_id, "category": category, "message": "because"}]})


def judged(status: int, content: bytes = b"", *headers: tuple[str, str]) -> ConnectorError | None:
    return refusal(Reply(status, headers, content), NOW)


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (408, b"", TransientError),
        (429, body(2001), TransientError),
        (500, body(30500, "APPLICATION"), TransientError),
        (503, b"<html>", TransientError),
        (403, b"<HTML>Access Denied</HTML>", TransientError),
        (411, b"<html>Length Required</html>", TransientError),
        (400, body(30500, "APPLICATION"), TransientError),
        (401, body(1001), AuthError),
        (401, b"", AuthError),
        (403, body(1100), AuthError),
        (403, body(195011), AuthError),
        (400, body(32200), RejectedByEbay),
        (404, body(2002), RejectedByEbay),
        (409, body(34500), RejectedByEbay),
        (400, b'{"message": "?"}', UnexpectedResponseError),
        (302, b"", UnexpectedResponseError),
    ],
)
def test_a_reply_becomes_what_happens_next(status: int, content: bytes, kind: type[ConnectorError]) -> None:
    assert type(judged(status, content)) is kind


@pytest.mark.parametrize("status", [200, 201, 204, 207])
def test_a_success_is_no_refusal(status: int) -> None:
    assert judged(status) is None


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_after_a_write_these_leave_it_open_whether_it_was_done(status: int) -> None:
    error = judged(status)
    assert isinstance(error, TransientError)
    assert not error.not_done


@fault("NET-11")
@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7),
        ("0", 1),
        ("Mon, 23 Nov 2026 09:02:00 GMT", 120),
        ("Mon, 23 Nov 2020 09:02:00 GMT", 1),
        ("-5", 60),
        ("soon", 60),
        ("", 60),
    ],
)
def test_a_limit_is_waited_for_as_long_as_ebay_says(said: str, seconds: float) -> None:
    error = judged(429, body(2001), ("Retry-After", said))
    assert isinstance(error, TransientError)
    assert (error.retry_after, error.not_done) == (seconds, True)


@fault("NET-10")
def test_after_a_limit_nothing_is_sent_until_it_is_over() -> None:
    world = World()
    world.ebay.verify()
    world.tap.passing, world.tap.answers = 0, [Reply(429, (("Retry-After", "30"),), body(2001))]
    with pytest.raises(TransientError):
        world.poll()
    before = len(world.tap.requests)
    with pytest.raises(TransientError) as caught:
        world.poll()
    assert len(world.tap.requests) == before
    assert caught.value.retry_after == pytest.approx(30, abs=1)
    world.pass_time(31)
    world.poll()


@pytest.mark.parametrize(
    ("error_id", "status", "kind"),
    [
        (32100, 400, "unknown_order"),
        (2002, 404, "unknown_order"),
        (32300, 400, "carrier"),
        (32400, 400, "account"),
        (34500, 409, "shipped_already"),
        (1, 409, "shipped_already"),
        (25702, 400, "unknown_sku"),
        (99999, 400, "rejected"),
    ],
)
def test_a_refusal_has_a_kind(error_id: int, status: int, kind: str) -> None:
    error = judged(status, body(error_id))
    assert isinstance(error, RejectedError)
    assert error.kind == kind
    assert str(error_id) in error.reason


def test_the_numbers_that_are_known_are_ebays(shared: Path) -> None:
    listed = json.loads((shared / "contracts" / "ebay" / "error_codes.json").read_text())
    known = {2001}
    for api in listed.values():
        for operation in api["operations"].values():
            for errors in operation["errors"].values():
                known |= {int(number) for number in errors}
    assert set(KINDS) - known == set()
    assert set(REMEDIES) - set(KINDS.values()) == set()


@fault("AUTH-01")
@pytest.mark.parametrize(
    ("status", "content", "expired"),
    [(401, b"", True), (403, body(1100), True), (403, body(1), False), (403, b"<html>", False), (200, b"", False)],
)
def test_an_expired_token_is_recognized(status: int, content: bytes, expired: bool) -> None:
    assert is_expired(Reply(status, (), content)) is expired


@fault("AUTH-01")
def test_a_token_that_expires_between_pages_is_refreshed_and_the_page_read() -> None:
    world = World()
    for _ in range(250):
        world.vendor.buy_one("LAMP-S")
    world.pass_time(60)
    page = world.ebay.pull_orders("", NOW, False)
    assert page.more
    world.vendor.expire_access_tokens()
    assert len(world.ebay.pull_orders(page.cursor, NOW, False).records) == 50


@fault("AUTH-01")
def test_a_token_is_renewed_before_it_expires() -> None:
    world = World()
    world.ebay.verify()
    world.pass_time(7200)
    before = len(world.notes)
    world.ebay.verify()
    assert 401 not in [note.status for note in world.notes[before:]]


@fault("AUTH-02")
def test_a_dead_refresh_token_asks_for_a_sign_in_and_a_new_one_goes_on() -> None:
    world = World()
    world.vendor.revoke()
    with pytest.raises(AuthError):
        world.poll()
    signed_in = world.vendor.sign_in()
    world.pocket.save({"access_token": "", **signed_in}, world.pocket.held.generation)
    world.poll()


@fault("AUTH-04")
def test_a_fault_of_the_token_endpoint_is_no_sign_out() -> None:
    world = World()
    world.tap.answers = [Reply(503, (), b"<html>")]
    with pytest.raises(TransientError):
        world.poll()
    world.poll()
