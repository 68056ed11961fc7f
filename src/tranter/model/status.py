"""The status of an order follows from what is recorded of it."""

from collections.abc import Mapping

from msgspec import Struct

from tranter.model.order import OrderStatus


class Facts(Struct, frozen=True, kw_only=True):
    """Units by line id: `ordered` are to be sent, `shipped` have left, `confirmed` the cart knows of."""

    at_warehouse: bool = False
    canceled: bool = False
    held: bool = False
    skipped: bool = False
    ordered: Mapping[str, int] = {}
    shipped: Mapping[str, int] = {}
    confirmed: Mapping[str, int] = {}


def derive_status(facts: Facts) -> OrderStatus:
    standing = (
        (facts.held, OrderStatus.ERROR),
        (facts.canceled, OrderStatus.CANCELED),
        (facts.skipped, OrderStatus.SKIPPED),
        (_all_units(facts.ordered, facts.confirmed), OrderStatus.CONFIRMED),
        (_all_units(facts.ordered, facts.shipped), OrderStatus.SHIPPED),
        (facts.at_warehouse, OrderStatus.AT_WMS),
    )
    return next((status for holds, status in standing if holds), OrderStatus.NEW)


def _all_units(ordered: Mapping[str, int], done: Mapping[str, int]) -> bool:
    wanted = {line: units for line, units in ordered.items() if units > 0}
    return bool(wanted) and all(done.get(line, 0) >= units for line, units in wanted.items())
