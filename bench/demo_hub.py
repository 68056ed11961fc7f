"""A hub between the two simulated vendors, in this process: for what is measured without a server."""

from collections.abc import Mapping
from random import Random
from urllib.parse import urlsplit

from tranter.demo.world import EBAY_URL, GECKO_URL, Clockwork, Scenario, World
from tranter.engine.hub import Hub
from tranter.engine.pool import SerialPool
from tranter.engine.ports import Ports, no_failpoint
from tranter.ledger.vault import Vault
from tranter.testing.inprocess import InProcess

URLS: Mapping[str, str] = {"ebay": EBAY_URL, "tradegecko": GECKO_URL}


def hub_of(vault: Vault, clock: Clockwork) -> tuple[Hub, World]:
    world = World(Scenario(orders=0, seed=4), clock)
    vendors = {EBAY_URL: (world.ebay, world.plans["ebay"]), GECKO_URL: (world.gecko, world.plans["tradegecko"])}
    ports = Ports(
        clock=clock,
        transport=InProcess({urlsplit(url).netloc: vendor for url, vendor in vendors.items()}),
        pool=SerialPool(Random(1)),
        random=Random(1),
        owner="bench",
        failpoint=no_failpoint,
    )
    return Hub(vault, ports), world
