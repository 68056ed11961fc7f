"""One tour through everything that the simulator can say, held against eBay's documents."""

import json
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from tests.simulators.ebay.seller import Answer, Seller, StoppedClock
from tests.simulators.ebay.specification import Specification, undocumented_errors
from tranter.connectors.ebay.simulator import Mix, Purchase, Want, plan_orders, simulator
from tranter.connectors.ebay.simulator.history import SentError
from tranter.connectors.ebay.simulator.people import draw_buyer

ORDER = "/sell/fulfillment/v1/order"
NOTIFICATION = "/commerce/notification/v1"


class CheckedSeller(Seller):
    """A seller who reads every reply twice: once for himself, once against the documents."""

    def __init__(self, vendor, clock, specification: Specification) -> None:
        self.specification, self.problems = specification, []
        super().__init__(vendor, clock)

    def send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        answer = super().send(method, path, body, headers)
        is_json = answer.headers.get("Content-Type") == "application/json"
        if answer.status < 400:
            read = json.loads(answer.body) if is_json else None
            parts = urlsplit(path)
            self.problems += self.specification.problems(method, parts.path, answer.status, read)
        return answer


@pytest.fixture
def tourist(shared, clock: StoppedClock) -> CheckedSeller:
    vendor = simulator(clock, 3, marketplaces=("EBAY_US", "EBAY_DE"), bulk_mixed_status=207)
    return CheckedSeller(vendor, clock, Specification(shared / "contracts/ebay/openapi"))


def buy_everything(seller: Seller) -> None:
    for planned in plan_orders(5, 60, mix=Mix.EVERYTHING):
        seller.vendor.buy(planned.purchase)
    buyer = replace(
        draw_buyer(seller.vendor.shop.random, "DE", 1),
        company="Größl KG",
        tax_id="DE129273398",
        tax_id_type="VATIN",
        tax_id_country="DE",
    )
    seller.vendor.buy(Purchase((Want("LAMP-S"), Want("KETL-S")), buyer, note="n"))
    seller.clock.sleep(4000)


def test_every_order_is_as_the_document_says(tourist):
    buy_everything(tourist)
    tourist.orders(limit="200")
    tourist.orders(limit="5", offset="5", fieldGroups="TAX_BREAKDOWN")
    for order in tourist.vendor.orders():
        tourist.get(f"{ORDER}/{order.order_id}")
        if not order.indexed or order.parcels:
            continue
        tourist.ship(order, shippingCarrierCode="UPS", trackingNumber=order.order_id.replace("-", ""))
        tourist.parcels(order)
        tourist.get(f"{ORDER}/{order.order_id}")
    assert tourist.problems == []


def test_every_other_reply_is_as_the_document_says(tourist):
    for path in (
        "/commerce/identity/v1/user/",
        "/sell/inventory/v1/inventory_item?limit=3",
        "/sell/inventory/v1/inventory_item?limit=3&offset=1",
        "/sell/inventory/v1/inventory_item/LAMP-S",
        "/sell/inventory/v1/location",
        "/sell/inventory/v1/location/main-warehouse",
        "/developer/analytics/v1_beta/user_rate_limit/",
    ):
        assert tourist.get(path).status == 200
    offer = tourist.offers("LAMP-M")[0]
    tourist.get(f"/sell/inventory/v1/offer/{offer['offerId']}")
    both = {"requests": [{"sku": "LAMP-S"}, {"sku": "unknown"}]}
    assert tourist.post("/sell/inventory/v1/bulk_get_inventory_item", both).status == 207
    tourist.bulk(
        {"sku": "LAMP-M", "offers": [{"offerId": offer["offerId"], "availableQuantity": 3}]},
        {"sku": "unknown"},
    )
    assert tourist.problems == []


def test_the_feed_api_is_as_the_document_says(tourist, clock):
    wanted = {"feedType": "LMS_REVISE_INVENTORY_STATUS", "schemaVersion": "1.0"}
    made = tourist.post("/sell/feed/v1/task", wanted, x_ebay_c_marketplace_id="EBAY_US")
    path = urlsplit(made.headers["Location"]).path
    part = '--c\r\nContent-Disposition: form-data; name="file"\r\n\r\n<B/>\r\n--c--\r\n'
    headers = {"authorization": f"Bearer {tourist.token}", "content-type": "multipart/form-data; boundary=c"}
    assert tourist.send("POST", f"{path}/upload_file", part.encode(), headers).status == 200
    tourist.get(path)
    clock.sleep(60)
    tourist.get(path)
    tourist.get("/sell/feed/v1/task?feed_type=LMS_REVISE_INVENTORY_STATUS")
    assert tourist.get(f"{path}/download_input_file").status == 200
    assert tourist.problems == []


def test_the_notification_api_is_as_the_document_says(tourist):
    config = {"endpoint": "https://hub.example/e", "verificationToken": "t" * 40}
    body = {"name": "hub", "status": "ENABLED", "deliveryConfig": config}
    payload = {"format": "JSON", "schemaVersion": "1.0", "deliveryProtocol": "HTTPS"}
    tourist.call("PUT", f"{NOTIFICATION}/config", {"alertEmail": "a@b.example"})
    made = tourist.post(f"{NOTIFICATION}/destination", body)
    target = {"destinationId": made.headers["Location"].rpartition("/")[2], "payload": payload}
    wanted = {"topicId": "ORDER_CONFIRMATION", "status": "ENABLED", **target}
    kid = tourist.vendor._notifier.key.kid
    subscription = tourist.post(f"{NOTIFICATION}/subscription", wanted).headers["Location"].rpartition("/")[2]
    for path in (
        "config",
        "destination",
        f"destination/{target['destinationId']}",
        "topic",
        "topic/ORDER_CONFIRMATION",
        "subscription",
        f"subscription/{subscription}",
        f"public_key/{kid}",
    ):
        assert tourist.get(f"{NOTIFICATION}/{path}").status == 200
    assert tourist.post(f"{NOTIFICATION}/subscription/{subscription}/test", {}).status == 202
    assert tourist.problems == []


def test_the_check_of_error_ids_would_find_a_foreign_one(shared):
    """Every test of this folder ends with that check."""
    table = shared / "contracts/ebay/error_codes.json"
    foreign = SentError("getOrders", 400, 25702)
    assert undocumented_errors(table, [foreign, SentError("getOrders", 400, 30700)]) == [foreign]
