"""The demo's scenery: both simulators behind real sockets, and a hub with a ledger in a folder of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from msgspec import Struct

from tranter.demo.world import Clockwork, Scenario, Travelling, World
from tranter.engine.hub import Hub
from tranter.engine.pool import ThreadPool
from tranter.engine.ports import Ports, no_failpoint
from tranter.ledger.setup import close_connections, open_ledger
from tranter.sdk.http import ReqwestTransport
from tranter.sdk.outbound import Outbound
from tranter.testing.simulator import SocketFront

THREADS = 8


class Stage(Struct, frozen=True, kw_only=True):
    home: Path
    world: World
    hub: Hub
    urls: dict[str, str]


@contextmanager
def stage(scenario: Scenario, clock: Clockwork, home: Path) -> Iterator[Stage]:
    world = World(scenario, clock)
    fronts = {
        "ebay": SocketFront(world.ebay, world.plans["ebay"]).start(),
        "tradegecko": SocketFront(world.gecko, world.plans["tradegecko"]).start(),
    }
    urls = {name: front.url for name, front in fronts.items()}
    world.ebay.base_url = urls["ebay"]
    transport = ReqwestTransport(Outbound(allow_hosts=frozenset({"127.0.0.1"})), 1 / clock.scale)
    pool = ThreadPool(THREADS)
    vault = open_ledger(home, home / "keys.json", clock.now())
    ports = Ports(
        clock=clock,
        transport=Travelling(transport, clock, scenario.seed),
        pool=pool,
        random=Random(scenario.seed),
        owner="demo",
        failpoint=no_failpoint,
    )
    try:
        yield Stage(home=home, world=world, hub=Hub(vault, ports), urls=urls)
    finally:
        pool.close()
        transport.close()
        for front in fronts.values():
            front.close()
        close_connections()
