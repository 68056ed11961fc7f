"""The web in front of a scene: requests go straight into Django, without a socket."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client, override_settings

from tests.flow.stage import Scene
from tranter.web.face import face
from tranter.web.house import KEY, House

BASE_URL = "https://hub.example"


class Web:
    """`get("/readyz")`; what the views are handed can be changed on `house`."""

    def __init__(self, scene: Scene, **house: Any) -> None:
        self.scene, self.woken = scene, 0
        given = {"alive": lambda: True, "trouble": lambda: "", **house}
        self.house = House(hub=scene.hub, wake=self._wake, **given)
        self._client = Client(raise_request_exception=False)

    def _wake(self) -> None:
        self.woken += 1

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.ask("GET", path, b"", headers)

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> HttpResponse:
        """`path` may be a whole address: its host is the one that is asked for."""
        parts = urlsplit(path)
        where = f"{parts.path}?{parts.query}" if parts.query else parts.path
        meta = {KEY: self.house, "SERVER_NAME": parts.hostname or "127.0.0.1"}
        kind = headers.pop("Content-Type", "application/json")
        return self._client.generic(method, where, body, content_type=kind, headers=headers, **meta)

    def deliver(self, outgoing: tuple[str, dict[str, str], bytes]) -> bool:
        """A vendor's webhook comes in."""
        url, headers, body = outgoing
        return 200 <= self.ask("POST", url, body, dict(headers)).status_code < 300


@contextmanager
def served(scene: Scene, host: str = "127.0.0.1", base_url: str = "", **house: Any) -> Iterator[Web]:
    with override_settings(**face(base_url, host)):
        yield Web(scene, host=host, base_url=base_url, **house)
