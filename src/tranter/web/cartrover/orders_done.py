"""What clients do to an order that is here: cancel it, have it stopped, say that its tracking arrived."""

from tranter.engine import api_deeds
from tranter.engine.api_deeds import TooLate
from tranter.engine.operator import NotPossible
from tranter.ledger.api_cards import OrderCard
from tranter.web.cartrover.bodies import an_object, objects
from tranter.web.cartrover.caller import Caller
from tranter.web.cartrover.envelope import Answer, Code, Refusal
from tranter.web.cartrover.orders import find, of_cart
from tranter.web.cartrover.plain import plain

DONE = {"success": True, "message": ""}


def cancel(caller: Caller) -> Answer:
    """While nothing of it has left the hub. Of several all are tried, and what failed is told."""
    references = [plain(one, "cust_ref") or "" for one in objects(caller.body)]
    if not all(references):
        raise Refusal("Order missing required field(s): cust_ref")
    cards = [find(caller, reference, of_cart) for reference in references]
    troubles = [trouble for card in cards if (trouble := _cancel(caller, card))]
    if troubles:
        raise Refusal("; ".join(troubles), Code.FAILURE)
    return Answer(response=DONE)


def _cancel(caller: Caller, card: OrderCard) -> str:
    try:
        api_deeds.cancel(caller.hub, caller.book, card, caller.key.actor)
    except NotPossible as error:
        return error.cause
    return ""


def stop_at_warehouse(caller: Caller, cust_ref: str) -> Answer:
    card = find(caller, cust_ref, of_cart)
    try:
        said = api_deeds.stop_at_warehouse(caller.hub, caller.book, card, caller.key.actor)
    except NotPossible as error:
        raise Refusal(error.cause, Code.FAILURE) from error
    except TooLate as error:
        raise Refusal(str(error), Code.FAILURE) from error
    caller.house.wake()
    return Answer(response={"success": True, "message": said})


def update(caller: Caller, cust_ref: str) -> Answer:
    given = an_object(caller.body)
    wanted = plain(given, "order_status")
    if wanted != "confirmed":
        raise Refusal(f"order_status is {wanted!r}, and can only become 'confirmed'")
    card = find(caller, cust_ref, of_cart)
    if not card.parcels:
        raise Refusal(f"{cust_ref}: no parcel has left yet", Code.FAILURE)
    strange = api_deeds.confirm(caller.hub, caller.book, card, _numbers(given.get("shipments")))
    if strange:
        raise Refusal(f"{cust_ref} has no parcel with the tracking number {', '.join(sorted(strange))}")
    return Answer()


def _numbers(shipments: object) -> list[str] | None:
    """None where it names no parcel: all of them. Raises `Refusal`."""
    if not shipments:
        return None
    listed = [shipments] if isinstance(shipments, dict) else shipments
    found = [plain(one, "tracking_no") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    numbers = [number for number in found if number]
    if not numbers or len(numbers) != len(found):
        raise Refusal("shipments wants a list of objects with a tracking_no each")
    return numbers
