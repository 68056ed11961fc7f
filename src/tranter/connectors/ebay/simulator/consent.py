"""The page on which a seller lets a program in, or doesn't."""

from datetime import datetime
from html import escape
from urllib.parse import parse_qsl, quote, urlencode

from tranter.connectors.ebay.simulator.oauth import CODE_SECONDS, OAuth
from tranter.testing.simulator import SimReply, SimRequest, json_reply

DEFAULT_LANDING = "/ws/eBayISAPI.dll?ThirdPartyAuthSucessFailure"
"""Where eBay sends the seller when the RuName has no URL of its own (eBay's spelling)."""

PAGE = """<!doctype html><html lang="en"><title>Sign in (simulated eBay)</title>
<h1>Let this program use your account?</h1>
<p>Program: {client}</p><p>Account: {account}</p><ul>{scopes}</ul>
<form method="post" action="/oauth2/authorize">{hidden}
<button name="decision" value="grant">Agree</button>
<button name="decision" value="decline">Decline</button></form></html>"""
LANDING = """<!doctype html><html lang="en"><title>Simulated eBay</title>
<p>That was all here. Copy the address of this page if your program asks for it.</p></html>"""


def consent_page(oauth: OAuth, request: SimRequest, now: datetime, origin: str) -> SimReply:
    asked = dict(request.query)
    if problem := _problem(oauth, asked):
        return problem
    if oauth.options.auto_consent:
        return _decide(oauth, asked, now, origin)
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in asked.items()
    )
    page = PAGE.format(
        client=escape(asked["client_id"]),
        account=escape(oauth.options.username),
        scopes="".join(f"<li>{escape(scope)}</li>" for scope in asked["scope"].split()),
        hidden=hidden,
    )
    return html(page)


def consent_decision(oauth: OAuth, request: SimRequest, now: datetime, origin: str) -> SimReply:
    asked = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    return _problem(oauth, asked) or _decide(oauth, asked, now, origin)


def landing_page() -> SimReply:
    return html(LANDING)


def html(page: str, status: int = 200) -> SimReply:
    return SimReply(status, page.encode(), (("Content-Type", "text/html; charset=utf-8"),))


def _problem(oauth: OAuth, asked: dict[str, str]) -> SimReply | None:
    right = (
        asked.get("client_id") == oauth.options.client_id
        and asked.get("redirect_uri") == oauth.options.ru_name
        and asked.get("response_type") == "code"
        and asked.get("scope", "").strip()
    )
    if right:
        return None
    reason = "a parameter is missing, unknown or not what the keyset says"
    return json_reply(400, {"error_id": "invalid_request", "http_status_code": 400, "error_description": reason})


def _decide(oauth: OAuth, asked: dict[str, str], now: datetime, origin: str) -> SimReply:
    state = {"state": asked["state"]} if asked.get("state") else {}
    if asked.get("decision", "grant") != "grant":
        return _redirect(oauth.options.declined_url or f"{origin}{DEFAULT_LANDING}", state)
    code = oauth.new_code(now, asked["scope"])
    target = oauth.options.accepted_url or f"{origin}{DEFAULT_LANDING}&isAuthSuccessful=true"
    return _redirect(target, {**state, "code": code, "expires_in": str(CODE_SECONDS)})


def _redirect(url: str, parameters: dict[str, str]) -> SimReply:
    query = urlencode(parameters, quote_via=quote)
    joined = f"{url}{'&' if '?' in url else '?'}{query}" if query else url
    return SimReply(302, b"", (("Location", joined),))
