"""The connector, wired to CartRover in miniature."""

from typing import Any

from tranter.connectors.cartrover.manifest import manifest
from tranter.connectors.cartrover.simulator import simulator
from tranter.connectors.cartrover.simulator.vendor import API_USER
from tranter.engine.clock import VirtualClock
from tranter.sdk.budget import Budget
from tranter.sdk.call import Caller
from tranter.sdk.manifest import Context
from tranter.testing.builders import NOON
from tranter.testing.contract_world import Pocket
from tranter.testing.inprocess import InProcess
from tranter.testing.simulator import FaultPlan


class Rig:
    def __init__(self, api_key: str = "", **settings: object) -> None:
        self.clock = VirtualClock(NOON)
        self.vendor = simulator(self.clock, ("LAMP", "MUG"))
        transport = InProcess({"sim.cartrover": (self.vendor, FaultPlan())})
        caller = Caller(transport, self.clock, Budget(self.clock, 10**6, 60), None, lambda note: None)
        read = manifest.settings.read({"base_url": "http://sim.cartrover", "api_user": API_USER, **settings})
        pocket = Pocket({"api_key": api_key} if api_key else self.vendor.credentials())
        context = Context(settings=read, caller=caller, credentials=pocket, clock=self.clock)
        self.connector: Any = manifest.build(context)
