"""How far an order is: its totals, its derived statuses and the stock it reserves, all from its rows."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from tranter.connectors.tradegecko.simulator.state import State
from tranter.connectors.tradegecko.simulator.store import Row
from tranter.connectors.tradegecko.simulator.views import effective_rate

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
CHARGES = ("discount", "shipping", "rounding", "fee", "gift_wrap")
COMMITTING = ("active", "finalized")
Counts = dict[int, Decimal]
"""Quantities per order line id."""

FRESH = {
    "payment_status": "unpaid",
    "invoice_status": "uninvoiced",
    "packed_status": "unpacked",
    "fulfillment_status": "unshipped",
    "return_status": "unreturned",
    "returning_status": "unreturning",
    "shippability_status": "not_shippable",
    "backordering_status": "not_backordered",
    "total": ZERO,
}


def lines_of(state: State, order: Row) -> list[Row]:
    return state.store.where("order_line_items", "order_id", order["id"])


def goods_of(state: State, order: Row) -> list[Row]:
    """The lines that can be packed: everything but charges."""
    return [line for line in lines_of(state, order) if (line.get("line_type") or "").lower() not in CHARGES]


def lines_may_change(state: State, order: Row) -> bool:
    if order["status"] == "finalized":
        return state.options.edit_finalized_lines
    return order["status"] in ("draft", "active")


def line_total(line: Row) -> Decimal:
    amount: Decimal = line["price"] * line["quantity"]
    return amount * (ONE - (line.get("discount") or ZERO) / HUNDRED)


def total(state: State, order: Row, lines: Iterable[Row]) -> Decimal:
    """Tax comes on top unless the prices hold it. Rounded once, to the currency's decimals."""
    amount = ZERO
    for line in lines:
        net = line_total(line)
        amount += net
        if order.get("tax_treatment") == "exclusive":
            override = line.get("tax_rate_override")
            rate = override if override is not None else effective_rate(state, line.get("tax_type_id"))
            amount += net * rate / HUNDRED
    currency = state.find("currencies", order.get("currency_id")) or {}
    places = ONE.scaleb(-int(currency.get("precision") or 0))
    return amount.quantize(places, rounding=state.options.rounding)


def packed(state: State, order: Row) -> Counts:
    return _counts(state, order, "fulfillments", "fulfillment", ("packed", "fulfilled"))


def shipped(state: State, order: Row) -> Counts:
    return _counts(state, order, "fulfillments", "fulfillment", ("fulfilled",))


def returned(state: State, order: Row, *statuses: str) -> Counts:
    return _counts(state, order, "fulfillment_returns", "fulfillment_return", statuses)


def invoiced(state: State, order: Row) -> Counts:
    return _counts(state, order, "invoices", "invoice", ("active",))


def _counts(state: State, order: Row, plural: str, singular: str, statuses: tuple[str, ...]) -> Counts:
    counts: Counts = defaultdict(Decimal)
    for parent in state.store.where(plural, "order_id", order["id"]):
        if parent["status"] in statuses:
            for part in state.store.where(f"{singular}_line_items", f"{singular}_id", parent["id"]):
                counts[part["order_line_item_id"]] += part["quantity"]
    return counts


def _share(lines: list[Row], counts: Counts, words: tuple[str, str, str]) -> str:
    done = sum((min(counts.get(line["id"], ZERO), line["quantity"]) for line in lines), ZERO)
    wanted = sum((line["quantity"] for line in lines), ZERO)
    if not done:
        return words[0]
    return words[2] if done >= wanted else words[1]


def refresh(state: State, order: Row) -> None:
    """Brings everything that follows from the order's rows up to date, and its time of change with it."""
    lines, goods = lines_of(state, order), goods_of(state, order)
    sent = shipped(state, order)
    values = {
        "total": total(state, order, lines),
        "packed_status": _share(goods, packed(state, order), ("unpacked", "partial", "packed")),
        "fulfillment_status": _share(goods, sent, ("unshipped", "partial", "shipped")),
        "invoice_status": _share(lines, invoiced(state, order), ("uninvoiced", "partial", "invoiced")),
        "return_status": _share(goods, returned(state, order, "received"), ("unreturned", "partial", "returned")),
        "returning_status": _share(goods, returned(state, order, "returning"), ("unreturning", "partial", "returning")),
        "payment_status": payment_status(state, order),
        "shippability_status": _shippability(state, order, goods, sent),
    }
    values["status"] = _status(order, str(values["fulfillment_status"]))
    became_fulfilled = values["status"] == "fulfilled" != order["status"]
    state.change("orders", order, values)
    _reserve(state, order, goods, sent)
    if became_fulfilled:
        state.emit("order.fulfilled", order["id"])


def _status(order: Row, fulfillment_status: str) -> str:
    status = str(order["status"])
    if status in COMMITTING and fulfillment_status == "shipped":
        return "fulfilled"
    if status == "fulfilled" and fulfillment_status != "shipped":
        return "finalized"
    return status


def _reserve(state: State, order: Row, goods: list[Row], sent: Counts) -> None:
    wanted: dict[int, Decimal] = defaultdict(Decimal)
    if order["status"] in COMMITTING:
        for line in goods:
            if line.get("variant_id") is not None:
                wanted[line["variant_id"]] += max(line["quantity"] - sent.get(line["id"], ZERO), ZERO)
    quantities = {variant_id: quantity for variant_id, quantity in wanted.items() if quantity}
    state.stock.reserve(order["id"], order["stock_location_id"], quantities)


def _shippability(state: State, order: Row, goods: list[Row], sent: Counts) -> str:
    if order["status"] not in COMMITTING:
        return "not_shippable"
    open_lines = [line for line in goods if line["quantity"] > sent.get(line["id"], ZERO)]
    ready = [line for line in open_lines if _is_there(state, order, line)]
    if not ready:
        return "not_shippable"
    return "shippable" if len(ready) == len(open_lines) else "partially_shippable"


def _is_there(state: State, order: Row, line: Row) -> bool:
    variant = state.find("variants", line.get("variant_id"))
    if variant is None or variant.get("manage_stock") is False:
        return True
    return bool(state.stock.at_hand(variant["id"], order["stock_location_id"]) >= line["quantity"])


def paid(state: State, invoice: Row) -> Decimal:
    payments = state.store.living("payments", "invoice_id", invoice["id"])
    return sum((payment["amount"] for payment in payments), ZERO)


def payment_status(state: State, order: Row) -> str:
    received = sum((paid(state, invoice) for invoice in state.store.living("invoices", "order_id", order["id"])), ZERO)
    if not received:
        return "unpaid"
    return "paid" if received >= (order.get("total") or ZERO) else "partial"
