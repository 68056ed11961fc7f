from tests.simulators.ebay.seller import Answer, Seller

PATH = "/post-order/v2/cancellation"
WHY = "OUT_OF_STOCK_OR_CANNOT_FULFILL"


def ask(seller: Seller, path: str, body: dict[str, str] | None = None, **headers: str) -> Answer:
    iaf = {"authorization": f"IAF {seller.token}", **headers}
    return seller.post(path, body or {}, **iaf)


def test_a_seller_cancels_and_the_buyer_is_refunded_a_little_later(seller, clock):
    order = seller.vendor.buy_one("LAMP-S")
    answer = ask(seller, PATH, {"legacyOrderId": order.order_id, "cancelReason": WHY})
    assert answer.status == 200
    assert order.cancel_state.value == "IN_PROGRESS"
    clock.sleep(60)
    status = seller.get(f"/sell/fulfillment/v1/order/{order.order_id}").json["cancelStatus"]
    assert status["cancelState"] == "CANCELED"
    assert status["cancelRequests"][0]["cancelRequestId"] == answer.json["cancelId"]
    assert status["cancelRequests"][0]["cancelInitiator"] == "SELLER"


def test_a_buyers_request_is_granted_or_turned_down(seller):
    granted, refused = seller.vendor.buy_one("LAMP-S"), seller.vendor.buy_one("LAMP-M")
    for order in (granted, refused):
        seller.vendor.request_cancel(order.order_id)
    assert ask(seller, f"{PATH}/{granted.cancel_requests[0].request_id}/approve").status == 200
    assert ask(seller, f"{PATH}/{refused.cancel_requests[0].request_id}/reject").status == 200
    assert granted.cancel_state.value == "CANCELED"
    assert refused.cancel_state.value == "NONE_REQUESTED"
    assert ask(seller, f"{PATH}/{granted.cancel_requests[0].request_id}/approve").status == 409


def test_a_sent_order_can_not_be_canceled(seller):
    order = seller.vendor.buy_one("LAMP-S")
    seller.ship(order)
    answer = ask(seller, PATH, {"legacyOrderId": order.order_id, "cancelReason": WHY})
    assert answer.status == 409
    assert answer.json["error"][0]["message"]["content"]


def test_what_is_unknown_or_unreasonable_is_refused(seller):
    order = seller.vendor.buy_one("LAMP-S")
    assert ask(seller, PATH, {"legacyOrderId": "01-1", "cancelReason": WHY}).status == 404
    assert ask(seller, PATH, {"legacyOrderId": order.order_id, "cancelReason": "MOOD"}).status == 400
    assert ask(seller, f"{PATH}/5000/approve").status == 404
    assert ask(seller, f"{PATH}/5000/dance").status == 404
    assert seller.post(PATH, {}).status == 401


def test_cancellations_can_be_found_by_order(seller):
    order = seller.vendor.buy_one("LAMP-S")
    seller.vendor.request_cancel(order.order_id)
    headers = {"authorization": f"IAF {seller.token}"}
    found = seller.get(f"{PATH}/search?legacy_order_id={order.order_id}", **headers).json
    assert found["cancellations"][0]["cancelState"] == "CANCEL_REQUESTED"
    one = seller.get(f"{PATH}/{order.cancel_requests[0].request_id}", **headers).json
    assert one["cancelDetail"] == found["cancellations"][0]


def test_a_european_seller_must_sign(open_shop):
    seller = open_shop(signatures_required=True)
    order = seller.vendor.buy_one("LAMP-S")
    wish = {"legacyOrderId": order.order_id, "cancelReason": WHY}
    assert ask(seller, PATH, wish).error_ids == [215001]
    assert ask(seller, PATH, wish, x_ebay_signature_key="jwe").status == 200
