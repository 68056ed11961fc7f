"""Where an order is, why, and what happens next; asked at the carts when it is not here."""

from datetime import datetime

from msgspec import Struct

from tranter.engine import asking, changing
from tranter.engine.going_live import looking
from tranter.engine.hub import Hub
from tranter.ledger import connections, lists, schedule
from tranter.ledger.book import Book, pushes_paused
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.lists import OrderView
from tranter.ledger.story import Story, Waiting, story
from tranter.model import Order, Unreadable
from tranter.routing.changes import OrderChange
from tranter.routing.decide import Cancel, Hold, Send, Skip, Wait
from tranter.sdk.errors import ConnectorError
from tranter.sdk.verbs import PullsOrders, Raw

WORDS = {
    "push_fulfillment": "the delivery to {name}",
    "push_shipment": "the tracking number for {name}",
    "push_cancellation": "stopping it at {name}",
}


class Explained(Struct, frozen=True, kw_only=True):
    """One order that is here. `next_at` None: a person, the cart or the warehouse has the next move."""

    order: OrderView
    where: str
    why: str
    next: str
    next_at: datetime | None
    story: Story
    changes: tuple[OrderChange, ...] = ()


class AtCart(Struct, frozen=True, kw_only=True):
    """What one cart says of an order that is not here."""

    connection: str
    found: bool
    says: str


def explain(hub: Hub, book: Book, text: str) -> list[Explained]:
    """Every order that this number may mean; empty when none is here."""
    return [explain_one(book, order, hub.ports.clock.now()) for order in lists.find_orders(book, text)]


def explain_one(book: Book, order: OrderView, now: datetime) -> Explained:
    told = story(book, order.id)
    what, at = _next(order, told, now)
    return Explained(
        order=order,
        where=_where(order, told),
        why=_why(order, told),
        next=what,
        next_at=at,
        story=told,
        changes=changing.of_orders(book, [order.id]).get(order.id, ()),
    )


def _where(order: OrderView, told: Story) -> str:
    there = f"at {order.warehouse} as {order.warehouse_number}" if order.warehouse_number else f"at {order.warehouse}"
    match order.status:
        case "new":
            return "here, in the hub" if not order.warehouse else f"here, on its way to {order.warehouse}"
        case "at_wms":
            parcels = sum(1 for parcel in told.parcels if parcel.state == "shipped")
            return there + (f", {parcels} of its parcels have left" if parcels else "")
        case "shipped":
            return f"on its way to the buyer: {', '.join(order.tracking)}"
        case "confirmed":
            return f"on its way to the buyer, and {order.connection} knows: {', '.join(order.tracking)}"
        case "error":
            return "here, in the hub, waiting for a person" + (f"; {there}" if order.warehouse_number else "")
        case "canceled":
            return "nowhere: it is canceled"
        case "skipped":
            return f"at {order.connection} only: it is not ours to send"
        case other:
            return other


def _why(order: OrderView, told: Story) -> str:
    if order.reason:
        return order.reason
    reasons = [one.reason for one in told.waiting if one.reason]
    return reasons[0] if reasons else ""


def _next(order: OrderView, told: Story, now: datetime) -> tuple[str, datetime | None]:
    if told.undecided_at is not None:
        return "it is decided what becomes of it", max(told.undecided_at, now)
    for one in told.waiting:
        return _of_waiting(order, one, now)
    match order.status:
        case "error":
            return "; ".join(told.remedies) or f"somebody has to act; then: tranter retry {order.number}", None
        case "new" if told.waits_until is not None:
            return f"it is sent; to send it now: tranter release {order.number}", told.waits_until
        case "new":
            return f"{order.connection} has to release it, or the warehouse's products have to be read", None
        case "at_wms" if told.remedies:
            return "; ".join(told.remedies), None
        case "at_wms":
            return f"{order.warehouse} packs and ships it; parcels are asked for", told.shipments_at
        case "shipped":
            return "its tracking number is not passed on (setting push_tracking)", None
        case _:
            return "nothing: it is finished", None


def _of_waiting(order: OrderView, one: Waiting, now: datetime) -> tuple[str, datetime | None]:
    thing = WORDS[one.verb].format(name=one.connection)
    if one.connection_state == "needs_sign_in":
        return f"{thing} waits for a sign-in: tranter sign-in {one.connection}", None
    if one.connection_state != "live":
        return f"{thing} waits until {one.connection} runs again: tranter resume {one.connection}", None
    if pushes_paused():
        return f"{thing} waits, because nothing is sent at present ({pushes_paused()}): tranter reconcile", None
    at = max(one.at, now) if one.at is not None else None
    match one.state:
        case "rejected":
            return f"{thing} was refused; correct it, then: tranter retry {order.number}", None
        case "unknown":
            return f"{thing} has no known outcome: it is looked up there", at
        case "claimed":
            return f"{thing} is being made right now, or was when its process died", at
        case _:
            return f"{thing} is sent" + (" again" if one.attempts else ""), at


def ask_carts(hub: Hub, book: Book, text: str) -> list[AtCart]:
    """For an order that is not here: what each cart says of it, and what the hub would make of that."""
    found = []
    for info in connections.all_of(book):
        connector = hub.plug(info).connector
        if not isinstance(connector, PullsOrders):
            continue
        try:
            raws = connector.fetch_orders([text])
        except ConnectorError as error:
            found.append(AtCart(connection=info.name, found=False, says=f"it can't be asked: {error.reason}"))
            continue
        if not raws:
            found.append(AtCart(connection=info.name, found=False, says="it has no such order"))
        found += [AtCart(connection=info.name, found=True, says=_judge(hub, info, connector, raw)) for raw in raws]
    return found


def _judge(hub: Hub, info: ConnectionRecord, connector: PullsOrders, raw: Raw) -> str:
    try:
        order = connector.read_order(raw.payload)
    except Unreadable as error:
        return f"it has the order, and it can't be read: {error.cause}. {error.remedy}".strip()
    stands = f"it has the order ({order.state.value}, ordered {order.ordered_at:%Y-%m-%d %H:%M} UTC, "
    stands += f"changed {order.modified_at:%Y-%m-%d %H:%M} UTC)"
    return f"{stands}. {_would(hub, info, order)} {_poll(info, hub.book(info))}"


def _would(hub: Hub, info: ConnectionRecord, order: Order) -> str:
    match asking.would(looking(hub, info), order):
        case Send(lines=lines):
            return f"It would be sent, {len(lines)} lines."
        case Hold() as held:
            return f"It would be held: {held.cause}; {held.remedy}."
        case Skip(reason=reason):
            return f"It is not taken: {reason}."
        case Wait(reason=reason):
            return f"It would wait: {reason}."
        case Cancel(reason=reason):
            return f"It would count as canceled: {reason}."


def _poll(info: ConnectionRecord, book: Book) -> str:
    if not info.runs:
        return f"{info.name} is {info.state.value}, so nothing is pulled."
    lines = {line.name: line for line in schedule.flows_of(book.merchant_id) if line.connection == info.name}
    line = lines.get("orders")
    if line is None:
        return ""
    last = f"{line.last_ok_at:%H:%M:%S} UTC" if line.last_ok_at is not None else "never yet"
    trouble = f" ({line.trouble})" if line.failures else ""
    return f"Orders were last pulled {last}{trouble}; the next time at {line.due_at:%H:%M:%S} UTC."
