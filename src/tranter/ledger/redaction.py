"""What is left of an order when its buyer is erased: numbers, amounts and items, nobody's name or place."""

import re

from msgspec.structs import replace

from tranter.model import Fulfillment, Order
from tranter.model.address import Address, Buyer

NOBODY = Buyer(remote_id="")
SHORTEST = 3


def without_buyer(order: Order) -> Order:
    return replace(order, buyer=NOBODY, ship_to=None, bill_to=None, note="", tax_references=())


def without_receiver(fulfillment: Fulfillment) -> Fulfillment:
    return replace(
        fulfillment,
        buyer=NOBODY,
        ship_to=Address(),
        bill_to=None,
        note="",
        tax_references=(),
        buyer_id="",
        address_id="",
        bill_to_id="",
    )


def unnamed(text: str, fulfillment: Fulfillment) -> str:
    """What another system said, without what it repeats of the receiver: reasons are kept longer than people are."""
    words = sorted({word for word in _known_by(fulfillment) if len(word) >= SHORTEST}, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, words)), "…", text, flags=re.IGNORECASE) if words else text


def _known_by(fulfillment: Fulfillment) -> list[str]:
    buyer = fulfillment.buyer
    found = [buyer.remote_id, buyer.name, *buyer.name.split(), buyer.email, buyer.phone, buyer.tax_id, fulfillment.note]
    for place in (fulfillment.ship_to, fulfillment.bill_to):
        if place is not None:
            found += [place.name, *place.name.split(), place.company, place.reference, *place.lines]
            found += [place.phone, place.email]
    return [word.strip() for word in found]
