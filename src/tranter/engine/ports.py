"""What the engine is handed from outside, so that a whole hub can run as one deterministic program."""

from collections.abc import Callable
from random import Random

from msgspec import Struct

from tranter.engine.pool import Pool
from tranter.sdk.http import Transport
from tranter.sdk.ports import Clock


class Ports(Struct, frozen=True, kw_only=True):
    """`owner` names this process in leases. `failpoint` hears where the engine is: a rehearsal dies there.

    `pulse` changes when others may have taken over what this process held; it is None while they may.
    """

    clock: Clock
    transport: Transport
    pool: Pool
    random: Random
    owner: str
    failpoint: Callable[[str], None]
    pulse: Callable[[], int | None] = lambda: 0


def no_failpoint(name: str) -> None:
    """The everyday one."""
