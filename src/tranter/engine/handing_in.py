"""Orders that clients hand in through the APIs: read, stored and recorded before they are told so."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tranter.engine.hub import Hub
from tranter.engine.numbering import fit_of_warehouses, names_of
from tranter.ledger import connections, handed_in, privacy
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.handed_in import HandedIn
from tranter.model import Unreadable
from tranter.sdk.verbs import PullsOrders, TakesOrders


class NoOrdersTaken(Exception):
    """Orders of this connection come from the cart itself."""


class Taken(Struct, frozen=True):
    reference: str
    number: str


class Refused(Struct, frozen=True):
    """Nothing of it was kept. `is_known`: an order of this reference is here, and stays as it is."""

    cause: str
    is_known: bool = False


def hand_in(
    hub: Hub, book: Book, cart: ConnectionRecord, given: Sequence[Mapping[str, object]]
) -> list[Taken | Refused]:
    """One answer each, in their order. Raises `NoOrdersTaken`."""
    connector, now = hub.plug(cart).connector, hub.ports.clock.now()
    if not isinstance(connector, TakesOrders) or not isinstance(connector, PullsOrders):
        raise NoOrdersTaken(f"{cart.name} brings its own orders: hand them in to an API cart")
    answers: list[Taken | Refused | None] = []
    read: list[HandedIn] = []
    fit = fit_of_warehouses(hub, book)
    for one in given:
        try:
            payload = connector.take_order(one, now).payload
            order = connector.read_order(payload)
            # The client's own reference is what warehouses call it, if they can.
            read.append(HandedIn(payload, order, names_of(replace(order, number=order.remote_id), cart.account, fit)))
            answers.append(None)
        except Unreadable as error:
            answers.append(Refused(error.cause))
    fresh = handed_in.hand_in(book, cart.id, read, now) if read else set[str]()
    privacy.keep_erased(book, now, {one.order.buyer.remote_id for one in read if one.order.buyer.remote_id})
    told = iter(_told(read, fresh))
    return [one if one is not None else next(told) for one in answers]


def _told(read: Sequence[HandedIn], fresh: set[str]) -> list[Taken | Refused]:
    """Of two with one reference the first counts."""
    left, found = set(fresh), list[Taken | Refused]()
    for one in read:
        name = one.order.remote_id
        found.append(Taken(name, one.order.number) if name in left else Refused("", is_known=True))
        left.discard(name)
    return found


def takes_orders(hub: Hub, info: ConnectionRecord) -> bool:
    return isinstance(hub.plug(info).connector, TakesOrders)


def api_carts(hub: Hub, book: Book) -> list[ConnectionRecord]:
    """The merchant's connections that orders can be handed in to."""
    return [info for info in connections.all_of(book) if takes_orders(hub, info)]
