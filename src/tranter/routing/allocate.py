"""Which lines of the order a parcel carries."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tranter.model import Shipment, ShipmentLine


class OrderedLine(Struct, frozen=True, kw_only=True):
    """`remote_line_id` is the warehouse's id of this line; it may join several of ours."""

    line_id: str
    sku: str
    remote_line_id: str = ""
    quantity: int


class CannotAllocate(ValueError):
    """The parcel holds what the order doesn't. `cause` is for a person."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


def allocate(
    shipment: Shipment, ordered: Sequence[OrderedLine], already: Mapping[str, int]
) -> tuple[ShipmentLine, ...]:
    """At most one line for each of the order's, in its sequence. `already`: units of earlier parcels.

    Lines that name the warehouse's line come first, so that those known by SKU only can't take their place.
    """
    left = {line.line_id: max(line.quantity - already.get(line.line_id, 0), 0) for line in ordered}
    taken: dict[str, int] = {}
    known = {line.remote_line_id for line in ordered if line.remote_line_id}
    for sent in sorted(shipment.lines, key=lambda sent: sent.remote_line_id not in known):
        by_id = sent.remote_line_id in known
        fitting = [
            line.line_id
            for line in ordered
            if (line.remote_line_id == sent.remote_line_id if by_id else line.sku == sent.sku != "")
        ]
        for line_id, units in _spread(sent, fitting, left):
            left[line_id] -= units
            taken[line_id] = taken.get(line_id, 0) + units
    return tuple(
        ShipmentLine(
            quantity=taken[line.line_id],
            sku=line.sku,
            remote_line_id=line.remote_line_id,
            line_id=line.line_id,
        )
        for line in ordered
        if line.line_id in taken
    )


def _spread(sent: ShipmentLine, fitting: Sequence[str], left: Mapping[str, int]) -> list[tuple[str, int]]:
    name = repr(sent.sku) if sent.sku else f"line {sent.remote_line_id!r} of the warehouse"
    if sent.quantity < 0:
        raise CannotAllocate(f"the parcel holds {sent.quantity} units of {name}")
    if sent.quantity and not fitting:
        raise CannotAllocate(f"the parcel holds {name}, which is not in the order")
    rest, parts = sent.quantity, []
    for line_id in fitting:
        units = min(rest, left[line_id])
        if units:
            parts.append((line_id, units))
            rest -= units
    if rest:
        open_units = sent.quantity - rest
        raise CannotAllocate(f"the parcel holds {sent.quantity} units of {name}, but {open_units} are to be sent")
    return parts
