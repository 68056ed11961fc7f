"""The lines of an order: goods by variant, and freeform lines for shipping, discounts and fees."""

from decimal import Decimal
from typing import Any

from tranter.connectors.tradegecko.simulator import progress
from tranter.connectors.tradegecko.simulator.bodies import Params
from tranter.connectors.tradegecko.simulator.facts_sales import ORDER_LINE_ITEM
from tranter.connectors.tradegecko.simulator.replies import Errors, invalid
from tranter.connectors.tradegecko.simulator.state import State
from tranter.connectors.tradegecko.simulator.store import Row
from tranter.connectors.tradegecko.simulator.writes import prefixed, readable, too_long

HUNDRED = Decimal(100)


def read_lines(state: State, given: list[Params], order: Row, errors: Errors) -> list[Row]:
    """The rows to store; complaints land in `errors` under `order_line_items.…`."""
    lines = []
    for raw in given:
        line, complaints = read_line(state, raw, order)
        errors |= prefixed(complaints, "order_line_items")
        lines.append(line)
    return lines


def read_line(state: State, given: Params, order: Row) -> tuple[Row, Errors]:
    line, errors = readable(ORDER_LINE_ITEM, given, creating=True)
    errors |= too_long(state, line)
    variant = _variant(state, given, line)
    if variant is not None:
        line["variant_id"] = variant["id"]
    elif not line.get("freeform"):
        errors["variant"] = ["can't be blank"]
    line.setdefault("freeform", False)
    if line.get("quantity") is None and "quantity" not in errors:
        line["quantity"] = Decimal(1)
    if line.get("price") is None and "price" not in errors:
        line["price"] = (variant or {}).get("retail_price") or Decimal(0)
    line.setdefault("tax_type_id", _tax_type_id(state, order))
    if line.get("tax_rate_override") is None:
        line["tax_rate_override"] = line.get("tax_rate")
    return line, errors | check_line(line)


def check_line(line: Row) -> Errors:
    errors: Errors = {}
    discount = line.get("discount")
    if discount is not None and abs(discount) > HUNDRED:
        errors["discount"] = ["must be between -100 and 100"]
    quantity = line.get("quantity")
    if quantity is not None and quantity <= 0:
        errors["quantity"] = ["must be greater than 0"]
    return errors


def _variant(state: State, given: Params, line: Row) -> Row | None:
    found = state.find("variants", line.get("variant_id"))
    if found is None and state.options.lines_by_sku and given.get("sku"):
        return next(state.store.living("variants", "sku", str(given["sku"])), None)
    return found


def _tax_type_id(state: State, order: Row) -> Any:
    company = state.find("companies", order.get("company_id")) or {}
    return company.get("default_tax_type_id") or state.account()["default_sales_order_tax_type_id"]


def add_lines(state: State, order: Row, lines: list[Row]) -> None:
    first = len(state.store.where("order_line_items", "order_id", order["id"]))
    for position, line in enumerate(lines, start=first):
        state.add("order_line_items", {"position": position, **line, "order_id": order["id"]})


class OrderLineWriter:
    def __init__(self, state: State) -> None:
        self.state = state

    def create(self, given: Params) -> Row:
        values, _ = readable(ORDER_LINE_ITEM, given, creating=True)
        order = self.state.find("orders", values.get("order_id"))
        if order is None:
            raise invalid({"order": ["can't be blank"]})
        self._check_stage(order)
        line, errors = read_line(self.state, given, order)
        if errors:
            raise invalid(errors)
        add_lines(self.state, order, [line])
        progress.refresh(self.state, order)
        return self.state.store.where("order_line_items", "order_id", order["id"])[-1]

    def update(self, line: Row, given: Params) -> None:
        order = self.state.store.get("orders", line["order_id"])
        values, errors = readable(ORDER_LINE_ITEM, given, creating=False)
        errors |= check_line({**line, **values})
        if errors:
            raise invalid(errors)
        self._check_stage(order)
        self.state.change("order_line_items", line, values)
        progress.refresh(self.state, order)

    def delete(self, line: Row) -> None:
        order = self.state.store.get("orders", line["order_id"])
        self._check_stage(order)
        self.state.remove("order_line_items", line)
        progress.refresh(self.state, order)

    def _check_stage(self, order: Row) -> None:
        if not progress.lines_may_change(self.state, order):
            raise invalid({"base": ["Order line items can't be changed at this stage"]})
