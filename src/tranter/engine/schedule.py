"""Which flows a connection has and how often they run; running what is due; waiting for what will be."""

from collections.abc import Callable, Mapping

from tranter.engine.flow import FLOWS
from tranter.engine.hub import Hub
from tranter.engine.polling import ADAPTING, MINUTES_5
from tranter.engine.run import LEASE_SECONDS, Counts, run_flow
from tranter.ledger import schedule
from tranter.sdk.manifest import Manifest, Role
from tranter.sdk.verbs import (
    Connector,
    PullsCancellations,
    PullsListings,
    PullsOrders,
    PullsProducts,
    PullsReturns,
    PullsShipments,
    PullsStock,
    PushesCancellations,
    PushesFulfillments,
    PushesShipments,
    PushesStock,
)

HOUR, DAY, WEEK = 3600, 86400, 604800
WHEN_RUNG = 0


def flow_times(manifest: Manifest, connector: Connector) -> dict[str, int]:
    """Flow → seconds between runs, from the verbs that the connector has. 0: only when there is something to do."""
    is_warehouse = Role.WAREHOUSE in manifest.roles
    times: list[tuple[bool, str, int]] = [
        (isinstance(connector, PullsOrders), "orders", ADAPTING["orders"]),
        (isinstance(connector, PullsOrders), "orders_daily", DAY),
        (isinstance(connector, PullsOrders), "orders_weekly", WEEK),
        (isinstance(connector, PullsOrders), "decide", WHEN_RUNG),
        (isinstance(connector, PullsListings), "listings", DAY),
        (isinstance(connector, PushesShipments), "tracking", WHEN_RUNG),
        (isinstance(connector, PushesStock), "listing_stock", WHEN_RUNG),
        (isinstance(connector, PullsProducts), "products", HOUR),
        (isinstance(connector, PushesFulfillments), "deliveries", WHEN_RUNG),
        (isinstance(connector, PushesCancellations), "stops", WHEN_RUNG),
        (is_warehouse and isinstance(connector, PullsCancellations), "cancellations", HOUR),
        (isinstance(connector, PullsShipments), "shipments", ADAPTING["shipments"]),
        (isinstance(connector, PullsReturns), "returns", HOUR),
        (isinstance(connector, PullsStock), "stock", MINUTES_5),
    ]
    return {name: seconds for has, name, seconds in times if has}


PULLED_ONCE = ("products", "cancellations", "shipments", "returns", "stock")
"""Of a lent warehouse the house pulls these for all who have a share of it; everything else is each borrower's."""


def times_at_house(times: Mapping[str, int]) -> dict[str, int]:
    return {name: seconds for name, seconds in times.items() if name in PULLED_ONCE}


def times_of_share(times: Mapping[str, int]) -> dict[str, int]:
    return {name: seconds for name, seconds in times.items() if name not in PULLED_ONCE}


def run_due(hub: Hub) -> Counts:
    """Runs everything that is due now, one flow after the other, each at most once."""
    counts = Counts()
    for flow_id in schedule.due(hub.ports.clock.now()):
        counts.add(run_one(hub, flow_id))
    return counts


def run_one(hub: Hub, flow_id: int) -> Counts:
    """Runs this flow unless somebody else does."""
    held = schedule.lease(flow_id, hub.ports.owner, LEASE_SECONDS, hub.ports.clock.now())
    if held is None:
        return Counts()
    return run_flow(hub, held, FLOWS[held.name])


def free_dead_owners(hub: Hub, is_dead: Callable[[str], bool]) -> None:
    for name in schedule.owners():
        if is_dead(name):
            schedule.release_owner(name, hub.ports.clock.now())
