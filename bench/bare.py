"""What the calls alone cost: the same pages read, the same deliveries made by the same client, and nothing kept."""

from concurrent.futures import ThreadPoolExecutor

import msgspec

from bench.stub.connector import JSON, RawOrders, RawReceipt, delivery, read_order
from tranter.routing.decide import PlannedLine, Send, fulfillment
from tranter.sdk.http import Request, ReqwestTransport
from tranter.sdk.outbound import Outbound

WIDTH = 8  # calls at a time, as many as a run of the hub makes


class BareLoop:
    """Each order is read, put into the warehouse's words, sent, and its answer read."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._transport = ReqwestTransport(Outbound(allow_hosts=frozenset({"127.0.0.1"})))

    def run(self) -> int:
        """How many were delivered."""
        count, after, more = 0, "0", True
        with ThreadPoolExecutor(WIDTH) as pool:
            while more:
                reply = self._transport.send(Request("GET", f"{self._url}/orders?after={after}"), 30.0)
                page = msgspec.json.decode(reply.body, type=RawOrders)
                after, more = page.next, page.more
                count += sum(pool.map(self._deliver, page.orders))
        self._transport.close()
        return count

    def _deliver(self, raw: msgspec.Raw) -> int:
        order = read_order(bytes(raw))
        lines = tuple(PlannedLine(line_id=line.line_id, sku=line.sku, quantity=line.quantity) for line in order.lines)
        asked = fulfillment(order, Send(lines=lines, ship_method=order.ship_method), order.remote_id)
        body = msgspec.json.encode(delivery(asked))
        reply = self._transport.send(Request("POST", f"{self._url}/fulfillments", JSON, body), 30.0)
        return 1 if msgspec.json.decode(reply.body, type=RawReceipt).id else 0
