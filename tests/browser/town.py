"""A hub in which everything has happened: orders and connections in every state, two merchants."""

from tests.browser.stage import Stage
from tranter.demo.simulators import parts_of, plan_of
from tranter.engine import operator
from tranter.ledger import connections
from tranter.ledger.book import ensure_book
from tranter.ledger.connections import ConnectionState, NewConnection
from tranter.ledger.models import Intent, OrderRow
from tranter.testing.simulator import Fault

WITHOUT_END = 10**6


def settle(hub: Stage) -> None:
    """The day's trade, and then the warehouse is paused with some orders before its door."""
    hub.connect()
    _trade(hub)
    _leave_one_in_doubt(hub)
    _keep_some_back(hub)
    _more_connections(hub)
    ensure_book(hub.hub.vault, "harbour", hub.hub.ports.clock.now())
    hub.user("packer@hub.example", name="Bo Li", role="operator", staff=True, everywhere=True)
    hub.user("watcher@hub.example", role="viewer", merchants=("default",))


def _trade(hub: Stage) -> None:
    skus = tuple(hub.world.skus)
    bought = [hub.world.ebay.buy(planned.purchase) for planned in plan_of("ebay")(7, 24, skus)]
    hub.buy(2, parts_of("ebay").UNKNOWN_SKU)
    hub.sync()
    hub.eventually(lambda: OrderRow.objects.filter(status="at_wms").count() >= 12)
    there = [one for one in hub.world.gecko.orders() if one.status == "active"]
    for one in there[:5]:
        hub.world.gecko.ship(one.id)
    hub.world.gecko.ship(_of_several(hub, there[5:]), partial=True)
    hub.eventually(lambda: hub.sync() or OrderRow.objects.filter(status="confirmed").count() >= 4)
    assert bought


def _of_several(hub: Stage, there: list) -> int:
    """An order with more than one unit in it, so that half of it can be sent."""
    units = {order.order_id: sum(line.quantity for line in order.lines) for order in hub.world.ebay.orders()}
    return next(one.id for one in there if units.get(one.reference_number, 0) > 1)


def _leave_one_in_doubt(hub: Stage) -> None:
    plan = hub.plan("tradegecko")
    plan.next("POST", "/orders", Fault.LOST_REPLY, times=WITHOUT_END)
    plan.next("GET", "/orders", Fault.ERROR_BEFORE, times=WITHOUT_END)
    hub.buy(1)
    hub.eventually(lambda: hub.sync() or Intent.objects.filter(state="unknown").exists())


def _keep_some_back(hub: Stage) -> None:
    assert hub.connected is not None
    now = hub.hub.ports.clock.now
    connections.set_state(hub.book, hub.connected.warehouse.id, ConnectionState.PAUSED, "stocktaking", now())
    waiting = hub.buy(4)
    hub.arrived(waiting)
    hub.eventually(lambda: not OrderRow.objects.filter(undecided=True).exists())
    operator.hold(hub.hub, hub.book, operator.find(hub.book, waiting[0].order_id), "the buyer asked for another colour")
    operator.stop(hub.hub, hub.book, operator.find(hub.book, waiting[1].order_id), "a double")


def _more_connections(hub: Stage) -> None:
    now = hub.hub.ports.clock.now()
    for name in ("draft", "asleep"):
        settings = {"environment": "custom", "base_url": hub.urls["ebay"], "marketplaces": ["EBAY_GB"]}
        new = NewConnection(name=name, connector="ebay", settings=settings, flows={}, live=False)
        connections.save(hub.book, new, now)
    asleep = connections.by_name(hub.book, "asleep")
    connections.needs_sign_in(hub.book, asleep, "the sign-in has run out", now)
