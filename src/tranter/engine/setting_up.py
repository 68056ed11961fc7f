"""From a wish to a connection that runs: how far it is, the application's keys, copies of it, and its end."""

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct

from tranter.engine import connecting
from tranter.engine.connecting import Connected, Wish
from tranter.engine.hub import Hub
from tranter.ledger import applications, connections, credentials, removed, sharing
from tranter.ledger.applications import Keys
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord, ConnectionState, UnknownConnection
from tranter.sdk import registry
from tranter.sdk.auth import ACCESS, REFRESH
from tranter.sdk.forms import APPLICATION, SettingsError
from tranter.sdk.manifest import Manifest


class Stage(Enum):
    """How far a connection is. `awaiting_owner`: its owner was sent a link; `ready`: signed in, and not live yet."""

    DRAFT = "draft"
    AWAITING_OWNER = "awaiting_owner"
    READY = "ready"
    LIVE = "live"
    NEEDS_SIGN_IN = "needs_sign_in"
    PAUSED = "paused"
    REMOVED = "removed"


class KeysSheet(Struct, frozen=True, kw_only=True):
    """What is known of the hub's own application at a vendor; secrets by name only. `missing` is still to be given."""

    settings: Mapping[str, object]
    secrets: frozenset[str]
    missing: tuple[str, ...]


def stage_of(hub: Hub, info: ConnectionRecord) -> Stage:
    return stages(hub, [info])[info.id]


def stages(hub: Hub, infos: list[ConnectionRecord]) -> dict[int, Stage]:
    drafts = [info.id for info in infos if info.state is ConnectionState.DRAFT]
    asked = sharing.open_links(drafts, hub.ports.clock.now()) if drafts else set()
    return {info.id: _stage(info, info.id in asked) for info in infos}


def _stage(info: ConnectionRecord, asked: bool) -> Stage:
    if info.state is not ConnectionState.DRAFT:
        return Stage(info.state.value)
    if info.account_id:
        return Stage.READY
    return Stage.AWAITING_OWNER if asked else Stage.DRAFT


def is_signed_in(hub: Hub, info: ConnectionRecord) -> bool:
    if not registry.manifest(info.connector).settings.asks_for_token():
        return bool(info.account_id)
    held = credentials.load(hub.vault, info.id)[0]
    return bool(held.get(ACCESS) or held.get(REFRESH))


def is_let_in(hub: Hub, info: ConnectionRecord) -> bool:
    """Somebody signed in, and whose account it is was seen; some systems need no sign-in."""
    needs_none = registry.manifest(info.connector).auth is None
    return bool(info.account_id) and (needs_none or is_signed_in(hub, info))


def keys_of(hub: Hub, connector: str) -> KeysSheet:
    manifest = registry.manifest(connector)
    keys = applications.load(hub.vault, connector)
    return KeysSheet(settings=keys.settings, secrets=frozenset(keys.secrets), missing=missing_keys(manifest, keys))


def missing_keys(manifest: Manifest, keys: Keys) -> tuple[str, ...]:
    """Nobody can sign in without these."""
    if manifest.auth is None:
        return ()
    given = {**keys.settings, **keys.secrets}
    return tuple(sheet.name for sheet in manifest.settings.sheets() if sheet.needed and not given.get(sheet.name))


def give_keys(hub: Hub, connector: str, keys: Keys) -> KeysSheet:
    """Asked once: every new connection to this vendor is made with them. Raises `SettingsError`."""
    manifest = registry.manifest(connector)
    names = manifest.settings.group(APPLICATION)
    if strange := sorted((keys.settings.keys() | keys.secrets.keys()) - names):
        raise SettingsError(f"{', '.join(strange)}: that is no part of an application at {manifest.label}")
    held = applications.load(hub.vault, connector)
    plain = {**held.settings, **keys.settings}
    manifest.settings.read(plain)
    applications.save(hub.vault, connector, Keys(plain, keys.secrets), hub.ports.clock.now())
    return keys_of(hub, connector)


def take_keys(hub: Hub, book: Book, info: ConnectionRecord) -> ConnectionRecord:
    """A connection that nobody signed in at yet is given the application's keys as they are now."""
    keys = applications.load(hub.vault, info.connector)
    wish = Wish(
        connector=info.connector,
        name=info.name,
        settings=keys.settings,
        secrets=keys.secrets,
        verify=False,
        live=None,
    )
    return connecting.connect(hub, book, wish).connection


def complete_keys(hub: Hub, book: Book, info: ConnectionRecord) -> ConnectionRecord:
    """A draft that has no keys of its own is given the application's."""
    manifest = registry.manifest(info.connector)
    held = Keys(info.settings, credentials.load(hub.vault, info.id)[0])
    is_draft = info.state is ConnectionState.DRAFT and not info.account_id
    return take_keys(hub, book, info) if is_draft and missing_keys(manifest, held) else info


def change(hub: Hub, book: Book, info: ConnectionRecord, settings: Mapping[str, object]) -> Connected:
    """New settings for a connection; its state stays. One that runs is looked at with them first."""
    wish = Wish(connector=info.connector, name=info.name, settings=settings, verify=info.runs, live=None)
    return connecting.connect(hub, book, wish)


def give_secrets(hub: Hub, info: ConnectionRecord, secrets: Mapping[str, str]) -> None:
    """Those that no sign-in depends on, such as a webhook's token."""
    credentials.save(hub.vault, info.id, secrets, None, hub.ports.clock.now())


def sign_in_by_token(hub: Hub, book: Book, info: ConnectionRecord, secrets: Mapping[str, str]) -> Connected:
    """For systems that give tokens out by hand: the account is looked at with it first."""
    before = info.state
    wish = Wish(connector=info.connector, name=info.name, secrets=secrets, verify=True, live=None)
    made = connecting.connect(hub, book, wish)
    if before is ConnectionState.NEEDS_SIGN_IN:
        connections.set_state(book, info.id, ConnectionState.LIVE, "signed in", hub.ports.clock.now())
    return made


def duplicate(hub: Hub, book: Book, info: ConnectionRecord, name: str) -> Connected:
    """The same settings under another name; somebody has to sign in there."""
    if connecting.existing(book, name) is not None:
        raise SettingsError(f"there is a connection {name!r} already: choose another name", {"name": "taken already"})
    wish = Wish(connector=info.connector, name=name, settings=info.settings, verify=False, live=None)
    return connecting.connect(hub, book, wish)


def remove(hub: Hub, book: Book, info: ConnectionRecord, actor: str) -> None:
    connections.remove(book, info, actor, hub.ports.clock.now())


def bring_back(hub: Hub, book: Book, name: str, actor: str) -> ConnectionRecord:
    """A removed one, within 30 days. Somebody has to sign in; where nobody signs in, it is paused.

    Raises `UnknownConnection`, and `NameTaken`.
    """
    now = hub.ports.clock.now()
    one = next((one for one in removed.removed(book, now) if name in (one.name, str(one.id))), None)
    if one is None:
        raise UnknownConnection(f"no connection {name!r} was removed in the last 30 days")
    has_sign_in = registry.manifest(one.connector).auth is not None
    state = ConnectionState.NEEDS_SIGN_IN if has_sign_in else ConnectionState.PAUSED
    removed.bring_back(book, one, state, actor, now)
    info = connections.by_name(book, one.name)
    if missing_keys(registry.manifest(info.connector), Keys(info.settings, {})):
        held = applications.load(hub.vault, info.connector)
        if held.secrets:
            give_secrets(hub, info, held.secrets)
    return info
