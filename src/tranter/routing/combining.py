"""Several orders of one buyer made into one delivery."""

from collections.abc import Sequence

from msgspec.structs import replace

from tranter.model import Fulfillment, FulfillmentLine, total
from tranter.model.address import address_key
from tranter.model.fulfillment import told_line_id


def agree(fulfillments: Sequence[Fulfillment]) -> bool:
    """To one address, one way, in one currency."""
    marks = {(address_key(one.ship_to), one.ship_method, one.currency) for one in fulfillments}
    return len(marks) == 1


def combined(lead: Fulfillment, others: Sequence[Fulfillment]) -> Fulfillment:
    """Under the lead's numbers. Amounts add up to what the orders say each."""
    every = (lead, *others)
    numbers = ", ".join(one.number for one in others)
    notes = [one.note for one in every if one.note] + [f"together with {numbers}"]
    dates = [one.ship_by for one in every if one.ship_by is not None]
    references = [reference for one in every for reference in one.tax_references]
    return replace(
        lead,
        lines=(*lead.lines, *(line for one in others for line in _lines(one))),
        shipping=total((one.shipping for one in every), lead.currency),
        discount=total((one.discount for one in every), lead.currency),
        tax=total((one.tax for one in every), lead.currency),
        collected_tax=total((one.collected_tax for one in every), lead.currency),
        total=total((one.total for one in every), lead.currency),
        ship_by=min(dates, default=None),
        note="\n".join(notes),
        tax_references=tuple(dict.fromkeys(references)),
    )


def _lines(one: Fulfillment) -> tuple[FulfillmentLine, ...]:
    return tuple(replace(line, line_id=told_line_id(one.reference, line.line_id)) for line in one.lines)
