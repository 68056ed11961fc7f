"""A seeded layer of faults between a caller and a simulated vendor."""

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from tranter.testing.simulator.core import SimReply, SimRequest, Vendor


class Fault(Enum):
    LOST_REQUEST = "lost_request"
    LOST_REPLY = "lost_reply"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    THROTTLED = "throttled"
    EXPIRED = "expired"
    TRUNCATED = "truncated"
    SHUFFLED = "shuffled"
    REPEATED = "repeated"
    HTML = "html"
    LATE = "late"
    HANG = "hang"


class Lost(Exception):
    """The connection ends without a whole reply; `truncated` holds what still went out, if anything did."""

    def __init__(self, truncated: bytes | None = None, reply: SimReply | None = None) -> None:
        super().__init__("connection lost")
        self.truncated = truncated
        self.reply = reply


STORM: Mapping[Fault, float] = {
    Fault.LOST_REPLY: 0.05,
    Fault.LOST_REQUEST: 0.05,
    Fault.ERROR_BEFORE: 0.02,
    Fault.ERROR_AFTER: 0.02,
    Fault.THROTTLED: 0.02,
    Fault.EXPIRED: 0.02,
    Fault.TRUNCATED: 0.02,
    Fault.SHUFFLED: 0.05,
    Fault.REPEATED: 0.03,
    Fault.HTML: 0.01,
    Fault.LATE: 0.01,
}
READS_ONLY = frozenset({Fault.SHUFFLED, Fault.REPEATED})


@dataclass
class FaultPlan:
    """What goes wrong, how often (share of requests), and how often a rotated token is lost on its way.

    A plan is `none`, `storm`, or a list such as `lost_reply=0.1,throttled=0.05,lost_rotations=1`.
    """

    rates: Mapping[Fault, float] = field(default_factory=dict)
    seed: int = 0
    lost_rotations: int = 0
    late_seconds: float = 20.0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._lock = threading.Lock()
        self._rotations_left = self.lost_rotations
        self._token_requests = 0
        self.count = 0

    @classmethod
    def parse(cls, text: str, seed: int = 0) -> "FaultPlan":
        if text in ("", "none"):
            return cls(seed=seed)
        if text == "storm":
            return cls(rates=STORM, seed=seed, lost_rotations=1)
        rates: dict[Fault, float] = {}
        rotations = 0
        for part in text.split(","):
            name, _, value = part.partition("=")
            if name == "lost_rotations":
                rotations = int(value)
            else:
                rates[Fault(name.strip())] = float(value or 0.05)
        return cls(rates=rates, seed=seed, lost_rotations=rotations)

    def stop(self) -> None:
        """From now on nothing goes wrong: a storm's second, quiet phase."""
        self.rates, self._rotations_left = {}, 0

    def stop_rotations(self) -> None:
        """For a vendor whose refresh tokens don't rotate: there is nothing to lose."""
        self._rotations_left = 0

    def draw(self, request: SimRequest, is_token: bool) -> Fault | None:
        with self._lock:
            if is_token:
                return self._draw_for_token()
            mark = self._random.random()
            for fault, rate in self.rates.items():
                mark -= rate
                if mark < 0:
                    if fault in READS_ONLY and request.method != "GET":
                        return None
                    self.count += 1
                    return fault
            return None

    def _draw_for_token(self) -> Fault | None:
        """A lost rotation costs a sign-in, so it happens a set number of times, not at a rate."""
        self._token_requests += 1
        if self._token_requests >= 2 and self._rotations_left > 0:
            self._rotations_left -= 1
            self.count += 1
            return Fault.LOST_REPLY
        return None

    def number(self) -> int:
        with self._lock:
            return self._random.randrange(1 << 30)


def carry_out(vendor: Vendor, request: SimRequest, plan: FaultPlan, lock: threading.Lock) -> SimReply:
    """The vendor's reply with a fault in it, or `Lost`. Late replies sleep on the vendor's clock."""
    fault = plan.draw(request, vendor.is_token_request(request))
    if fault is Fault.LOST_REQUEST:
        raise Lost
    if fault in (Fault.ERROR_BEFORE, Fault.THROTTLED, Fault.EXPIRED):
        status = {Fault.THROTTLED: 429, Fault.EXPIRED: 401}.get(fault, (500, 503)[plan.number() % 2])
        with lock:
            return vendor.refusal(status)
    if fault is Fault.HTML:
        return SimReply(200, b"<html><body>Under maintenance</body></html>", (("Content-Type", "text/html"),))
    if fault is Fault.HANG:
        vendor.clock.sleep(3600)
        raise Lost
    if fault is Fault.REPEATED:
        request = vendor.repeated(request)
    with lock:
        reply = vendor.handle(request)
    return _after(vendor, reply, fault, plan)


def _after(vendor: Vendor, reply: SimReply, fault: Fault | None, plan: FaultPlan) -> SimReply:
    if fault is Fault.LOST_REPLY:
        raise Lost
    if fault is Fault.ERROR_AFTER:
        return vendor.refusal(500)
    if fault is Fault.TRUNCATED and reply.body:
        raise Lost(reply.body[: plan.number() % len(reply.body)], reply)
    if fault is Fault.SHUFFLED:
        return vendor.shuffled(reply, plan.number())
    if fault is Fault.LATE:
        vendor.clock.sleep(plan.late_seconds)
    return reply
