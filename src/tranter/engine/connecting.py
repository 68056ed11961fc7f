"""Making a connection: its settings are checked, its account is looked at, and only then is anything saved."""

import re
from collections.abc import Mapping

from msgspec import Struct

from tranter.engine.borrowed import is_lendable
from tranter.engine.credentials import DraftCredentials, LedgerCredentials
from tranter.engine.hub import Hub
from tranter.engine.schedule import flow_times, times_at_house
from tranter.ledger import applications, connections, credentials, exceptions, lending
from tranter.ledger.book import Book, is_house
from tranter.ledger.connections import AccountTaken, ConnectionRecord, ConnectionState, NewConnection
from tranter.sdk import registry
from tranter.sdk.auth import ACCESS, EXPIRES, REFRESH
from tranter.sdk.errors import AuthError, ConnectorError
from tranter.sdk.forms import Settings, SettingsError
from tranter.sdk.manifest import Manifest
from tranter.sdk.ports import CredentialStore
from tranter.sdk.verbs import Connector, Seen

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Wish(Struct, frozen=True, kw_only=True):
    """What is to be connected. Settings and secrets that are not named stay as they were."""

    connector: str
    name: str
    settings: Mapping[str, object] = {}
    secrets: Mapping[str, str] = {}
    verify: bool = True
    live: bool | None = True
    """None: as it was; a new one is a draft."""


class Connected(Struct, frozen=True, kw_only=True):
    """`seen` is None when nobody looked. `todo` says what is still missing, in sentences."""

    connection: ConnectionRecord
    seen: Seen | None
    is_new: bool
    todo: tuple[str, ...]


def connect(hub: Hub, book: Book, wish: Wish) -> Connected:
    """Raises `SettingsError`, `AccountTaken` and the connector's errors; nothing is saved then."""
    manifest = registry.manifest(wish.connector)
    before = existing(book, wish.name)
    if before is not None:
        connections.check_own(before)
    keys = applications.load(hub.vault, manifest.slug) if before is None else applications.NO_KEYS
    settings = _settings(manifest, wish, before.settings if before is not None else keys.settings, before)
    store = _store(hub, wish, before, keys)
    connector = hub.trial(manifest, settings, store)
    if is_house(book) and not is_lendable(manifest, connector):
        raise SettingsError(f"{manifest.label} can't be lent to merchants: connect it for one of them")
    seen = connector.verify() if wish.verify else None
    if seen is not None:
        refuse_second(book, wish.name, manifest, settings, seen)
    info = _save(hub, book, wish, settings, connector)
    if isinstance(store, DraftCredentials):
        credentials.save(hub.vault, info.id, store.load().values, None, hub.ports.clock.now())
    if seen is not None:
        account = (seen.account_id, seen.account_name)
        info = connections.remember_account(book, info, account, seen.facts, hub.ports.clock.now())
    if wish.live:
        connections.set_state(book, info.id, ConnectionState.LIVE, "", hub.ports.clock.now())
    info = connections.by_id(info.id)
    return Connected(connection=info, seen=seen, is_new=before is None, todo=todo(hub, info))


def check(hub: Hub, book: Book, name: str) -> Connected:
    """Looks at the account again and remembers what it saw. A connection that waited for a sign-in is live again."""
    info = connections.by_name(book, name)
    connections.check_own(info)
    plug, now = hub.plug(info), hub.ports.clock.now()
    try:
        seen = plug.connector.verify()
    except AuthError as error:
        if info.runs:
            connections.needs_sign_in(book, info, error.reason, now)
        raise
    refuse_second(book, name, plug.manifest, plug.settings, seen)
    info = connections.remember_account(book, info, (seen.account_id, seen.account_name), seen.facts, now)
    if info.state is ConnectionState.NEEDS_SIGN_IN:
        connections.set_state(book, info.id, ConnectionState.LIVE, "signed in", now)
    if seen.facts.get("out_of_stock_control") == "on":
        exceptions.resolve(book, now, connection_id=info.id, kinds=["zero_needs_choice"])
    info = connections.by_id(info.id)
    return Connected(connection=info, seen=seen, is_new=False, todo=todo(hub, info))


def check_unseen(hub: Hub, book: Book) -> None:
    """Live connections that were saved unseen are looked at once; where that fails their flows will say why."""
    for info in connections.all_of(book):
        if not info.runs or info.account_id or info.lender is not None:
            continue
        try:
            check(hub, book, info.name)
        except AccountTaken as error:
            _refuse_to_run(hub, book, info, str(error))
        except ConnectorError:
            continue


def _refuse_to_run(hub: Hub, book: Book, info: ConnectionRecord, reason: str) -> None:
    now = hub.ports.clock.now()
    connections.set_state(book, info.id, ConnectionState.PAUSED, reason, now)
    trouble = exceptions.Trouble(
        kind="account_taken",
        subject=info.name,
        cause=reason,
        remedy=f"choose other marketplaces for one of the two: tranter connect {info.connector} --name {info.name} …",
        connection_id=info.id,
    )
    exceptions.raise_exceptions(book, [trouble], now)


def existing(book: Book, name: str) -> ConnectionRecord | None:
    return next((info for info in connections.all_of(book) if info.name == name), None)


def _settings(manifest: Manifest, wish: Wish, held: Mapping[str, object], before: ConnectionRecord | None) -> Settings:
    if not NAME.fullmatch(wish.name):
        raise SettingsError(f"the name {wish.name!r}: use letters, digits, dots, dashes and underscores, at most 64")
    if before is not None and before.connector != manifest.slug:
        raise SettingsError(
            f"the connection {wish.name!r} is one of {before.connector}, not of {manifest.slug}: choose another name"
        )
    secret = manifest.settings.secret_names()
    if shown := sorted(secret & wish.settings.keys()):
        raise SettingsError(f"{', '.join(shown)}: that is a secret, give it with --secret, not with --set")
    if unknown := sorted(wish.secrets.keys() - secret):
        raise SettingsError(
            f"{', '.join(unknown)}: {manifest.label} has no such secret; it has {', '.join(sorted(secret)) or 'none'}"
        )
    names = manifest.settings.field_names()
    wanted = {names.get(name, name): value for name, value in wish.settings.items()}
    return manifest.settings.read({**held, **wanted})


def _store(hub: Hub, wish: Wish, before: ConnectionRecord | None, keys: applications.Keys) -> CredentialStore:
    """Known credentials stay in the ledger, where a refresh is made once for all; new ones are tried out first."""
    given = {name: value for name, value in wish.secrets.items() if value}
    if before is not None and not given:
        return LedgerCredentials(hub.vault, before.id, hub.ports.clock)
    held = credentials.load(hub.vault, before.id)[0] if before is not None else keys.secrets
    if given.keys() & {ACCESS, REFRESH, "client_id", "client_secret"}:
        held = {**held, ACCESS: "", EXPIRES: ""}
    return DraftCredentials({**held, **given})


def _save(hub: Hub, book: Book, wish: Wish, settings: Settings, connector: Connector) -> ConnectionRecord:
    """As a draft first: no worker may run it before its credentials are there."""
    times = flow_times(registry.manifest(wish.connector), connector)
    new = NewConnection(
        name=wish.name,
        connector=wish.connector,
        settings=settings.plain(),
        flows=times_at_house(times) if is_house(book) else times,
        live=None if wish.live is None else False,
    )
    return connections.save(book, new, hub.ports.clock.now())


def refuse_second(book: Book, name: str, manifest: Manifest, settings: Settings, seen: Seen) -> None:
    """One account, one connection (at a cart: one for each marketplace): else everything would be done twice."""
    before = existing(book, name)
    if before is not None and before.account_id and seen.account_id and before.account_id != seen.account_id:
        raise AccountTaken(
            f"{name} is bound to the account {before.account_id}, and these credentials are those of {seen.account_id}"
            f" ({seen.account_name or 'no name'}): sign in as the right user, or make a new connection for the other"
        )
    if seen.account_id:
        _refuse_across(book, manifest, settings, seen)
    for other in connections.all_of(book):
        if other.name == name or other.lender is not None or other.connector != manifest.slug or not seen.account_id:
            continue
        theirs = manifest.settings.read(other.settings)
        if other.account_id == seen.account_id and _place(theirs) == _place(settings) and _overlap(theirs, settings):
            raise AccountTaken(
                f"the account {seen.account_id} ({seen.account_name or 'no name'}) is connected as {other.name}:"
                " change that one, or choose other marketplaces for this one"
            )


def _refuse_across(book: Book, manifest: Manifest, settings: Settings, seen: Seen) -> None:
    """The tokens of one user, handed out twice, kill one another: between the house and its merchants, too."""
    others = lending.holders(manifest.slug, seen.account_id, of_house=not is_house(book))
    if not any(_place(manifest.settings.read(other.settings)) == _place(settings) for other in others):
        return
    if is_house(book):
        raise AccountTaken(
            f"the account {seen.account_id} is connected for a merchant already: remove that connection, then lend this"
        )
    raise AccountTaken(f"the account {seen.account_id} is the house's own: let the house lend it instead")


def _place(settings: Settings) -> tuple[object, object]:
    """Account numbers of two installations of a system may be the same."""
    return getattr(settings, "environment", None), getattr(settings, "base_url", None)


def _overlap(one: Settings, two: Settings) -> bool:
    first = set(getattr(one, "marketplaces", ()) or ())
    second = set(getattr(two, "marketplaces", ()) or ())
    return not first or not second or bool(first & second)


def todo(hub: Hub, info: ConnectionRecord) -> tuple[str, ...]:
    """What this connection still waits for, and how to give it."""
    if info.lender is not None:  # the house sees to it
        return ()
    found = []
    settings = hub.plug(info).settings
    held = credentials.load(hub.vault, info.id)[0]
    if settings.asks_for_token() and not held.get(ACCESS) and not held.get(REFRESH):
        found.append(f"nobody has signed in yet: tranter sign-in {info.name}")
    if info.state is ConnectionState.DRAFT:
        again = f"tranter connect {info.connector} --name {info.name}"
        found.append(f"it is a draft and moves nothing; to make it live: {again}")
    if not info.account_id:
        found.append(f"its account has not been looked at: tranter check {info.name}")
    if getattr(settings, "push_stock", False) and info.stock_live_at is None:
        found.append(f"stock is not sent before you have seen the first push: tranter go-live {info.name} --stock")
    asks = info.settings.get("out_of_stock", "ask") == "ask" and hasattr(settings, "out_of_stock")
    if asks and info.facts.get("out_of_stock_control") == "off":
        found.append("Out-of-Stock control is off at the cart, so no zero is sent: switch it on, or set out_of_stock")
    return tuple(found)
