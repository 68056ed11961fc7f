"""Cancellations out, through the Post-Order API: whole orders only, and eBay may refund the buyer.

https://developer.ebay.com/devzone/post-order/post-order_v2_cancellation__post.html (2026-11)
"""

from urllib.parse import quote

from tranter.connectors.ebay import wire
from tranter.connectors.ebay.client import Client, read
from tranter.connectors.ebay.orders import ORDERS
from tranter.connectors.ebay.refusals import RejectedByEbay
from tranter.connectors.ebay.words import SIGNATURE_ERRORS, CancelState, Progress
from tranter.sdk.errors import RejectedError
from tranter.sdk.verbs import Receipt

CANCELLATION = "/post-order/v2/cancellation"
OUT_OF_STOCK = "OUT_OF_STOCK_OR_CANNOT_FULFILL"
BY_HAND = "cancel the order in Seller Hub"


def push(client: Client, order_id: str, reason: str) -> Receipt:
    """Looks first: a canceled order is found canceled, a buyer's request is granted, else one is made."""
    order = read(client.get(f"{ORDERS}/{quote(order_id, safe='')}"), wire.OrderCancellation)
    state = order.cancel_status.cancel_state
    asked = [one for one in order.cancel_status.cancel_requests if one.cancel_request_state == "REQUESTED"]
    if state == CancelState.CANCELED.value:
        return Receipt(remote_id=order_id, notes=("it was canceled at eBay already",))
    if order.order_fulfillment_status != Progress.NOT_STARTED.value:
        raise RejectedError("eBay counts the order as sent, so it can't be canceled", BY_HAND, "shipped_already")
    if asked and asked[-1].cancel_initiator.lower() == "seller":
        return Receipt(remote_id=asked[-1].cancel_request_id or order_id, notes=("eBay is canceling it",))
    try:
        return _approve(client, asked[-1]) if asked else _create(client, order_id, reason)
    except RejectedByEbay as refused:
        if refused.error_id in SIGNATURE_ERRORS:
            raise RejectedError(
                "eBay wants cancellations in the EU and the UK digitally signed, which is not set up",
                BY_HAND,
                "signature",
            ) from refused
        raise RejectedError(refused.reason, BY_HAND, refused.kind) from refused


def _approve(client: Client, request: wire.CancelRequest) -> Receipt:
    if not request.cancel_request_id:
        raise RejectedError("eBay gives no number for the buyer's request to cancel", BY_HAND)
    client.post(f"{CANCELLATION}/{quote(request.cancel_request_id, safe='')}/approve", {}, _sign)
    return Receipt(remote_id=request.cancel_request_id, notes=("granted the buyer's request",))


def _create(client: Client, order_id: str, reason: str) -> Receipt:
    """The reason goes into our journal: eBay takes one of its own words only."""
    reply = client.post(CANCELLATION, {"legacyOrderId": order_id, "cancelReason": OUT_OF_STOCK}, _sign)
    made = read(reply, wire.MadeCancellation)
    return Receipt(remote_id=str(made.cancel_id) or order_id, notes=(f"asked eBay to cancel: {reason[:200]}",))


def _sign(token: str) -> tuple[tuple[str, str], ...]:
    return (("Authorization", f"IAF {token}"),)
