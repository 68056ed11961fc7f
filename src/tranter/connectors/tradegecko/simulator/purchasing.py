"""Goods that move without an order: counted, transferred, bought from suppliers."""

from decimal import Decimal
from typing import Any

from tranter.connectors.tradegecko.simulator.bodies import Params, rows_of
from tranter.connectors.tradegecko.simulator.replies import Errors, invalid
from tranter.connectors.tradegecko.simulator.shapes import Resource
from tranter.connectors.tradegecko.simulator.state import RESOURCES, State
from tranter.connectors.tradegecko.simulator.store import Row
from tranter.connectors.tradegecko.simulator.wire import moment_text
from tranter.connectors.tradegecko.simulator.writes import accepted, prefixed, readable

ZERO = Decimal(0)
REASONS = {
    "supplier": "New Products",
    "customer": "Returned goods",
    "damaged": "Damaged",
    "shrinkage": "Shrinkage",
    "promotion": "Promotion",
    "production": "Production",
}


class MovementWriter:
    """Stock adjustments, stock transfers and purchase orders: a head with lines of variants."""

    def __init__(self, state: State, resource: Resource, prefix: str) -> None:
        self.state, self.resource, self.prefix = state, resource, prefix

    def create(self, given: Params) -> Row:
        values = accepted(self.state, self.resource, given)
        lines, errors = self._lines(given)
        if errors:
            raise invalid(errors)
        head = self.state.add(self.resource.plural, self._defaults(values) | values)
        for position, line in enumerate(lines):
            row = {"position": position, **line, self.resource.child_key(): head["id"]}
            self.state.add(self.resource.child, row)
        self._settle(head, lines)
        self.state.emit(f"{self.resource.singular}.create", head["id"])
        return head

    def update(self, head: Row, given: Params) -> None:
        self.state.change(self.resource.plural, head, accepted(self.state, self.resource, given, head))

    def delete(self, head: Row) -> None:
        if self.resource.plural == "stock_adjustments":
            self._move(head, self._own_lines(head), Decimal(-1))
        self.state.remove(self.resource.plural, head)

    def _lines(self, given: Params) -> tuple[list[Row], Errors]:
        child = RESOURCES[self.resource.child]
        lines: list[Row] = []
        errors: Errors = {}
        for raw in rows_of(given, self.resource.child):
            line, complaints = readable(child, raw, creating=True)
            if self.state.find("variants", line.get("variant_id")) is None:
                complaints["variant"] = ["can't be blank"]
            if line.get("quantity") is None:
                complaints["quantity"] = ["can't be blank"]
            errors |= prefixed(complaints, self.resource.child)
            lines.append(line)
        return lines, errors

    def _own_lines(self, head: Row) -> list[Row]:
        return self.state.store.where(self.resource.child, self.resource.child_key(), head["id"])

    def _defaults(self, values: Row) -> Row:
        state, account = self.state, self.state.account()
        number = f"{self.prefix}{len(state.store.table(self.resource.plural).rows) + 1:04d}"
        match self.resource.plural:
            case "stock_adjustments":
                label = REASONS.get(str(values.get("reason")), "")
                place = {"stock_location_id": account["primary_location_id"]}
                return {"adjustment_number": number, "reason_label": label or None, **place}
            case "stock_transfers":
                return {"adjustment_number": number, "status": "active"}
            case _:
                return {
                    "order_number": number,
                    "status": "active",
                    "procurement_status": "unprocured",
                    "stock_location_id": account["primary_location_id"],
                    "currency_id": account["default_currency_id"],
                    "tax_treatment": account["default_tax_treatment"],
                    "issued_at": state.now().date(),
                    "document_url": f"{state.base_url}/d/{state.random.getrandbits(96):024x}",
                }

    def _settle(self, head: Row, lines: list[Row]) -> None:
        quantity = sum((line["quantity"] for line in lines), ZERO)
        amount = sum((line["quantity"] * (line.get("price") or ZERO) for line in lines), ZERO)
        totals = {"cached_quantity": quantity, "cached_total": amount}
        if self.resource.plural == "purchase_orders":
            totals["total"] = amount
        self.state.change(self.resource.plural, head, totals)
        if self.resource.plural == "stock_adjustments":
            self._move(head, lines, Decimal(1))
        if self.resource.plural == "purchase_orders":
            for line in lines:
                self.state.stock.expect(line["variant_id"], head["stock_location_id"], line["quantity"])

    def _move(self, head: Row, lines: list[Row], sign: Decimal) -> None:
        for line in lines:
            self.state.stock.move(line["variant_id"], head["stock_location_id"], sign * line["quantity"])


def receive_transfer(state: State, transfer: Row, params: Params) -> None:
    if transfer["status"] != "active":
        raise invalid({"status": ["has been received already"]})
    _transfer(state, transfer, Decimal(1))
    now = state.now()
    state.change("stock_transfers", transfer, {"status": "received", "received_at": now, "transacted_at": now})


def revert_transfer(state: State, transfer: Row, params: Params) -> None:
    if transfer["status"] != "received":
        raise invalid({"status": ["has not been received"]})
    _transfer(state, transfer, Decimal(-1))
    state.change("stock_transfers", transfer, {"status": "active", "received_at": None, "transacted_at": None})


def _transfer(state: State, transfer: Row, sign: Decimal) -> None:
    lines = state.store.where("stock_transfer_line_items", "stock_transfer_id", transfer["id"])
    for line in lines:
        quantity = sign * line["quantity"]
        state.stock.move(line["variant_id"], transfer["source_location_id"], -quantity)
        state.stock.move(line["variant_id"], transfer["destination_location_id"], quantity)


def receive_purchase(state: State, purchase: Row, params: Params) -> dict[str, Any]:
    if purchase["procurement_status"] == "procured":
        raise invalid({"status": ["has been received already"]})
    lines = state.store.where("purchase_order_line_items", "purchase_order_id", purchase["id"])
    for line in lines:
        place = purchase["stock_location_id"]
        state.stock.expect(line["variant_id"], place, -line["quantity"])
        state.stock.move(line["variant_id"], place, line["quantity"])
    procurement_id = state.random.randrange(10**6, 10**7)
    received = {"status": "received", "procurement_status": "procured", "received_at": state.now()}
    state.change("purchase_orders", purchase, {**received, "procurement_ids": [procurement_id]})
    state.emit("purchase_order.received", purchase["id"])
    state.emit("procurement.create", procurement_id)
    procurement = {"id": procurement_id, "purchase_order_id": purchase["id"]}
    return {"procurement": {**procurement, "received_at": moment_text(state.now())}}
