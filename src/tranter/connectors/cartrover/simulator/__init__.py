"""CartRover in miniature: `simulator(clock)` is one API Access cart, and the warehouse behind it."""

from tranter.connectors.cartrover.simulator.vendor import CartRoverVendor
from tranter.testing.simulator import SimClock

__all__ = ["CartRoverVendor", "simulator"]


def simulator(clock: SimClock, skus: tuple[str, ...] = (), stock: int = 40) -> CartRoverVendor:
    return CartRoverVendor(clock, skus, stock)
