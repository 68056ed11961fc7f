"""A person's word that several orders of one buyer go in one delivery."""

from collections.abc import Sequence

from tranter.engine.hub import Hub
from tranter.engine.operator import GONE, NotPossible, Outcome, decided
from tranter.ledger import combining
from tranter.ledger import operator as hands
from tranter.ledger.book import Book
from tranter.ledger.combining import Mate
from tranter.ledger.lists import OrderView
from tranter.ledger.operator import ACTOR


def suggested(book: Book, order_id: int) -> list[Mate]:
    """Orders that might go with it: never done by itself."""
    return combining.alike(book, order_id)


def combine(hub: Hub, book: Book, orders: Sequence[OrderView], by: str = ACTOR) -> Outcome:
    """The first one's number is the delivery's."""
    first, *others = list({order.id: order for order in orders}.values())
    if not others:
        raise NotPossible(f"{first.number} alone can't be combined", remedy="name two orders or more")
    for order in (first, *others):
        _check_here(book, order)
    alike = {mate.id for mate in (*combining.alike(book, first.id), *combining.members(book, first.id))}
    strangers = [order.number for order in others if order.id not in alike]
    if strangers:
        raise NotPossible(
            f"{', '.join(strangers)}: not of the same buyer, site, address, ship method and currency as {first.number}"
        )
    if not combining.combine(book, [order.id for order in (first, *others)], by, hub.ports.clock.now()):
        raise NotPossible("one of them has just left; see what becomes of it")
    numbers = ", ".join(order.number for order in others)
    return decided(hub, book, first, f"goes together with {numbers}, in one delivery")


def uncombine(hub: Hub, book: Book, order: OrderView, by: str = ACTOR) -> Outcome:
    """It goes alone again."""
    _check_here(book, order)
    if not combining.members(book, order.id):
        raise NotPossible(f"{order.number} is combined with no other order")
    if not combining.part(book, order.id, by, hub.ports.clock.now()):
        raise NotPossible("their delivery has just left; see what becomes of it")
    return decided(hub, book, order, "goes alone")


def _check_here(book: Book, order: OrderView) -> None:
    stands = hands.standing(book, order.id)
    if stands.sent or stands.under_way or stands.status in GONE:
        what = "may have it" if stands.under_way else f"has it as {order.warehouse_number}"
        raise NotPossible(
            f"{order.number}: the warehouse {what}",
            remedy=f"stop it there first: tranter cancel {order.number}",
        )
