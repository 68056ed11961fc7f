"""What the cart changed after a warehouse got an order, and orders that go in one delivery."""

from pydantic import Field

from tranter.engine import changing, combining
from tranter.ledger import combining as ledger
from tranter.ledger.combining import Mate
from tranter.routing.changes import OrderChange
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import get
from tranter.web.api.orders import Done, deed, done
from tranter.web.api.paging import Page, whole
from tranter.web.api.shapes import Given, Nothing, Number


def list_changes(desk: ApiDesk, order_id: Number) -> Page[OrderChange]:
    """What the cart changed since the warehouse got it, field by field."""
    desk.order(order_id)
    return whole(changing.of_orders(desk.book, [order_id]).get(order_id, ()))


def send_changed_order(desk: ApiDesk, order_id: Number, body: Nothing) -> Done:
    """Stop it at the warehouse, and send it as the cart wants it now."""
    return done(changing.send_again(desk.hub, desk.book, desk.order(order_id), desk.actor))


def accept_change(desk: ApiDesk, order_id: Number, body: Nothing) -> Done:
    """The warehouse was told by a person: what it has counts as changed."""
    return done(changing.accept(desk.hub, desk.book, desk.order(order_id), desk.actor))


def ignore_change(desk: ApiDesk, order_id: Number, body: Nothing) -> Done:
    """Let it leave as it was sent; another change is told again."""
    return done(changing.ignore(desk.hub, desk.book, desk.order(order_id), desk.actor))


def list_combinable(desk: ApiDesk, order_id: Number) -> Page[Mate]:
    """Orders of the same buyer that might go in one delivery with it."""
    desk.order(order_id)
    return whole(combining.suggested(desk.book, order_id))


def list_combined(desk: ApiDesk, order_id: Number) -> Page[Mate]:
    """Orders that go in one delivery with it, itself too."""
    desk.order(order_id)
    return whole(ledger.members(desk.book, order_id))


class Others(Given):
    """`orders` are ids of the others."""

    orders: tuple[Number, ...] = Field(min_length=1, max_length=20)


def combine_orders(desk: ApiDesk, order_id: Number, body: Others) -> Done:
    """Let the others go in its delivery. Only what no warehouse has."""
    every = [desk.order(one) for one in (order_id, *body.orders)]
    return done(combining.combine(desk.hub, desk.book, every, desk.actor))


def uncombine_order(desk: ApiDesk, order_id: Number, body: Nothing) -> Done:
    """Let it go alone again."""
    return done(combining.uncombine(desk.hub, desk.book, desk.order(order_id), desk.actor))


OPERATIONS = (
    get("/orders/{order_id}/changes", list_changes, carts=True),
    deed("send-changed", send_changed_order),
    deed("accept-change", accept_change),
    deed("ignore-change", ignore_change),
    get("/orders/{order_id}/combinable", list_combinable, carts=True),
    get("/orders/{order_id}/combined", list_combined, carts=True),
    deed("combine", combine_orders),
    deed("uncombine", uncombine_order),
)
