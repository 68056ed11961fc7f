import json
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.simulators.tradegecko.client import Answer, Caller

CLIENT = {
    "client_id": "tranter",
    "client_secret": "simulated-secret",
    "redirect_uri": "https://hub.example/cb",
}


def token(caller: Caller, **fields: str) -> Answer:
    return caller.send("POST", "/oauth/token", {**CLIENT, **fields})


def consent(caller: Caller, decision: str = "grant") -> dict[str, list[str]]:
    form = f"client_id=tranter&redirect_uri=https%3A%2F%2Fhub.example%2Fcb&state=s1&decision={decision}"
    answer = caller.send("POST", "/oauth/authorize", form.encode())
    assert answer.status == 302
    return parse_qs(urlsplit(answer.headers["Location"]).query)


def connect(caller: Caller) -> dict[str, str]:
    code = consent(caller)["code"][0]
    tokens: dict[str, str] = token(caller, grant_type="authorization_code", code=code).json
    return tokens


def test_the_consent_page_lets_the_user_grant_or_decline() -> None:
    caller = Caller()
    page = caller.get("/oauth/authorize", response_type="code", client_id="<tranter>", redirect_uri="https://x/")
    assert page.status == 200
    assert b'value="grant"' in page.json
    assert b'value="decline"' in page.json
    assert b"<tranter>" not in page.json
    assert consent(caller, "decline") == {"error": ["access_denied"], "state": ["s1"]}
    assert consent(caller)["state"] == ["s1"]


def test_auto_consent_sends_the_browser_straight_back() -> None:
    answer = Caller(auto_consent=True).get("/oauth/authorize", client_id="a", redirect_uri="https://x/cb")
    assert answer.status == 302
    assert answer.headers["Location"].startswith("https://x/cb?code=")


def test_a_code_gives_tokens_once() -> None:
    caller = Caller()
    code = consent(caller)["code"][0]
    first = token(caller, grant_type="authorization_code", code=code)
    assert first.status == 200
    assert first.json["expires_in"] == 7200
    assert first.json["token_type"] == "bearer"
    assert {"access_token", "refresh_token", "scope", "created_at"} <= first.json.keys()
    again = token(caller, grant_type="authorization_code", code=code)
    assert (again.status, again.json["error"]) == (401, "invalid_grant")


def test_a_code_of_another_redirect_address_is_refused() -> None:
    caller = Caller()
    code = consent(caller)["code"][0]
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": "https://elsewhere/"}
    assert token(caller, **fields).status == 401


def test_the_token_endpoint_takes_json_a_form_and_basic_credentials() -> None:
    caller = Caller(client_id="tranter")
    tokens = connect(caller)
    form = (
        "grant_type=refresh_token&client_id=tranter&client_secret=simulated-secret"
        f"&refresh_token={tokens['refresh_token']}"
    )
    headers = {"content_type": "application/x-www-form-urlencoded"}
    second = caller.send("POST", "/oauth/token", form.encode(), **headers)
    assert second.status == 200
    body = f"grant_type=refresh_token&refresh_token={second.json['refresh_token']}"
    basic = {"authorization": "Basic dHJhbnRlcjpzaW11bGF0ZWQtc2VjcmV0"}
    assert caller.send("POST", "/oauth/token", body.encode(), **headers, **basic).status == 200


def test_a_wrong_client_secret_is_refused() -> None:
    caller = Caller(client_id="tranter")
    refused = token(caller, grant_type="refresh_token", refresh_token="x", client_secret="wrong")
    assert (refused.status, refused.json["error"]) == (401, "invalid_client")


def test_every_refresh_rotates_and_the_old_refresh_token_is_dead() -> None:
    caller = Caller()
    first = connect(caller)
    second = token(caller, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert second.status == 200
    assert second.json["refresh_token"] != first["refresh_token"]
    dead = token(caller, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (dead.status, dead.json["error"]) == (401, "invalid_request")
    assert dead.json["error_description"].startswith("The request is missing a required parameter")


@pytest.mark.parametrize(("kept", "status"), [(True, 401), (False, 200)])
def test_whether_a_refresh_kills_the_old_access_token_is_a_switch(kept: bool, status: int) -> None:
    caller = Caller(refresh_revokes_access=kept)
    first = connect(caller)
    token(caller, grant_type="refresh_token", refresh_token=first["refresh_token"])
    caller.token = first["access_token"]
    assert caller.get("/orders").status == status


def test_an_access_token_expires_after_two_hours() -> None:
    caller = Caller()
    caller.token = connect(caller)["access_token"]
    caller.clock.sleep(7199)
    assert caller.get("/orders").status == 200
    caller.clock.sleep(1)
    expired = caller.get("/orders")
    assert expired.status == 401
    assert expired.json == {"type": "Unauthorized", "message": "The access token expired"}


def test_the_operator_can_expire_access_tokens_and_refresh_still_works() -> None:
    caller = Caller()
    tokens = caller.vendor.sign_in()
    caller.token = tokens["access_token"]
    caller.vendor.expire_access_tokens()
    assert caller.get("/orders").status == 401
    assert token(caller, grant_type="refresh_token", refresh_token=tokens["refresh_token"]).status == 200


def test_a_revoked_consent_ends_access_and_refresh_until_the_next_sign_in() -> None:
    caller = Caller()
    tokens = caller.vendor.sign_in()
    caller.token = tokens["access_token"]
    caller.vendor.revoke()
    assert caller.get("/orders").json["message"] == "The access token was revoked"
    assert token(caller, grant_type="refresh_token", refresh_token=tokens["refresh_token"]).status == 401
    caller.token = caller.vendor.sign_in()["access_token"]
    assert caller.get("/orders").status == 200


def test_a_second_connection_of_the_same_user_ends_the_first_after_an_hour() -> None:
    caller = Caller()
    first, second = connect(caller), connect(caller)
    caller.clock.sleep(3599)
    caller.token = first["access_token"]
    assert caller.get("/orders").status == 200
    caller.clock.sleep(1)
    assert caller.get("/orders").json["message"] == "The access token was revoked"
    assert token(caller, grant_type="refresh_token", refresh_token=first["refresh_token"]).status == 401
    caller.token = second["access_token"]
    assert caller.get("/orders").status == 200


def test_a_privileged_token_never_expires() -> None:
    caller = Caller()
    caller.clock.sleep(10 * 365 * 86400)
    assert caller.get("/orders").status == 200


@pytest.mark.parametrize("header", ["", "Bearer nonsense", "Basic abc"])
def test_without_a_known_token_nobody_enters(header: str) -> None:
    refused = Caller().send("GET", "/orders", authorization=header)
    assert (refused.status, refused.json["type"]) == (401, "Unauthorized")


def test_unreadable_bodies_at_the_token_endpoint_are_refused() -> None:
    answer = Caller().send("POST", "/oauth/token", b"{", content_type="application/json")
    assert answer.status == 401


def test_credentials_follow_the_rotation() -> None:
    caller = Caller()
    first = caller.vendor.credentials()
    assert caller.vendor.credentials() == first
    second = token(caller, grant_type="refresh_token", refresh_token=first["refresh_token"]).json
    assert caller.vendor.credentials()["refresh_token"] == second["refresh_token"]


def test_a_refresh_token_can_be_there_from_the_start() -> None:
    caller = Caller(refresh_token="first")
    answer = token(caller, grant_type="refresh_token", refresh_token="first")
    caller.token = answer.json["access_token"]
    assert caller.get("/orders").status == 200
    assert token(caller, grant_type="refresh_token", refresh_token="first").status == 401


def test_only_the_token_endpoint_counts_as_a_token_request() -> None:
    from tranter.testing.simulator import SimRequest

    vendor = Caller().vendor
    requests = [SimRequest.from_url("POST", f"http://x{path}", {}, b"") for path in ("/oauth/token", "/orders")]
    assert [vendor.is_token_request(request) for request in requests] == [True, False]


def test_a_token_can_be_handed_back() -> None:
    caller = Caller()
    tokens = connect(caller)
    caller.send(
        "POST",
        "/oauth/revoke",
        json.dumps({"token": tokens["access_token"]}).encode(),
        content_type="application/json",
    )
    caller.token = tokens["access_token"]
    assert caller.get("/orders").status == 401
