"""What clients of the CartRover API do to an order: the hand of a person, at the end of a wire."""

from collections.abc import Collection

from tranter.engine import operator
from tranter.engine.hub import Hub
from tranter.engine.schedule import run_one
from tranter.ledger import collecting, connections, exceptions, lists, schedule
from tranter.ledger import operator as ledger
from tranter.ledger.api_cards import OrderCard
from tranter.ledger.book import Book

REASON = "canceled through the API"
REFUSALS = ("cancel_too_late", "cancel_in_doubt")


class TooLate(Exception):
    """The warehouse did not stop it; the text says why."""


def cancel(hub: Hub, book: Book, card: OrderCard, by: str) -> None:
    """For good, and only while nothing of it has left; twice is as good as once. Raises `NotPossible`."""
    if card.status != "canceled":
        operator.stop(hub, book, lists.order(book, card.id), REASON, by)


def stop_at_warehouse(hub: Hub, book: Book, card: OrderCard, by: str) -> str:
    """Asked at once; what is not known yet is said in a sentence. Raises `NotPossible` and `TooLate`."""
    if card.status == "canceled":
        return ""
    if not ledger.standing(book, card.id).wish:
        operator.cancel(hub, book, lists.order(book, card.id), REASON, by)
    _ask_now(hub, book, card.id)
    trouble = exceptions.cause_of(book, card.id, REFUSALS)
    if trouble:
        raise TooLate(trouble)
    return "" if lists.order(book, card.id).status == "canceled" else "the warehouse is asked to stop it"


def _ask_now(hub: Hub, book: Book, order_id: int) -> None:
    for warehouse_id in ledger.warehouses_of(book, order_id):
        flow_id = schedule.flow_id(warehouse_id, "stops")
        if flow_id is not None and connections.by_id(warehouse_id).runs:
            run_one(hub, flow_id)


def confirm(hub: Hub, book: Book, card: OrderCard, tracking: Collection[str] | None) -> set[str]:
    """The client has taken these parcels' numbers, or all. Which of them none of its parcels has."""
    return collecting.collect(book, card.id, tracking, hub.ports.clock.now())
