"""Connections: made, looked at, set, and how they run."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from ninja import Query
from pydantic import Field

from tranter.engine import connecting, polling, setting_up
from tranter.engine.connecting import Connected, Wish
from tranter.engine.preview import Preview, preview
from tranter.engine.repull import MOST_ORDERS, Repulled, Stretch, repull
from tranter.engine.syncing import NoSuchFlow, ring
from tranter.ledger import connections as ledger
from tranter.ledger import removed, schedule
from tranter.ledger.api_keys import Scope
from tranter.ledger.connections import ConnectionRecord, ConnectionState
from tranter.ledger.removed import Removed
from tranter.ledger.runs import RunLine, newest
from tranter.ledger.schedule import FlowLine
from tranter.sdk import registry
from tranter.sdk.manifest import Manifest, Role
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import delete, get, patch, post, put
from tranter.web.api.paging import Page, Paged, whole
from tranter.web.api.problem import Problem
from tranter.web.api.shapes import Given, Name, Nothing, Reason, Word

MANAGE = Scope.MANAGE


class ConnectorShown(msgspec.Struct, frozen=True, kw_only=True):
    """`settings` is a JSON schema; `secrets` are given beside it. `signs_in`: it has a consent page."""

    slug: str
    label: str
    roles: tuple[Role, ...]
    settings: dict[str, object]
    secrets: tuple[str, ...]
    signs_in: bool
    docs: str


class ConnectionShown(msgspec.Struct, frozen=True, kw_only=True):
    """`todo` says what it still waits for. Secrets are never shown."""

    name: str
    connector: str
    state: ConnectionState
    state_reason: str
    state_since: datetime
    account_id: str
    account_name: str
    settings: dict[str, object]
    facts: dict[str, str]
    live_at: datetime | None
    stock_live_at: datetime | None
    sign_in_ends_at: datetime | None
    owner_email: str
    todo: tuple[str, ...]


def list_connectors(desk: ApiDesk) -> Page[ConnectorShown]:
    """The kinds of systems that can be connected."""
    return whole([_connector(registry.manifest(name)) for name in registry.names()])


def _connector(manifest: Manifest) -> ConnectorShown:
    return ConnectorShown(
        slug=manifest.slug,
        label=manifest.label,
        roles=manifest.roles,
        settings=manifest.settings.model_json_schema(),
        secrets=tuple(sorted(manifest.settings.secret_names())),
        signs_in=manifest.auth is not None,
        docs=manifest.docs,
    )


def shown(desk: ApiDesk, info: ConnectionRecord) -> ConnectionShown:
    known = {name: getattr(info, name) for name in ConnectionShown.__struct_fields__ if name != "todo"}
    return ConnectionShown(**known, todo=connecting.todo(desk.hub, info))


def list_connections(desk: ApiDesk) -> Page[ConnectionShown]:
    """The merchant's connections."""
    return whole([shown(desk, info) for info in ledger.all_of(desk.book)])


class ConnectionGiven(Given):
    """Saved as a draft, unless `live`. Without `verify` nobody looks at the account first."""

    connector: Word
    name: Name
    settings: Mapping[str, object] = Field(default_factory=dict)
    secrets: Mapping[str, str] = Field(default_factory=dict)
    verify: bool = True
    live: bool = False


def add_connection(desk: ApiDesk, body: ConnectionGiven) -> ConnectionShown:
    """Connect an account: it is looked at first, and nothing is saved where that fails."""
    check_may_change(desk, registry.manifest(body.connector))
    if connecting.existing(desk.book, body.name) is not None:
        raise Problem("refused", f"there is a connection {body.name!r} already")
    wish = Wish(**body.model_dump())
    return shown(desk, connecting.connect(desk.hub, desk.book, wish).connection)


def get_connection(desk: ApiDesk, name: Name) -> ConnectionShown:
    """One connection."""
    return shown(desk, desk.connection(name))


class ConnectionChanged(Given):
    """What is not named stays. Secrets that are given are tried out first."""

    settings: Mapping[str, object] = Field(default_factory=dict)
    secrets: Mapping[str, str] = Field(default_factory=dict)


def change_connection(desk: ApiDesk, name: Name, body: ConnectionChanged) -> ConnectionShown:
    """Other settings or secrets. One that runs is looked at with them first."""
    info = changing(desk, name)
    wish = Wish(
        connector=info.connector,
        name=name,
        settings=body.settings,
        secrets=body.secrets,
        verify=info.runs or bool(body.secrets),
        live=None,
    )
    return shown(desk, connecting.connect(desk.hub, desk.book, wish).connection)


def remove_connection(desk: ApiDesk, name: Name) -> None:
    """Its credentials are deleted and its flows stop; its orders stay."""
    setting_up.remove(desk.hub, desk.book, changing(desk, name), desk.actor)


def list_removed(desk: ApiDesk) -> Page[Removed]:
    """Those that were removed in the last 30 days and can be brought back."""
    return whole(removed.removed(desk.book, desk.now))


def bring_connection_back(desk: ApiDesk, name: Name, body: Nothing) -> ConnectionShown:
    """With all but its credentials: somebody has to sign in."""
    for one in removed.removed(desk.book, desk.now):
        if one.name == name:
            check_may_change(desk, registry.manifest(one.connector))
    try:
        return shown(desk, setting_up.bring_back(desk.hub, desk.book, name, desk.actor))
    except removed.NameTaken as error:
        raise Problem("refused", str(error)) from error


def check_connection(desk: ApiDesk, name: Name, body: Nothing) -> ConnectionShown:
    """Look at the account again: is the sign-in good, whose is it, what does it allow."""
    changing(desk, name)
    made: Connected = connecting.check(desk.hub, desk.book, name)
    return shown(desk, made.connection)


def preview_connection(desk: ApiDesk, name: Name) -> Preview:
    """Orders and products as they would be read. Stores nothing."""
    return preview(desk.hub, desk.book, desk.connection(name))


def pause_connection(desk: ApiDesk, name: Name, body: Reason) -> ConnectionShown:
    """Let nothing of it run until it is resumed."""
    info = changing(desk, name)
    if not info.runs and info.state is not ConnectionState.NEEDS_SIGN_IN:
        raise Problem("not-possible", f"{name} is {info.state.value}: it does not run")
    reason = body.reason or "paused by hand"
    ledger.set_state(desk.book, info.id, ConnectionState.PAUSED, reason, desk.now)
    return get_connection(desk, name)


def resume_connection(desk: ApiDesk, name: Name, body: Nothing) -> ConnectionShown:
    """Let it run again."""
    info = changing(desk, name)
    if info.state is not ConnectionState.PAUSED or info.live_at is None:
        raise Problem("not-possible", f"{name} is {info.state.value}, and was not paused")
    ledger.set_state(desk.book, info.id, ConnectionState.LIVE, "", desk.now)
    return get_connection(desk, name)


class CopyGiven(Given):
    name: Name


def duplicate_connection(desk: ApiDesk, name: Name, body: CopyGiven) -> ConnectionShown:
    """The same settings under another name; somebody has to sign in there."""
    info = changing(desk, name)
    return shown(desk, setting_up.duplicate(desk.hub, desk.book, info, body.name).connection)


def list_flows(desk: ApiDesk, name: Name) -> Page[FlowLine]:
    """What runs, how often, when it ran and runs next."""
    info = desk.connection(name)
    return whole([line for line in schedule.flows_of(desk.book.merchant_id) if line.connection == info.name])


class Every(Given):
    """The longest wait. 0: only when there is something to do; null, for `orders` and `shipments`: as it comes."""

    seconds: Annotated[int, Field(ge=0, le=31 * 86400)] | None


def set_flow(desk: ApiDesk, name: Name, flow: Name, body: Every) -> Page[FlowLine]:
    """How often a flow runs."""
    info = changing(desk, name)
    if body.seconds is not None and 0 < body.seconds < 10:
        raise Problem("refused", "10 s at least, or 0")
    if body.seconds is None and flow not in polling.ADAPTING:
        raise Problem("refused", f"only {' and '.join(polling.ADAPTING)} run as it comes")
    if not polling.set_every(info.id, flow, body.seconds, desk.now):
        raise NoSuchFlow(f"{name} has no flow {flow!r}")
    return list_flows(desk, name)


class SyncGiven(Given):
    """`flow` empty: all of them, but the sweeps."""

    flow: Annotated[str, Field(max_length=64)] = ""


def sync_connection(desk: ApiDesk, name: Name, body: SyncGiven) -> Page[FlowLine]:
    """Let it run now. The running hub does it; see `last_started_at`."""
    info = desk.connection(name)
    if not info.runs:
        raise Problem("not-possible", f"{name} is {info.state.value}: it does not run")
    ring(desk.hub, desk.book, info, body.flow)
    return list_flows(desk, name)


def list_runs(desk: ApiDesk, name: Name, asked: Query[Paged]) -> Page[RunLine]:
    """Its last runs that did something or failed."""
    return whole(newest(desk.book, desk.connection(name).id, asked.limit))


def changing(desk: ApiDesk, name: str) -> ConnectionRecord:
    """One that this key may change. Raises `IsLent` for a share of what the house lends."""
    info = desk.connection(name)
    check_may_change(desk, registry.manifest(info.connector))
    ledger.check_own(info)
    return info


def check_may_change(desk: ApiDesk, manifest: Manifest) -> None:
    """A merchant's own programs change carts; warehouses, and what reaches into this machine, are the house's."""
    if not desk.everywhere and (Role.CART not in manifest.roles or manifest.house_only):
        raise Problem("scope", f"{manifest.label} is the house's: it wants a key of level warehouse")


ONE = "/connections/{name}"


class StretchGiven(Given):
    """`until` null: until now. At most `most` orders are read."""

    since: datetime
    until: datetime | None = None
    most: Annotated[int, Field(ge=1, le=20_000)] = MOST_ORDERS


def repull_connection(desk: ApiDesk, name: Name, body: StretchGiven) -> Repulled:
    """Read a stretch of time at a cart again. Nothing that is here already is doubled."""
    asked = Stretch(since=_utc(body.since), until=_utc(body.until or desk.now), most=body.most)
    return repull(desk.hub, desk.book, desk.connection(name), asked, desk.actor)


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


OPERATIONS = (
    get("/connectors", list_connectors),
    get("/connections", list_connections),
    post("/connections", add_connection, scope=MANAGE, status=201),
    get(ONE, get_connection),
    patch(ONE, change_connection, scope=MANAGE, current=get_connection),
    delete(ONE, remove_connection, scope=MANAGE, current=get_connection),
    get("/removed-connections", list_removed),
    post("/removed-connections/{name}/bring-back", bring_connection_back, scope=MANAGE),
    post(f"{ONE}/check", check_connection, scope=MANAGE),
    get(f"{ONE}/preview", preview_connection),
    post(f"{ONE}/pause", pause_connection, scope=MANAGE),
    post(f"{ONE}/resume", resume_connection, scope=MANAGE),
    post(f"{ONE}/duplicate", duplicate_connection, scope=MANAGE, status=201),
    get(f"{ONE}/flows", list_flows),
    put(f"{ONE}/flows/{{flow}}", set_flow, scope=MANAGE),
    post(f"{ONE}/sync", sync_connection),
    post(f"{ONE}/repull", repull_connection),
    get(f"{ONE}/runs", list_runs),
)
