"""Files that people bring, look at and fetch by hand, at connections whose connector deals in files."""

from msgspec import Struct

from tranter.engine.hub import Hub
from tranter.engine.schedule import flow_times
from tranter.ledger import schedule
from tranter.ledger.connections import ConnectionRecord
from tranter.sdk.files import Entry, FilePreview
from tranter.sdk.verbs import HandlesFiles


class NoFiles(Exception):
    """This connection deals in no files."""


class Lying(Struct, frozen=True, kw_only=True):
    """What lies there: `waiting` was not taken by the hub yet, `written` was not fetched yet."""

    waiting: tuple[Entry, ...]
    written: tuple[Entry, ...]


def deals_in_files(hub: Hub, info: ConnectionRecord) -> bool:
    return isinstance(hub.plug(info).connector, HandlesFiles)


def files(hub: Hub, info: ConnectionRecord) -> Lying:
    connector = _handler(hub, info)
    return Lying(waiting=connector.files_in(), written=connector.files_out())


def preview(hub: Hub, info: ConnectionRecord, name: str, body: bytes) -> FilePreview:
    """Reads it as it would be read, and keeps nothing. Raises `RejectedError` for a name that means nothing."""
    return _handler(hub, info).preview_file(name, body)


def bring(hub: Hub, info: ConnectionRecord, name: str, body: bytes) -> FilePreview:
    """Puts it where files come in, and wakes what takes them. May raise the connector's errors."""
    connector = _handler(hub, info)
    seen = connector.preview_file(name, body)
    connector.bring_file(name, body)
    flows = flow_times(hub.plug(info).manifest, hub.plug(info).connector)
    schedule.ring(info.id, [flow for flow, seconds in flows.items() if seconds], hub.ports.clock.now())
    return seen


def fetch(hub: Hub, info: ConnectionRecord, name: str) -> bytes:
    """A file that the hub wrote. May raise the connector's errors."""
    return _handler(hub, info).fetch_file(name)


def _handler(hub: Hub, info: ConnectionRecord) -> HandlesFiles:
    connector = hub.plug(info).connector
    if not isinstance(connector, HandlesFiles):
        raise NoFiles(f"{info.name} deals in no files")
    return connector
