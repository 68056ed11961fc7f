"""Orders told: one, its status, lists."""

from collections.abc import Callable

from tranter.engine import api_reading
from tranter.ledger.api_cards import OrderCard
from tranter.web.cartrover.asking import asked, shown
from tranter.web.cartrover.caller import Caller
from tranter.web.cartrover.envelope import Answer, Refusal
from tranter.web.cartrover.order_object import list_object, status_object, view_object
from tranter.web.cartrover.plain import sought

Reach = Callable[[Caller], int | None]


def of_cart(caller: Caller) -> int | None:
    return caller.cart.id


def of_merchant(caller: Caller) -> int | None:
    """A cart's key sees its own orders here, too, and no others."""
    return caller.key.connection_id


def find(caller: Caller, reference: str, reach: Reach) -> OrderCard:
    """Raises `Refusal`."""
    found = sought(lambda name: api_reading.named(caller.book, name, reach(caller)), reference)
    if found is None:
        raise Refusal(f"Order not found: {reference[:200]}")
    return found


def view_of_cart(caller: Caller, cust_ref: str) -> Answer:
    return Answer(response=view_object(find(caller, cust_ref, of_cart), shown(caller.query)))


def view_of_merchant(caller: Caller, cust_ref: str) -> Answer:
    return Answer(response=view_object(find(caller, cust_ref, of_merchant), shown(caller.query)))


def status_of_cart(caller: Caller, cust_ref: str) -> Answer:
    return Answer(response=status_object(find(caller, cust_ref, of_cart)))


def status_of_merchant(caller: Caller, cust_ref: str) -> Answer:
    return Answer(response=status_object(find(caller, cust_ref, of_merchant)))


def list_of_cart(caller: Caller, status: str) -> Answer:
    return _list(caller, status, of_cart)


def list_of_merchant(caller: Caller, status: str) -> Answer:
    return _list(caller, status, of_merchant)


def _list(caller: Caller, status: str, reach: Reach) -> Answer:
    wanted, extras = asked(caller.query, status.rstrip("/"), reach(caller)), shown(caller.query)
    found, count = api_reading.listed(caller.book, wanted)
    return Answer(response=[list_object(card, extras) for card in found], total=count)
