"""Orders go out under a number that CartRover takes once; what is there is ours only if everything agrees."""

from collections import Counter

from tranter.connectors.cartrover.client import Client, segment
from tranter.connectors.cartrover.order_body import mark_of, order_body
from tranter.connectors.cartrover.rows import OrderRow, whole
from tranter.connectors.cartrover.words import CANCELED, DUPLICATE
from tranter.model import Fulfillment, Money, MoneyError
from tranter.sdk.errors import RejectedError, UnexpectedResponseError
from tranter.sdk.verbs import Receipt, Sighting, Verdict

TAKEN = "duplicate_number"
RESERVED = frozenset({"cartrover", "batch", "list", "status", "update", "cancel", "wms_cancel"})


class Delivery:
    def __init__(self, client: Client) -> None:
        self._client = client

    def push(self, fulfillment: Fulfillment) -> Receipt:
        if fulfillment.number in RESERVED:
            raise RejectedError(f"{fulfillment.number!r} is a word of CartRover's addresses.", kind="order_number")
        try:
            answer = self._client.post("cart/orders/cartrover", order_body(fulfillment))
        except RejectedError as error:
            if DUPLICATE not in error.reason:
                raise
            return self._adopted(fulfillment)
        if answer.cust_ref not in (None, fulfillment.number):
            raise UnexpectedResponseError(f"CartRover answered with the order {answer.cust_ref}")
        return _receipt(fulfillment)

    def look_up(self, fulfillment: Fulfillment) -> Sighting:
        try:
            found = self._client.get(f"cart/orders/{segment(fulfillment.number)}", OrderRow)
        except RejectedError as error:
            if error.kind != "not_found":
                raise
            return Sighting(key=fulfillment.key, verdict=Verdict.ABSENT)
        doubt = _doubt(fulfillment, found)
        if doubt:
            return Sighting(key=fulfillment.key, verdict=Verdict.DOUBT, reason=doubt)
        return Sighting(key=fulfillment.key, verdict=Verdict.FOUND, receipt=_receipt(fulfillment))

    def _adopted(self, fulfillment: Fulfillment) -> Receipt:
        sighting = self.look_up(fulfillment)
        if sighting.verdict is Verdict.FOUND:
            return _receipt(fulfillment)
        why = sighting.reason or "it can't be seen"
        raise RejectedError(
            f"CartRover has an order {fulfillment.number} already: {why}.", "Look at that order there.", kind=TAKEN
        )


def _doubt(fulfillment: Fulfillment, order: OrderRow) -> str:
    """Empty when the order is this fulfillment; else what speaks against it."""
    if order.cust_po_no != fulfillment.reference or order.custom_field_5 != mark_of(fulfillment):
        return f"the order {order.cust_ref} has our number and is not ours"
    if order.order_status == CANCELED or order.cancel_date:
        return f"the order {order.cust_ref} is ours and canceled"
    sent = Counter[str]()
    for line in fulfillment.lines:
        sent[line.sku] += line.quantity
    there = Counter[str]()
    for item in order.items:
        there[item.item] += whole(item.quantity) or 0
    if sent != there:
        return f"the order {order.cust_ref} is ours and has other lines"
    return "" if _total(order, fulfillment.currency) == fulfillment.total else f"{order.cust_ref} has another total"


def _total(order: OrderRow, currency: str) -> Money | None:
    try:
        return Money.parse(str(order.grand_total), currency)
    except MoneyError:
        return None


def _receipt(fulfillment: Fulfillment) -> Receipt:
    return Receipt(remote_id=fulfillment.number, number=fulfillment.number)
