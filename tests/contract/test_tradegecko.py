import base64
import hashlib
import hmac
from datetime import timedelta

from tranter.connectors.tradegecko.connector import TradeGecko
from tranter.connectors.tradegecko.manifest import manifest
from tranter.connectors.tradegecko.simulator import Goods, TradeGeckoVendor, simulator
from tranter.engine.clock import VirtualClock
from tranter.sdk.verbs import HookRequest
from tranter.testing.contract import ConnectorContract
from tranter.testing.faultmark import fault
from tranter.testing.simulator import SimReply

BASE_URL = "http://sim.tradegecko"
GONE = ("void", "deleted")


@fault("NET-03", "NET-04", "API-02", "AUTH-01")
class TestTradeGecko(ConnectorContract):
    manifest = manifest
    connector = TradeGecko

    def make_vendor(self, clock: VirtualClock) -> TradeGeckoVendor:
        return simulator(clock, seed=7, base_url=BASE_URL, goods=Goods(skus=self.skus))

    def settings(self, vendor: TradeGeckoVendor) -> dict[str, object]:
        return {"base_url": BASE_URL}

    def secrets(self, vendor: TradeGeckoVendor) -> dict[str, str]:
        grant = vendor.sign_in("tranter")
        names = ("client_id", "client_secret", "refresh_token", "access_token")
        expires_at = vendor.clock.now() + timedelta(seconds=grant["expires_in"])
        return {**{name: grant[name] for name in names}, "access_token_expires_at": expires_at.isoformat()}

    def refusal(self, vendor: TradeGeckoVendor, status: int) -> SimReply:
        return vendor.refusal(status)

    def placed(self, vendor: TradeGeckoVendor, reference: str) -> list[str]:
        orders = [order for order in vendor.orders() if order.reference_number == reference]
        return [str(order.id) for order in orders if order.status not in GONE]

    def ship(self, vendor: TradeGeckoVendor, remote_id: str, tracking: str) -> None:
        vendor.ship(int(remote_id), tracking=tracking)

    def send_back(self, vendor: TradeGeckoVendor, remote_id: str) -> None:
        vendor.send_back(int(remote_id))

    def spoiled_shipment(self, payload: bytes) -> bytes:
        return payload.replace(b'"status":"fulfilled"', b'"status":"teleported"')

    def available(self, vendor: TradeGeckoVendor, sku: str) -> int:
        return vendor.available(sku)

    def hook(self, vendor: TradeGeckoVendor) -> HookRequest:
        body = b'{"object_id": 7, "event": "fulfillment.fulfilled", "timestamp": 1546272000}'
        secret = vendor.options.client_secret.encode()
        signature = base64.b64encode(hmac.digest(secret, body, hashlib.sha256)).decode()
        headers = {"x-gecko-delivery": "d-1", "x-gecko-signature": signature}
        return HookRequest(method="POST", url="https://hub.example/hooks", query=(), headers=headers, body=body)
