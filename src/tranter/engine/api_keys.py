"""Keys for programs: who may make, cycle and revoke them, and the API cart that comes with a cart's key."""

from datetime import date, datetime, time, timedelta, tzinfo

from msgspec import Struct
from msgspec.structs import replace

from tranter.engine.connecting import Wish, connect, existing
from tranter.engine.handing_in import takes_orders
from tranter.engine.hub import Hub
from tranter.engine.team import Inviter
from tranter.ledger import api_keys, connections
from tranter.ledger.api_keys import USUAL, ApiKeyProblem, Key, Level, MadeKey, NewKey, Scope
from tranter.ledger.book import open_book
from tranter.ledger.handed_in import CONNECTOR
from tranter.ledger.team import Hand


class WantedKey(Struct, frozen=True, kw_only=True):
    """`connection` blank, at level cart: an API cart of the key's name, made where it is not there yet."""

    level: Level
    name: str
    merchant: str | None = None
    connection: str = ""
    scopes: frozenset[Scope] = USUAL
    expires_at: datetime | None = None


def make(hub: Hub, hand: Hand, by: Inviter, wanted: WantedKey) -> MadeKey:
    """Raises `ApiKeyProblem`; `SettingsError` for a name that no connection can have."""
    _check_reach(by, wanted.merchant)
    name = wanted.name.strip()
    if not name:
        raise ApiKeyProblem("a key has a name: what uses it")
    connection_id = None
    if wanted.level is Level.CART:
        connection_id = _connection(hub, hand, wanted)
    elif wanted.connection:
        raise ApiKeyProblem("only a key of level cart belongs to a connection")
    merchant = None if wanted.level is Level.WAREHOUSE else wanted.merchant
    new = NewKey(
        level=wanted.level,
        name=name,
        merchant=merchant,
        connection_id=connection_id,
        scopes=wanted.scopes,
        expires_at=wanted.expires_at,
    )
    return api_keys.make(hand, new)


def end_of(day: date, zone: tzinfo) -> datetime:
    """A key still opens on the day that is named. Raises `ApiKeyProblem`."""
    try:
        return datetime.combine(day + timedelta(days=1), time(), zone)
    except OverflowError as error:
        raise ApiKeyProblem(f"{day} is too far away") from error


def _connection(hub: Hub, hand: Hand, wanted: WantedKey) -> int:
    book = replace(open_book(hub.vault, wanted.merchant or ""), actor=hand.actor)
    if wanted.connection:
        return connections.by_name(book, wanted.connection).id
    known = existing(book, wanted.name.strip())
    if known is None:
        return connect(hub, book, Wish(connector=CONNECTOR, name=wanted.name.strip())).connection.id
    if not takes_orders(hub, known):
        raise ApiKeyProblem(f"{known.name} is a connection to {known.connector}: choose another name, or name it")
    return known.id


def revoke(hand: Hand, by: Inviter, key_id: int) -> Key:
    """Raises `ApiKeyProblem`."""
    _check_touch(by, key_id)
    return api_keys.revoke(hand, key_id)


def cycle(hand: Hand, by: Inviter, key_id: int) -> MadeKey:
    """Raises `ApiKeyProblem`."""
    _check_touch(by, key_id)
    return api_keys.cycle(hand, key_id)


def keys(by: Inviter, merchant: str | None = None) -> list[Key]:
    """Those that they may touch; of one merchant, if one is named."""
    if merchant is not None:
        return api_keys.keys([merchant])
    return api_keys.keys(by.reach)


def _check_reach(by: Inviter, merchant: str | None) -> None:
    if by.reach is not None and merchant not in by.reach:
        raise ApiKeyProblem("this key would reach others' orders, too: an owner of the house makes it")


def _check_touch(by: Inviter, key_id: int) -> None:
    known = api_keys.key(key_id)
    if by.reach is not None and known.merchant not in by.reach:
        raise ApiKeyProblem(f"there is no key {key_id}")
