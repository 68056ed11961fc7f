"""A program with a key, at the API of a scene."""

import json
from datetime import timedelta
from typing import Any

from django.http import HttpResponse

from tests.web.house import Web
from tranter.ledger import api_keys
from tranter.ledger.api_keys import Level, NewKey, Scope
from tranter.ledger.team import Hand
from tranter.web.api.front import BUCKET

ALL = frozenset(Scope)
BASE = "/api/v1"


class Caller:
    """`caller.get("/orders")`; `read` is for what has to succeed. Headers are given with underscores."""

    def __init__(self, web: Web, authorization: str = "") -> None:
        self.web, self.authorization = web, authorization

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.authorization:
            sent.setdefault("Authorization", self.authorization)
        clock = self.web.scene.clock
        clock.jump(clock.now() + timedelta(seconds=BUCKET.seconds))  # no faster than a key may call
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.web.ask(method, f"{BASE}{path}", raw, sent)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.ask("POST", path, {} if body is None else body, **headers)

    def read(self, path: str, **headers: str) -> Any:
        answer = self.get(path, **headers)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def done(self, path: str, body: Any = None, method: str = "POST", **headers: str) -> Any:
        answer = self.ask(method, path, {} if body is None else body, **headers)
        assert answer.status_code in (200, 201, 204), answer.content
        return answer.json() if answer.content else None


def caller(web: Web, level: Level = Level.MERCHANT, scopes: frozenset[Scope] = ALL, **where: Any) -> Caller:
    hand = Hand(vault=web.scene.vault, actor="operator", now=web.scene.clock.now())
    if level is not Level.WAREHOUSE:
        where.setdefault("merchant", "default")
    made = api_keys.make(hand, NewKey(level=level, name="shop program", scopes=scopes, **where))
    return Caller(web, f"Bearer {made.key.api_user}.{made.secret}")


def refused(answer: HttpResponse) -> tuple[int, str]:
    """Status and code of a problem."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["type"] == f"/api/v1/errors#{told['code']}"
    assert told["title"]
    return answer.status_code, told["code"]
