"""A server that stands behind a password of its own."""

import pytest

from tests.sdk.signing_in import AUTH, START, Vendor, credentials
from tests.sdk.test_call import OK, URL, Api, caller
from tranter.sdk.auth import exchange
from tranter.sdk.errors import AuthError, PasswordAsked
from tranter.sdk.http import Reply, Request
from tranter.sdk.ports import Credentials

GATE = Reply(401, (("WWW-Authenticate", 'Basic realm="staging"'),), b"<html>401</html>")
EXPIRED = Reply(401, (("WWW-Authenticate", 'Bearer error="invalid_token"'),), b"")


def test_a_gate_before_the_api_is_told_from_an_expired_token() -> None:
    api = Api([GATE])
    calls, _ = caller(api)

    with pytest.raises(PasswordAsked, match="extra user name and password"):
        calls.call(Request("GET", URL))

    assert len(api.requests) == 1, "a fresh token would not open it"


def test_an_expired_token_is_no_gate() -> None:
    api = Api([EXPIRED, OK])
    calls, _ = caller(api)

    assert calls.call(Request("GET", URL)).status == 200


class Gated(Vendor):
    """The gate stands before the token endpoint, too."""

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        return GATE


def test_the_gate_is_known_when_tokens_are_asked_for() -> None:
    with pytest.raises(PasswordAsked):
        exchange(AUTH, Credentials(credentials(), 1), Gated(), "code", START)


def test_a_gate_is_an_auth_error_for_whoever_does_not_care() -> None:
    assert issubclass(PasswordAsked, AuthError)
