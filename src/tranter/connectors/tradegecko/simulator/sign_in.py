"""OAuth 2 as the vendor does it: a consent page, tokens for two hours, refresh tokens that work once."""

import base64
import html
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from tranter.connectors.tradegecko.simulator.replies import refused, reply
from tranter.connectors.tradegecko.simulator.state import State
from tranter.testing.simulator import SimReply, SimRequest

CODE_SECONDS = 600
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
PRIVILEGED = "privileged"
MALFORMED = (
    "The request is missing a required parameter, includes an unsupported parameter value, or is otherwise malformed."
)
WORN_OUT = ("invalid_request", MALFORMED)
UNKNOWN_CLIENT = ("invalid_client", "Client authentication failed")
BAD_GRANT = ("invalid_grant", "The authorization code is invalid, expired, revoked or of another application")


@dataclass
class Connection:
    """One consent of the user to one application, with all tokens that came from it."""

    application: str
    ends_at: datetime | None = None
    is_revoked: bool = False


@dataclass
class Token:
    access: str
    refresh: str
    connection: Connection
    expires_at: datetime | None
    is_worn_out: bool = False  # its refresh token was used
    is_revoked: bool = False


@dataclass
class Code:
    application: str
    redirect_uri: str
    expires_at: datetime


class SignIn:
    def __init__(self, state: State) -> None:
        self.state = state
        self.by_access: dict[str, Token] = {}
        self.by_refresh: dict[str, Token] = {}
        self.codes: dict[str, Code] = {}
        self.latest: Token | None = None
        for access in state.options.access_tokens:
            self.by_access[access] = Token(access, "", Connection(PRIVILEGED), None)
        if state.options.refresh_token:
            first = self._issue(Connection(state.options.client_id or "tranter"))
            first.refresh = state.options.refresh_token
            self.by_refresh[first.refresh] = self.latest = first

    # the API's door

    def application_of(self, request: SimRequest) -> str:
        """Who is asking. Raises 401 with the words for an unknown, an expired or a revoked token."""
        scheme, _, access = request.headers.get("authorization", "").partition(" ")
        token = self.by_access.get(access.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise refused(401, "The access token is invalid")
        if token.is_revoked or self._is_over(token.connection):
            raise refused(401, "The access token was revoked")
        if token.expires_at is not None and token.expires_at <= self.state.now():
            raise refused(401, "The access token expired")
        return token.connection.application

    # what happens to tokens

    def connect(self, application: str) -> Token:
        """A new consent. An earlier one of the same user and application lives on for a while only."""
        ends_at = self.state.now() + timedelta(seconds=self.state.options.old_grant_seconds)
        for token in self.by_refresh.values():
            connection = token.connection
            if connection.application == application and connection.ends_at is None:
                connection.ends_at = ends_at
        return self._issue(Connection(application))

    def refresh(self, old: str) -> Token | None:
        token = self.by_refresh.get(old)
        if token is None or token.is_worn_out or self._is_over(token.connection):
            return None
        token.is_worn_out = True
        token.is_revoked = self.state.options.refresh_revokes_access
        return self._issue(token.connection)

    def revoke(self) -> None:
        """The user took the consent back, everywhere."""
        for token in self.by_access.values():
            token.connection.is_revoked = True

    def expire_access_tokens(self) -> None:
        for token in self.by_access.values():
            if token.expires_at is not None:
                token.expires_at = min(token.expires_at, self.state.now())

    def _issue(self, connection: Connection) -> Token:
        expires_at = self.state.now() + timedelta(seconds=self.state.options.token_seconds)
        token = Token(self._secret(), self._secret(), connection, expires_at)
        self.by_access[token.access] = self.by_refresh[token.refresh] = self.latest = token
        return token

    def _secret(self) -> str:
        return f"{self.state.random.getrandbits(256):064x}"

    def _is_over(self, connection: Connection) -> bool:
        return connection.is_revoked or (connection.ends_at is not None and connection.ends_at <= self.state.now())

    def shown(self, token: Token) -> dict[str, Any]:
        return {
            "access_token": token.access,
            "token_type": "bearer",
            "expires_in": self.state.options.token_seconds,
            "refresh_token": token.refresh,
            "scope": "public",
            "created_at": int(self.state.now().timestamp()),
        }

    # the pages and the token endpoint

    def respond(self, request: SimRequest) -> SimReply:
        match request.path.rstrip("/"), request.method:
            case "/oauth/token", "POST":
                return self._token(request)
            case "/oauth/revoke", "POST":
                return self._revoke_one(request)
            case "/oauth/authorize", "GET":
                return self._consent_page(dict(request.query))
            case "/oauth/authorize", "POST":
                return self._decide(dict(request.query) | dict(parse_qsl(request.body.decode("utf-8", "replace"))))
            case _:
                raise refused(404, f"No route matches [{request.method}] {request.path}")

    def _token(self, request: SimRequest) -> SimReply:
        fields = _fields(request)
        application = str(fields.get("client_id") or "")
        if not self._knows_client(application, str(fields.get("client_secret") or "")):
            return _oauth_error(*UNKNOWN_CLIENT)
        match fields.get("grant_type"):
            case "authorization_code":
                found = self._redeem(application, fields)
                error = BAD_GRANT
            case "refresh_token":
                found = self.refresh(str(fields.get("refresh_token") or ""))
                error = WORN_OUT
            case _:
                return _oauth_error("unsupported_grant_type", "The grant type is not supported")
        return _oauth_error(*error) if found is None else reply(200, self.shown(found))

    def _redeem(self, application: str, fields: dict[str, Any]) -> Token | None:
        code = self.codes.pop(str(fields.get("code") or ""), None)
        if code is None or code.expires_at <= self.state.now() or code.application != application:
            return None
        if code.redirect_uri != str(fields.get("redirect_uri") or ""):
            return None
        return self.connect(application)

    def _knows_client(self, application: str, secret: str) -> bool:
        options = self.state.options
        if options.client_id is None:
            return bool(application and secret)
        return (application, secret) == (options.client_id, options.client_secret)

    def _revoke_one(self, request: SimRequest) -> SimReply:
        text = str(_fields(request).get("token") or "")
        token = self.by_access.get(text) or self.by_refresh.get(text)
        if token is not None:
            token.is_revoked = token.is_worn_out = True
        return reply(200, {})

    def _consent_page(self, query: dict[str, str]) -> SimReply:
        if self.state.options.auto_consent:
            return self._decide({**query, "decision": "grant"})
        hidden = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in query.items()
        )
        page = (
            "<!doctype html><title>Simulated TradeGecko</title><h1>Simulated TradeGecko</h1>"
            f"<p>May <b>{html.escape(query.get('client_id', ''))}</b> use your account?</p>"
            f'<form method="post" action="/oauth/authorize">{hidden}'
            '<button name="decision" value="grant">Authorize</button>'
            '<button name="decision" value="decline">Deny</button></form>'
        )
        return SimReply(200, page.encode(), (("Content-Type", "text/html; charset=utf-8"),))

    def _decide(self, fields: dict[str, str]) -> SimReply:
        target = fields.get("redirect_uri", OUT_OF_BAND)
        answer = {"state": fields["state"]} if "state" in fields else {}
        if fields.get("decision") == "grant":
            code = self._secret()
            expires_at = self.state.now() + timedelta(seconds=CODE_SECONDS)
            self.codes[code] = Code(fields.get("client_id", ""), target, expires_at)
            answer = {"code": code, **answer}
        else:
            answer = {"error": "access_denied", **answer}
        if target == OUT_OF_BAND:
            page = html.escape(answer.get("code", answer.get("error", "")))
            return SimReply(200, page.encode(), (("Content-Type", "text/html; charset=utf-8"),))
        joint = "&" if "?" in target else "?"
        return SimReply(302, b"", (("Location", f"{target}{joint}{urlencode(answer)}"),))


def _fields(request: SimRequest) -> dict[str, Any]:
    """JSON, a form, or the query; client id and secret may also come as Basic credentials."""
    fields: dict[str, Any] = dict(request.query)
    if "json" in request.headers.get("content-type", ""):
        try:
            value = json.loads(request.body or b"{}")
        except ValueError:
            value = {}
        fields |= value if isinstance(value, dict) else {}
    else:
        fields |= dict(parse_qsl(request.body.decode("utf-8", "replace")))
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        client_id, _, secret = base64.b64decode(credentials).decode("utf-8", "replace").partition(":")
        fields |= {"client_id": unquote(client_id), "client_secret": unquote(secret)}
    return fields


def _oauth_error(error: str, description: str) -> SimReply:
    return reply(401, {"error": error, "error_description": description})
