"""TradeGecko in miniature: `simulator(clock)` gives one account of it, with its people, goods and habits."""

from dataclasses import replace
from typing import Any

from tranter.connectors.tradegecko.simulator.options import Goods, Options, Staff
from tranter.connectors.tradegecko.simulator.proofs import LineSeen, OrderSeen, ShipmentSeen
from tranter.connectors.tradegecko.simulator.vendor import TradeGeckoVendor
from tranter.testing.simulator import SimClock

__all__ = [
    "Goods",
    "LineSeen",
    "Options",
    "OrderSeen",
    "ShipmentSeen",
    "Staff",
    "TradeGeckoVendor",
    "simulator",
]


def simulator(
    clock: SimClock, seed: int = 0, base_url: str = "http://sim.tradegecko", **options: Any
) -> TradeGeckoVendor:
    """`options` are the fields of `Options`; `skus`, `access_token`, `at_work` are short for nested ones."""
    if "skus" in options:
        options["goods"] = replace(options.get("goods", Goods()), skus=tuple(options.pop("skus")))
    if "access_token" in options:
        options["access_tokens"] = (options.pop("access_token"),)
    if "at_work" in options:
        options["staff"] = replace(options.get("staff", Staff()), at_work=options.pop("at_work"))
    return TradeGeckoVendor(clock, seed, base_url, Options(**options))
