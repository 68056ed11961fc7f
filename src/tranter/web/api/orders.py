"""Orders: found, looked at, and a person's hand on one of them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

import msgspec
from ninja import Query, Schema
from pydantic import AwareDatetime, Field

from tranter.engine import asking, corrections, explain, operator
from tranter.engine.asking import Asked
from tranter.engine.corrections import Wanted
from tranter.engine.explain import Explained
from tranter.engine.operator import Outcome
from tranter.ledger import notes, order_list, order_page, order_search
from tranter.ledger.lists import OrderView
from tranter.ledger.notes import Note
from tranter.ledger.order_filter import OrderQuery, Tab
from tranter.ledger.order_list import OrderInList
from tranter.ledger.order_page import Record, Sheet
from tranter.ledger.order_pill import OrderPill
from tranter.model import Address
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import Operation, delete, get, post
from tranter.web.api.paging import Page, Paged, narrowed, opened, sealed, whole
from tranter.web.api.problem import Problem
from tranter.web.api.shapes import Given, Nothing, Number, Reason, Text, Word


class OrderWords(Schema):
    pill: OrderPill | None = None
    connection: Text = ""
    marketplace: Text = ""
    ship_method: Text = ""
    held: Text = ""
    sku: Text = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    ship_before: AwareDatetime | None = None
    tests_only: bool = False


class OrdersAsked(OrderWords, Paged):
    """`tab` is what the pages call so; the others narrow it. `since` and `until` are of the order's date."""

    tab: Tab = Tab.ALL


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """The order as it stands now, and what that means in a sentence. `there_as`: nothing was sent, it is there."""

    order: OrderView
    said: str
    there_as: str


def list_orders(desk: ApiDesk, asked: Query[OrdersAsked]) -> Page[OrderInList]:
    """Orders, the newest first."""
    wanted = OrderQuery(**narrowed(desk, asked))
    place = opened(desk, "orders", asked.cursor, str) or ""
    found = order_list.page([desk.book], wanted, place, asked.limit)
    return Page(items=found.orders, next=sealed(desk, "orders", found.older) if found.older else None)


class Sought(Given):
    q: Word


def find_orders(desk: ApiDesk, asked: Query[Sought]) -> Page[OrderInList]:
    """Orders that a number, a buyer, a SKU or a tracking number means."""
    found = order_list.shown([desk.book], order_search.search([desk.book], asked.q))
    mine = desk.key.connection
    return whole([one for one in found if mine is None or one.connection == mine])


def ask_carts(desk: ApiDesk, asked: Query[Sought]) -> Page[Asked]:
    """What the carts, asked now, say of an order that is not here, and what would become of it."""
    return whole(asking.ask(desk.hub, desk.book, asked.q))


class Pulled(Given):
    """`number` is the cart's id of it."""

    number: Word
    connection: Text = ""


def pull_order(desk: ApiDesk, body: Pulled) -> Page[OrderView]:
    """Take an order from the cart now."""
    return whole(operator.pull(desk.hub, desk.book, body.number, body.connection))


def get_order(desk: ApiDesk, order_id: Number) -> Sheet:
    """One order with its buyer, lines and parcels."""
    desk.order(order_id)
    return order_page.sheet(desk.book, order_id)


def get_timeline(desk: ApiDesk, order_id: Number) -> Record:
    """All that happened to it, the oldest first."""
    desk.order(order_id)
    return order_page.record(desk.book, order_id)


def explain_order(desk: ApiDesk, order_id: Number) -> Explained:
    """Where it is, why, and what happens next."""
    return explain.explain_one(desk.book, desk.order(order_id), desk.now)


def done(outcome: Outcome) -> Done:
    return Done(order=outcome.order, said=outcome.said, there_as=outcome.there_as)


def hold_order(desk: ApiDesk, order_id: Number, body: Reason) -> Done:
    """Keep it from being sent until it is released."""
    return done(operator.hold(desk.hub, desk.book, desk.order(order_id), body.reason, desk.actor))


def release_order(desk: ApiDesk, order_id: Number, body: Nothing) -> Done:
    """Send it in spite of what holds it."""
    return done(operator.release(desk.hub, desk.book, desk.order(order_id), desk.actor))


def stop_order(desk: ApiDesk, order_id: Number, body: Reason) -> Done:
    """Don't send it. Only while nothing of it has left; neither warehouse nor cart is told."""
    return done(operator.stop(desk.hub, desk.book, desk.order(order_id), body.reason, desk.actor))


def cancel_order(desk: ApiDesk, order_id: Number, body: Reason) -> Done:
    """Don't send it, or stop it at the warehouse. The cart is not told."""
    return done(operator.cancel(desk.hub, desk.book, desk.order(order_id), body.reason, desk.actor))


class AtCart(Reason):
    """`yes`: the buyer may be paid back."""

    yes: Literal[True]


def cancel_order_at_cart(desk: ApiDesk, order_id: Number, body: AtCart) -> Done:
    """Cancel it where it was bought, which may refund the buyer. Only what no warehouse has."""
    return done(operator.cancel_at_cart(desk.hub, desk.book, desk.order(order_id), body.reason, desk.actor))


def retry_order(desk: ApiDesk, order_id: Number, body: Nothing) -> Done:
    """Try again what was refused or waits."""
    return done(operator.retry(desk.hub, desk.book, desk.order(order_id), desk.actor))


class Resent(Given):
    """`anyway`: even when the warehouse has something like it."""

    anyway: bool = False


def resend_order(desk: ApiDesk, order_id: Number, body: Resent) -> Done:
    """Send it again if the warehouse has it no longer; looks there first."""
    return done(operator.resend(desk.hub, desk.book, desk.order(order_id), body.anyway, desk.actor))


def send_order_anyway(desk: ApiDesk, order_id: Number, body: Nothing) -> Done:
    """Take a skipped order after all; the cart is asked first."""
    return done(operator.send_anyway(desk.hub, desk.book, desk.order(order_id), desk.actor))


class ShipTo(Given):
    """`country` is an ISO 3166 code or a name."""

    name: Text = ""
    company: Text = ""
    reference: Text = ""
    lines: tuple[Text, ...] = ()
    city: Text = ""
    region: Text = ""
    postal_code: Text = ""
    country: Text = ""
    phone: Text = ""
    email: Text = ""


class Correction(Given):
    """`ship_to` whole, or null: it stays. `skus`: line id → SKU; an empty SKU is the cart's own again."""

    ship_to: ShipTo | None = None
    skus: Mapping[str, Text] = Field(default_factory=dict)


def correct_order(desk: ApiDesk, order_id: Number, body: Correction) -> Done:
    """Correct the address or SKUs, and send it so. Only what no warehouse has."""
    address = Address(**body.ship_to.model_dump()) if body.ship_to is not None else None
    wanted = Wanted(ship_to=address, skus=body.skus, by=desk.actor)
    return done(corrections.correct(desk.hub, desk.book, desk.order(order_id), wanted))


def list_notes(desk: ApiDesk, order_id: Number) -> Page[Note]:
    """What people wrote beside it, the newest first."""
    desk.order(order_id)
    return whole(notes.of_order(desk.book, order_id))


class Written(Given):
    text: Word


class NoteMade(msgspec.Struct, frozen=True, kw_only=True):
    """Its text is not repeated: it may name the buyer."""

    id: int
    author: str
    at: datetime


def add_note(desk: ApiDesk, order_id: Number, body: Written) -> NoteMade:
    """Write beside it."""
    desk.order(order_id)
    notes.add(desk.book, order_id, desk.key.name, body.text, desk.now)
    made = notes.of_order(desk.book, order_id)[0]
    return NoteMade(id=made.id, author=made.author, at=made.at)


def remove_note(desk: ApiDesk, order_id: Number, note_id: Number) -> None:
    """Remove a note."""
    desk.order(order_id)
    if note_id not in {one.id for one in notes.of_order(desk.book, order_id)}:
        raise Problem("not-found", f"there is no note {note_id}")
    notes.remove(desk.book, note_id)


def deed(name: str, view: Callable[..., Done]) -> Operation:
    return post(f"/orders/{{order_id}}/{name}", view, carts=True, current=get_order)


OPERATIONS = (
    get("/orders", list_orders, carts=True),
    get("/orders/search", find_orders, carts=True),
    get("/orders/at-carts", ask_carts),
    post("/orders/pull", pull_order),
    get("/orders/{order_id}", get_order, carts=True),
    get("/orders/{order_id}/timeline", get_timeline, carts=True),
    get("/orders/{order_id}/explain", explain_order, carts=True),
    deed("hold", hold_order),
    deed("release", release_order),
    deed("stop", stop_order),
    deed("cancel", cancel_order),
    deed("cancel-at-cart", cancel_order_at_cart),
    deed("retry", retry_order),
    deed("resend", resend_order),
    deed("send-anyway", send_order_anyway),
    deed("correct", correct_order),
    get("/orders/{order_id}/notes", list_notes, carts=True),
    post("/orders/{order_id}/notes", add_note, carts=True, status=201),
    delete("/orders/{order_id}/notes/{note_id}", remove_note, carts=True),
)
