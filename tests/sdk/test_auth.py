import base64
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace

from tests.sdk.signing_in import AUTH, START, Store, Vendor, credentials, fields_of, reply
from tranter.engine.clock import ScaledClock, VirtualClock
from tranter.sdk.auth import Access, consent_url, exchange
from tranter.sdk.errors import AuthError, TransientError
from tranter.sdk.http import NeverSent, Reply, Request
from tranter.testing.faultmark import fault


def access(store: Store, vendor: Vendor) -> Access:
    return Access(AUTH, store, vendor, store.clock)


def test_a_fresh_token_is_just_used() -> None:
    store, vendor = Store(credentials()), Vendor()
    assert access(store, vendor).token() == "access-1"
    assert vendor.requests == []


@fault("AUTH-01")
def test_a_token_is_refreshed_before_it_expires() -> None:
    clock = VirtualClock(START)
    store, vendor = Store(credentials(), clock), Vendor()
    tokens = access(store, vendor)
    clock.advance(7200 - 121)
    assert tokens.token() == "access-1"
    clock.advance(2)
    assert tokens.token() == "access-2"
    assert store.values["refresh_token"] == "refresh-2"
    assert store.values["access_token_expires_at"] == (clock.now() + timedelta(seconds=7200)).isoformat()
    assert tokens.token() == "access-2"
    assert len(vendor.requests) == 1


@fault("AUTH-03")
def test_sixteen_threads_that_are_refused_at_once_refresh_once() -> None:
    store, vendor = Store(credentials()), Vendor()
    tokens, together = access(store, vendor), threading.Barrier(16)

    def renew(_: int) -> str:
        together.wait(10)
        return tokens.renew("access-1")

    with ThreadPoolExecutor(16) as pool:
        renewed = set(pool.map(renew, range(16)))
    assert renewed == {"access-2"}
    assert len(vendor.requests) == 1


@fault("AUTH-03")
def test_many_processes_that_are_refused_at_once_refresh_once() -> None:
    """Sixteen of them share nothing but the stored credentials."""
    clock = ScaledClock(50, START)
    values = credentials(access_token_expires_at="")
    store, vendor, together = Store(values, clock), Vendor(), threading.Barrier(16)

    def renew(_: int) -> str:
        tokens = access(store, vendor)
        together.wait(10)
        return tokens.renew("access-1")

    with ThreadPoolExecutor(16) as pool:
        renewed = set(pool.map(renew, range(16)))
    assert renewed == {"access-2"}
    assert len(vendor.requests) == 1


@fault("AUTH-03")
def test_a_late_refusal_of_the_old_token_does_not_refresh_again() -> None:
    store, vendor = Store(credentials()), Vendor()
    tokens = access(store, vendor)
    assert tokens.renew("access-1") == "access-2"
    assert tokens.renew("access-1") == "access-2"
    assert len(vendor.requests) == 1


@fault("AUTH-03")
def test_the_loser_of_a_race_takes_the_winners_tokens() -> None:
    """Somebody whose claim had run out used the refresh token first."""
    store, vendor = Store(credentials()), Vendor()

    def other_process() -> None:
        vendor.during.clear()
        vendor.number = 2
        assert store.save({"access_token": "access-2", "refresh_token": "refresh-2"}, 1)

    vendor.during.append(other_process)
    assert access(store, vendor).renew("access-1") == "access-2"
    assert store.generation == 2


@fault("AUTH-03")
def test_a_new_sign_in_during_a_refresh_is_not_overwritten() -> None:
    store, vendor = Store(credentials()), Vendor()

    def person() -> None:
        vendor.during.clear()
        assert store.save({"access_token": "signed-in", "refresh_token": "signed-in-too"}, 1)

    vendor.during.append(person)
    assert access(store, vendor).renew("access-1") == "signed-in"
    assert store.values["refresh_token"] == "signed-in-too"


@fault("CRASH-11")
def test_a_rotation_whose_reply_got_lost_ends_in_a_wish_to_sign_in() -> None:
    store, vendor = Store(credentials()), Vendor(lose=1)
    tokens = access(store, vendor)
    with pytest.raises(TransientError) as caught:
        tokens.renew("access-1")
    assert caught.value.not_done
    with pytest.raises(AuthError):
        tokens.renew("access-1")
    assert store.claimed_until is None
    store.save({"access_token": "new", "refresh_token": vendor.refresh_token}, store.generation)
    assert tokens.renew("access-1") == "new"


@fault("CRASH-11")
def test_a_process_that_died_while_refreshing_blocks_the_others_for_a_minute_at_most() -> None:
    clock = VirtualClock(START)
    store, vendor = Store(credentials(), clock), Vendor()
    assert store.begin_refresh(1)
    with pytest.raises(TransientError):
        access(Store(store.values, clock, 1, START + timedelta(days=1)), vendor).renew("access-1")
    clock.advance(60)
    assert access(store, vendor).renew("access-1") == "access-2"


@fault("AUTH-02")
def test_a_revoked_grant_asks_for_a_sign_in_and_keeps_what_is_there() -> None:
    store, vendor = Store(credentials(refresh_token="revoked")), Vendor()
    with pytest.raises(AuthError, match="invalid_request"):
        access(store, vendor).renew("access-1")
    assert store.values["refresh_token"] == "revoked"


@pytest.mark.parametrize(
    "answer",
    [
        Reply(500, (), b""),
        Reply(429, (), b""),
        Reply(401, (), b"<html>Gateway</html>"),
        Reply(200, (), b"<html>Maintenance</html>"),
        Reply(200, (), b'{"access_token": "half'),
        Reply(302, (), b""),
    ],
)
def test_a_token_endpoint_in_trouble_signs_nobody_out(answer: Reply) -> None:
    store, vendor = Store(credentials()), Vendor(replies=[answer])
    tokens = access(store, vendor)
    with pytest.raises(TransientError) as caught:
        tokens.renew("access-1")
    assert caught.value.not_done
    assert tokens.renew("access-1") == "access-2"


@dataclass
class Unreachable:
    def send(self, request: Request, timeout_seconds: float) -> Reply:
        raise NeverSent("connection refused")


def test_a_token_endpoint_that_is_not_there_signs_nobody_out() -> None:
    store = Store(credentials())
    with pytest.raises(TransientError):
        Access(AUTH, store, Unreachable(), store.clock).renew("access-1")
    assert store.claimed_until is None


def test_a_fixed_token_is_used_and_never_refreshed() -> None:
    store, vendor = Store({"access_token": "privileged"}), Vendor()
    tokens = Access(None, store, vendor, store.clock)
    assert tokens.token() == "privileged"
    assert tokens.renew("privileged") == "privileged"  # its refusal counts when it is repeated
    store.values["access_token"] = "another"
    assert tokens.renew("privileged") == "another"
    assert vendor.requests == []


def test_a_grant_that_never_expires_forgets_when_the_last_one_did() -> None:
    clock = VirtualClock(START)
    store, vendor = Store(credentials(), clock), Vendor(expires_in=None)
    tokens = access(store, vendor)
    clock.advance(8000)
    assert [tokens.token(), tokens.token()] == ["access-2", "access-2"]
    assert len(vendor.requests) == 1


def test_an_expiry_in_quotes_is_an_expiry() -> None:
    clock = VirtualClock(START)
    store, vendor = Store(credentials(), clock), Vendor(expires_in="7200")
    clock.advance(8000)
    assert access(store, vendor).token() == "access-2"
    assert "access_token_expires_at" in store.values


@pytest.mark.parametrize("body", ["json", "form"])
@pytest.mark.parametrize("client", ["basic", "body"])
def test_a_token_request_is_written_as_the_vendor_wants_it(body: str, client: str) -> None:
    store, vendor = Store(credentials()), Vendor()
    Access(replace(AUTH, body=body, client=client), store, vendor, store.clock).renew("access-1")
    (request,) = vendor.requests
    fields, headers = fields_of(request), dict(request.headers)
    assert fields["grant_type"] == "refresh_token"
    assert ("client_secret" in fields) == (client == "body")
    basic = base64.b64encode(b"id:secret").decode()
    assert headers.get("Authorization") == (f"Basic {basic}" if client == "basic" else None)
    assert ("json" in headers["Content-Type"]) == (body == "json")


def test_a_consent_is_asked_for_and_its_code_exchanged() -> None:
    url = urlsplit(consent_url(replace(AUTH, scopes=("a", "b")), "id", "state-1"))
    assert parse_qs(url.query) == {
        "client_id": ["id"],
        "redirect_uri": ["https://hub.example.com/callback"],
        "response_type": ["code"],
        "scope": ["a b"],
        "state": ["state-1"],
    }
    vendor = Vendor(replies=[reply(200, {"access_token": "a", "refresh_token": "r", "expires_in": 60})])
    values = exchange(AUTH, Store(credentials()).load(), vendor, "code-1", START)
    assert fields_of(vendor.requests[0])["code"] == "code-1"
    assert values["access_token"] == "a"
    assert values["refresh_token"] == "r"
    assert values["access_token_expires_at"] == (START + timedelta(seconds=60)).isoformat()


def test_what_goes_wrong_is_told_without_secrets() -> None:
    store, vendor = Store(credentials(refresh_token="very-secret")), Vendor()
    with pytest.raises(AuthError) as caught:
        access(store, vendor).renew("access-1")
    assert "secret" not in caught.value.reason
