"""The web in front of a scene: requests go straight into Django, without a socket."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings

from tests.flow.stage import Scene
from tranter.ledger.models import Merchant, Reach, User
from tranter.web.face import face
from tranter.web.house import KEY, House

BASE_URL = "https://hub.example"


class Web:
    """`get("/readyz")`; what the views are handed can be changed on `house`.

    Nobody is signed in; `as_owner()` and the like are browsers in which somebody is.
    """

    def __init__(self, scene: Scene, **house: Any) -> None:
        self.scene, self.woken = scene, 0
        given = {"alive": lambda: True, "trouble": lambda: "", **house}
        self.house = House(hub=scene.hub, wake=self._wake, **given)
        self._client = Client(raise_request_exception=False)

    def as_owner(self) -> "Web":
        """Of the house: everything, everywhere."""
        return self.signed_in("owner@hub.example", role="owner", staff=True, everywhere=True)

    def as_operator(self) -> "Web":
        return self.signed_in("operator@hub.example", role="operator", staff=True, everywhere=True)

    def as_viewer(self) -> "Web":
        return self.signed_in("viewer@hub.example", role="viewer", staff=True, everywhere=True)

    def as_merchant_user(self, role: str = "owner", merchant: str = "default") -> "Web":
        """Of one merchant alone."""
        return self.signed_in(f"{role}@{merchant}.example", role=role, merchants=(merchant,))

    def signed_in(self, email: str, merchants: tuple[str, ...] = (), **user: Any) -> "Web":
        """Another browser at the same hub."""
        other = copy(self)
        other._client = Client(raise_request_exception=False)
        row, _ = User.objects.get_or_create(email=email, defaults={"created_at": self.scene.clock.now(), **user})
        for slug in merchants:
            Reach.objects.get_or_create(user=row, merchant=Merchant.objects.get(slug=slug))
        other._client.force_login(row)
        return other

    def post(self, path: str, form: Mapping[str, Any] | None = None, **headers: str) -> HttpResponse:
        meta = {KEY: self.house, "SERVER_NAME": "127.0.0.1"}
        return self._client.post(path, dict(form or {}), headers=headers, **meta)

    def _wake(self) -> None:
        self.woken += 1

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.ask("GET", path, b"", headers)

    def read(self, path: str) -> str:
        """The page that is there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.content)
        return answer.content.decode()

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
    wanted = {name: value for name, value in face(base_url, host).items() if name != "INSTALLED_APPS"}
    # Whatever is set anew, even to the same, makes Django forget its templates and routes.
    with override_settings(**{name: value for name, value in wanted.items() if getattr(settings, name, None) != value}):
        yield Web(scene, host=host, base_url=base_url, **house)
