"""Orders that a person wants in one delivery are decided together."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from tranter.engine.run import Run
from tranter.ledger import combining, orders
from tranter.ledger.decisions import Held, Outcome, PlannedFulfillment, Settled
from tranter.ledger.order_marks import OrderToDecide
from tranter.routing.combining import agree, combined


def with_mates(run: Run, batch: Sequence[OrderToDecide]) -> list[OrderToDecide]:
    """Whoever is to go with one of the batch is looked at too."""
    here = {item.id for item in batch}
    others = dict.fromkeys(pk for group in combining.mates(run.book, here) for pk in group if pk not in here)
    return [*batch, *(orders.to_decide(run.book, pk) for pk in others)]


def put_together(run: Run, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """One waits for the others. Who is canceled or skipped leaves; who goes elsewhere parts them."""
    found: dict[int, list[Outcome]] = {}
    for one in outcomes:
        found.setdefault(one.order_id, []).append(one)
    for group in combining.mates(run.book, found):
        gone = [pk for pk in group if any(_is_over(one) for one in found.get(pk, ()))]
        combining.leave(run.book, gone)
        staying = [pk for pk in group if pk not in gone]
        if len(staying) > 1:
            found |= _together(run, {pk: found.get(pk, []) for pk in staying})
    return [one for some in found.values() for one in some]


def _is_over(one: Outcome) -> bool:
    return isinstance(one, Settled) and one.status != "new"


def _together(run: Run, found: Mapping[int, list[Outcome]]) -> dict[int, list[Outcome]]:
    """Those of one combination, with what becomes of each by itself."""
    if any(not some or not isinstance(some[0], PlannedFulfillment) for some in found.values()):
        return {pk: _waiting(run, found, pk) for pk in found}
    plans = [one for some in found.values() for one in some if isinstance(one, PlannedFulfillment)]
    same_place = len({one.connection_id for one in plans}) == 1 and len(plans) == len(found)
    if not same_place or not agree([one.fulfillment for one in plans]):
        combining.leave(run.book, list(found))
        return dict(found)
    lead, *others = plans
    delivery = combined(lead.fulfillment, [one.fulfillment for one in others])
    first = replace(lead, delivery=delivery, members=tuple(others), look_first=any(one.look_first for one in plans))
    return {lead.order_id: [first], **{one.order_id: [] for one in others}}


def _waiting(run: Run, found: Mapping[int, list[Outcome]], pk: int) -> list[Outcome]:
    mine = found[pk]
    if not mine or isinstance(mine[0], Held | Settled):
        return mine
    others = [one.number for one in combining.members(run.book, pk) if one.id != pk]
    reason = f"waits for {', '.join(others)}, with which it is combined"
    return [Settled(order_id=pk, status="new", reason=reason)]
