"""The simulators, found by their entry points: the product imports none of them."""

import importlib
from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from typing import Any

from tranter.testing.simulator import SimClock

GROUP = "tranter.simulators"


class UnknownSimulator(LookupError):
    pass


def names() -> tuple[str, ...]:
    return tuple(sorted(point.name for point in entry_points(group=GROUP)))


def simulator(name: str, clock: SimClock, seed: int, base_url: str, **options: object) -> Any:
    """A fresh simulated vendor. What tests and demos may do to it is its own affair, hence no type."""
    point = next(iter(entry_points(group=GROUP, name=name)), None)
    if point is None:
        raise UnknownSimulator(f"there is no simulator {name!r}; installed are: {', '.join(names())}")
    make: Callable[..., Any] = point.load()
    return make(clock, seed=seed, base_url=base_url, **options)


def plan_of(name: str) -> Callable[[int, int, Sequence[str]], Any]:
    """The simulator's own planner of purchases: (seed, count, SKUs) → plan."""
    point = next(iter(entry_points(group=GROUP, name=name)))
    planner: Callable[[int, int, Sequence[str]], Any] = importlib.import_module(point.module).plan_orders
    return planner


def parts_of(name: str) -> Any:
    """The simulator's package, for the types of its options."""
    point = next(iter(entry_points(group=GROUP, name=name)))
    return importlib.import_module(point.module)
