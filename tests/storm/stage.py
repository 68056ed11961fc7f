"""A hub and both simulators in one process, on a virtual clock, in seeded order."""

from random import Random

from tests.databases import Ledgers
from tranter.demo.rehearsal import START, Rehearsal
from tranter.demo.world import EBAY_URL, GECKO_URL, Scenario, Travelling, World
from tranter.engine.clock import VirtualClock
from tranter.engine.hub import Hub
from tranter.engine.pool import SerialPool
from tranter.engine.ports import Ports, no_failpoint
from tranter.testing.inprocess import InProcess

URLS = {"ebay": EBAY_URL, "tradegecko": GECKO_URL}


class Stage:
    """Makes rehearsals, each with a ledger of its own."""

    def __init__(self, ledgers: Ledgers) -> None:
        self._ledgers = ledgers

    def rehearsal(self, scenario: Scenario) -> Rehearsal:
        self._ledgers.fresh()
        clock = VirtualClock(START)
        world = World(scenario, clock)
        ends = {
            "sim.ebay": (world.ebay, world.plans["ebay"]),
            "sim.tradegecko": (world.gecko, world.plans["tradegecko"]),
        }
        random = Random(scenario.seed)
        ports = Ports(
            clock=clock,
            transport=Travelling(InProcess(ends), clock, scenario.seed),
            pool=SerialPool(random),
            random=random,
            owner="stage",
            failpoint=no_failpoint,
        )
        return Rehearsal(world, Hub(self._ledgers.vault, ports), clock, URLS)
