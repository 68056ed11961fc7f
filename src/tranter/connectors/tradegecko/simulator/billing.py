"""Invoices and what is paid of them."""

from datetime import date
from decimal import Decimal

from tranter.connectors.tradegecko.simulator import progress
from tranter.connectors.tradegecko.simulator.bodies import Params
from tranter.connectors.tradegecko.simulator.facts_sales import INVOICE, PAYMENT
from tranter.connectors.tradegecko.simulator.fulfillments import (
    Quantities,
    add_parts,
    check_room,
    order_of,
    read_quantities,
)
from tranter.connectors.tradegecko.simulator.replies import invalid
from tranter.connectors.tradegecko.simulator.state import State
from tranter.connectors.tradegecko.simulator.store import Row
from tranter.connectors.tradegecko.simulator.writes import accepted


class InvoiceWriter:
    def __init__(self, state: State) -> None:
        self.state = state

    def create(self, given: Params) -> Row:
        values = accepted(self.state, INVOICE, given)
        order = order_of(self.state, values)
        wanted = read_quantities(self.state, INVOICE, given, order)
        check_room(self.state, order, wanted, progress.invoiced(self.state, order), INVOICE.child)
        return bill(self.state, order, wanted, values)

    def update(self, invoice: Row, given: Params) -> None:
        self.state.change("invoices", invoice, accepted(self.state, INVOICE, given, invoice))

    def delete(self, invoice: Row) -> None:
        self.state.remove("invoices", invoice)
        self.state.emit("invoice.destroy", invoice["id"])
        progress.refresh(self.state, self.state.store.get("orders", invoice["order_id"]))


def bill(state: State, order: Row, wanted: Quantities, values: Row) -> Row:
    if order["status"] not in ("finalized", "fulfilled"):
        raise invalid({"order": ["must be finalized"]})
    today: date = state.now().date()
    earlier = len(state.store.where("invoices", "order_id", order["id"]))
    number = str(order["order_number"])
    defaults = {
        "shipping_address_id": order["shipping_address_id"],
        "billing_address_id": order["billing_address_id"],
        "company_id": order["company_id"],
        "currency_id": order["currency_id"],
        "invoice_number": f"{number}-{earlier + 1}" if earlier else number,
        "invoiced_at": today,
        "due_at": today,
        "exchange_rate": Decimal(1),
        "payment_status": "unpaid",
        "status": "active",
        "document_url": f"{state.base_url}/d/{state.random.getrandbits(96):024x}",
    }
    lines = [_part(state.store.get("order_line_items", line_id), count) for line_id, count in wanted]
    amount = progress.total(state, order, lines)
    invoice = state.add("invoices", {**defaults, **values, "order_id": order["id"], "cached_total": amount})
    add_parts(state, "invoice", invoice, wanted)
    state.emit("invoice.create", invoice["id"])
    progress.refresh(state, order)
    return invoice


def _part(line: Row, quantity: Decimal) -> Row:
    return {**line, "quantity": quantity}


class PaymentWriter:
    def __init__(self, state: State) -> None:
        self.state = state

    def create(self, given: Params) -> Row:
        values = accepted(self.state, PAYMENT, given)
        invoice = self.state.find("invoices", values.get("invoice_id"))
        if invoice is None:
            raise invalid({"invoice": ["can't be blank"]})
        return pay(self.state, invoice, values.pop("amount"), values)

    def delete(self, payment: Row) -> None:
        self.state.remove("payments", payment)
        _follow(self.state, self.state.store.get("invoices", payment["invoice_id"]))

    def update(self, payment: Row, given: Params) -> None:
        raise invalid({"base": ["can't be changed"]})


def pay(state: State, invoice: Row, amount: Decimal, values: Row) -> Row:
    defaults = {
        "payment_method_id": state.account()["default_payment_method_id"],
        "paid_at": state.now(),
        "exchange_rate": Decimal(1),
        "status": "active",
    }
    links = {"invoice_id": invoice["id"], "order_id": invoice["order_id"], "amount": amount}
    payment = state.add("payments", {**defaults, **values, **links})
    state.emit("payment.create", payment["id"])
    _follow(state, invoice)
    return payment


def _follow(state: State, invoice: Row) -> None:
    received = progress.paid(state, invoice)
    due = invoice["cached_total"]
    word = "unpaid" if not received else "paid" if received >= due else "partial"
    state.change("invoices", invoice, {"payment_status": word})
    progress.refresh(state, state.store.get("orders", invoice["order_id"]))
