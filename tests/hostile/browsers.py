"""Browsers at one hub: each with cookies of its own, on a machine of its own."""

from copy import copy

from django.http import HttpResponse
from django.test import Client

from tests.web.house import Web
from tranter.web.house import KEY


def another(web: Web) -> Web:
    """Nobody is signed in there."""
    other = copy(web)
    other._client = Client(raise_request_exception=False)
    return other


def with_cookies(web: Web) -> Web:
    """Somebody who has copied the cookies as they are now."""
    other = another(web)
    for name, morsel in web._client.cookies.items():
        other._client.cookies[name] = morsel.value
    return other


def post_from(web: Web, machine: str, path: str, form: dict[str, str], **headers: str) -> HttpResponse:
    meta = {KEY: web.house, "SERVER_NAME": "127.0.0.1", "REMOTE_ADDR": machine}
    return web._client.post(path, form, headers=headers, **meta)


def text(answer: HttpResponse) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode(errors="replace")


def is_in(web: Web) -> bool:
    return web.get("/me").status_code == 200
