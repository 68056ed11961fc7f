"""What one can tell the vendor to do to a whole order, transfer or purchase: one POST each."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from tranter.connectors.tradegecko.simulator import progress
from tranter.connectors.tradegecko.simulator.billing import bill, pay
from tranter.connectors.tradegecko.simulator.bodies import Params, part_of
from tranter.connectors.tradegecko.simulator.facts_sales import FULFILLMENT, INVOICE
from tranter.connectors.tradegecko.simulator.fulfillments import Quantities, check_stage, pack, send
from tranter.connectors.tradegecko.simulator.purchasing import (
    receive_purchase,
    receive_transfer,
    revert_transfer,
)
from tranter.connectors.tradegecko.simulator.replies import invalid, not_found
from tranter.connectors.tradegecko.simulator.state import State
from tranter.connectors.tradegecko.simulator.store import Row
from tranter.connectors.tradegecko.simulator.wire import parse_moment
from tranter.connectors.tradegecko.simulator.writes import readable

Action = Callable[[State, Row, Params], dict[str, Any] | None]
"""Does it; returns the body where the vendor has one of its own."""
ZERO = Decimal(0)


def _left(lines: list[Row], done: progress.Counts) -> Quantities:
    open_lines = ((line["id"], line["quantity"] - done.get(line["id"], ZERO)) for line in lines)
    return [(line_id, quantity) for line_id, quantity in open_lines if quantity > 0]


def _sent_values(params: Params) -> Row:
    values, _ = readable(FULFILLMENT, part_of(params, "fulfillment"), creating=True)
    names = ("tracking_number", "tracking_company", "tracking_url", "service", "notes", "shipped_at")
    return {name: values[name] for name in names if name in values}


def pack_order(state: State, order: Row, params: Params) -> None:
    check_stage(state, order)
    left = _left(progress.goods_of(state, order), progress.packed(state, order))
    if not left:
        raise invalid({"base": ["There is nothing left to pack"]})
    pack(state, order, left, {"order_id": order["id"], **_sent_values(params)})


def fulfil_order(state: State, order: Row, params: Params) -> None:
    check_stage(state, order)
    values = _sent_values(params)
    for fulfillment in state.store.where("fulfillments", "order_id", order["id"]):
        if fulfillment["status"] == "packed":
            state.change("fulfillments", fulfillment, values)
            send(state, fulfillment)
    left = _left(progress.goods_of(state, order), progress.packed(state, order))
    if left:
        pack(state, order, left, {"order_id": order["id"], "status": "fulfilled", **values})


def invoice_order(state: State, order: Row, params: Params) -> None:
    values, _ = readable(INVOICE, part_of(params, "invoice"), creating=True)
    left = _left(progress.lines_of(state, order), progress.invoiced(state, order))
    if not left:
        raise invalid({"base": ["There is nothing left to invoice"]})
    bill(state, order, left, values)


def pay_order(state: State, order: Row, params: Params) -> None:
    given = part_of(params, "payment")
    values: Row = {}
    name = given.get("payment_method_name")
    if name:
        methods = state.store.table("payment_methods").rows.values()
        found = next((method for method in methods if method["name"] == name), None)
        if found is None:
            raise invalid({"payment_method": ["can't be blank"]})
        values["payment_method_id"] = found["id"]
    if given.get("paid_at"):
        values["paid_at"] = parse_moment(given["paid_at"])
    left = _left(progress.lines_of(state, order), progress.invoiced(state, order))
    if left:
        bill(state, order, left, {})
    for invoice in list(state.store.living("invoices", "order_id", order["id"])):
        due = invoice["cached_total"] - progress.paid(state, invoice)
        if due > 0:
            pay(state, invoice, due, values)


def void_order(state: State, order: Row, params: Params) -> None:
    parcels = list(state.store.living("fulfillments", "order_id", order["id"]))
    if order["status"] == "void" or any(parcel["status"] == "fulfilled" for parcel in parcels):
        raise invalid({"status": ["can't be voided"]})
    for parcel in parcels:
        state.change("fulfillments", parcel, {"status": "void"})
    state.change("orders", order, {"status": "void"})
    progress.refresh(state, order)
    state.emit("order.void", order["id"])


ACTIONS: Mapping[tuple[str, str], Action] = {
    ("orders", "pack"): pack_order,
    ("orders", "fulfil"): fulfil_order,
    ("orders", "fulfill"): fulfil_order,
    ("orders", "invoice"): invoice_order,
    ("orders", "pay"): pay_order,
    ("orders", "void"): void_order,
    ("stock_transfers", "receive"): receive_transfer,
    ("stock_transfers", "revert"): revert_transfer,
    ("purchase_orders", "receive"): receive_purchase,
}


def act(state: State, plural: str, name: str, row: Row, params: Params) -> dict[str, Any] | None:
    action = ACTIONS.get((plural, name))
    if action is None:
        raise not_found("action", name)
    return action(state, row, params)
