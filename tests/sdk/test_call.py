from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from tests.sdk.signing_in import AUTH, START, Store, Vendor, credentials
from tranter.engine.clock import VirtualClock
from tranter.sdk.auth import Access
from tranter.sdk.budget import Budget
from tranter.sdk.call import Caller, CallNote
from tranter.sdk.errors import BudgetUsedUp, TransientError
from tranter.sdk.http import HttpError, NeverSent, NoAnswer, Reply, Request
from tranter.testing.faultmark import fault

URL = "https://vendor.example.com/orders/7?email=ada%40example.com"


@dataclass
class Api:
    """Token requests go to the vendor's token endpoint, everything else is answered in turn."""

    answers: list[Reply | HttpError]
    vendor: Vendor = field(default_factory=Vendor)
    requests: list[Request] = field(default_factory=list)

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        if request.url == AUTH.token_url:
            return self.vendor.send(request, timeout_seconds)
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, HttpError):
            raise answer
        return answer

    def tokens(self) -> list[str]:
        return [dict(request.headers).get("Authorization", "") for request in self.requests]


def caller(api: Api, signed: bool = True, calls: int = 100) -> tuple[Caller, list[CallNote]]:
    clock = VirtualClock(START)
    notes: list[CallNote] = []
    access = Access(AUTH, Store(credentials(), clock), api, clock) if signed else None
    return Caller(api, clock, Budget(clock, calls, 300), access, notes.append), notes


OK, UNAUTHORIZED = Reply(200, (("X-Request-Id", "r-1"),), b"{}"), Reply(401, (), b"")


@fault("AUTH-01")
def test_a_refused_token_is_renewed_once_and_the_call_made_again() -> None:
    api = Api([UNAUTHORIZED, OK])
    calls, notes = caller(api)
    assert calls.call(Request("POST", URL, (("X", "y"),), b"body")).status == 200
    assert api.tokens() == ["Bearer access-1", "Bearer access-2"]
    assert [request.body for request in api.requests] == [b"body", b"body"]
    assert [note.status for note in notes] == [401, 200]
    assert calls.budget.count == 2


def test_even_a_fresh_token_may_have_a_bad_moment() -> None:
    api = Api([UNAUTHORIZED, UNAUTHORIZED, OK])
    calls, _ = caller(api)
    assert calls.call(Request("GET", URL)).status == 200
    assert api.tokens() == ["Bearer access-1", "Bearer access-2", "Bearer access-3"]


def test_a_token_that_is_refused_three_times_is_the_connectors_to_judge() -> None:
    api = Api([UNAUTHORIZED] * 3)
    calls, _ = caller(api)
    assert calls.call(Request("GET", URL)).status == 401
    assert len(api.requests) == 3


def test_a_vendor_may_tell_in_its_own_way_that_a_token_is_refused_and_sign_in_its_own() -> None:
    api = Api([Reply(200, (), b"<Error>931</Error>"), OK])
    calls, _ = caller(api)
    calls.call(
        Request("POST", URL),
        sign=lambda token: (("X-Token", token),),
        is_expired=lambda reply: b"931" in reply.body,
    )
    assert [dict(request.headers)["X-Token"] for request in api.requests] == ["access-1", "access-2"]


@fault("NET-03")
def test_only_what_provably_was_never_sent_is_told_as_not_done() -> None:
    for error, not_done in ((NeverSent("refused"), True), (NoAnswer("reset"), False)):
        calls, notes = caller(Api([error]))
        with pytest.raises(TransientError) as caught:
            calls.call(Request("POST", URL))
        assert caught.value.not_done is not_done
        assert notes[0].status == 0
        assert notes[0].trouble


def test_a_call_without_budget_is_not_made() -> None:
    api = Api([OK])
    calls, _ = caller(api, calls=1)
    calls.call(Request("GET", URL))
    with pytest.raises(BudgetUsedUp):
        calls.call(Request("GET", URL))
    assert len(api.requests) == 1


def test_a_note_of_a_call_holds_no_query_no_token_and_no_body() -> None:
    calls, notes = caller(Api([OK]))
    calls.call(Request("POST", URL, (), b"ada@example.com"))
    (note,) = notes
    assert (note.method, note.path, note.status, note.request_id) == ("POST", "/orders/7", 200, "r-1")
    assert note.at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert "ada" not in repr(note)
    assert "access" not in repr(note)


def test_without_a_sign_in_calls_go_unsigned() -> None:
    api = Api([UNAUTHORIZED])
    calls, _ = caller(api, signed=False)
    assert calls.call(Request("GET", URL)).status == 401
    assert api.tokens() == [""]
