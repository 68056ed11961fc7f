"""Whatever a program sends, the simulator answers as a vendor would: never by falling over."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.simulators.ebay.seller import Seller, StoppedClock
from tranter.connectors.ebay.simulator import simulator
from tranter.connectors.ebay.simulator.sites import SITES

WORDS = (
    "requests sku offers offerId availableQuantity shipToLocationAvailability quantity lineItems lineItemId "
    "trackingNumber shippingCarrierCode shippedDate name status deliveryConfig endpoint verificationToken "
    "payload topicId legacyOrderId cancelReason alertEmail feedType"
).split()
PATHS = (
    "/sell/fulfillment/v1/order/{order}/shipping_fulfillment",
    "/sell/inventory/v1/bulk_update_price_quantity",
    "/sell/inventory/v1/bulk_get_inventory_item",
    "/commerce/notification/v1/destination",
    "/commerce/notification/v1/subscription",
    "/post-order/v2/cancellation",
    "/sell/feed/v1/task",
    "/identity/v1/oauth2/token",
    "/oauth2/authorize",
    "/ws/api.dll",
    "/__sim__/buy",
    "/__sim__/control",
)
LEAVES = some.none() | some.booleans() | some.integers(-5, 5) | some.text(max_size=8) | some.sampled_from(["LAMP-S"])
VALUES = some.recursive(
    LEAVES,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(WORDS), inner, max_size=5),
    max_leaves=12,
)
LIKELY = some.fixed_dictionaries(
    {},
    optional={
        "requests": some.lists(some.dictionaries(some.sampled_from(WORDS), VALUES, max_size=4), max_size=2),
        **{word: VALUES for word in WORDS if word != "requests"},
        "topicId": some.just("ORDER_CONFIRMATION"),
        "feedType": some.just("LMS_REVISE_INVENTORY_STATUS"),
        "count": some.integers(0, 3),
        "lines": VALUES,
        "args": VALUES,
    },
)
BODIES = (VALUES | LIKELY).map(lambda value: json.dumps(value).encode()) | some.binary(max_size=40)


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(path=some.sampled_from(PATHS), body=BODIES, query=some.text("abc=&%[]{}|:.,0123456789", max_size=20))
def test_no_request_can_break_it(path, body, query):
    clock = StoppedClock()
    seller = Seller(simulator(clock), clock)
    seller.vendor._notifier.alert_email = "ops@hub.example"
    order = seller.vendor.buy_one("LAMP-S")
    scheme = "IAF" if "post-order" in path else "Bearer"
    headers = {"authorization": f"{scheme} {seller.token}", "accept-language": "en-US"}
    headers |= {"x-ebay-api-iaf-token": seller.token, "x-ebay-api-call-name": "ReviseInventoryStatus"}
    target = f"{path.format(order=order.order_id)}?{query}"
    assert seller.send("POST", target, body, headers).status < 500
    assert seller.send("GET", f"/sell/fulfillment/v1/order?filter={query}", b"", headers).status < 500


def test_every_marketplace_is_known(shared):
    listed = json.loads((shared / "contracts/ebay/marketplaces.json").read_text())["marketplaces"]
    assert {
        each["marketplace_id"]: (each["country"], each["currency"], each["trading_site_id"]) for each in listed
    } == {name: (site.country, site.currency, site.number) for name, site in SITES.items()}


CALLS = "GetOrders CompleteSale ReviseInventoryStatus GetMyeBaySelling GetSellerList GetItem GetUser".split()
TAGS = (
    "OrderID OrderIDArray Shipped Shipment ShipmentTrackingDetails ShipmentTrackingNumber ShippingCarrierUsed "
    "ShipmentLineItem LineItem ItemID TransactionID Quantity InventoryStatus SKU Pagination EntriesPerPage "
    "PageNumber ActiveList NumberOfDays ModTimeFrom StartTimeFrom StartTimeTo ShippedTime MessageID"
).split()
TEXTS = some.sampled_from(
    ["", "0", "-1", "9", "x", "true", "false", "{order}", "{item}", "{transaction}", "2026-11-20"]
)
XML = some.recursive(
    TEXTS,
    lambda inner: some.lists(
        some.tuples(some.sampled_from(TAGS), inner).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"),
        max_size=5,
    ).map("".join),
    max_leaves=15,
)


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(name=some.sampled_from(CALLS), inner=XML)
def test_no_xml_can_break_it_either(name, inner):
    clock = StoppedClock()
    seller = Seller(simulator(clock), clock)
    order = seller.vendor.buy_one("KETL-S")
    line = order.lines[0]
    known = {"{order}": order.order_id, "{item}": line.listing_id, "{transaction}": line.transaction_id}
    for word, value in known.items():
        inner = inner.replace(word, value)
    answer = seller.trading(name, inner)
    assert answer.findtext("Ack") in ("Success", "Warning", "PartialFailure", "Failure")
