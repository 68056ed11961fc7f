"""The Post-Order API's cancellations: whole orders only, asked for by the seller or granted to the buyer."""

import re
from typing import Any

from tranter.connectors.ebay.simulator.oauth import OAuth
from tranter.connectors.ebay.simulator.orders import CancelRequest, CancelState, Order, Payment, Progress
from tranter.connectors.ebay.simulator.purchases import Action
from tranter.connectors.ebay.simulator.shop import Shop
from tranter.connectors.ebay.simulator.times import stamp
from tranter.testing.simulator import SimReply, SimRequest, json_reply

Json = dict[str, Any]
PATH = "/post-order/v2/cancellation"
SCHEMES = frozenset({"iaf", "token"})
REASONS = frozenset({"OUT_OF_STOCK_OR_CANNOT_FULFILL", "BUYER_ASKED_CANCEL", "ADDRESS_ISSUES"})
REFUND_SECONDS = 60
ONE = re.compile(rf"{PATH}/(?P<id>\d+)(?:/(?P<verb>approve|reject))?")
SIGNATURE_KEY_MISSING = 215001


class PostOrderError(Exception):
    """Ids of this API are told nowhere; only the shape of its errors is known."""

    def __init__(self, status: int, error_id: int, message: str) -> None:
        super().__init__(message)
        self.status, self.error_id, self.message = status, error_id, message

    def reply(self) -> SimReply:
        if self.error_id == SIGNATURE_KEY_MISSING:
            return json_reply(self.status, {"errors": [self._of_the_gateway()]})
        category = "REQUEST" if self.status < 500 else "SERVER"
        error = {"errorId": self.error_id, "domain": "CancelDomain", "severity": "ERROR", "category": category}
        return json_reply(self.status, {"error": [{**error, "message": {"content": self.message}}]})

    def _of_the_gateway(self) -> Json:
        """Signatures are checked before the API is reached, so that error looks like the other APIs' ones."""
        return {
            "errorId": self.error_id,
            "domain": "ACCESS",
            "category": "REQUEST",
            "message": self.message,
        }


def post_order_endpoint(shop: Shop, oauth: OAuth, request: SimRequest) -> SimReply:
    try:
        _check_token(shop, oauth, request)
        return _answer(shop, request)
    except PostOrderError as error:
        return error.reply()


def _answer(shop: Shop, request: SimRequest) -> SimReply:
    if request.path in (PATH, f"{PATH}/") and request.method == "POST":
        return _create(shop, request)
    if request.path == f"{PATH}/search" and request.method == "GET":
        return _search(shop, request)
    match = ONE.fullmatch(request.path)
    if match is None:
        raise PostOrderError(404, 2002, "There is no such resource.")
    order, cancellation = _find(shop, match["id"])
    if request.method == "GET" and not match["verb"]:
        return json_reply(200, {"cancelDetail": _summary(shop, order, cancellation)})
    if request.method != "POST" or not match["verb"]:
        raise PostOrderError(405, 2003, "The method is not allowed.")
    return _decide(shop, request, (order, cancellation), match["verb"])


def _create(shop: Shop, request: SimRequest) -> SimReply:
    """The order is being canceled from now on, and canceled when the buyer has his money back."""
    _check_signature(shop, request)
    body = _body(request)
    order = shop.book.get(str(body.get("legacyOrderId")))
    if order is None or not order.indexed:
        raise PostOrderError(404, 1404, "There is no such order.")
    if str(body.get("cancelReason")) not in REASONS:
        raise PostOrderError(400, 1503, "The reason is not valid.")
    if order.progress is not Progress.NOT_STARTED or order.cancel_state is not CancelState.NONE_REQUESTED:
        raise PostOrderError(409, 1510, "The order can't be canceled any more.")
    shop.world.request_cancel(order, str(body["cancelReason"]), by="SELLER")
    shop.world.plan(order, Action.CANCEL, REFUND_SECONDS)
    return json_reply(200, {"cancelId": order.cancel_requests[-1].request_id})


def _decide(shop: Shop, request: SimRequest, found: tuple[Order, CancelRequest], verb: str) -> SimReply:
    order, cancellation = found
    if cancellation.state != "REQUESTED" or cancellation.initiator != "BUYER":
        raise PostOrderError(409, 1511, "The request waits for no decision.")
    if verb == "approve":
        _check_signature(shop, request)
        shop.world.cancel(order, "BUYER", cancellation.reason)
    else:
        shop.world.reject_cancel(order)
    return json_reply(200, {})


def _search(shop: Shop, request: SimRequest) -> SimReply:
    wanted = request.param("legacy_order_id")
    found = [
        _summary(shop, order, each)
        for order in shop.book
        for each in order.cancel_requests
        if wanted in (None, "", order.order_id)
    ]
    page = {"offset": 1, "limit": 25, "totalPages": 1, "totalEntries": len(found)}
    return json_reply(200, {"cancellations": found, "total": len(found), "paginationOutput": page})


def _find(shop: Shop, request_id: str) -> tuple[Order, CancelRequest]:
    for order in shop.book:
        for each in order.cancel_requests:
            if each.request_id == request_id:
                return order, each
    raise PostOrderError(404, 1404, "There is no such cancellation.")


def _summary(shop: Shop, order: Order, cancellation: CancelRequest) -> Json:
    states = {"REQUESTED": "CANCEL_REQUESTED", "REJECTED": "CANCEL_REJECTED", "COMPLETED": "CANCEL_CLOSED"}
    refunded = order.payment is Payment.FULLY_REFUNDED
    return {
        "cancelId": cancellation.request_id,
        "marketplaceId": order.lines[0].purchase_marketplace,
        "legacyOrderId": order.order_id,
        "requestorType": cancellation.initiator,
        "cancelState": states[cancellation.state],
        "cancelReason": cancellation.reason,
        "cancelRequestDate": {"value": stamp(cancellation.requested_at)},
        "sellerUserName": shop.options.username,
        "buyer": order.buyer.username,
        "paymentStatus": "REFUNDED" if refunded else "PAID",
    }


def _body(request: SimRequest) -> Json:
    try:
        body = request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise PostOrderError(400, 2004, "The body is not valid.")
    return body


def _check_token(shop: Shop, oauth: OAuth, request: SimRequest) -> None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    token = oauth.find(value)
    if scheme.lower() not in SCHEMES or token is None or not token.is_user or token.expires_at <= shop.now:
        raise PostOrderError(401, 1001, "The access token is not valid.")


def _check_signature(shop: Shop, request: SimRequest) -> None:
    """Sellers of the EU and the UK sign; that the signature is right is not checked here."""
    if shop.options.signatures_required and "x-ebay-signature-key" not in request.headers:
        raise PostOrderError(403, SIGNATURE_KEY_MISSING, "The signature's key is missing.")
