"""What is measured more than once, because a machine is not the same from minute to minute."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

Found = TypeVar("Found", bound=Mapping[str, float])


def middle(turns: Sequence[Found], figure: str) -> Found:
    """The turn whose figure is the one in the middle."""
    return sorted(turns, key=lambda found: found[figure])[len(turns) // 2]
