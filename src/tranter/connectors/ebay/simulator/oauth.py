"""Tokens: the consent's code, access tokens of two hours, and a refresh token that is never rotated."""

import base64
import binascii
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from urllib.parse import parse_qsl, unquote

from tranter.connectors.ebay.simulator.options import Options
from tranter.testing.simulator import SimReply, SimRequest, json_reply

SCOPE = "https://api.ebay.com/oauth/api_scope"
CODE_SECONDS = 299
EVERYTHING = ""
"""The scope of a grant that was not made through the consent page: whatever eBay's scopes are called."""


class OAuthError(Exception):
    """An OAuth refusal: its body is unlike those of eBay's other errors."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description, self.status = error, description, status

    def reply(self) -> SimReply:
        return json_reply(self.status, {"error": self.error, "error_description": self.description})


@dataclass
class Grant:
    """A seller's consent, and the refresh token that stands for it."""

    refresh_token: str
    scope: str
    expires_at: datetime
    revoked: bool = False

    def covers(self, scope: str) -> bool:
        if self.scope == EVERYTHING:
            return all(each.startswith(SCOPE) for each in scope.split())
        return set(scope.split()) <= set(self.scope.split())


@dataclass
class Token:
    value: str
    scope: str
    expires_at: datetime
    grant: Grant | None

    @property
    def is_user(self) -> bool:
        return self.grant is not None

    def allows(self, scopes: tuple[str, ...]) -> bool:
        if self.scope == EVERYTHING:
            return True
        return bool(set(self.scope.split()) & {f"{SCOPE}{each and '/' + each}" for each in scopes})


@dataclass
class OAuth:
    options: Options
    random: Random
    codes: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    last_used: str = ""

    def sign_in(self, now: datetime, scope: str = EVERYTHING, refresh_token: str = "") -> Grant:
        """A fresh consent of the seller. The ones before it stay valid, as at eBay."""
        lifetime = timedelta(seconds=self.options.refresh_token_seconds)
        grant = Grant(refresh_token or self._secret("r", 96), scope, now + lifetime)
        self.grants[grant.refresh_token] = grant
        return grant

    def new_code(self, now: datetime, scope: str) -> str:
        code = f"v^1.1#i^1#{self._secret('c', 60)}"
        self.codes[code] = (scope, now + timedelta(seconds=CODE_SECONDS))
        return code

    def issue(self, now: datetime, scope: str, grant: Grant | None) -> Token:
        lifetime = timedelta(seconds=self.options.token_seconds)
        token = Token(self._secret("t", 120), scope, now + lifetime, grant)
        self.tokens[token.value] = token
        return token

    def find(self, value: str) -> Token | None:
        self.last_used = value
        return self.tokens.get(value)

    def revoke_all(self) -> None:
        for grant in self.grants.values():
            grant.revoked = True
        self.tokens = {value: token for value, token in self.tokens.items() if not token.is_user}

    def expire_access_tokens(self, now: datetime) -> None:
        for token in self.tokens.values():
            token.expires_at = min(token.expires_at, now)

    def expire_last_used(self, now: datetime) -> None:
        if token := self.tokens.get(self.last_used):
            token.expires_at = min(token.expires_at, now)

    def _secret(self, kind: str, length: int) -> str:
        digits = "".join(self.random.choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", k=length))
        return f"v^1.1#{kind}^{digits}"


def token_endpoint(oauth: OAuth, request: SimRequest, now: datetime) -> SimReply:
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        _check_client(oauth.options, request)
        return json_reply(200, _granted(oauth, form, now))
    except OAuthError as error:
        return error.reply()


def revoke_endpoint(oauth: OAuth, request: SimRequest, now: datetime) -> SimReply:
    form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
    try:
        _check_client(oauth.options, request)
    except OAuthError as error:
        return error.reply()
    if grant := oauth.grants.get(form.get("token", "")):
        grant.revoked = True
        oauth.tokens = {key: token for key, token in oauth.tokens.items() if token.grant is not grant}
    oauth.tokens.pop(form.get("token", ""), None)
    return SimReply(200)


def _granted(oauth: OAuth, form: dict[str, str], now: datetime) -> dict[str, object]:
    grant_type = form.get("grant_type", "")
    if grant_type == "authorization_code":
        return _exchanged(oauth, form, now)
    if grant_type == "refresh_token":
        return _refreshed(oauth, form, now)
    if grant_type == "client_credentials":
        return _for_application(oauth, form, now)
    raise OAuthError("unsupported_grant_type", "grant type in request is not supported")


def _exchanged(oauth: OAuth, form: dict[str, str], now: datetime) -> dict[str, object]:
    scope, expires_at = oauth.codes.pop(form.get("code", ""), ("", now))
    if expires_at <= now or form.get("redirect_uri") != oauth.options.ru_name:
        raise OAuthError("invalid_grant", "the authorization code is not valid for this client")
    grant = oauth.sign_in(now, scope)
    return {
        **_token_body(oauth, oauth.issue(now, scope, grant), "User Access Token"),
        "refresh_token": grant.refresh_token,
        "refresh_token_expires_in": oauth.options.refresh_token_seconds,
    }


def _refreshed(oauth: OAuth, form: dict[str, str], now: datetime) -> dict[str, object]:
    grant = oauth.grants.get(form.get("refresh_token", ""))
    if grant is None or grant.revoked or grant.expires_at <= now:
        raise OAuthError("invalid_grant", "the refresh token is not valid, or belongs to another client")
    scope = form.get("scope", "")
    if not grant.covers(scope):
        raise _invalid_scope()
    return _token_body(oauth, oauth.issue(now, scope or grant.scope, grant), "User Access Token")


def _for_application(oauth: OAuth, form: dict[str, str], now: datetime) -> dict[str, object]:
    scope = form.get("scope", "")
    if scope.split()[:1] != [SCOPE] or any(not each.startswith(SCOPE) for each in scope.split()):
        raise _invalid_scope()
    return _token_body(oauth, oauth.issue(now, scope, None), "Application Access Token")


def _invalid_scope() -> OAuthError:
    return OAuthError("invalid_scope", "a requested scope is unknown or was not granted")


def _token_body(oauth: OAuth, token: Token, kind: str) -> dict[str, object]:
    return {
        "access_token": token.value,
        "expires_in": oauth.options.token_seconds,
        "token_type": kind,
    }


def _check_client(options: Options, request: SimRequest) -> None:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    known = f"{options.client_id}:{options.client_secret}"
    if scheme.lower() != "basic" or not any(
        hmac.compare_digest(given.encode(), known.encode()) for given in (text, unquote(text))
    ):
        raise OAuthError("invalid_client", "client authentication failed", 401)
