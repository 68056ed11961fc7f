"""What the cart changed of an order after a warehouse got it becomes an exception, field by field."""

from tranter.engine.run import Run
from tranter.ledger import changes, exceptions, status
from tranter.ledger.order_marks import OrderToDecide
from tranter.routing.changes import OrderChange, said
from tranter.routing.changes import changes as changes_between


def changed(item: OrderToDecide) -> tuple[OrderChange, ...]:
    """What the cart changed since it was planned or sent."""
    return changes_between(item.before, item.order) if item.before is not None else ()


def compare_sent(run: Run, item: OrderToDecide, facts: status.Recorded) -> None:
    """What is still on its way to the warehouse is compared once it is there."""
    found = changed(item)
    if item.before is not None and not found:
        changes.forget(run.book, item.id, run.now())
    if found and facts.at_warehouse:
        changes.tell(run.book, _trouble(run, item, found, any(facts.shipped.values())), run.now())


def _trouble(run: Run, item: OrderToDecide, found: tuple[OrderChange, ...], gone: bool) -> exceptions.Trouble:
    number = item.order.number
    where = "after a parcel of it had left" if gone else "after the warehouse got it"
    by_phone = f"tell the warehouse, then: tranter change accept {number}; or tranter change ignore {number}"
    remedy = f"tranter change send-again {number} (stops it at the warehouse first), or {by_phone}"
    if gone:
        remedy = f"tell the carrier or the buyer, then: tranter change ignore {number}"
    return exceptions.Trouble(
        kind=changes.KIND,
        subject=number,
        cause=f"the cart changed it {where}: {said(found)}",
        remedy=remedy,
        value=run.book.vault.hash(repr(found))[:16],
        order_id=item.id,
        connection_id=run.info.id,
    )
