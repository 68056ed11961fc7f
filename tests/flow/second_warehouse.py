"""A second TradeGecko account beside that of the scene."""

from typing import Any

from tests.flow.stage import GONE, SKUS, Scene
from tests.flow.trouble import Scripted
from tranter.connectors.tradegecko.simulator import Goods, TradeGeckoVendor
from tranter.connectors.tradegecko.simulator import simulator as gecko_simulator
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
        self.scene.plug_in("second", "tradegecko", {"base_url": URL}, dict(self.vendor.credentials()))
        self.scene.settle()

    def orders(self) -> list[Any]:
        return [one for one in self.vendor.orders() if one.status not in GONE]
