"""Which listings to write to, in which sequence, and when to stop and ask."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil

from msgspec import Struct

RESERVE = Fraction(1, 10)


class Change(Struct, frozen=True):
    """`expected` is what the listing shows now, None when nobody knows."""

    key: str
    expected: int | None
    wanted: int

    @property
    def falling(self) -> bool:
        """An unknown quantity may be too high, which sells what isn't there."""
        return self.expected is None or self.wanted < self.expected


def plan_changes(wanted: Mapping[str, int | None], expected: Mapping[str, int | None]) -> tuple[Change, ...]:
    """Real differences only; falling ones first, then the smallest. An unknown wish changes nothing."""
    changes = [
        Change(key, expected.get(key), quantity)
        for key, quantity in wanted.items()
        if quantity is not None and quantity != expected.get(key)
    ]
    return tuple(sorted(changes, key=lambda change: (not change.falling, change.wanted, change.key)))


def mass_change(changes: Sequence[Change], total: int, share: float = 0.2, at_least: int = 10) -> str | None:
    """Why a person has to look first when suspiciously many of all `total` listings go to zero; else None."""
    zeros = sum(change.wanted == 0 for change in changes)
    if zeros < at_least or zeros <= Fraction(str(share)) * total:
        return None
    return f"{zeros} of {total} listings would go to 0 at once"


def within_revisions(changes: Sequence[Change], used: Mapping[str, int], limit: int) -> tuple[Change, ...]:
    """The last change of each key, where the day's revisions allow one more; the others wait.

    The last tenth of the limit is kept for falling stock. `used`: revisions made today by key.
    """
    last = {change.key: change for change in changes}
    reserve = ceil(limit * RESERVE)
    return tuple(
        change for change in last.values() if used.get(change.key, 0) < (limit if change.falling else limit - reserve)
    )
