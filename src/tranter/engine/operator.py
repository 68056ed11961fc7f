"""A person's hand on one order: hold, release, cancel, retry, send again."""

from collections import Counter

from msgspec import Struct
from msgspec.structs import replace

from tranter.engine import asking, deciding
from tranter.engine.going_live import looking
from tranter.engine.hub import Hub
from tranter.engine.schedule import run_one
from tranter.ledger import cancellations, connections, fulfillments, lists, operator, orders, schedule
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.lists import OrderView
from tranter.ledger.operator import ACTOR, Standing, Wish
from tranter.routing.decide import LIFTABLE, Cancel, Skip, decide
from tranter.sdk.verbs import PushesCancellations, PushesFulfillments, Sighting, Verdict

AT_ONCE = 500
PATIENCE, LOOK_SECONDS = 50, 0.1
GONE = ("shipped", "confirmed")


class UnknownOrder(LookupError):
    """No order here is known by that number, or several are; the text says which."""


class NotPossible(Exception):
    """The order stands otherwise: `cause` says how, `remedy` which command does it instead."""

    def __init__(self, cause: str, remedy: str = "") -> None:
        super().__init__(f"{cause}; {remedy}" if remedy else cause)
        self.cause, self.remedy = cause, remedy


class Outcome(Struct, frozen=True, kw_only=True):
    """The order as it stands now, and what that means in a sentence. `there_as`: nothing was sent, it is there."""

    order: OrderView
    said: str
    there_as: str = ""


def find(book: Book, text: str) -> OrderView:
    """By order number, the cart's id, the warehouse's number or a tracking number; `CART/NUMBER` of one cart."""
    found = lists.find_orders(book, text)
    if not found:
        raise UnknownOrder(f"no order {text!r} is here; ask the carts: tranter explain {text}")
    if len(found) > 1:
        raise UnknownOrder(f"{text!r} may be any of {', '.join(_told_apart(found))}: name one of these")
    return found[0]


def _told_apart(found: list[OrderView]) -> list[str]:
    """By cart and number; where that is the same, by the cart's own id."""
    names = Counter((order.connection, order.number) for order in found)
    return [
        f"{one.connection}/{one.number if names[one.connection, one.number] == 1 else one.remote_id}" for one in found
    ]


def hold(hub: Hub, book: Book, order: OrderView, reason: str, by: str = ACTOR) -> Outcome:
    _check_here(order, operator.standing(book, order.id))
    operator.wish(book, order.id, Wish(word="hold", reason=reason, by=by), hub.ports.clock.now())
    return decided(hub, book, order, "held; nothing of it is sent until: tranter release " + order.number)


def stop(hub: Hub, book: Book, order: OrderView, reason: str, by: str = ACTOR) -> Outcome:
    """For good, and only while nothing of it has left: neither warehouse nor cart is called."""
    stands = operator.standing(book, order.id)
    if stands.status == "canceled":
        raise NotPossible(f"{order.number} is canceled already")
    _check_here(order, stands)
    operator.wish(book, order.id, Wish(word="cancel", reason=reason, by=by), hub.ports.clock.now())
    return decided(hub, book, order, "it is not sent. The cart is not told")


def _check_here(order: OrderView, stands: Standing) -> None:
    if stands.sent or stands.under_way or stands.status in GONE:
        what = "may have it already" if stands.under_way else f"has it already as {order.warehouse_number}"
        raise NotPossible(
            f"{order.number}: the warehouse {what}", remedy=f"to stop it there: tranter cancel {order.number}"
        )


def release(hub: Hub, book: Book, order: OrderView, by: str = ACTOR) -> Outcome:
    stands = operator.standing(book, order.id)
    if not stands.held and not stands.wish and not stands.waits:
        raise NotPossible(f"{order.number} is not held: it is {_where(order)}")
    kind = operator.release(book, order.id, hub.ports.clock.now(), by)
    return decided(hub, book, order, f"released ({kind.replace('_', ' ') or stands.wish})")


def cancel(hub: Hub, book: Book, order: OrderView, reason: str, by: str = ACTOR) -> Outcome:
    """At the warehouse only: what the cart tells and pays back to the buyer is the seller's own decision there."""
    stands = operator.standing(book, order.id)
    if stands.status in GONE:
        raise NotPossible(
            f"{order.number} has left already ({', '.join(order.tracking)}): it can't be stopped any more"
        )
    if stands.status == "canceled":
        raise NotPossible(f"{order.number} is canceled already")
    operator.wish(book, order.id, Wish(word="cancel", reason=reason, by=by), hub.ports.clock.now())
    if stands.under_way:
        said = "its delivery is under way; as soon as its outcome is known it is stopped"
    elif stands.sent:
        said = f"the warehouse is asked to stop {order.warehouse_number}"
    else:
        said = "canceled; nothing of it was sent"
    return decided(hub, book, order, f"{said}. The cart is not told: cancel it there too if the buyer shall know")


def cancel_at_cart(hub: Hub, book: Book, order: OrderView, reason: str, by: str = ACTOR) -> Outcome:
    """The cart cancels it, and may pay the buyer back. Only what no warehouse has: it might leave all the same."""
    stands = operator.standing(book, order.id)
    if stands.status in GONE:
        raise NotPossible(f"{order.number} has left already ({', '.join(order.tracking)})")
    if stands.cart_state in ("canceled", "shipped"):
        raise NotPossible(f"{order.connection} counts {order.number} as {stands.cart_state} already")
    if stands.sent or stands.under_way:
        what = "may have it" if stands.under_way else f"has it as {order.warehouse_number}"
        raise NotPossible(
            f"{order.number}: the warehouse {what}, and would send it although the buyer is paid back",
            remedy=f"stop it there first: tranter cancel {order.number}",
        )
    if not isinstance(hub.plug(connections.by_id(stands.cart_id)).connector, PushesCancellations):
        raise NotPossible(f"{order.connection} takes no cancellations from here: cancel it there by hand")
    now, wanted = hub.ports.clock.now(), Wish(word="cancel", reason=reason, by=by)
    operator.wish(book, order.id, wanted, now)
    asked = cancellations.ask_cart(book, order.id, wanted, now)
    said = f"{order.connection} is asked to cancel it" if asked else f"{order.connection} was asked before"
    return decided(hub, book, order, f"{said}; it is not sent, and the buyer may be paid back")


def send_anyway(hub: Hub, book: Book, order: OrderView, by: str = ACTOR) -> Outcome:
    """A skipped order is taken after all, if the cart, asked now, still wants it sent. May raise its errors."""
    stands = operator.standing(book, order.id)
    if stands.status != "skipped":
        raise NotPossible(f"{order.number} is not skipped: it is {_where(order)}")
    if stands.erased:
        raise NotPossible(f"{order.number} is too old: its address has been erased")
    cart = connections.by_id(stands.cart_id)
    if not asking.fetch_now(hub, cart, [stands.remote_id]):
        raise NotPossible(f"{order.connection} has {order.number} no longer")
    lifted = _liftable(hub, book, cart, order.id)
    operator.lift(book, order.id, lifted, by, hub.ports.clock.now())
    return decided(hub, book, order, "taken after all")


def _liftable(hub: Hub, book: Book, cart: ConnectionRecord, order_id: int) -> list[str]:
    """What has to be lifted so that it is sent. Raises `NotPossible` for what the cart itself says."""
    item, lifted = orders.to_decide(book, order_id), list[str]()
    view = deciding.surroundings(looking(hub, cart), [item]).view
    while True:
        match decide(item.order, replace(view, holds=item.released | set(lifted))):
            case Skip(kind=kind) if kind in LIFTABLE:
                lifted.append(kind)
            case Skip(reason=reason) | Cancel(reason=reason):
                raise NotPossible(f"{item.order.number}: {reason}")
            case _:
                return lifted


def pull(hub: Hub, book: Book, text: str, connection: str = "") -> list[OrderView]:
    """An order that is not here is taken from the cart that has it, now. May raise the connector's errors."""
    for info in asking.carts(hub, book):
        if connection in ("", info.name) and asking.fetch_now(hub, info, [text.strip()]):
            decide_all_now(hub, book)
    found = lists.find_orders(book, text.strip())
    if not found:
        raise UnknownOrder(f"no cart has an order {text!r}, or it can't be read: see tranter exceptions")
    return found


def retry(hub: Hub, book: Book, order: OrderView, by: str = ACTOR) -> Outcome:
    now = hub.ports.clock.now()
    for connection_id, flow in operator.retry(book, order.id, now, by):
        schedule.ring(connection_id, [flow], now)
    return decided(hub, book, order, "tried again")


def resend(hub: Hub, book: Book, order: OrderView, even_in_doubt: bool = False, by: str = ACTOR) -> Outcome:
    """Looks at the warehouse first: what is there is not sent a second time. May raise the connector's errors."""
    stands = operator.standing(book, order.id)
    if stands.status in GONE:
        raise NotPossible(f"{order.number} has left ({', '.join(order.tracking)}): a replacement is a new order")
    if stands.under_way:
        raise NotPossible(
            f"{order.number}: its delivery is under way, and is looked up first", remedy="tranter sync --until-idle"
        )
    if not stands.sent and not stands.wish:
        return retry(hub, book, order, by)
    sightings = _look_up(hub, book, order, stands.sent)
    verdicts = {sighting.verdict for sighting in sightings}
    if len(verdicts) > 1 and Verdict.FOUND in verdicts:
        raise NotPossible(
            f"{order.number}: a part of it is there, and another is not",
            remedy=f"stop what is there (tranter cancel {order.number}), then send it again as a whole",
        )
    for sighting in sightings:
        match sighting.verdict:
            case Verdict.FOUND:
                receipt = sighting.receipt
                number = (receipt.number or receipt.remote_id) if receipt is not None else order.warehouse_number
                return Outcome(order=order, said=f"already there as {number}; nothing was sent", there_as=number)
            case Verdict.DOUBT if not even_in_doubt:
                raise NotPossible(
                    f"{order.number}: {sighting.reason.rstrip('.')}",
                    remedy=f"to send it all the same: tranter resend {order.number} --anyway --confirm {order.number}",
                )
            case Verdict.DOUBT | Verdict.ABSENT:
                pass
    operator.give_back(book, order.id, hub.ports.clock.now(), by)
    return decided(hub, book, order, "sent again as a new delivery")


def _look_up(hub: Hub, book: Book, order: OrderView, fulfillment_ids: tuple[int, ...]) -> list[Sighting]:
    if not fulfillment_ids:
        return []
    found = fulfillments.documents(book, fulfillment_ids)
    there = fulfillments.warehouses(book, fulfillment_ids)
    seen: list[Sighting] = []
    for fulfillment_id, one in found.items():
        warehouse = hub.plug(connections.by_id(there[fulfillment_id])).connector
        if not isinstance(warehouse, PushesFulfillments):
            raise NotPossible(f"{order.warehouse} can't be asked what it has")
        seen += warehouse.look_up_fulfillments([one])
    return seen


def decided(hub: Hub, book: Book, order: OrderView, said: str) -> Outcome:
    """Decides the cart's orders at once, so that what follows is seen."""
    decide_now(hub, operator.standing(book, order.id).cart_id)
    _wait_for_others(hub, book, order.id)
    view = lists.order(book, order.id)
    if view.held and view.held != "operator":
        said = f"{said}, but it is held: {view.reason}"
    return Outcome(order=view, said=said)


def _wait_for_others(hub: Hub, book: Book, order_id: int) -> None:
    """A worker that decides this cart's orders just now may not have come to this one yet."""
    clock = hub.ports.clock
    for _ in range(PATIENCE):
        stands = operator.standing(book, order_id)
        flow_id = schedule.flow_id(stands.cart_id, "decide")
        if not stands.undecided or flow_id is None:
            return
        if schedule.is_leased(flow_id, clock.now()):
            clock.sleep(LOOK_SECONDS * clock.scale)
        elif not run_one(hub, flow_id).runs and not schedule.is_leased(flow_id, clock.now()):
            return


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


def decide_soon(hub: Hub, book: Book, count: int) -> None:
    """So many are to be decided anew: a few at once, so that what follows is seen; many by the flow, which is woken."""
    if count <= AT_ONCE:
        decide_all_now(hub, book)
    else:
        orders.wake_deciding(book, hub.ports.clock.now())


def _where(order: OrderView) -> str:
    at = f" as {order.warehouse_number}" if order.warehouse_number else ""
    return f"{order.status.replace('_', ' ')}{at}"
