"""The warehouse when nobody pulls its strings: active orders are packed and sent after a while.

Everything is drawn from the seed and the order's own reference, so that an order meets the same fate in
every run, whatever else happens around it.
"""

import heapq
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from tranter.connectors.tradegecko.simulator import hands
from tranter.connectors.tradegecko.simulator.hands import Label
from tranter.connectors.tradegecko.simulator.state import State
from tranter.connectors.tradegecko.simulator.store import Row

CARRIERS = ("USPS", "UPS", "FedEx", "DHL", "DHL Express", "Royal Mail", "Deutsche Post", "Hofmann Kurier")
OPEN = ("active", "finalized")
Deed = Callable[[], None]


class StaffAtWork:
    def __init__(self, state: State) -> None:
        self.state, self.habits = state, state.options.staff
        self._plan: list[tuple[datetime, int, Deed]] = []
        self._planned: set[int] = set()
        self._count = self._read = 0
        if self.habits.at_work and self.habits.recount_every_seconds:
            self._at(state.now() + timedelta(seconds=self.habits.recount_every_seconds), self._recount)

    def next_at(self) -> datetime | None:
        self._hear()
        return self._plan[0][0] if self._plan else None

    def advance(self) -> None:
        """Does what is due by now, each deed at the time it was due."""
        now = self.state.clock.now()
        while (due_at := self.next_at()) is not None and due_at <= now:
            _, _, deed = heapq.heappop(self._plan)
            self.state.pretended_now = due_at
            try:
                deed()
            finally:
                self.state.pretended_now = None

    def _at(self, due_at: datetime, deed: Deed) -> None:
        self._count += 1
        heapq.heappush(self._plan, (due_at, self._count, deed))

    def _hear(self) -> None:
        """Looks at the orders that something happened to since the last look."""
        history = self.state.history
        while self._read < len(history):
            event = history[self._read]
            self._read += 1
            if self.habits.at_work and event.name.startswith("order."):
                self._plan_order(event.id, event.at)

    def _plan_order(self, order_id: int, at: datetime) -> None:
        order = self.state.find("orders", order_id)
        if order is None or order_id in self._planned:
            return
        chance = self._chance(order, "plan")
        starts_at = at + timedelta(seconds=chance.randint(*self.habits.pack_after_seconds))
        if order["status"] == "draft" and self.habits.approves_drafts:
            self._at(starts_at, partial(hands.set_status, self.state, order, "active"))
            return
        if order["status"] not in OPEN:
            return
        self._planned.add(order_id)
        parcels = 2 if chance.random() < self.habits.split_share else 1
        for number in range(1, parcels + 1):
            self._at(starts_at, partial(self._pack, order, number, number == parcels))
            starts_at += timedelta(seconds=chance.randint(*self.habits.pack_after_seconds))

    def _pack(self, order: Row, number: int, is_last: bool) -> None:
        if order["status"] not in OPEN:
            return
        parcel = hands.pack_parcel(self.state, order, not is_last, Label())
        if parcel is None:
            return
        chance = self._chance(order, f"parcel {number}")
        leaves_at = self.state.now() + timedelta(seconds=chance.randint(*self.habits.ship_after_seconds))
        self._at(leaves_at, partial(self._send, parcel, chance))

    def _send(self, parcel: Row, chance: random.Random) -> None:
        if parcel["status"] != "packed" or self._order_of(parcel)["status"] in ("void", "deleted"):
            return
        carrier = None if chance.random() < self.habits.missing_carrier_share else chance.choice(CARRIERS)
        note_time = chance.random() >= self.habits.missing_shipped_at_share
        digits = f"{chance.randrange(10**15, 10**16)}"
        spaced = " ".join(digits[start : start + 4] for start in range(0, 16, 4))
        tracking = spaced if chance.random() < 0.1 else f"TG{digits}"
        hands.send_parcel(self.state, parcel, Label(carrier, tracking, "Standard"), note_time)

    def _order_of(self, parcel: Row) -> Row:
        return self.state.store.get("orders", parcel["order_id"])

    def _recount(self) -> None:
        """Somebody counts a shelf and finds some more, or fewer."""
        variants = [row for row in self.state.store.table("variants").rows.values() if row["status"] == "active"]
        chance = random.Random(f"{self.state.seed}/{self.state.now().isoformat()}")
        hands.count(self.state, chance.choice(variants)["sku"], chance.choice((-3, -2, -1, 2, 5, 10)))
        self._at(self.state.now() + timedelta(seconds=self.habits.recount_every_seconds), self._recount)

    def _chance(self, order: Row, subject: str) -> random.Random:
        name = order.get("reference_number") or order["order_number"]
        return random.Random(f"{self.state.seed}/{name}/{subject}")
