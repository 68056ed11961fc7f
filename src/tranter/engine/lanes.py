"""A connection as people look at it: how it is, and its three lanes: orders, tracking, stock."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum

from msgspec import Struct

from tranter.engine.flow import PULLS, SWEEPS
from tranter.engine.hub import Hub
from tranter.engine.progress import AtWork
from tranter.engine.setting_up import Stage
from tranter.ledger import schedule
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.schedule import FlowLine
from tranter.ledger.waiting import waiting

LANES: Mapping[str, tuple[str, ...]] = {
    "orders": (*PULLS, "decide", "deliveries", "stops", "cancellations"),
    "tracking": ("shipments", "tracking", "returns"),
    "stock": ("products", "listings", "stock", "listing_stock"),
}
SOON = timedelta(days=30)


class Health(Enum):
    """`degraded`: something fails and is tried again by itself."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    NEEDS_SIGN_IN = "needs_sign_in"
    PAUSED = "paused"
    SETTING_UP = "setting_up"


class Standing(Struct, frozen=True, kw_only=True):
    """`since` when it is so, and why; `ends_at` when the sign-in runs out, where that is near."""

    health: Health
    stage: Stage
    since: datetime | None
    why: str
    ends_at: datetime | None


class Lane(Struct, frozen=True, kw_only=True):
    """`last_at` is when its pull, or its push, last went well; `next_at` None: when there is something to do."""

    name: str
    flows: tuple[FlowLine, ...]
    last_at: datetime | None
    next_at: datetime | None
    waits: int
    trouble: str
    running: tuple[AtWork, ...]


def standing(info: ConnectionRecord, stage: Stage, flows: Sequence[FlowLine], now: datetime) -> Standing:
    ends_at = info.sign_in_ends_at if info.sign_in_ends_at and info.sign_in_ends_at - now < SOON else None
    failing = [line for line in flows if line.failures]
    if info.lender is not None and not info.lender.runs:
        why = "the house's warehouse does not run at present: what is to be sent waits"
        return Standing(health=Health.PAUSED, stage=stage, since=info.lender.state_since, why=why, ends_at=None)
    health = Health.SETTING_UP
    since: datetime | None = info.state_since
    why = ""
    match stage:
        case Stage.LIVE if failing:
            first = min(failing, key=lambda line: line.failing_since or now)
            health, since, why = Health.DEGRADED, first.failing_since, first.trouble
        case Stage.LIVE:
            health = Health.HEALTHY
        case Stage.NEEDS_SIGN_IN:
            health, why = Health.NEEDS_SIGN_IN, info.state_reason
        case Stage.PAUSED | Stage.REMOVED:
            health, why = Health.PAUSED, info.state_reason
        case Stage.DRAFT | Stage.AWAITING_OWNER | Stage.READY:
            pass
    return Standing(health=health, stage=stage, since=since, why=why, ends_at=ends_at)


def lanes(hub: Hub, book: Book, info: ConnectionRecord, flows: Iterable[FlowLine]) -> list[Lane]:
    """Those that this connection has, in the order of the day."""
    mine = [line for line in flows if line.connection == info.name]
    counts, at_work = waiting(book, info.id), hub.progress.of(info.id)
    found = []
    for name, members in LANES.items():
        lines = tuple(line for line in mine if line.name in members)
        if lines:
            running = tuple(one for one in at_work if one.flow in members)
            waits = sum(counts.get(member, 0) for member in members)
            found.append(_lane(name, lines, waits, running))
    return found


def _lane(name: str, lines: tuple[FlowLine, ...], waits: int, running: tuple[AtWork, ...]) -> Lane:
    timed = [line for line in lines if line.every_seconds and line.name not in SWEEPS]
    told = timed or list(lines)
    return Lane(
        name=name,
        flows=lines,
        last_at=max((line.last_ok_at for line in told if line.last_ok_at is not None), default=None),
        next_at=min((line.due_at for line in timed), default=None),
        waits=waits,
        trouble=next((line.trouble for line in lines if line.failures), ""),
        running=running,
    )


def sync_now(hub: Hub, info: ConnectionRecord, lane: str) -> None:
    """Its flows are due at once; whoever carries them out has to be woken."""
    wanted = [name for name in LANES[lane] if name not in SWEEPS]
    schedule.ring(info.id, wanted, hub.ports.clock.now())
