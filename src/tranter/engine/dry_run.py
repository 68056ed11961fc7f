"""What a change of rules, filters or the like would make of the orders of the last days. Nothing is stored or sent."""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tranter.engine import deciding
from tranter.engine.going_live import looking
from tranter.engine.hub import Hub
from tranter.ledger import connections, rules
from tranter.ledger.book import Book
from tranter.ledger.order_marks import OrderToDecide
from tranter.model import CartState, Order
from tranter.routing.decide import Cancel, Hold, Send, Skip, View, Wait, decide, ruling
from tranter.sdk.verbs import PullsOrders

DAYS, MOST_ORDERS, EXAMPLES, BATCH = 30, 2000, 20, 200
Change = Callable[[View], View]


class Example(Struct, frozen=True, kw_only=True):
    """One order that the change concerns: what would become of it now, and then."""

    order_id: int
    number: str
    connection: str
    ordered_at: datetime
    before: str
    after: str


class DryRun(Struct, frozen=True, kw_only=True):
    """`whole` False: there are more orders than were looked at; the newest were."""

    days: int
    looked_at: int
    changed: int
    examples: tuple[Example, ...]
    whole: bool


class Pair(Struct, frozen=True):
    """Two ways of looking at the same orders."""

    before: Change
    after: Change


def dry_run(hub: Hub, book: Book, change: Change, more_skus: Sequence[str] = ()) -> DryRun:
    """What is so now against what would be so. `more_skus`: those that the change names."""
    return compare(hub, book, Pair(lambda view: view, change), more_skus)


def compare(hub: Hub, book: Book, pair: Pair, more_skus: Sequence[str] = ()) -> DryRun:
    """Every order is decided twice, as if it had just been taken."""
    now = hub.ports.clock.now()
    looked_at, found, whole = 0, list[Example](), True
    for info in connections.all_of(book):
        if not isinstance(hub.plug(info).connector, PullsOrders):
            continue
        lately = rules.lately(book, info.id, now, DAYS, MOST_ORDERS - looked_at + 1)
        if looked_at + len(lately) > MOST_ORDERS:
            lately, whole = lately[: MOST_ORDERS - looked_at], False
        looked_at += len(lately)
        run = looking(hub, info)
        for start in range(0, len(lately), BATCH):
            batch = lately[start : start + BATCH]
            view = replace(deciding.surroundings(run, batch, more_skus).view, now=None)
            found += [
                one for item in batch if (one := _compared(item, info.name, (pair.before(view), pair.after(view))))
            ]
    found.sort(key=lambda one: one.ordered_at, reverse=True)
    return DryRun(days=DAYS, looked_at=looked_at, changed=len(found), examples=tuple(found[:EXAMPLES]), whole=whole)


def _compared(item: OrderToDecide, connection: str, views: tuple[View, View]) -> Example | None:
    order = _as_taken(item.order)
    before, after = (described(order, replace(view, holds=item.released)) for view in views)
    if before == after:
        return None
    return Example(
        order_id=item.id,
        number=order.number,
        connection=connection,
        ordered_at=order.ordered_at,
        before=before,
        after=after,
    )


def _as_taken(order: Order) -> Order:
    """What the cart counts as shipped by now was to be sent once."""
    return replace(order, state=CartState.OPEN) if order.state is CartState.SHIPPED else order


def described(order: Order, view: View) -> str:
    """What becomes of it, in a sentence without the buyer's data."""
    ruled = ruling(order, view)
    decision = decide(order, view, ruled)
    told = [_decided(decision, view)]
    if ruled.delay_hours and isinstance(decision, Send):
        told.append(f"waits {ruled.delay_hours} h")
    if ruled.tags:
        told.append(f"tagged {', '.join(ruled.tags)}")
    return "; ".join(told)


def _decided(decision: Send | Hold | Skip | Wait | Cancel, view: View) -> str:
    match decision:
        case Send():
            return f"sent: {', '.join(_shares(decision, view))}" + (
                f", by {decision.ship_method}" if decision.ship_method else ""
            )
        case Hold():
            return f"held: {decision.cause}"
        case Skip():
            return f"not taken: {decision.reason}"
        case Wait():
            return f"waits: {decision.reason}"
        case Cancel():
            return f"canceled: {decision.reason}"


def _shares(decision: Send, view: View) -> list[str]:
    only = view.warehouse.name if view.warehouse is not None else ""
    by_share: dict[int, list[str]] = {}
    for line in decision.lines:
        by_share.setdefault(line.share, [f"from {line.warehouse or only}"]).append(f"{line.quantity} × {line.sku}")
    return [" ".join((words[0], " + ".join(words[1:]))) for words in by_share.values()]
