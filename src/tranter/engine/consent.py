"""Signing in at the other system: the consent page is opened, its answer becomes tokens, and whose they are is seen.

The browser may return to the hub's own address, or the person pastes the address that the browser ended at.
"""

import re
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from tranter.engine.connecting import refuse_second
from tranter.engine.hub import Hub
from tranter.ledger import connections, credentials, sign_in
from tranter.ledger.connections import AccountTaken, ConnectionRecord, ConnectionState
from tranter.ledger.sign_in import Ended, SignInOutcome, StateProblem, Waiting
from tranter.sdk import registry
from tranter.sdk.auth import EXPIRES, OAuth2, consent_url, exchange
from tranter.sdk.errors import AuthError, ConnectorError
from tranter.sdk.ports import Credentials
from tranter.sdk.verbs import Seen

CALLBACK = "/oauth/callback"
BARE_CODE = re.compile(r"[^\s=/?&]{8,}")


class ConsentProblem(Exception):
    """Nobody is signed in; the text says why and what to do. `sign_in_id` is 0 where none was found."""

    outcome = SignInOutcome.FAILED
    sign_in_id = 0


class Declined(ConsentProblem):
    outcome = SignInOutcome.DECLINED


class WrongAccount(ConsentProblem):
    outcome = SignInOutcome.WRONG_ACCOUNT


class Asker(Struct, frozen=True, kw_only=True):
    """Who opens a consent page, and what follows. `holder` names a browser's session or a share link, if it is one.

    Only the holder may bring the answer. `goes_live`: the connection runs afterwards even if it never did.
    """

    holder: str = ""
    goes_live: bool = True


class Consent(Struct, frozen=True):
    """Where the person has to go, and until when the answer counts."""

    url: str
    expires_at: datetime
    sign_in_id: int = 0


class SignedIn(Struct, frozen=True):
    """`holder` is the hash of who had it begun."""

    connection: ConnectionRecord
    seen: Seen
    holder: str = ""
    sign_in_id: int = 0


class _Answer(Struct, frozen=True):
    state: str
    code: str
    refusal: str


def begin(hub: Hub, info: ConnectionRecord, base_url: str = "", asker: Asker | None = None) -> Consent:
    """`base_url` is the hub's public address, if it has one: used where the settings name no other return address."""
    connections.check_own(info)
    auth = _auth(info)
    if not auth.redirect_uri and base_url:
        auth = replace(auth, redirect_uri=f"{base_url.rstrip('/')}{CALLBACK}")
    client_id = credentials.load(hub.vault, info.id)[0].get("client_id", "")
    if not client_id:
        raise ConsentProblem(
            f"{info.name} has no client_id: give it the keys of your application, "
            f"tranter connect {info.connector} --name {info.name} --secret client_id=… --secret client_secret=…"
        )
    asker = asker or Asker()
    wanted = Waiting(
        connection_id=info.id, redirect_uri=auth.redirect_uri, holder=asker.holder, goes_live=asker.goes_live
    )
    begun = sign_in.begin(wanted, hub.ports.clock.now())
    return Consent(consent_url(auth, client_id, begun.state), begun.expires_at, begun.id)


def finish(hub: Hub, returned: str, connection_id: int | None = None, holders: tuple[str, ...] = ()) -> SignedIn:
    """`returned` is the whole address that the consent page went to, or its query. Raises `ConsentProblem`.

    With a connection: only if the consent page was opened for that one; then a bare code will do as well, which is
    all that some pages show. Without one: only for one of the `holders`. What comes of it is kept for whoever waits.
    """
    answer, now = _read(returned), hub.ports.clock.now()
    try:
        if answer.state or connection_id is None:
            waiting = sign_in.redeem(answer.state, now, connection_id, holders)
        else:
            waiting = sign_in.redeem_latest(connection_id, now)
    except StateProblem as problem:
        raise ConsentProblem(str(problem)) from problem
    try:
        done = _redeemed(hub, waiting, answer)
    except ConsentProblem as problem:
        problem.sign_in_id = waiting.id
        sign_in.settle(waiting.id, Ended(problem.outcome, str(problem)))
        raise
    sign_in.settle(waiting.id, Ended(SignInOutcome.GRANTED))
    return done


def _redeemed(hub: Hub, waiting: Waiting, answer: _Answer) -> SignedIn:
    info = connections.by_id(waiting.connection_id)
    if info.state is ConnectionState.REMOVED:
        raise ConsentProblem("the connection was removed meanwhile; nothing was changed")
    if answer.refusal or not answer.code:
        raise Declined(
            f"{info.name}: the consent was declined ({answer.refusal or 'no code came back'}); nothing was changed. "
            "Begin the sign-in again and agree"
        )
    tokens = _exchange(hub, info, waiting.redirect_uri, answer.code)
    return _take(hub, info, waiting, tokens)


def _auth(info: ConnectionRecord) -> OAuth2:
    manifest = registry.manifest(info.connector)
    if manifest.auth is None:
        raise ConsentProblem(f"{manifest.label} has no sign-in page: set its token with `tranter connect`")
    return manifest.auth(manifest.settings.read(info.settings))


def _read(returned: str) -> _Answer:
    if BARE_CODE.fullmatch(returned.strip()):
        return _Answer("", returned.strip(), "")
    parts = urlsplit(returned.strip())
    fields = parse_qs(parts.query or parts.path.lstrip("?"))
    state = fields.get("state", [""])[0]
    if not state:
        raise ConsentProblem("there is no `state` in it: paste the whole address that the browser ended at")
    code = fields.get("code", [""])[0]
    refusal = " ".join(fields.get("error", []) + fields.get("error_description", []))[:200]
    return _Answer(state, code, refusal)


def _exchange(hub: Hub, info: ConnectionRecord, redirect_uri: str, code: str) -> dict[str, str]:
    """All the connection's secrets, the new tokens among them."""
    auth = replace(_auth(info), redirect_uri=redirect_uri)
    held = Credentials(*credentials.load(hub.vault, info.id))
    try:
        tokens = exchange(auth, held, hub.ports.transport, code, hub.ports.clock.now())
    except AuthError as error:
        raise ConsentProblem(f"{info.name}: {error.reason}. Codes are short-lived: begin the sign-in again") from error
    except ConnectorError as error:
        raise ConsentProblem(f"{info.name}: {error.reason}. Begin the sign-in again a little later") from error
    return {**held.values, EXPIRES: "", **tokens}


def _take(hub: Hub, info: ConnectionRecord, waiting: Waiting, tokens: dict[str, str]) -> SignedIn:
    """Whose account it is comes first: another one's tokens are never kept."""
    manifest = registry.manifest(info.connector)
    settings = manifest.settings.read(info.settings)
    connector, draft = hub.draft(manifest, settings, tokens)
    book = hub.book(info)
    try:
        seen = connector.verify()
        now = hub.ports.clock.now()
        refuse_second(book, info.name, manifest, settings, seen)
        info = connections.remember_account(book, info, (seen.account_id, seen.account_name), seen.facts, now)
    except ConnectorError as error:
        raise ConsentProblem(
            f"{info.name}: signed in, but the account could not be looked at: {error.reason}. Begin the sign-in again"
        ) from error
    except AccountTaken as error:
        raise WrongAccount(str(error)) from error
    credentials.save(hub.vault, info.id, draft.load().values, None, now)
    connections.note_sign_in(book, info, now)
    ran = info.state is ConnectionState.NEEDS_SIGN_IN
    if info.state is not ConnectionState.PAUSED and (waiting.goes_live or ran):
        connections.set_state(book, info.id, ConnectionState.LIVE, "signed in", now)
    return SignedIn(connections.by_id(info.id), seen, waiting.holder, waiting.id)
