"""What people do in the vendor's own windows: finalize, pack, ship, void, count and receive."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tranter.connectors.tradegecko.simulator import progress
from tranter.connectors.tradegecko.simulator.fulfillments import Quantities, ReturnWriter, move_goods, pack, send
from tranter.connectors.tradegecko.simulator.state import State
from tranter.connectors.tradegecko.simulator.store import Row

ZERO, ONE = Decimal(0), Decimal(1)
Partial = Mapping[str, int] | bool
"""Which part of an order goes into a parcel: so many of each SKU, or True for about half of what is left."""


@dataclass(frozen=True)
class Label:
    """What stands on the parcel. None is a field that nobody filled in."""

    carrier: str | None = None
    tracking: str | None = None
    service: str | None = None


def set_status(state: State, order: Row, status: str) -> None:
    if order["status"] == status:
        return
    state.change("orders", order, {"status": status})
    progress.refresh(state, order)
    state.emit("order.finalized" if status == "finalized" else "order.update", order["id"])


def pack_parcel(state: State, order: Row, partial: Partial, label: Label) -> Row | None:
    """None when nothing is left to pack. An active order is finalized first, as the vendor wants it."""
    wanted = what_goes(state, order, partial)
    if not wanted:
        return None
    set_status(state, order, "finalized")
    values = {
        "order_id": order["id"],
        "tracking_company": label.carrier,
        "tracking_number": label.tracking,
        "service": label.service,
    }
    return pack(state, order, wanted, values)


def what_goes(state: State, order: Row, partial: Partial) -> Quantities:
    done = progress.packed(state, order)
    left = [(line["id"], line["quantity"] - done.get(line["id"], ZERO)) for line in progress.goods_of(state, order)]
    left = [(line_id, quantity) for line_id, quantity in left if quantity > 0]
    if partial is True:
        return _half(left)
    if isinstance(partial, Mapping):
        return _chosen(state, left, partial)
    return left


def _half(left: Quantities) -> Quantities:
    room = sum((quantity for _, quantity in left), ZERO) // 2 or ONE
    chosen: Quantities = []
    for line_id, quantity in left:
        taken = min(quantity, room)
        if taken > 0:
            chosen.append((line_id, taken))
            room -= taken
    return chosen


def _chosen(state: State, left: Quantities, partial: Mapping[str, int]) -> Quantities:
    wanted = {sku: Decimal(quantity) for sku, quantity in partial.items()}
    chosen: Quantities = []
    for line_id, quantity in left:
        line = state.store.get("order_line_items", line_id)
        sku = (state.find("variants", line.get("variant_id")) or {}).get("sku", "")
        taken = min(quantity, wanted.get(sku, ZERO))
        if taken > 0:
            chosen.append((line_id, taken))
            wanted[sku] -= taken
    return chosen


def send_parcel(state: State, fulfillment: Row, label: Label, note_time: bool = True) -> None:
    values = {"tracking_company": label.carrier, "tracking_number": label.tracking, "service": label.service}
    state.change("fulfillments", fulfillment, {name: value for name, value in values.items() if value})
    send(state, fulfillment)
    if not note_time:
        state.change("fulfillments", fulfillment, {"shipped_at": None})


def void_parcel(state: State, fulfillment: Row) -> None:
    if fulfillment["status"] == "fulfilled":
        move_goods(state, fulfillment, ONE)
    state.change("fulfillments", fulfillment, {"status": "void"})
    progress.refresh(state, state.store.get("orders", fulfillment["order_id"]))


def announce_return(state: State, order: Row, partial: Partial) -> Row:
    """Of what was sent and is not on its way back yet."""
    sent, back = progress.shipped(state, order), progress.returned(state, order, "returning", "received")
    left = [
        (line["id"], sent.get(line["id"], ZERO) - back.get(line["id"], ZERO))
        for line in progress.goods_of(state, order)
    ]
    left = [(line_id, quantity) for line_id, quantity in left if quantity > 0]
    wanted = _half(left) if partial is True else _chosen(state, left, partial) if partial else left
    if not wanted:
        raise ValueError(f"nothing of order {order['id']} can come back")
    lines = [{"order_line_item_id": line_id, "quantity": str(quantity)} for line_id, quantity in wanted]
    return ReturnWriter(state).create({"order_id": order["id"], "fulfillment_return_line_items": lines})


def receive_return(state: State, back: Row) -> None:
    ReturnWriter(state).update(back, {"status": "received"})


def count(state: State, sku: str, delta: int, location_id: int | None = None) -> None:
    """The first living variant of that SKU has so many more, or fewer, on the shelf."""
    variant = next(state.store.living("variants", "sku", sku), None)
    if variant is None:
        raise LookupError(f"no variant has the SKU {sku}")
    place = location_id or state.account()["primary_location_id"]
    state.stock.move(variant["id"], place, Decimal(delta))
