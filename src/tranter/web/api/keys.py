"""Keys for programs: made, cycled, revoked. A key's secret is shown once."""

from datetime import datetime

import msgspec
from pydantic import AwareDatetime

from tranter.engine import api_keys as engine
from tranter.engine.api_keys import WantedKey
from tranter.ledger.api_keys import Key, Level, MadeKey, Scope
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import delete, get, post
from tranter.web.api.paging import Page, whole
from tranter.web.api.problem import Problem
from tranter.web.api.shapes import Given, Nothing, Number, Text, Word

MANAGE = Scope.MANAGE


class KeyLine(msgspec.Struct, frozen=True, kw_only=True):
    """`merchant` null: the installation's. `created_by` as the journal names it."""

    id: int
    level: Level
    merchant: str | None
    connection: str | None
    name: str
    api_user: str
    scopes: tuple[Scope, ...]
    created_by: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    expires_at: datetime | None


class KeyMade(msgspec.Struct, frozen=True, kw_only=True):
    """`secret` is shown this once; `bearer` is how it is sent."""

    key: KeyLine
    secret: str
    bearer: str


def _line(key: Key) -> KeyLine:
    known = {name: getattr(key, name) for name in KeyLine.__struct_fields__ if name != "scopes"}
    return KeyLine(**known, scopes=tuple(sorted(key.scopes, key=lambda one: one.value)))


def _made(made: MadeKey) -> KeyMade:
    return KeyMade(key=_line(made.key), secret=made.secret, bearer=f"{made.key.api_user}.{made.secret}")


def list_keys(desk: ApiDesk) -> Page[KeyLine]:
    """The keys in reach, the newest first, revoked ones last."""
    return whole([_line(one) for one in engine.keys(desk.inviter)])


def get_other_key(desk: ApiDesk, key_id: Number) -> KeyLine:
    """One key."""
    found = next((one for one in engine.keys(desk.inviter) if one.id == key_id), None)
    if found is None:
        raise Problem("not-found", f"there is no key {key_id}")
    return _line(found)


class NewKeyGiven(Given):
    """`connection` empty, at level cart: an API cart of the key's name, made where it is not there yet.

    `expires_at` null: it opens until it is revoked.
    """

    name: Word
    level: Level = Level.MERCHANT
    merchant: Word | None = None
    connection: Text = ""
    scopes: tuple[Scope, ...] = (Scope.READ, Scope.WRITE)
    expires_at: AwareDatetime | None = None


def make_key(desk: ApiDesk, body: NewKeyGiven) -> KeyMade:
    """A key for another program. Of a merchant in reach; of the installation only by one of those."""
    merchant = body.merchant
    if merchant is None and body.level is not Level.WAREHOUSE:
        merchant = desk.merchant.slug
    wanted = WantedKey(
        level=body.level,
        name=body.name,
        merchant=merchant,
        connection=body.connection,
        scopes=frozenset(body.scopes),
        expires_at=body.expires_at,
    )
    return _made(engine.make(desk.hub, desk.hand, desk.inviter, wanted))


def cycle_key(desk: ApiDesk, key_id: Number, body: Nothing) -> KeyMade:
    """A new secret for the same user; the old one opens nothing from now on."""
    get_other_key(desk, key_id)
    return _made(engine.cycle(desk.hand, desk.inviter, key_id))


def revoke_key(desk: ApiDesk, key_id: Number) -> None:
    """It opens nothing from now on."""
    get_other_key(desk, key_id)
    engine.revoke(desk.hand, desk.inviter, key_id)


OPERATIONS = (
    get("/keys", list_keys, scope=MANAGE),
    post("/keys", make_key, scope=MANAGE, status=201),
    get("/keys/{key_id}", get_other_key, scope=MANAGE),
    post("/keys/{key_id}/cycle", cycle_key, scope=MANAGE),
    delete("/keys/{key_id}", revoke_key, scope=MANAGE, current=get_other_key),
)
