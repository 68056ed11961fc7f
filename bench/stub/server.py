"""A cart and a warehouse that answer at once, in a process of their own: `python -m bench.stub.server [PORT]`.

It prints its address and serves until its standard input ends. What it counts (`GET /counts`) is the judge of what was
lost and what was doubled. Repeating an idempotency key gets the first answer again.
"""

import asyncio
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import parse_qs

import msgspec

from bench.stub.goods import Goods

PAGE = 200
LONG_PAGE = 500
KEPT = 20_000
FIRST_NUMBER = int(time.time()) * 10_000
"""Of deliveries. A warehouse goes on counting from where it was, also in a ledger that has met it before."""


class Delivered(msgspec.Struct):
    """What is read of a delivery."""

    reference: str
    key: str
    buyer_id: str
    lines: list[tuple[str, str, int]]


class Parcel(msgspec.Struct):
    reference: str
    tracking: str


class Stub:
    """All that both systems know. `heard` are the times of some calls, by the machine's monotonic clock."""

    def __init__(self) -> None:
        self.goods = Goods()
        self.forget()

    def forget(self) -> None:
        self.deliveries: list[list[tuple[str, int]]] = []
        """The lines of each as (our id, units)."""
        self.by_reference: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.answers: dict[str, bytes] = {}
        self.calls: Counter[str] = Counter()
        self.rows = 0
        self.repeated = 0
        self.heard: dict[str, list[float]] = {}

    def answer(self, method: str, path: str, query: dict[str, str], body: bytes) -> tuple[bytes, float]:
        """The body, and after how many seconds it leaves."""
        place = f"{method} {path}"
        self.calls[place] += 1
        times = self.heard.setdefault(place, [])
        if len(times) < KEPT:
            times.append(time.monotonic())
        return ROUTES[place](self, query, body), self.goods.delay_seconds if path == "/fulfillments" else 0.0

    def control(self, _: dict[str, str], body: bytes) -> bytes:
        """New goods; `{"forget": true}` beside them empties all counts."""
        wanted = msgspec.json.decode(body)
        if wanted.pop("forget", False):
            self.forget()
        self.goods = msgspec.convert({**msgspec.structs.asdict(self.goods), **wanted}, Goods)
        return b"{}"

    def counts(self, _: dict[str, str], __: bytes) -> bytes:
        """`doubled` are orders that were carried out more than once, `repeated` calls that a key made harmless."""
        found = {
            "delivered": len(self.by_reference),
            "doubled": sum(1 for count in self.by_reference.values() if count > 1),
            "repeated": self.repeated,
            "told": len(self.told),
            "told_twice": sum(1 for count in self.told.values() if count > 1),
            "rows": self.rows,
            "calls": dict(self.calls),
        }
        return msgspec.json.encode(found)

    def delivered(self, _: dict[str, str], __: bytes) -> bytes:
        return b"%d" % len(self.by_reference)

    def times(self, query: dict[str, str], _: bytes) -> bytes:
        return msgspec.json.encode(self.heard.get(query["of"], []))

    def orders(self, query: dict[str, str], _: bytes) -> bytes:
        after = int(query.get("after") or 0)
        end = min(after + PAGE, self.goods.orders)
        more = b"true" if end < self.goods.orders else b"false"
        listed = b",".join(self.goods.order(number) for number in range(after, end))
        return b'{"orders":[%b],"next":"%d","more":%b}' % (listed, max(end, after), more)

    def some_orders(self, query: dict[str, str], _: bytes) -> bytes:
        numbers = [int(one.partition("-")[2]) for one in query["ids"].split(",")]
        return b'{"orders":[%b]}' % b",".join(self.goods.order(number) for number in numbers)

    def no_orders(self, query: dict[str, str], _: bytes) -> bytes:
        """A shop where nobody buys."""
        return b'{"orders":[],"next":"0","more":false}'

    def deliver(self, _: dict[str, str], body: bytes) -> bytes:
        asked = msgspec.json.decode(body, type=Delivered)
        known = self.answers.get(asked.key)
        if known is not None:
            self.repeated += 1
            return known
        self.by_reference[asked.reference] += 1
        number = FIRST_NUMBER + len(self.deliveries)
        lines = [(line_id, f"{number}.{place}", units) for place, (line_id, _, units) in enumerate(asked.lines)]
        self.deliveries.append([(remote_id, units) for _, remote_id, units in lines])
        self.answers[asked.key] = made = _receipt(number, asked, [(ours, theirs) for ours, theirs, _ in lines])
        return made

    def sought(self, query: dict[str, str], _: bytes) -> bytes:
        """By idempotency key: the answer that was given, or nothing."""
        keys = query["keys"].split(",")
        return b"{%b}" % b",".join(b'"%b":%b' % (k.encode(), self.answers[k]) for k in keys if k in self.answers)

    def parcels(self, query: dict[str, str], _: bytes) -> bytes:
        after = int(query.get("after") or 0)
        end = min(after + PAGE, len(self.deliveries)) if self.goods.shipped else after
        listed = [_parcel(FIRST_NUMBER + number, self.deliveries[number]) for number in range(after, end)]
        more = self.goods.shipped and end < len(self.deliveries)
        return msgspec.json.encode({"parcels": listed, "next": str(max(end, after)), "more": more})

    def tell(self, _: dict[str, str], body: bytes) -> bytes:
        self.told[msgspec.json.decode(body, type=Parcel).reference] += 1
        return b'{"id":"t%d"}' % len(self.told)

    def _walk(self, query: dict[str, str], show: Callable[[int], dict[str, str | int]]) -> bytes:
        after = int(query.get("after") or 0)
        end = min(after + LONG_PAGE, self.goods.skus)
        rows = [show(item) for item in range(after, end)]
        return msgspec.json.encode({"rows": rows, "next": str(end), "more": end < self.goods.skus})

    def products(self, query: dict[str, str], _: bytes) -> bytes:
        return self._walk(query, self.goods.product)

    def listings(self, query: dict[str, str], _: bytes) -> bytes:
        return self._walk(query, self.goods.listing)

    def levels(self, query: dict[str, str], _: bytes) -> bytes:
        return self._walk(query, self.goods.level)

    def show(self, _: dict[str, str], body: bytes) -> bytes:
        self.rows += len(msgspec.json.decode(body))
        return b"{}"


def _receipt(number: int, asked: Delivered, lines: Sequence[tuple[str, str]]) -> bytes:
    buyer = asked.buyer_id or f"c{number}"
    return msgspec.json.encode({"id": str(number), "buyer": buyer, "address": f"a{number}", "lines": lines})


def _parcel(number: int, lines: Sequence[tuple[str, int]]) -> dict[str, object]:
    return {"id": f"p{number}", "order": str(number), "tracking": f"RM{number:09}GB", "lines": lines}


ROUTES: dict[str, Callable[[Stub, dict[str, str], bytes], bytes]] = {
    "POST /control": Stub.control,
    "GET /counts": Stub.counts,
    "GET /delivered": Stub.delivered,
    "GET /times": Stub.times,
    "GET /orders": Stub.orders,
    "GET /orders/some": Stub.some_orders,
    "GET /quiet/orders": Stub.no_orders,
    "POST /fulfillments": Stub.deliver,
    "GET /fulfillments": Stub.sought,
    "GET /parcels": Stub.parcels,
    "POST /parcels": Stub.tell,
    "GET /products": Stub.products,
    "GET /listings": Stub.listings,
    "GET /levels": Stub.levels,
    "POST /stock": Stub.show,
}


class Front(asyncio.Protocol):
    """As little of HTTP as a client of ours needs: requests with a length, connections that stay."""

    def __init__(self, stub: Stub, loop: asyncio.AbstractEventLoop) -> None:
        self._stub, self._loop = stub, loop
        self._waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        for head, body in self._requests():
            self._answer(head, body)

    def _requests(self) -> Iterator[tuple[bytes, bytes]]:
        while (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            head = self._waiting[:end]
            size = _length(head)
            if len(self._waiting) < end + 4 + size:
                return
            body = self._waiting[end + 4 : end + 4 + size]
            self._waiting = self._waiting[end + 4 + size :]
            yield head, body

    def _answer(self, head: bytes, body: bytes) -> None:
        method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
        path, _, asked = target.partition("?")
        query = {name: values[0] for name, values in parse_qs(asked).items()} if asked else {}
        said, seconds = self._stub.answer(method, path, query, body)
        reply = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(said), said)
        if seconds:
            self._loop.call_later(seconds, self._transport.write, reply)
        else:
            self._transport.write(reply)


def _length(head: bytes) -> int:
    at = head.lower().find(b"\r\ncontent-length:")
    return int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def serve(port: int) -> None:
    loop, stub, ended = asyncio.get_running_loop(), Stub(), asyncio.Event()
    server = await loop.create_server(lambda: Front(stub, loop), "127.0.0.1", port)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)

    def until_closed() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=until_closed, daemon=True).start()
    await ended.wait()


def main(arguments: Sequence[str]) -> None:
    asyncio.run(serve(int(arguments[0]) if arguments else 0))


if __name__ == "__main__":
    main(sys.argv[1:])
