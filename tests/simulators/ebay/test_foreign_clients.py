"""Clients that other people wrote for eBay work against the simulator, over a socket, as they are."""

import warnings
from collections.abc import Iterator

import pytest
from bidkit import EbayAPIError, EbayAuthError, EbayClient, EbayConfig, paginate
from bidkit.generated.models import commerce_notification as models
from bidkit.generated.models import sell_fulfillment, sell_inventory
from bidkit.notifications import NotificationVerifier

from tests.simulators.ebay.seller import SCOPE, StoppedClock
from tranter.connectors.ebay.simulator import EbayVendor, simulator
from tranter.testing.simulator import SocketFront

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from ebaysdk.exception import ConnectionError as TradingFailure
    from ebaysdk.trading import Connection

SCOPES = tuple(
    f"{SCOPE}/{each}"
    for each in (
        "sell.fulfillment",
        "sell.inventory",
        "sell.account.readonly",
        "commerce.identity.readonly",
        "commerce.notification.subscription",
    )
)


@pytest.fixture
def front(clock: StoppedClock) -> Iterator[SocketFront]:
    vendor = simulator(clock, 11, ru_name="Sim-RuName")
    front = SocketFront(vendor).start()
    vendor.base_url = front.url
    yield front
    front.close()


@pytest.fixture
def vendor(front: SocketFront) -> EbayVendor:
    assert isinstance(front.vendor, EbayVendor)
    return front.vendor


@pytest.fixture
def client(front: SocketFront, vendor: EbayVendor) -> Iterator[EbayClient]:
    known = vendor.credentials()
    config = EbayConfig(
        app_id=known["client_id"],
        cert_id=known["client_secret"],
        ru_name=known["ru_name"],
        refresh_token=known["refresh_token"],
        scopes=SCOPES,
        base_url_override=front.url,
        max_retries=0,
    )
    with EbayClient(config) as client:
        yield client


@pytest.fixture
def trading(front: SocketFront, client: EbayClient) -> Connection:
    """ebaysdk insists on https unless its own configuration says otherwise."""
    token = client.auth.access_token(client.http)
    connection = Connection(
        domain=f"127.0.0.1:{front.port}", config_file=None, iaf_token=token, appid="a", devid="d", certid="c"
    )
    connection.config.set("https", False, force=True)
    return connection


def test_bidkit_reads_every_order_page_by_page(client, vendor):
    placed = {vendor.buy_one("LAMP-S").order_id for _ in range(7)}
    found = {order.order_id for order in paginate(client.sell.fulfillment.get_orders, limit=3)}
    assert found == placed


def test_bidkit_reports_a_shipment_and_reads_it_back(client, vendor):
    order = vendor.buy_one("LAMP-S", 2)
    line = sell_fulfillment.LineItemReference(line_item_id=order.lines[0].line_item_id, quantity=2)
    details = sell_fulfillment.ShippingFulfillmentDetails(
        line_items=[line], shipping_carrier_code="UPS", tracking_number="1Z1"
    )
    client.sell.fulfillment.create_shipping_fulfillment(order.order_id, body=details)
    parcels = client.sell.fulfillment.get_shipping_fulfillments(order.order_id)
    assert parcels.fulfillments[0].shipment_tracking_number == "1Z1"
    assert vendor.fulfillments(order.order_id)[0].lines == ((order.lines[0].line_item_id, 2),)


def test_bidkit_finds_items_and_offers_and_sets_quantities(client, vendor):
    items = list(paginate(client.sell.inventory.get_inventory_items, limit=5))
    assert [item.sku for item in items] == list(vendor.shop.catalogue.items)
    offer = client.sell.inventory.get_offers(sku="LAMP-S").offers[0]
    request = sell_inventory.PriceQuantity(
        sku="LAMP-S",
        offers=[sell_inventory.OfferPriceQuantity(offer_id=offer.offer_id, available_quantity=4)],
    )
    body = sell_inventory.BulkPriceQuantity(requests=[request])
    answer = client.sell.inventory.bulk_update_price_quantity(body=body)
    assert answer.responses[0].status_code == 200
    assert vendor.quantity(offer.listing.listing_id, "LAMP-S") == 4


def test_bidkit_understands_the_errors(client, vendor):
    with pytest.raises(EbayAPIError) as refused:
        client.sell.fulfillment.get_orders(limit=500)
    assert refused.value.status_code == 400
    vendor.revoke()
    with pytest.raises(EbayAuthError, match="invalid_grant"):
        client.with_options(scopes=SCOPES[:1]).commerce.identity.get_user()


def test_bidkit_exchanges_a_code_of_the_consent_page(client, vendor, front):
    url = vendor.consent_url(SCOPES).replace("/oauth2/authorize?", "/oauth2/authorize?decision=grant&")
    form = url.partition("?")[2]
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    back = client.http.post(f"{front.url}/oauth2/authorize", content=form, headers=headers)
    code = client.http.build_request("GET", back.headers["Location"]).url.params["code"]
    tokens = client.exchange_code(code)
    assert tokens.refresh_token
    assert client.commerce.identity.get_user().user_id == vendor.shop.user_id


def test_bidkit_verifies_a_notification(client, vendor):
    notification = client.commerce.notification
    notification.update_config(body=models.Config(alert_email="ops@hub.example"))
    config = {"endpoint": "https://hub.example/e", "verificationToken": "t" * 40}
    wanted = {"name": "hub", "status": "ENABLED", "deliveryConfig": config}
    made = notification.create_destination(body=models.DestinationRequest.model_validate(wanted), raw_response=True)
    payload = {"format": "JSON", "schemaVersion": "1.0", "deliveryProtocol": "HTTPS"}
    destination = made.headers["Location"].rpartition("/")[2]
    asked = {"topicId": "ORDER_CONFIRMATION", "status": "ENABLED", "destinationId": destination}
    notification.create_subscription(
        body=models.CreateSubscriptionRequest.model_validate({**asked, "payload": payload})
    )
    vendor.buy_one("LAMP-S")
    _, headers, body = vendor.outbox[0]
    verifier = NotificationVerifier(client)
    assert verifier.verify(body, headers["X-EBAY-SIGNATURE"])
    assert not verifier.verify(body + b" ", headers["X-EBAY-SIGNATURE"])


def test_bidkit_reads_the_quota_with_an_application_token(client):
    application = client.with_options(refresh_token=None, scopes=(SCOPE,))
    limits = application.developer.analytics.get_rate_limits().rate_limits
    assert {"Fulfillment", "Inventory", "TradingAPI"} <= {each.api_name for each in limits}


def test_ebaysdk_lists_what_is_for_sale(trading, vendor):
    asked = {"ActiveList": {"Include": True, "Pagination": {"EntriesPerPage": 200, "PageNumber": 1}}}
    reply = trading.execute("GetMyeBaySelling", asked).reply
    assert {item.ItemID for item in reply.ActiveList.ItemArray.Item} == set(vendor.shop.catalogue.listings)


def test_ebaysdk_revises_quantities(trading, vendor):
    listing, _ = vendor.shop.catalogue.with_sku("KETL-L")[0]
    row = {"ItemID": listing.listing_id, "Quantity": 6}
    reply = trading.execute("ReviseInventoryStatus", {"InventoryStatus": [row]}).reply
    assert reply.Ack == "Success"
    assert vendor.quantity(listing.listing_id, "KETL-L") == 6


def test_ebaysdk_corrects_a_tracking_number(trading, vendor):
    order = vendor.buy_one("LAMP-S")
    vendor.ship_by_hand(order.order_id, "UPS", "WRONG1")
    details = {"ShipmentTrackingNumber": "RIGHT1", "ShippingCarrierUsed": "UPS"}
    asked = {"OrderID": order.order_id, "Shipped": True, "Shipment": {"ShipmentTrackingDetails": details}}
    assert trading.execute("CompleteSale", asked).reply.Ack == "Success"
    assert [parcel.tracking for parcel in vendor.fulfillments(order.order_id)] == ["RIGHT1"]


def test_ebaysdk_reads_orders(trading, vendor, clock):
    order = vendor.buy_one("KETL-S")
    reply = trading.execute("GetOrders", {"NumberOfDays": 1}).reply
    assert reply.OrderArray.Order[0].OrderID == order.order_id


def test_ebaysdk_is_told_of_an_expired_token(trading, vendor):
    vendor.expire_access_tokens()
    with pytest.raises(TradingFailure, match="21917053"):
        trading.execute("GetUser", {})
