"""A person's answer to what the cart changed after a warehouse got the order."""

from collections.abc import Iterable

from tranter.engine import deciding
from tranter.engine.going_live import looking
from tranter.engine.hub import Hub
from tranter.engine.operator import GONE, NotPossible, Outcome, decided
from tranter.ledger import changes, connections, lists, orders, status
from tranter.ledger import operator as hands
from tranter.ledger.book import Book
from tranter.ledger.cancellations import REPLACE
from tranter.ledger.decisions import Held, PlannedFulfillment, Settled
from tranter.ledger.lists import OrderView
from tranter.ledger.operator import ACTOR, Standing, Wish
from tranter.routing.changes import OrderChange
from tranter.routing.changes import changes as changes_between


def of_orders(book: Book, order_ids: Iterable[int]) -> dict[int, tuple[OrderChange, ...]]:
    """Of those that a warehouse has, what the cart changed since. The values may be the buyer's."""
    ids = list(order_ids)
    there = {order_id for order_id, facts in status.recorded(ids).items() if facts.at_warehouse}
    versions = changes.versions(book, there)
    found = {order_id: changes_between(one.before, one.now) for order_id, one in versions.items()}
    return {order_id: some for order_id, some in found.items() if some}


def send_again(hub: Hub, book: Book, order: OrderView, by: str = ACTOR) -> Outcome:
    """The warehouse is asked to stop it; once it has, it is sent as the cart wants it now."""
    stands = _changed(book, order)
    if stands.cart_state == "canceled":
        raise NotPossible(f"{order.number} is canceled at {order.connection}")
    hands.wish(book, order.id, Wish(word=REPLACE, reason="changed at the cart", by=by), hub.ports.clock.now())
    said = f"the warehouse is asked to stop {order.warehouse_number}; then it is sent as {order.connection} says now"
    return decided(hub, book, order, said)


def accept(hub: Hub, book: Book, order: OrderView, by: str = ACTOR) -> Outcome:
    """The warehouse was told by a person: what it has counts as what the cart wants now."""
    _changed(book, order)
    cart = connections.by_id(hands.standing(book, order.id).cart_id)
    planned = deciding.would_plan(looking(hub, cart), orders.to_decide(book, order.id))
    match planned:
        case [Held(cause=reason) | Settled(reason=reason)]:
            raise NotPossible(f"{order.number} can't be sent as {order.connection} wants it now: {reason}")
        case [PlannedFulfillment(fulfillment=told), *others]:
            if others or not changes.accept(book, order.id, told, by, hub.ports.clock.now()):
                raise NotPossible(
                    f"{order.number} is not at one warehouse in one piece",
                    remedy=f"tell the warehouse, then: tranter change ignore {order.number}",
                )
    return decided(hub, book, order, "what the warehouse has counts as changed")


def ignore(hub: Hub, book: Book, order: OrderView, by: str = ACTOR) -> Outcome:
    """What the warehouse has stays as it is, and nobody is asked again until the cart changes it once more."""
    if not changes.ignore(book, order.id, by, hub.ports.clock.now()):
        raise NotPossible(f"{order.connection} has changed nothing of {order.number} that was not answered")
    return Outcome(order=lists.order(book, order.id), said="the change is ignored")


def _changed(book: Book, order: OrderView) -> Standing:
    stands = hands.standing(book, order.id)
    if stands.status in GONE or order.tracking:
        raise NotPossible(
            f"{order.number} has left ({', '.join(order.tracking)}): it can't be changed any more",
            remedy=f"tell the carrier or the buyer, then: tranter change ignore {order.number}",
        )
    if not of_orders(book, [order.id]):
        raise NotPossible(f"{order.connection} has changed nothing of {order.number} since it was sent")
    return stands
