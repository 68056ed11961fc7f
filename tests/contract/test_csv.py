import csv
import io

from msgspec.structs import replace

from tranter.connectors.csv.connector import CsvCart, CsvWarehouse
from tranter.connectors.csv.manifest import manifest
from tranter.engine.clock import VirtualClock
from tranter.sdk.manifest import Role
from tranter.testing.contract import ConnectorContract
from tranter.testing.faultmark import fault
from tranter.testing.files import MemoryDrive
from tranter.testing.simulator import SimReply, SimRequest, json_reply

HEADINGS = "Order Number,Status,Order Date,Email,Name,Address 1,City,Zip,Country,SKU,Qty,Price,Currency"
ADDRESS = "ada@example.com,Ada Lovelace,12 St James's Square,London,SW1Y 4LB,GB"
STOCK = 40


class Exchange(MemoryDrive):
    """A place with the folders `in` and `out`, and the people of the other side who put files there."""

    def __init__(self, clock: VirtualClock, skus: tuple[str, ...]) -> None:
        super().__init__(clock)
        self.orders: dict[str, str] = {}
        self.ready("listings.csv", "SKU,Title\n" + "".join(f"{sku},{sku.title()}\n" for sku in skus))
        self.ready("stock.csv", "SKU,Quantity\n" + "".join(f"{sku},{STOCK}\n" for sku in skus))

    def ready(self, name: str, text: str) -> None:
        self.drop(f"/x/in/{name}", text)
        self.drop(f"/x/in/{name}.ok", "")

    def sent(self, kind: str) -> list[dict[str, str]]:
        """The rows of all files of this kind that went out."""
        texts = [self.text(f"/x/out/{name}") for name in self.names("/x/out") if name.startswith(kind)]
        return [row for text in texts for row in csv.DictReader(io.StringIO(text))]


class Files(ConnectorContract):
    plays = ""

    def make_vendor(self, clock: VirtualClock) -> Exchange:
        return Exchange(clock, self.skus)

    def settings(self, vendor: Exchange) -> dict[str, object]:
        return {"plays": self.plays, "place": "sftp://files.test/x", "user": "hub", "marker": ".ok", "push_stock": True}

    def secrets(self, vendor: Exchange) -> dict[str, str]:
        return {"password": "correct horse battery staple"}

    def is_write(self, request: SimRequest) -> bool:
        return request.method in ("PUT", "MOVE")

    def refusal(self, vendor: Exchange, status: int) -> SimReply:
        return json_reply(status, {"error": "refused"})


@fault("NET-03", "NET-04")
class TestCsvAsACart(Files):
    manifest = replace(manifest, roles=(Role.CART,))
    connector = CsvCart
    plays = "cart"

    def buy(self, vendor: Exchange, sku: str, quantity: int) -> str:
        number = f"W-{len(vendor.orders) + 1001}"
        moment = vendor.clock.now().isoformat()
        vendor.orders[number] = f"{HEADINGS}\n{number},paid,{moment},{ADDRESS},{sku},{quantity},9.90,USD\n"
        vendor.ready(f"orders-{number}.csv", vendor.orders[number])
        return number

    def spoil_order(self, vendor: Exchange, order_id: str) -> None:
        vendor.ready(f"orders-{order_id}.csv", vendor.orders[order_id].replace(",paid,", ",teleported,"))

    def told(self, vendor: Exchange, order_id: str) -> list[str]:
        return [row["tracking_number"] for row in vendor.sent("tracking") if row["order_id"] == order_id]

    def shown(self, vendor: Exchange, sku: str) -> int:
        return int([row["quantity"] for row in vendor.sent("levels") if row["sku"] == sku][-1])


@fault("NET-03", "NET-04", "API-02")
class TestCsvAsAWarehouse(Files):
    manifest = replace(manifest, roles=(Role.WAREHOUSE,))
    connector = CsvWarehouse
    plays = "warehouse"

    def placed(self, vendor: Exchange, reference: str) -> list[str]:
        return [row["order_number"] for row in vendor.sent("deliveries") if row["reference"] == reference]

    def ship(self, vendor: Exchange, remote_id: str, tracking: str) -> None:
        (row,) = [row for row in vendor.sent("deliveries") if row["order_number"] == remote_id]
        cells = f"{remote_id},shipped,UPS,{tracking},{row['sku']},{row['quantity']}"
        vendor.ready(f"shipments-{tracking}.csv", f"Order,Status,Carrier,Tracking Number,SKU,Qty\n{cells}\n")

    def spoiled_shipment(self, payload: bytes) -> bytes:
        return payload.replace(b'"Status":"shipped"', b'"Status":"teleported"')

    def available(self, vendor: Exchange, sku: str) -> int:
        return STOCK
