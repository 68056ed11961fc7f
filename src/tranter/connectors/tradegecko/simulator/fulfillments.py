"""Parcels and returns: packed, sent, taken back; stock moves when goods do."""

from decimal import Decimal
from typing import Any

from tranter.connectors.tradegecko.simulator import progress
from tranter.connectors.tradegecko.simulator.bodies import Params, rows_of
from tranter.connectors.tradegecko.simulator.facts_sales import FULFILLMENT, FULFILLMENT_RETURN
from tranter.connectors.tradegecko.simulator.replies import invalid, not_found
from tranter.connectors.tradegecko.simulator.shapes import Resource
from tranter.connectors.tradegecko.simulator.state import State
from tranter.connectors.tradegecko.simulator.store import Row
from tranter.connectors.tradegecko.simulator.wire import UnreadableError, parse_decimal, parse_int
from tranter.connectors.tradegecko.simulator.writes import accepted

OLD_STATUSES = {"shipped": "fulfilled"}
Quantities = list[tuple[int, Decimal]]
"""Order line ids with how many of each."""


def read_quantities(state: State, resource: Resource, given: Params, order: Row) -> Quantities:
    """The nested lines of a parcel, an invoice or a return; each must be a line of that order."""
    found: Quantities = []
    for raw in rows_of(given, resource.child):
        line_id = parse_int(raw.get("order_line_item_id", "")) if isinstance(raw, dict) else None
        line = state.find("order_line_items", line_id)
        if line is None or line["order_id"] != order["id"]:
            raise not_found("order_line_item", line_id)
        try:
            found.append((line["id"], parse_decimal(raw.get("quantity", ""))))
        except UnreadableError as complaint:
            raise invalid({f"{resource.child}.quantity": [str(complaint)]}) from None
    return found


def check_room(state: State, order: Row, wanted: Quantities, taken: progress.Counts, child: str) -> None:
    """No line may hold more than was ordered of it."""
    for line_id, quantity in wanted:
        line = state.store.get("order_line_items", line_id)
        if quantity <= 0:
            raise invalid({f"{child}.quantity": ["must be greater than 0"]})
        if taken.get(line_id, Decimal(0)) + quantity > line["quantity"]:
            raise invalid({f"{child}.quantity": ["is more than what is left of the order line"]})


def order_of(state: State, values: Row) -> Row:
    order = state.find("orders", values.get("order_id"))
    if order is None:
        raise invalid({"order": ["can't be blank"]})
    return order


def check_stage(state: State, order: Row) -> None:
    if order["status"] in ("finalized", "fulfilled"):
        return
    if order["status"] == "active" and state.options.ship_unfinalized:
        return
    raise invalid({"order": ["must be finalized"]})


class FulfillmentWriter:
    def __init__(self, state: State) -> None:
        self.state = state

    def create(self, given: Params) -> Row:
        values = accepted(self.state, FULFILLMENT, given)
        order = order_of(self.state, values)
        check_stage(self.state, order)
        wanted = read_quantities(self.state, FULFILLMENT, given, order)
        check_room(self.state, order, wanted, progress.packed(self.state, order), FULFILLMENT.child)
        return pack(self.state, order, wanted, values)

    def update(self, fulfillment: Row, given: Params) -> None:
        values = accepted(self.state, FULFILLMENT, given, fulfillment)
        status = OLD_STATUSES.get(values.get("status", ""), values.pop("status", None))
        if status not in (None, "packed", "fulfilled") or fulfillment["status"] in ("void", "deleted"):
            raise invalid({"status": ["is not included in the list"]})
        self.state.change("fulfillments", fulfillment, values)
        if status == "fulfilled" and fulfillment["status"] == "packed":
            send(self.state, fulfillment)

    def delete(self, fulfillment: Row) -> None:
        order = self.state.store.get("orders", fulfillment["order_id"])
        if list(self.state.store.living("fulfillment_returns", "order_id", order["id"])):
            raise invalid({"base": ["has returns and can't be deleted"]})
        if fulfillment["status"] == "fulfilled":
            move_goods(self.state, fulfillment, Decimal(1))
        self.state.remove("fulfillments", fulfillment)
        progress.refresh(self.state, order)


def pack(state: State, order: Row, wanted: Quantities, values: Row) -> Row:
    status = OLD_STATUSES.get(values.get("status", ""), values.get("status") or "packed")
    defaults: dict[str, Any] = {
        "shipping_address_id": order["shipping_address_id"],
        "billing_address_id": order["billing_address_id"],
        "stock_location_id": order["stock_location_id"],
        "company_id": order["company_id"],
        "exchange_rate": Decimal(1),
        "receipt": {},
        "packed_at": state.now().date(),
    }
    fulfillment = state.add("fulfillments", {**defaults, **values, "status": "packed"})
    add_parts(state, "fulfillment", fulfillment, wanted)
    state.emit("fulfillment.create", fulfillment["id"])
    if status == "fulfilled":
        send(state, fulfillment)
    else:
        progress.refresh(state, order)
    return fulfillment


def send(state: State, fulfillment: Row) -> None:
    """Packed goods leave: only now stock on hand falls."""
    sent_at = fulfillment.get("shipped_at") or state.now()
    state.change("fulfillments", fulfillment, {"status": "fulfilled", "shipped_at": sent_at})
    move_goods(state, fulfillment, Decimal(-1))
    state.emit("fulfillment.fulfilled", fulfillment["id"])
    progress.refresh(state, state.store.get("orders", fulfillment["order_id"]))


def add_parts(state: State, singular: str, parent: Row, wanted: Quantities) -> None:
    for position, (line_id, quantity) in enumerate(wanted, start=1):
        row = {f"{singular}_id": parent["id"], "order_line_item_id": line_id}
        state.add(f"{singular}_line_items", {**row, "quantity": quantity, "position": position})


def move_goods(state: State, fulfillment: Row, sign: Decimal) -> None:
    location_id = fulfillment["stock_location_id"]
    for part in state.store.where("fulfillment_line_items", "fulfillment_id", fulfillment["id"]):
        line = state.find("order_line_items", part["order_line_item_id"])
        if line is not None and line.get("variant_id") is not None:
            state.stock.move(line["variant_id"], location_id, sign * part["quantity"])


class ReturnWriter:
    def __init__(self, state: State) -> None:
        self.state = state

    def create(self, given: Params) -> Row:
        values = accepted(self.state, FULFILLMENT_RETURN, given)
        order = order_of(self.state, values)
        wanted = read_quantities(self.state, FULFILLMENT_RETURN, given, order)
        self._check_sent(order, wanted)
        count = len(self.state.store.table("fulfillment_returns").rows)
        defaults = {
            "location_id": order["stock_location_id"],
            "company_id": order["company_id"],
            "exchange_rate": Decimal(1),
            "credit_note_number": f"CN{count + 1:04d}",
        }
        back = self.state.add("fulfillment_returns", {**defaults, **values, "status": "returning"})
        add_parts(self.state, "fulfillment_return", back, wanted)
        self.state.emit("fulfillment_return.create", back["id"])
        self._settle(back, values.get("status"))
        return back

    def update(self, back: Row, given: Params) -> None:
        values = accepted(self.state, FULFILLMENT_RETURN, given, back)
        status = values.pop("status", None)
        self.state.change("fulfillment_returns", back, values)
        self._settle(back, status)

    def delete(self, back: Row) -> None:
        if back["status"] == "received":
            self._move(back, Decimal(-1))
        self.state.remove("fulfillment_returns", back)
        progress.refresh(self.state, self.state.store.get("orders", back["order_id"]))

    def _settle(self, back: Row, status: str | None) -> None:
        if status == "received" and back["status"] == "returning":
            now = {"status": "received", "received_at": back.get("received_at") or self.state.now()}
            self.state.change("fulfillment_returns", back, now)
            self._move(back, Decimal(1))
            self.state.emit("fulfillment_return.received", back["id"])
        progress.refresh(self.state, self.state.store.get("orders", back["order_id"]))

    def _check_sent(self, order: Row, wanted: Quantities) -> None:
        sent = progress.shipped(self.state, order)
        back = progress.returned(self.state, order, "returning", "received")
        for line_id, quantity in wanted:
            if back.get(line_id, Decimal(0)) + quantity > sent.get(line_id, Decimal(0)):
                key = f"{FULFILLMENT_RETURN.child}.quantity"
                raise invalid({key: ["is more than what was sent"]})

    def _move(self, back: Row, sign: Decimal) -> None:
        parts = self.state.store.where("fulfillment_return_line_items", "fulfillment_return_id", back["id"])
        for part in parts:
            line = self.state.find("order_line_items", part["order_line_item_id"]) or {}
            if line.get("variant_id") is not None:
                self.state.stock.move(line["variant_id"], back["location_id"], sign * part["quantity"])
