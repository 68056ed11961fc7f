import msgspec
import pytest

from tests.sdk.test_call import URL, Api, caller
from tranter.sdk.http import Reply, Request
from tranter.sdk.text import without_nul
from tranter.sdk.verbs import Raw

CASES = [
    (b'{"a":"x"}', b'{"a":"x"}'),
    (b'{"a":"x\\u0000y\\u0000"}', b'{"a":"xy"}'),
    (b'{"a":"x\\\\u0000"}', b'{"a":"x\\\\u0000"}'),
    (b'{"a":"x\\\\\\u0000"}', b'{"a":"x\\\\"}'),
    (b"<a>x\0y</a>", b"<a>xy</a>"),
]


@pytest.mark.parametrize(("given", "left"), CASES)
def test_nul_characters_are_taken_out_and_nothing_else(given: bytes, left: bytes) -> None:
    assert without_nul(given) == left
    assert Raw(key="1\x00", payload=given) == Raw(key="1", payload=left)


def test_a_reply_is_text_without_them_and_a_file_stays_as_it_is() -> None:
    body = msgspec.json.encode({"reason": "no\0t so"})
    kinds = ("application/json; charset=utf-8", "application/octet-stream")
    api = Api([Reply(200, (("Content-Type", kind),), body) for kind in kinds])
    calls, _ = caller(api, signed=False)

    assert msgspec.json.decode(calls.call(Request("GET", URL)).body) == {"reason": "not so"}
    assert calls.call(Request("GET", URL)).body == body
