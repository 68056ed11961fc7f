"""The status of an order follows from what is recorded of it."""

from collections.abc import Mapping

from msgspec import Struct

from tranter.model.order import OrderStatus


class Facts(Struct, frozen=True, kw_only=True, gc=False):
    """Units by line id: `ordered` are to be sent, `shipped` have left, `confirmed` the cart knows of."""

    at_warehouse: bool = False
    canceled: bool = False
    held: bool = False
    skipped: bool = False
    ordered: Mapping[str, int] = {}
    shipped: Mapping[str, int] = {}
    confirmed: Mapping[str, int] = {}


def derive_status(facts: Facts) -> OrderStatus:
    if facts.held:
        return OrderStatus.ERROR
    if facts.canceled:
        return OrderStatus.CANCELED
    if facts.skipped:
        return OrderStatus.SKIPPED
    if _all_units(facts.ordered, facts.confirmed):
        return OrderStatus.CONFIRMED
    if _all_units(facts.ordered, facts.shipped):
        return OrderStatus.SHIPPED
    return OrderStatus.AT_WMS if facts.at_warehouse else OrderStatus.NEW


def _all_units(ordered: Mapping[str, int], done: Mapping[str, int]) -> bool:
    if not done:
        return False
    wanted = {line: units for line, units in ordered.items() if units > 0}
    return bool(wanted) and all(done.get(line, 0) >= units for line, units in wanted.items())
