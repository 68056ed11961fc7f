"""A person's hand on one order: hold, release, cancel, retry, send again."""

from msgspec import Struct

from tranter.engine.hub import Hub
from tranter.engine.schedule import run_one
from tranter.ledger import connections, fulfillments, lists, operator, orders, schedule
from tranter.ledger.book import Book
from tranter.ledger.lists import OrderView
from tranter.sdk.verbs import PushesFulfillments, Sighting, Verdict

GONE = ("shipped", "confirmed")


class UnknownOrder(LookupError):
    """No order here is known by that number, or several are; the text says which."""


class NotPossible(Exception):
    """The order stands otherwise; the text says how, and what can be done instead."""


class Outcome(Struct, frozen=True, kw_only=True):
    """The order as it stands now, and what that means in a sentence."""

    order: OrderView
    said: str


def find(book: Book, text: str) -> OrderView:
    """By order number, the cart's id, the warehouse's number or a tracking number."""
    found = lists.find_orders(book, text)
    if not found:
        raise UnknownOrder(f"no order {text!r} is here; ask the carts: tranter explain {text}")
    if len(found) > 1:
        listed = ", ".join(f"{order.remote_id} ({order.connection})" for order in found)
        raise UnknownOrder(f"{text!r} may be any of {listed}: name one by that id")
    return found[0]


def hold(hub: Hub, book: Book, order: OrderView, reason: str) -> Outcome:
    stands = operator.standing(book, order.id)
    if stands.sent or stands.under_way or stands.status in GONE:
        what = "may have it already" if stands.under_way else f"has it already as {order.warehouse_number}"
        raise NotPossible(f"{order.number}: the warehouse {what}; to stop it there: tranter cancel {order.number}")
    operator.wish(book, order.id, "hold", reason, hub.ports.clock.now())
    return _decided(hub, book, order, "held; nothing of it is sent until: tranter release " + order.number)


def release(hub: Hub, book: Book, order: OrderView) -> Outcome:
    stands = operator.standing(book, order.id)
    if not stands.held and not stands.wish:
        raise NotPossible(f"{order.number} is not held: it is {_where(order)}")
    kind = operator.release(book, order.id, hub.ports.clock.now())
    return _decided(hub, book, order, f"released ({kind.replace('_', ' ') or stands.wish})")


def cancel(hub: Hub, book: Book, order: OrderView, reason: str) -> Outcome:
    """At the warehouse only: what the cart tells and pays back to the buyer is the seller's own decision there."""
    stands = operator.standing(book, order.id)
    if stands.status in GONE:
        raise NotPossible(
            f"{order.number} has left already ({', '.join(order.tracking)}): it can't be stopped any more"
        )
    if stands.status == "canceled":
        raise NotPossible(f"{order.number} is canceled already")
    operator.wish(book, order.id, "cancel", reason, hub.ports.clock.now())
    if stands.under_way:
        said = "its delivery is under way; as soon as its outcome is known it is stopped"
    elif stands.sent:
        said = f"the warehouse is asked to stop {order.warehouse_number}"
    else:
        said = "canceled; nothing of it was sent"
    return _decided(hub, book, order, f"{said}. The cart is not told: cancel it there too if the buyer shall know")


def retry(hub: Hub, book: Book, order: OrderView) -> Outcome:
    now = hub.ports.clock.now()
    for connection_id, flow in operator.retry(book, order.id, now):
        schedule.ring(connection_id, [flow], now)
    return _decided(hub, book, order, "tried again")


def resend(hub: Hub, book: Book, order: OrderView, even_in_doubt: bool = False) -> Outcome:
    """Looks at the warehouse first: what is there is not sent a second time. May raise the connector's errors."""
    stands = operator.standing(book, order.id)
    if stands.status in GONE:
        raise NotPossible(f"{order.number} has left ({', '.join(order.tracking)}): a replacement is a new order")
    if stands.under_way:
        raise NotPossible(
            f"{order.number}: its delivery is under way, and is looked up first: tranter sync --until-idle"
        )
    if not stands.sent and not stands.wish:
        return retry(hub, book, order)
    for sighting in _look_up(hub, book, order, stands.sent):
        match sighting.verdict:
            case Verdict.FOUND:
                receipt = sighting.receipt
                number = (receipt.number or receipt.remote_id) if receipt is not None else order.warehouse_number
                return Outcome(order=order, said=f"already there as {number}; nothing was sent")
            case Verdict.DOUBT if not even_in_doubt:
                raise NotPossible(
                    f"{order.number}: {sighting.reason} To send it all the same: tranter resend {order.number} --anyway"
                )
            case Verdict.DOUBT | Verdict.ABSENT:
                pass
    operator.give_back(book, order.id, hub.ports.clock.now())
    return _decided(hub, book, order, "sent again as a new delivery")


def _look_up(hub: Hub, book: Book, order: OrderView, fulfillment_ids: tuple[int, ...]) -> list[Sighting]:
    if not fulfillment_ids:
        return []
    found = fulfillments.documents(book, fulfillment_ids)
    warehouse = hub.plug(connections.by_name(book, order.warehouse)).connector
    if not isinstance(warehouse, PushesFulfillments):
        raise NotPossible(f"{order.warehouse} can't be asked what it has")
    return [sighting for one in found.values() for sighting in warehouse.look_up_fulfillments([one])]


def _decided(hub: Hub, book: Book, order: OrderView, said: str) -> Outcome:
    """Decides the cart's orders at once, so that what follows is seen."""
    decide_now(hub, operator.standing(book, order.id).cart_id)
    view = lists.order(book, order.id)
    if view.held and view.held != "operator":
        said = f"{said}, but it is held: {view.reason}"
    return Outcome(order=view, said=said)


def decide_now(hub: Hub, cart_id: int) -> None:
    schedule.ring(cart_id, ["decide"], hub.ports.clock.now())
    flow_id = schedule.flow_id(cart_id, "decide")
    if flow_id is not None:
        run_one(hub, flow_id)


def decide_all_now(hub: Hub, book: Book) -> int:
    """After a mapping changed: the orders that wait for it are decided. How many carts that concerned."""
    carts = orders.carts_with_undecided(book)
    for cart_id in carts:
        decide_now(hub, cart_id)
    return len(carts)


def _where(order: OrderView) -> str:
    at = f" as {order.warehouse_number}" if order.warehouse_number else ""
    return f"{order.status.replace('_', ' ')}{at}"
