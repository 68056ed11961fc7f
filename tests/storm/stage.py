"""A hub and both simulators in one process, on a virtual clock, in seeded order."""

import shutil
from pathlib import Path
from random import Random

from tranter.demo.rehearsal import START, Rehearsal
from tranter.demo.world import EBAY_URL, GECKO_URL, Scenario, Travelling, World
from tranter.engine.clock import VirtualClock
from tranter.engine.hub import Hub
from tranter.engine.pool import SerialPool
from tranter.engine.ports import Ports, no_failpoint
from tranter.ledger.setup import open_ledger, use_database
from tranter.testing.inprocess import InProcess

URLS = {"ebay": EBAY_URL, "tradegecko": GECKO_URL}


class Stage:
    """Makes rehearsals, each with a ledger of its own copied from an empty one."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0
        template = folder / "template"
        self._vault = open_ledger(template, template / "keys.json", START)
        use_database(template / "elsewhere.sqlite3")
        self._template = template / "tranter.sqlite3"

    def rehearsal(self, scenario: Scenario) -> Rehearsal:
        self._count += 1
        database = self._folder / f"{self._count}.sqlite3"
        shutil.copy(self._template, database)
        use_database(database)
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
        return Rehearsal(world, Hub(self._vault, ports), clock, URLS)
