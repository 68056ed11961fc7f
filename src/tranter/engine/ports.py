"""What the engine is handed from outside, so that a whole hub can run as one deterministic program."""

from collections.abc import Callable
from random import Random

from msgspec import Struct

from tranter.engine.pool import Pool
from tranter.sdk.http import Transport
from tranter.sdk.ports import Clock


class Ports(Struct, frozen=True, kw_only=True):
    """`owner` names this process in leases. `failpoint` hears where the engine is: a rehearsal dies there."""

    clock: Clock
    transport: Transport
    pool: Pool
    random: Random
    owner: str
    failpoint: Callable[[str], None]


def no_failpoint(name: str) -> None:
    """The everyday one."""
