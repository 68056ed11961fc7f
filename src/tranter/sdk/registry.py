"""Connectors are found by entry point, ours and anybody's alike."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from tranter.sdk.manifest import Manifest

GROUP = "tranter.connectors"


class UnknownConnector(LookupError):
    """No installed package offers a connector of this name, or what it offers can't be used."""


@cache
def names() -> tuple[str, ...]:
    return tuple(sorted(point.name for point in entry_points(group=GROUP)))


@cache
def manifest(name: str) -> Manifest:
    """Looked for once in a process: what is installed later is found by the next one."""
    point: EntryPoint | None = next(iter(entry_points(group=GROUP, name=name)), None)
    if point is None:
        raise UnknownConnector(f"there is no connector {name!r}; installed are: {', '.join(names())}")
    try:
        found = point.load()
    except ImportError as error:
        raise UnknownConnector(f"the connector {name!r} can't be loaded: {error}") from error
    if not isinstance(found, Manifest):
        raise UnknownConnector(f"the entry point {name!r} is not a connector's manifest")
    return found
