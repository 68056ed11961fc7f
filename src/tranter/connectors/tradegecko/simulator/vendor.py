"""The simulated TradeGecko: what comes in at its door, and what tests and the demo may do and ask."""

import json
import random
import threading
import uuid
from collections import Counter, deque
from dataclasses import replace
from datetime import datetime
from typing import Any

from tranter.connectors.tradegecko.simulator import control, hands, proofs
from tranter.connectors.tradegecko.simulator.actions import void_order
from tranter.connectors.tradegecko.simulator.hands import Label, Partial
from tranter.connectors.tradegecko.simulator.limits import CallBudget, Replays
from tranter.connectors.tradegecko.simulator.options import Options
from tranter.connectors.tradegecko.simulator.replies import RefusedError, refused, reply
from tranter.connectors.tradegecko.simulator.rest import Rest, path_parts
from tranter.connectors.tradegecko.simulator.seeds import add_variant
from tranter.connectors.tradegecko.simulator.seeds import seed as sow
from tranter.connectors.tradegecko.simulator.sign_in import SignIn
from tranter.connectors.tradegecko.simulator.staff import StaffAtWork
from tranter.connectors.tradegecko.simulator.state import Event, Heard, State
from tranter.connectors.tradegecko.simulator.store import Row
from tranter.connectors.tradegecko.simulator.webhooks import Outgoing, Post, settle
from tranter.testing.simulator import SimClock, SimReply, SimRequest

DELIVERY = ("orders", "companies", "contacts", "addresses")
WORDS = {
    401: "The access token expired",
    429: "Rate limit exceeded",
    500: "Something went wrong",
    503: "The request took too long",
}


class TradeGeckoVendor:
    name = "tradegecko"

    def __init__(self, clock: SimClock, seed: int, base_url: str, options: Options) -> None:
        self.clock, self.options = clock, options
        self._lock = threading.RLock()
        self._state = State(clock, seed, base_url, options)
        sow(self._state)
        self._sign_in = SignIn(self._state)
        self._budget, self._replays = CallBudget(self._state), Replays(self._state)
        self._rest, self._staff = Rest(self._state), StaffAtWork(self._state)

    # the door

    def handle(self, request: SimRequest) -> SimReply:
        with self._lock:
            self._staff.advance()
            if request.path.startswith(control.PREFIX):
                return control.respond(self, request)
            self._state.calls[request.method, _resource(request)] += 1
            answer = self._dressed(self._answer(request))
            path = f"{request.path}?{'&'.join(f'{n}={v}' for n, v in request.query)}".rstrip("?")
            self._state.heard.append(Heard(self._state.now(), request.method, path, answer.status))
            return answer

    def _answer(self, request: SimRequest) -> SimReply:
        try:
            if request.path.startswith("/oauth/"):
                return self._sign_in.respond(request)
            application = self._sign_in.application_of(request)
            if not self._budget.take(application):
                return self.refusal(429)
            answer = self._carried_out(request, application)
            return replace(answer, headers=(*self._budget.headers(application), *answer.headers))
        except RefusedError as refusal:
            return reply(refusal.status, refusal.body)

    def _carried_out(self, request: SimRequest, application: str) -> SimReply:
        """Once per idempotency key: a repeat gets the first reply, and nothing happens."""
        key = request.headers.get("idempotency-key", "") if request.method in ("POST", "PUT") else ""
        earlier = self._replays.find(application, key) if key else None
        if earlier is not None:
            return earlier
        try:
            length = len(request.raw_path) + sum(len(name) + len(value) + 2 for name, value in request.query)
            if length > self.options.max_url_length:
                raise refused(414, "The address is too long")
            answer = self._rest.respond(request)
        except RefusedError as refusal:
            answer = reply(refusal.status, refusal.body)
        if key:
            self._replays.keep(application, key, answer)
        return answer

    def _dressed(self, answer: SimReply) -> SimReply:
        chance = self._state.random
        request_id = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        own = (("X-Request-Id", request_id), ("X-Runtime", f"{0.02 + chance.random() / 10:.6f}"))
        return replace(answer, headers=(*answer.headers, *own))

    def is_token_request(self, request: SimRequest) -> bool:
        return request.path.rstrip("/") == "/oauth/token"

    def refusal(self, status: int) -> SimReply:
        with self._lock:
            headers = self._budget.headers() if status == 429 else ()
            words = refused(status, WORDS.get(status, "Refused"))
            return reply(words.status, words.body, headers)

    def shuffled(self, reply: SimReply, seed: int) -> SimReply:
        if reply.status != 200 or not reply.body.startswith(b"{"):
            return reply
        body = json.loads(reply.body)
        chance = random.Random(seed)
        for rows in body.values():
            if isinstance(rows, list):
                chance.shuffle(rows)
        return replace(reply, body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())

    def repeated(self, request: SimRequest) -> SimRequest:
        page = request.param("page") or "1"
        if request.method != "GET" or not page.isdecimal() or int(page) < 2:
            return request
        query = tuple((n, str(int(page) - 1)) if n == "page" else (n, v) for n, v in request.query)
        return replace(request, query=query)

    # time

    def advance(self) -> None:
        """The world catches up with the clock, and webhooks that are due go out. Never called by `handle`:
        a receiver that asks the vendor something at once must not find its door locked."""
        self.send_notifications()

    def send_notifications(self) -> int:
        """How many messages went out, taken or not."""
        with self._lock:
            self._staff.advance()
            due = [post for post in self._state.pending if post.due_at <= self.clock.now()]
            self._state.pending = [post for post in self._state.pending if post not in due]
        for post in due:
            self._deliver(post)
        return len(due)

    def _deliver(self, post: Post) -> None:
        if self.options.deliver is not None:
            status, _ = self.options.deliver("POST", post.url, post.headers, post.body)
            with self._lock:
                settle(self._state, post, status)

    @property
    def base_url(self) -> str:
        return self._state.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        """A socket's port is known only when it listens."""
        self._state.base_url = url.rstrip("/")

    def next_event_at(self) -> datetime | None:
        """When the world will do something by itself the next time; None while it is idle."""
        with self._lock:
            times = [post.due_at for post in self._state.pending]
            staff = self._staff.next_at()
            return min([*times, *([staff] if staff else [])], default=None)

    # what people do

    def ship(
        self,
        order_id: int,
        partial: Partial = False,
        carrier: str | None = "UPS",
        tracking: str | None = "auto",
    ) -> int:
        """Packs and sends; finalizes the order first if need be. Returns the fulfillment's id."""
        with self._lock:
            number = f"1Z{len(self._state.store.table('fulfillments').rows) + 1:016d}"
            label = Label(carrier, number if tracking == "auto" else tracking)
            parcel = hands.pack_parcel(self._state, self._order(order_id), partial, label)
            if parcel is None:
                raise ValueError(f"order {order_id} has nothing left to send")
            hands.send_parcel(self._state, parcel, label)
            return int(parcel["id"])

    def pack(self, order_id: int, partial: Partial = False) -> int:
        with self._lock:
            parcel = hands.pack_parcel(self._state, self._order(order_id), partial, Label())
            if parcel is None:
                raise ValueError(f"order {order_id} has nothing left to pack")
            return int(parcel["id"])

    def send(self, fulfillment_id: int, carrier: str | None = "UPS", tracking: str | None = None) -> None:
        with self._lock:
            parcel = self._state.store.get("fulfillments", fulfillment_id)
            hands.send_parcel(self._state, parcel, Label(carrier, tracking))

    def relabel(self, fulfillment_id: int, carrier: str | None, tracking: str | None) -> None:
        """Carrier and tracking number are corrected after the fact."""
        with self._lock:
            parcel = self._state.store.get("fulfillments", fulfillment_id)
            values = {"tracking_company": carrier, "tracking_number": tracking}
            self._state.change("fulfillments", parcel, values)

    def void_shipment(self, fulfillment_id: int) -> None:
        with self._lock:
            hands.void_parcel(self._state, self._state.store.get("fulfillments", fulfillment_id))

    def send_back(self, order_id: int, partial: Partial = False) -> int:
        """The buyer announces a return of what was sent. Returns its id."""
        with self._lock:
            return int(hands.announce_return(self._state, self._order(order_id), partial)["id"])

    def receive_return(self, return_id: int) -> None:
        """The goods are there, and in stock again."""
        with self._lock:
            hands.receive_return(self._state, self._state.store.get("fulfillment_returns", return_id))

    def set_order_status(self, order_id: int, status: str) -> None:
        """`void`, `deleted`, or one of the working stages."""
        with self._lock:
            if status == "void":
                void_order(self._state, self._order(order_id), {})
            else:
                hands.set_status(self._state, self._order(order_id), status)

    def adjust_stock(self, sku: str, delta: int, location_id: int | None = None) -> None:
        with self._lock:
            hands.count(self._state, sku, delta, location_id)

    def receive_stock(self, sku: str, quantity: int, location_id: int | None = None) -> None:
        self.adjust_stock(sku, quantity, location_id)

    def add_sku(self, sku: str) -> int:
        """Somebody creates the missing item. Returns the variant's id."""
        with self._lock:
            variant = add_variant(self._state, self.options.goods, sku)
            self._state.emit("variant.create", variant["id"])
            return int(variant["id"])

    def change(self, plural: str, identity: int, values: Row) -> None:
        """Any row, any value: for what the windows of the vendor can do and its API cannot."""
        with self._lock:
            self._state.change(plural, self._state.store.get(plural, identity), values)

    # sign-in

    def sign_in(self, application: str = "tranter") -> dict[str, Any]:
        """The user consents once more: the tokens, as the token endpoint would give them, and the client."""
        with self._lock:
            client_id = self.options.client_id or application
            tokens = self._sign_in.shown(self._sign_in.connect(client_id))
            return {**tokens, "client_id": client_id, "client_secret": self.options.client_secret}

    def credentials(self) -> dict[str, str]:
        """What a connection needs to go on with the present consent; the first call is that consent."""
        with self._lock:
            latest = self._sign_in.latest
            if latest is None:
                latest = self._sign_in.connect(self.options.client_id or "tranter")
            return {
                "client_id": latest.connection.application,
                "client_secret": self.options.client_secret,
                "refresh_token": latest.refresh,
            }

    def revoke(self) -> None:
        with self._lock:
            self._sign_in.revoke()

    def expire_access_tokens(self) -> None:
        with self._lock:
            self._sign_in.expire_access_tokens()

    # what the vendor can testify

    @property
    def history(self) -> list[Event]:
        return self._state.history

    @property
    def heard(self) -> deque[Heard]:
        return self._state.heard

    @property
    def outbox(self) -> list[Outgoing]:
        """Every webhook message ever made, (url, headers, body), whether a receiver took it or not."""
        return self._state.outbox

    @property
    def calls(self) -> Counter[tuple[str, str]]:
        """Requests that arrived, refused ones too, by (method, resource)."""
        return self._state.calls

    def delivery_calls(self) -> int:
        """All requests to orders, companies, contacts and addresses, look-ups included."""
        with self._lock:
            return sum(count for (_, resource), count in self.calls.items() if resource in DELIVERY)

    def orders(self) -> list[proofs.OrderSeen]:
        with self._lock:
            self._staff.advance()
            return proofs.orders(self._state)

    def shipments(self) -> list[proofs.ShipmentSeen]:
        with self._lock:
            self._staff.advance()
            return proofs.shipments(self._state)

    def duplicate_orders(self) -> dict[str, list[int]]:
        with self._lock:
            return proofs.duplicate_orders(self._state)

    def available(self, sku: str, location_id: int | None = None) -> int:
        with self._lock:
            self._staff.advance()
            return proofs.available(self._state, sku, location_id)

    def skus(self) -> list[str]:
        """Of the living variants, in the order of their making; a SKU on two variants stands twice."""
        with self._lock:
            rows = self._state.store.table("variants").rows.values()
            return [row["sku"] for row in rows if row["status"] == "active"]

    def locations(self) -> dict[str, int]:
        """Ids of the places that hold stock, by label."""
        with self._lock:
            rows = self._state.store.table("locations").rows.values()
            return {row["label"]: row["id"] for row in rows if row["holds_stock"]}

    def rows(self, plural: str) -> list[Row]:
        """Copies of all rows of a resource, as held."""
        with self._lock:
            return [dict(row) for row in self._state.store.table(plural).rows.values()]

    def _order(self, order_id: int) -> Row:
        return self._state.store.get("orders", order_id)


def _resource(request: SimRequest) -> str:
    first, *rest = path_parts(request.path)
    return "/".join([first, *rest[:1]]) if first == "oauth" else first
