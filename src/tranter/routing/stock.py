"""How many a listing shall show."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from tranter.model import StockLevel
from tranter.routing.stock_changes import Change, mass_change, plan_changes, within_revisions

__all__ = [
    "Change",
    "Reservation",
    "StockPolicy",
    "expected_now",
    "mass_change",
    "plan_changes",
    "publishable",
    "reserved_units",
    "sum_levels",
    "within_revisions",
]


class StockPolicy(Struct, frozen=True, kw_only=True):
    """`buffer` units are kept back, `share_percent` of the rest offered, and none below `minimum_level`."""

    share_percent: int = 100
    buffer: int = 0
    minimum_level: int = 0
    maximum_shown: int | None = None


class Reservation(Struct, frozen=True):
    """Units sold. `committed_at`: since when the warehouse leaves them out of what is available."""

    quantity: int
    committed_at: datetime | None = None


def reserved_units(reservations: Iterable[Reservation], read_at: datetime, committed_included: bool = True) -> int:
    """Units that a reading begun at `read_at` still counts as available, though they are sold.

    `committed_included` False: this warehouse never takes open orders off: all count until shipped.
    """
    return sum(
        reservation.quantity
        for reservation in reservations
        if not committed_included or reservation.committed_at is None or reservation.committed_at >= read_at
    )


def publishable(
    available: int | None, reserved: int, tracked: bool, at_most: int | None, policy: StockPolicy
) -> int | None:
    """None means unknown: nothing is written then. A product that isn't counted has no zero."""
    caps = [cap for cap in (at_most, policy.maximum_shown) if cap is not None]
    if not tracked:
        return min((cap for cap in caps if cap > 0), default=None)
    if available is None:
        return None
    free = max(available - max(reserved, 0) - max(policy.buffer, 0), 0)
    offered = free * min(max(policy.share_percent, 0), 100) // 100
    if offered < policy.minimum_level:
        return 0
    return max(min([offered, *caps]), 0)


def sum_levels(levels: Sequence[StockLevel], locations: frozenset[str]) -> int | None:
    """The available units of one SKU at the chosen locations; none chosen means all of them.

    Of one location the latest reading counts. None when a chosen one is unknown or nothing is known of any.
    """
    latest: dict[tuple[str, str], StockLevel] = {}
    for level in sorted(levels, key=lambda level: level.read_at):
        latest[level.product_id, level.location] = level
    unlocated = [level for level in latest.values() if not level.location]
    if locations:
        chosen = [level for level in latest.values() if level.location in locations]
    else:
        chosen = unlocated or list(latest.values())
    known = [level.available for level in chosen if level.available is not None]
    return sum(known) if chosen and len(known) == len(chosen) else None


def expected_now(
    acknowledged: int | None, acknowledged_at: datetime | None, sold: Sequence[tuple[datetime, int]]
) -> int | None:
    """What the listing shows now: the last acknowledged quantity less the units sold since (at, units)."""
    if acknowledged is None or acknowledged_at is None:
        return None
    return max(acknowledged - sum(units for at, units in sold if at > acknowledged_at), 0)
