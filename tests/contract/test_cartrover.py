from tranter.connectors.cartrover.connector import CartRover
from tranter.connectors.cartrover.manifest import manifest
from tranter.connectors.cartrover.simulator import CartRoverVendor, simulator
from tranter.connectors.cartrover.simulator.vendor import API_USER
from tranter.engine.clock import VirtualClock
from tranter.testing.contract import ConnectorContract
from tranter.testing.faultmark import fault
from tranter.testing.simulator import SimReply, SimRequest

BASE_URL = "http://sim.cartrover"


@fault("NET-03", "NET-04", "API-02", "AUTH-01")
class TestCartRover(ConnectorContract):
    manifest = manifest
    connector = CartRover

    def make_vendor(self, clock: VirtualClock) -> CartRoverVendor:
        return simulator(clock, self.skus)

    def settings(self, vendor: CartRoverVendor) -> dict[str, object]:
        return {"base_url": BASE_URL, "api_user": API_USER}

    def secrets(self, vendor: CartRoverVendor) -> dict[str, str]:
        return vendor.credentials()

    def is_write(self, request: SimRequest) -> bool:
        return request.method == "POST" or "/wms_cancel/" in request.path

    def refusal(self, vendor: CartRoverVendor, status: int) -> SimReply:
        return vendor.refusal(status)

    def placed(self, vendor: CartRoverVendor, reference: str) -> list[str]:
        return vendor.orders.with_po_number(reference)

    def ship(self, vendor: CartRoverVendor, remote_id: str, tracking: str) -> None:
        vendor.ship(remote_id, tracking)

    def spoiled_shipment(self, payload: bytes) -> bytes:
        return payload.replace(b'"order_status":"shipped"', b'"order_status":"teleported"')

    def available(self, vendor: CartRoverVendor, sku: str) -> int:
        return vendor.stock[sku]
