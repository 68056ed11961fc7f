"""What follows for orders when a connection goes live: shown first, then done by a yes."""

from collections.abc import Sequence

from msgspec import Struct

from tranter.engine.hub import Hub
from tranter.engine.preview import OrdersSeen, orders_seen
from tranter.engine.survey import Judged, Survey, survey
from tranter.ledger import connections
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord, ConnectionState
from tranter.ledger.decisions import intent_key, key_subject
from tranter.model import Fulfillment
from tranter.routing.decide import Hold, Send, fulfillment, shares
from tranter.sdk.verbs import PullsOrders, PushesFulfillments, Verdict

MANY = 50
"""More than so many orders on their way at once need a second yes."""


class NeedsAnotherYes(Exception):
    """Many orders would leave at once, or nobody has signed in yet; the text says which."""


class OrderPlan(Struct, frozen=True, kw_only=True):
    """`sends` will go to the warehouse; `there` are at it already and are not sent; `held` wait for a person.

    `unknown_skus` are those of the held that bear a code which the warehouse does not know.
    """

    connection: str
    warehouse: str
    orders: OrdersSeen
    sends: int
    there: int
    held: int
    unknown_skus: int
    waits: int

    @property
    def needs_second_yes(self) -> bool:
        return self.sends + self.held > MANY


def order_plan(hub: Hub, book: Book, info: ConnectionRecord) -> OrderPlan | None:
    """None for a connection that brings no orders. Stores nothing. May raise the connectors' errors."""
    if not isinstance(hub.plug(info).connector, PullsOrders):
        return None
    found = survey(hub, book, info)
    leaving = [one for one in found.judged if isinstance(one.decision, Send)]
    held = [one.decision for one in found.judged if isinstance(one.decision, Hold)]
    seen = orders_seen(found)
    there = _there(hub, info, found, leaving)
    return OrderPlan(
        connection=info.name,
        warehouse=found.warehouse.name if found.warehouse is not None else "",
        orders=seen,
        sends=len(leaving) - there,
        there=there,
        held=len(held),
        unknown_skus=sum(1 for hold in held if hold.kind in ("unknown_sku", "empty_sku")),
        waits=seen.open - len(leaving) - len(held),
    )


def _there(hub: Hub, cart: ConnectionRecord, found: Survey, leaving: Sequence[Judged]) -> int:
    """What the warehouse has already, or seems to have: looked up before it would be sent."""
    if found.warehouse is None:
        return 0
    plug = hub.plug(found.warehouse)
    if not isinstance(plug.connector, PushesFulfillments):
        return 0
    documents = [document for one in leaving if (document := _document(found.warehouse, cart, one)) is not None]
    size, there = max(plug.manifest.limits.look_up_batch, 1), 0
    for start in range(0, len(documents), size):
        sightings = plug.connector.look_up_fulfillments(documents[start : start + size])
        there += sum(1 for sighting in sightings if sighting.verdict is not Verdict.ABSENT)
    return there


def _document(warehouse: ConnectionRecord, cart: ConnectionRecord, one: Judged) -> Fulfillment | None:
    """What this warehouse would be asked for; None where it all goes elsewhere."""
    assert isinstance(one.decision, Send)
    part = next((part for name, part in shares(one.decision) if name in ("", warehouse.name)), None)
    key = intent_key("push_fulfillment", warehouse.id, key_subject(cart.account, one.order.remote_id), 1)
    return fulfillment(one.order, part, key) if part is not None else None


def let_go(hub: Hub, book: Book, info: ConnectionRecord, yeses: int) -> OrderPlan | None:
    """The connection runs from now on. The plan is made anew: what counts is what is there at this moment."""
    if not info.account_id:
        raise NeedsAnotherYes(f"{info.name} can't go live: nobody has signed in yet")
    plan = order_plan(hub, book, info)
    if plan is not None and plan.needs_second_yes and yeses < 2:
        raise NeedsAnotherYes(f"{plan.sends + plan.held} orders would be taken at once: that needs a second yes")
    connections.set_state(book, info.id, ConnectionState.LIVE, "", hub.ports.clock.now())
    return plan
