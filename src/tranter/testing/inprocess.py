"""A transport that ends in simulators of the same process: no socket, no thread, no waiting."""

import threading
from collections.abc import Mapping
from urllib.parse import urlsplit

from tranter.sdk.http import NeverSent, NoAnswer, Reply, Request
from tranter.testing.simulator import FaultPlan, Lost, SimReply, SimRequest, Vendor, carry_out


class InProcess:
    """`InProcess({"sim.ebay": (vendor, plan)})` serves `http://sim.ebay/...` and refuses every other host."""

    def __init__(self, hosts: Mapping[str, tuple[Vendor, FaultPlan]]) -> None:
        self._hosts = dict(hosts)
        self._locks = {host: threading.Lock() for host in hosts}

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        host = urlsplit(request.url).netloc
        if host not in self._hosts:
            raise NeverSent(f"connection to {host} refused")
        vendor, plan = self._hosts[host]
        began = vendor.clock.now()
        headers = {name.lower(): value for name, value in request.headers}
        asked = SimRequest.from_url(request.method, request.url, headers, request.body)
        try:
            answer = carry_out(vendor, asked, plan, self._locks[host])
        except Lost as lost:
            raise NoAnswer("the connection was closed before the reply was whole") from lost
        if (vendor.clock.now() - began).total_seconds() >= timeout_seconds:
            raise NoAnswer(f"no reply within {timeout_seconds:g} s")
        return _reply(answer, vendor)


def _reply(answer: SimReply, vendor: Vendor) -> Reply:
    date = vendor.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT")
    return Reply(answer.status, (("Date", date), *answer.headers), answer.body)
