"""Rounds that one process goes for all. On SQLite there is one that goes them anyway."""

from collections.abc import Callable

from tranter.engine.hub import Hub
from tranter.ledger import turns
from tranter.ledger.databases import on_postgresql

TURN_SECONDS = 30.0


def may_lead(hub: Hub, name: str, seconds: float = TURN_SECONDS) -> bool:
    return not on_postgresql() or turns.take(name, hub.ports.owner, seconds, hub.ports.clock.now())


def in_turn(hub: Hub, name: str, work: Callable[[], object]) -> Callable[[], object]:
    """`work` where it is this process's turn, else nothing."""
    return lambda: work() if may_lead(hub, name) else None
