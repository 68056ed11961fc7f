from tranter.connectors.ebay.connector import Ebay
from tranter.connectors.ebay.manifest import manifest
from tranter.connectors.ebay.simulator import EbayVendor, simulator
from tranter.connectors.ebay.simulator.notifications import Destination, Subscription
from tranter.engine.clock import VirtualClock
from tranter.sdk.verbs import HookRequest
from tranter.testing.contract import ConnectorContract
from tranter.testing.faultmark import fault
from tranter.testing.simulator import SimReply, SimRequest

BASE_URL = "http://sim.ebay"
HOOK_URL = "https://hub.example/hooks/ebay/shop"
TOKEN = "t" * 40
TOPIC = "ORDER_CONFIRMATION"


@fault("NET-03", "NET-04", "API-02", "AUTH-01")
class TestEbay(ConnectorContract):
    manifest = manifest
    connector = Ebay
    many = 205
    unknown_id = "00-00000-00000"

    def make_vendor(self, clock: VirtualClock) -> EbayVendor:
        return simulator(clock, seed=7, base_url=BASE_URL, skus=self.skus)

    def settings(self, vendor: EbayVendor) -> dict[str, object]:
        return {"environment": "custom", "base_url": BASE_URL}

    def secrets(self, vendor: EbayVendor) -> dict[str, str]:
        credentials = vendor.credentials()
        credentials.pop("ru_name")
        return {**credentials, "notification_token": TOKEN}

    def is_write(self, request: SimRequest) -> bool:
        is_reading = request.headers.get("x-ebay-api-call-name", "").startswith("Get")
        return super().is_write(request) and not is_reading

    def refusal(self, vendor: EbayVendor, status: int) -> SimReply:
        return vendor.refusal(status)

    def buy(self, vendor: EbayVendor, sku: str, quantity: int) -> str:
        return vendor.buy_one(sku, quantity).order_id

    def spoil_order(self, vendor: EbayVendor, order_id: str) -> None:
        vendor.distort(order_id, "orderFulfillmentStatus", "TELEPORTED")

    def told(self, vendor: EbayVendor, order_id: str) -> list[str]:
        return [parcel.tracking or "" for parcel in vendor.fulfillments(order_id)]

    def shown(self, vendor: EbayVendor, sku: str) -> int:
        return next(quantity for (_, code), quantity in vendor.shown().items() if code == sku)

    def hook(self, vendor: EbayVendor) -> HookRequest:
        notifier = vendor._notifier
        notifier.destinations["d"] = Destination("d", "hub", "ENABLED", HOOK_URL, TOKEN)
        notifier.subscriptions[TOPIC] = Subscription(TOPIC, TOPIC, "ENABLED", "d", "", "1.0")
        vendor.buy_one(self.skus[0])
        _, headers, body = vendor.outbox[-1]
        lower = {name.lower(): value for name, value in headers.items()}
        return HookRequest(method="POST", url=HOOK_URL, query=(), headers=lower, body=body)
