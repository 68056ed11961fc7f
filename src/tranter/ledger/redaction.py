"""What is left of an order when its buyer is erased: numbers, amounts and items, nobody's name or place."""

from msgspec.structs import replace

from tranter.model import Fulfillment, Order
from tranter.model.address import Address, Buyer

NOBODY = Buyer(remote_id="")


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
