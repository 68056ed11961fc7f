"""A second TradeGecko account beside that of the scene."""

from typing import Any

from tests.flow.stage import GONE, SKUS, Scene
from tests.flow.trouble import Scripted
from tranter.connectors.tradegecko.simulator import Goods, TradeGeckoVendor
from tranter.connectors.tradegecko.simulator import simulator as gecko_simulator
from tranter.engine.schedule import flow_times
from tranter.ledger import connections, credentials
from tranter.ledger.connections import ConnectionState, NewConnection
from tranter.sdk import registry
from tranter.testing.inprocess import InProcess

URL = "http://sim.second"


class Second:
    """`vendor` is the account behind the connection `second`."""

    def __init__(self, scene: Scene, **goods: Any) -> None:
        self.scene = scene
        values = {"skus": SKUS, "stock": dict.fromkeys(SKUS, 50), **goods}
        self.vendor: TradeGeckoVendor = gecko_simulator(scene.clock, 8, URL, goods=Goods(**values))
        scene.bent._inner = InProcess(
            {
                "sim.ebay": (scene.ebay, scene.ebay_faults),
                "sim.tradegecko": (scene.gecko, scene.gecko_faults),
                "sim.second": (self.vendor, Scripted()),
            }
        )

    def connect(self) -> None:
        scene, now = self.scene, self.scene.clock.now()
        manifest = registry.manifest("tradegecko")
        settings = manifest.settings.read({"base_url": URL})
        connector, _ = scene.hub.draft(manifest, settings, self.vendor.credentials())
        flows = flow_times(manifest, connector)
        new = NewConnection(name="second", connector="tradegecko", settings=settings.plain(), flows=flows, live=False)
        record = connections.save(scene.book, new, now)
        credentials.save(scene.vault, record.id, dict(self.vendor.credentials()), None, now)
        seen = scene.hub.plug(record).connector.verify()
        connections.remember_account(scene.book, record, (seen.account_id, seen.account_name), seen.facts, now)
        connections.set_state(scene.book, record.id, ConnectionState.LIVE, "", now)
        scene.settle()

    def orders(self) -> list[Any]:
        return [one for one in self.vendor.orders() if one.status not in GONE]
