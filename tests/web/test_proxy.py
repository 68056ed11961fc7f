"""Whom a request comes from, with and without a proxy before the hub."""

import socket
from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tranter.web.process import listening, proxy_before


def who(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [environ["REMOTE_ADDR"].encode()]


def asked(proxy: str, **headers: str) -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener, listening(who, listener, proxy):
        request = Request(f"http://127.0.0.1:{listener.getsockname()[1]}/", headers=headers)
        with urlopen(request) as answer:
            return str(answer.read().decode())


def test_the_proxy_says_whom_it_speaks_for() -> None:
    assert asked("127.0.0.1", **{"X-Forwarded-For": "203.0.113.9"}) == "203.0.113.9"


def test_what_came_to_the_proxy_with_another_name_is_not_believed() -> None:
    assert asked("127.0.0.1", **{"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}) == "203.0.113.9"


def test_without_a_proxy_nobody_says_who_they_are() -> None:
    assert asked("", **{"X-Forwarded-For": "203.0.113.9"}) == "127.0.0.1"


@pytest.mark.parametrize(
    ("host", "proxy"), [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("::1", "::1"), ("0.0.0.0", "")]
)
def test_only_on_this_machine_a_proxy_is_trusted(host: str, proxy: str) -> None:
    assert proxy_before(host) == proxy
