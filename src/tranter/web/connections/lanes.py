"""The three lanes of a connection, put into words."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from tranter.engine.lanes import Lane
from tranter.engine.polling import ADAPTING
from tranter.web.connections.words import FLOWS, LANES, did


class ShownLane(Struct, frozen=True, kw_only=True):
    """`doing` is what it does right now: (what, how far)."""

    key: str
    label: str
    last_at: datetime | None
    next_at: datetime | None
    waits: int
    trouble: str
    doing: list[tuple[str, str]]


class ShownSchedule(Struct, frozen=True, kw_only=True):
    flow: str
    label: str
    every: int
    adapts: bool
    by_hand: bool
    last_at: datetime | None
    next_at: datetime | None
    trouble: str


def shown_lanes(found: Iterable[Lane]) -> list[ShownLane]:
    return [
        ShownLane(
            key=lane.name,
            label=str(LANES[lane.name]),
            last_at=lane.last_at,
            next_at=lane.next_at,
            waits=lane.waits,
            trouble=lane.trouble,
            doing=[(str(FLOWS.get(one.flow, one.flow)), did(one.counts)) for one in lane.running],
        )
        for lane in found
    ]


def shown_schedules(found: Iterable[Lane]) -> list[ShownSchedule]:
    lines = [line for lane in found for line in lane.flows]
    by_clock = sorted(lines, key=lambda line: not line.every_seconds)
    return [
        ShownSchedule(
            flow=line.name,
            label=str(FLOWS.get(line.name, line.name)),
            every=line.every_seconds,
            adapts=line.name in ADAPTING,
            by_hand=line.by_hand,
            last_at=line.last_ok_at,
            next_at=line.due_at if line.every_seconds else None,
            trouble=line.trouble if line.failures else "",
        )
        for line in by_clock
    ]
