"""Faults by appointment: the next request of that kind meets this one, and no other does."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from tranter.sdk.http import NeverSent, Reply, Request
from tranter.testing.inprocess import InProcess
from tranter.testing.simulator import Fault, FaultPlan, SimRequest, Vendor

Bend = Callable[[Request, Reply], Reply]


@dataclass
class Appointment:
    method: str
    part: str
    fault: Fault
    times: int
    skip: int = 0

    def concerns(self, request: SimRequest) -> bool:
        return self.times > 0 and request.method == self.method and self.part in request.path


class Scripted(FaultPlan):
    """`next("POST", "/orders", Fault.LOST_REPLY)`; `part` may be anywhere in the path."""

    def __init__(self) -> None:
        super().__init__()
        self._appointments: list[Appointment] = []
        self.met: list[Fault] = []

    def next(self, method: str, part: str, fault: Fault, times: int = 1, skip: int = 0) -> None:
        self._appointments.append(Appointment(method, part, fault, times, skip))

    def forget(self) -> None:
        self._appointments.clear()

    def draw(self, request: SimRequest, is_token: bool) -> Fault | None:
        for appointment in self._appointments:
            if appointment.concerns(request):
                if appointment.skip:
                    appointment.skip -= 1
                    continue
                appointment.times -= 1
                self.met.append(appointment.fault)
                return appointment.fault
        return None


class Bent:
    """The way to both vendors: a host can be down, a reply can be bent on its way back."""

    def __init__(self, hosts: Mapping[str, tuple[Vendor, FaultPlan]]) -> None:
        self._inner = InProcess(hosts)
        self.down: set[str] = set()
        self.bends: list[Bend] = []
        self.before: Callable[[Request], None] = _nothing
        self._lock = threading.Lock()

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        host = urlsplit(request.url).netloc
        if host in self.down:
            raise NeverSent(f"connection to {host} refused")
        self.before(request)
        reply = self._inner.send(request, timeout_seconds)
        for bend in self.bends:
            reply = bend(request, reply)
        return reply


def _nothing(request: Request) -> None:
    """Nobody watches."""


def body_of(part: str, old: bytes, new: bytes) -> Bend:
    """Replies of paths that hold `part` say `new` where they said `old`."""

    def bend(request: Request, reply: Reply) -> Reply:
        if part not in urlsplit(request.url).path:
            return reply
        return Reply(reply.status, reply.headers, reply.body.replace(old, new))

    return bend
