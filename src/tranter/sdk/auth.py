"""OAuth 2 as data, and the one dance that every connector shares."""

import base64
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from tranter.sdk.errors import AuthError, PasswordAsked, TransientError
from tranter.sdk.http import NeverSent, NoAnswer, Reply, Request, Transport
from tranter.sdk.ports import Clock, Credentials, CredentialStore

EARLY_SECONDS = 120.0
ACCESS, REFRESH, EXPIRES = "access_token", "refresh_token", "access_token_expires_at"
REFRESH_EXPIRES = "refresh_token_expires_at"


class OAuth2(Struct, frozen=True, kw_only=True):
    """A vendor's OAuth 2 in data. `redirect_uri` may be an opaque name (eBay's RuName).

    `body` is how the token request travels, `client` how the application proves itself. `rotates`: every refresh kills
    the refresh token that it used.
    """

    authorize_url: str
    token_url: str
    redirect_uri: str = ""
    scopes: tuple[str, ...] = ()
    body: str = "form"
    client: str = "basic"
    rotates: bool = False
    consent_extra: tuple[tuple[str, str], ...] = ()


class _Grant(Struct):
    access_token: str
    expires_in: float = 0
    refresh_token: str | None = None
    refresh_token_expires_in: float = 0


class Access:
    """Bearer tokens of one connection: refreshed before they expire and on a 401, once for all threads.

    A connection with a fixed access token (privileged, no refresh token) just uses it.
    """

    def __init__(self, auth: OAuth2 | None, store: CredentialStore, transport: Transport, clock: Clock) -> None:
        self._auth, self._store, self._transport, self._clock = auth, store, transport, clock
        self._lock = threading.Lock()
        self._known: Credentials | None = None

    def token(self) -> str:
        known = self._known
        if known is not None and not self._stale(known):
            return known.get(ACCESS)
        with self._lock:
            held = self._store.load()
            if self._stale(held):
                held = self._refresh(held)
            self._known = held
            return held.get(ACCESS)

    def renew(self, refused: str) -> str:
        """A token other than the one that was just refused; `AuthError` when there is none to be had.

        A fixed token can't be renewed: it is given back, and its refusal believed when it is repeated.
        """
        with self._lock:
            held = self._store.load()
            if held.get(ACCESS) and not held.get(REFRESH):
                return held.get(ACCESS)
            if held.get(ACCESS) == refused or self._stale(held):
                held = self._refresh(held)
            self._known = held
            return held.get(ACCESS)

    def _stale(self, held: Credentials) -> bool:
        if not held.get(ACCESS):
            return True
        expires = held.get(EXPIRES)
        if not expires:
            return False
        return self._clock.now() >= datetime.fromisoformat(expires) - timedelta(seconds=EARLY_SECONDS)

    def _refresh(self, held: Credentials) -> Credentials:
        if self._auth is None or not held.get(REFRESH):
            raise AuthError("the access token is refused or missing, and there is no refresh token: sign in again")
        for _ in range(300):
            if self._store.begin_refresh(held.generation):
                return self._refresh_claimed(self._auth, self._store.load())
            self._clock.sleep(0.2)
            now = self._store.load()
            if now.generation != held.generation:
                return now
        raise TransientError("another process holds the refresh of this token", retry_after=30, not_done=True)

    def _refresh_claimed(self, auth: OAuth2, held: Credentials) -> Credentials:
        fields = {"grant_type": "refresh_token", "refresh_token": held.get(REFRESH)}
        try:
            grant = request_grant(auth, held, self._transport, fields)
        except AuthError:
            current = self._store.load()
            if current.generation != held.generation:
                return current
            self._store.end_refresh()
            raise
        except TransientError:
            self._store.end_refresh()
            raise
        values = grant_values(grant, self._clock.now())
        if not self._store.save(values, held.generation):
            return self._store.load()
        return self._store.load()


def consent_url(auth: OAuth2, client_id: str, state: str) -> str:
    query = {
        "client_id": client_id,
        "redirect_uri": auth.redirect_uri,
        "response_type": "code",
        "scope": " ".join(auth.scopes),
        "state": state,
        **dict(auth.consent_extra),
    }
    return f"{auth.authorize_url}?{urlencode({name: value for name, value in query.items() if value})}"


def exchange(auth: OAuth2, held: Credentials, transport: Transport, code: str, now: datetime) -> dict[str, str]:
    """The credentials that a consent's code buys."""
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": auth.redirect_uri}
    return grant_values(request_grant(auth, held, transport, fields), now)


def grant_values(grant: _Grant, now: datetime) -> dict[str, str]:
    """Without an expiry the one of the last token is emptied: it would let every call refresh."""
    values = {ACCESS: grant.access_token, EXPIRES: ""}
    if grant.expires_in:
        values[EXPIRES] = (now + timedelta(seconds=grant.expires_in)).isoformat()
    if grant.refresh_token:
        values[REFRESH], values[REFRESH_EXPIRES] = grant.refresh_token, ""
    if grant.refresh_token_expires_in:
        values[REFRESH_EXPIRES] = (now + timedelta(seconds=grant.refresh_token_expires_in)).isoformat()
    return values


def request_grant(auth: OAuth2, held: Credentials, transport: Transport, fields: Mapping[str, str]) -> _Grant:
    """One token request. A definite refusal is an `AuthError`, everything else waits.

    A lost reply to a rotating refresh may have killed the old token: the next try tells, by its refusal.
    """
    request = _token_request(auth, held, fields)
    try:
        reply = transport.send(request, 30.0)
    except NeverSent as error:
        raise TransientError(f"the token endpoint can't be reached: {error}", not_done=True) from error
    except NoAnswer as error:
        raise TransientError(f"the token endpoint did not answer: {error}", not_done=True) from error
    refusal = _refusal(reply)
    if not refusal and asks_for_password(reply):
        raise PasswordAsked
    if reply.status in (400, 401, 403) and refusal:
        raise AuthError(f"the token endpoint refused: {refusal}")
    if not 200 <= reply.status < 300:
        raise TransientError(f"the token endpoint answered {reply.status}", not_done=True)
    try:
        return msgspec.json.decode(reply.body, type=_Grant, strict=False)
    except msgspec.DecodeError as error:
        raise TransientError("the token endpoint's reply can't be read", not_done=True) from error


def _token_request(auth: OAuth2, held: Credentials, fields: Mapping[str, str]) -> Request:
    values = dict(fields)
    headers = [("Accept", "application/json")]
    if auth.client == "basic":
        pair = f"{held.get('client_id')}:{held.get('client_secret')}".encode()
        headers.append(("Authorization", f"Basic {base64.b64encode(pair).decode()}"))
    else:
        values |= {"client_id": held.get("client_id"), "client_secret": held.get("client_secret")}
        values.setdefault("redirect_uri", auth.redirect_uri)
    if auth.body == "json":
        headers.append(("Content-Type", "application/json"))
        return Request("POST", auth.token_url, tuple(headers), msgspec.json.encode(values))
    headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    return Request("POST", auth.token_url, tuple(headers), urlencode(values).encode())


def asks_for_password(reply: Reply) -> bool:
    """A gate before the API (HTTP Basic) let nobody through: what stands behind it was not reached."""
    if reply.status != 401:
        return False
    schemes = [value.split(" ")[0].lower() for name, value in reply.headers if name.lower() == "www-authenticate"]
    return "basic" in schemes and "bearer" not in schemes


def _refusal(reply: Reply) -> str:
    """The vendor's own words. Empty when a gateway answered, which says nothing about the grant."""
    try:
        body = msgspec.json.decode(reply.body)
    except msgspec.DecodeError:
        return ""
    if not isinstance(body, dict) or "error" not in body:
        return ""
    return f"{body['error']}: {body.get('error_description', '')}"[:300]
