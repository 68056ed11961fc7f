"""A token endpoint whose refresh tokens die with their use, and a place for credentials that many share."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

from tranter.engine.clock import VirtualClock
from tranter.sdk.auth import OAuth2
from tranter.sdk.http import NoAnswer, Reply, Request
from tranter.sdk.ports import Clock, Credentials

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AUTH = OAuth2(
    authorize_url="https://vendor.example.com/oauth/authorize",
    token_url="https://vendor.example.com/oauth/token",
    redirect_uri="https://hub.example.com/callback",
    rotates=True,
)


@dataclass
class Store:
    """As the ledger does it: a claim ends by itself after a minute."""

    values: dict[str, str]
    clock: Clock = field(default_factory=lambda: VirtualClock(START))
    generation: int = 1
    claimed_until: datetime | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def load(self) -> Credentials:
        with self.lock:
            return Credentials(dict(self.values), self.generation)

    def begin_refresh(self, generation: int) -> bool:
        with self.lock:
            held = self.claimed_until is not None and self.clock.now() < self.claimed_until
            if held or generation != self.generation:
                return False
            self.claimed_until = self.clock.now() + timedelta(seconds=60)
            return True

    def save(self, values: Mapping[str, str], generation: int) -> bool:
        with self.lock:
            if generation != self.generation:
                return False
            merged = {**self.values, **values}
            self.values = {name: value for name, value in merged.items() if value}
            self.generation += 1
            self.claimed_until = None
            return True

    def end_refresh(self) -> None:
        with self.lock:
            self.claimed_until = None


@dataclass
class Vendor:
    """`lose` drops that many replies after the rotation is done; `waits` runs while a refresh is under way."""

    expires_in: float | str | None = 7200
    lose: int = 0
    requests: list[Request] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    number: int = 1
    replies: list[Reply] = field(default_factory=list)
    during: list[object] = field(default_factory=list)

    @property
    def access_token(self) -> str:
        return f"access-{self.number}"

    @property
    def refresh_token(self) -> str:
        return f"refresh-{self.number}"

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        for step in self.during:
            assert callable(step)
            step()
        with self.lock:
            self.requests.append(request)
            if self.replies:
                return self.replies.pop(0)
            return self._rotate(fields_of(request))

    def _rotate(self, fields: Mapping[str, str]) -> Reply:
        if fields.get("refresh_token") != self.refresh_token:
            return reply(401, {"error": "invalid_request", "error_description": "malformed"})
        self.number += 1
        if self.lose:
            self.lose -= 1
            raise NoAnswer("reset")
        grant: dict[str, object] = {"access_token": self.access_token, "refresh_token": self.refresh_token}
        if self.expires_in is not None:
            grant["expires_in"] = self.expires_in
        return reply(200, grant)


def reply(status: int, value: object) -> Reply:
    return Reply(status, (("Content-Type", "application/json"),), json.dumps(value).encode())


def fields_of(request: Request) -> dict[str, str]:
    if request.body.startswith(b"{"):
        return dict(json.loads(request.body))
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


def credentials(**changes: str) -> dict[str, str]:
    values = {
        "client_id": "id",
        "client_secret": "secret",
        "access_token": "access-1",
        "refresh_token": "refresh-1",
        "access_token_expires_at": (START + timedelta(seconds=7200)).isoformat(),
    }
    return {name: value for name, value in {**values, **changes}.items() if value}
