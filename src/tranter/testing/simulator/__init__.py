"""The parts every vendor simulator is made of: requests, faults, and the two fronts."""

from tranter.testing.simulator.core import SimClock, SimReply, SimRequest, Vendor, json_reply
from tranter.testing.simulator.faults import Fault, FaultPlan, Lost, carry_out
from tranter.testing.simulator.sockets import SocketFront

__all__ = [
    "Fault",
    "FaultPlan",
    "Lost",
    "SimClock",
    "SimReply",
    "SimRequest",
    "SocketFront",
    "Vendor",
    "carry_out",
    "json_reply",
]
